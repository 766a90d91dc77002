"""Undo on the Connectors page: never under what is being typed, and it says what it did (X-08)."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from enate_desktop.services.changes import Changes
from enate_desktop.views.connector_editor import ConnectorEditor
from enate_desktop.views.connector_list import ConnectorList
from enate_desktop.views.message_bar import MessageKind
from enate_desktop.views.restore_command import UndoableWork

_SHORTCUTS = ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z")
_SECONDS = 10


class ConnectorUndo(QObject):
    """While the editor has something to save, undo and redo leave the store alone and say so.

    ``changed`` carries the Changes of a step; ``done`` the text of what was done and a callable
    that takes it back, or None.
    """

    changed = Signal(object)
    done = Signal(str, object)

    def __init__(
        self, rows: ConnectorList, editor: ConnectorEditor, work: UndoableWork, page: QWidget
    ) -> None:
        super().__init__(page)
        self._list = rows
        self._editor = editor
        self._stack = work.stack
        self._page = page
        self._index = self._stack.index()
        self._shortcuts = [QShortcut(QKeySequence(keys), editor) for keys in _SHORTCUTS]
        for shortcut in self._shortcuts:
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setEnabled(False)
            shortcut.activated.connect(self._on_refused)
        editor.dirty_changed.connect(self._on_dirty_changed)
        work.done.connect(self._on_done)
        work.changed.connect(self._on_changed)
        self._stack.indexChanged.connect(self._on_index_changed)

    def _on_dirty_changed(self, dirty: bool) -> None:
        """The menu's Undo is off while something is typed; its keys say why."""
        if self._page.isVisible():
            self._stack.setActive(not dirty)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(dirty)

    def _on_refused(self) -> None:
        text = self.tr("Save or discard what you typed first. Undo takes back what was saved.")
        self._editor.messages.show_message(MessageKind.INFO, text, key="undo", seconds=_SECONDS)

    def _on_done(self, text: str, undo: Callable[[], object] | None) -> None:
        def unless_typing() -> None:
            if self._editor.isVisible() and self._editor.dirty:
                self._on_refused()
            elif undo is not None:
                undo()

        self.done.emit(text, unless_typing if undo is not None else None)

    def _on_changed(self, changes: Changes) -> None:
        """The row of a connector that came back is the current one."""
        gone = [one for one in changes.connectors if not self._list.model.index_of(one).isValid()]
        self.changed.emit(changes)
        for connector_id in gone:
            self._list.select(connector_id)

    def _on_index_changed(self, index: int) -> None:
        back, self._index = index < self._index, index
        if back and self._editor.isVisible():
            text = self.tr("Undone: {what}").format(what=self._stack.text(index))
            self._editor.messages.show_message(MessageKind.INFO, text, key="undo", seconds=_SECONDS)
