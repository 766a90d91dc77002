"""Undo of anything the history can take back: a command holds the ids of changes (X-08)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QUndoCommand, QUndoStack
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import noting
from enate_desktop.services.restoring import RestoreService, RestoreTo
from enate_desktop.views.icons import icon
from enate_desktop.views.menus import explain

T = TypeVar("T")


class RestoreCommand(QUndoCommand):
    """Changes that were made already: undo takes them back, redo takes that back.

    It ceases to exist when a step is refused; ``changed`` and ``failed`` hear of every step.
    """

    def __init__(
        self,
        text: str,
        change_ids: Sequence[int],
        service: RestoreService,
        changed: Callable[[Changes], object],
        failed: Callable[[EnateError], object],
    ) -> None:
        super().__init__(text)
        self._change_ids = tuple(change_ids)
        self._service = service
        self._changed = changed
        self._failed = failed
        self._is_made = True

    @override
    def redo(self) -> None:
        if self._is_made:
            self._is_made = False  # pushed just now, after the change itself
            return
        self._take_back()

    @override
    def undo(self) -> None:
        self._take_back()

    def _take_back(self) -> None:
        """Undo and redo alike: the last changes are undone by new ones, the latest first."""
        touched = NOTHING
        with noting() as made:
            try:
                for change_id in reversed(self._change_ids):
                    touched |= self._service.restore(change_id)
            except EnateError as error:
                self.setObsolete(True)
                self._failed(error)
        self._change_ids = tuple(made)
        self._changed(touched)


class UndoableWork(QObject):
    """A page's changes on its undo stack.

    ``done`` carries the text of what was done and a callable that takes it back, or None when it
    cannot be taken back; ``changed`` the Changes of an undo, a redo or a restoring; ``failed`` the
    EnateError of an undo or redo.
    """

    done = Signal(str, object)
    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, service: RestoreService, parent: QObject, stack: QUndoStack | None = None
    ) -> None:
        """On ``stack``, where the page has one already."""
        super().__init__(parent)
        self.stack = stack if stack is not None else QUndoStack(self)
        self._service = service

    def run(self, text: str, act: Callable[[], T]) -> T:
        """Do ``act`` (a change through a service) and make it undoable; its errors pass."""
        with noting() as change_ids:
            result = act()
        self.did(text, change_ids)
        return result

    def did(self, text: str, change_ids: Sequence[int]) -> None:
        """Make changes undoable that were made in ``noting()``, perhaps on another thread."""
        if not change_ids:
            self.done.emit(text, None)
            return
        self.stack.push(
            RestoreCommand(text, change_ids, self._service, self._on_changed, self._on_failed)
        )
        index = self.stack.index() - 1
        self.done.emit(text, lambda: self.stack.setIndex(index))

    def restore(self, text: str, change_id: int, to: RestoreTo = RestoreTo.BEFORE) -> None:
        """Restore a change of the history, undoable itself; raises EnateError."""
        changes = self.run(text, lambda: self._service.restore(change_id, to))
        self.changed.emit(changes)

    def _on_changed(self, changes: Changes) -> None:
        self.changed.emit(changes)

    def _on_failed(self, error: EnateError) -> None:
        self.failed.emit(error)


class UndoAction(QAction):
    """Undo as a page's header shows it; the tooltip says what it would undo."""

    def __init__(self, stack: QUndoStack, parent: QObject) -> None:
        super().__init__(icon("undo-2"), parent.tr("Undo"), parent)
        self.setMenuRole(QAction.MenuRole.NoRole)
        self.triggered.connect(stack.undo)
        stack.undoTextChanged.connect(self._on_undo_text_changed)
        self._on_undo_text_changed(stack.undoText())

    def _on_undo_text_changed(self, text: str) -> None:
        explain(self, "" if text else self.tr("Nothing to undo."))
        if text:
            self.setToolTip(self.tr("Undo: {what}").format(what=text))
