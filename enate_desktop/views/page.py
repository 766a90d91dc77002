"""What every page of the window is: a header, its messages, its body, and a few hooks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.views.message_bar import MessageStack
from enate_desktop.views.widgets import PageHeader


class MenuName(StrEnum):
    """The menus of the menu bar that pages may add to."""

    FILE = "file"
    EDIT = "edit"
    VIEW = "view"
    ROUTE = "route"
    WORKER = "worker"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Toast:
    """The outcome of what a person just did, with its undo if there is one."""

    text: str
    undo: Callable[[], object] | None = None


class Page(QWidget):
    """Base of every page: put content into ``body`` (no margins), messages into ``messages``.

    ``badge_changed`` carries a count of things that need a person; ``toast_requested`` a Toast;
    ``page_requested`` the key of another page and what to show there (or None).
    """

    badge_changed = Signal(int)
    toast_requested = Signal(object)
    page_requested = Signal(str, object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader(title)
        self.messages = MessageStack()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.messages)
        column.addLayout(self.body, 1)

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say in the status strip what was done, with an Undo button if it can be undone."""
        self.toast_requested.emit(Toast(text, undo))

    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        """The page's actions for the menu bar while the page is shown."""
        return {}

    def undo_stack(self) -> QUndoStack | None:
        """The stack that Edit > Undo works on while the page is shown."""
        return None

    def shown(self) -> None:
        """The page has come to the front; refresh what may have aged."""

    def may_leave(self, then: Callable[[], object]) -> bool:
        """Whether the page can be left now; else it asks, and calls ``then`` once it can be."""
        return True

    def focus_first(self) -> None:
        """Put the focus on the first control of the body, else of the header (F6)."""
        found = [widget for widget in self._in_focus_chain() if _takes_focus(widget)]
        inside = [w for w in found if not self.header.isAncestorOf(w)]
        for widget in (*inside, *found)[:1]:
            widget.setFocus(Qt.FocusReason.TabFocusReason)

    def navigate(self, target: object) -> None:
        """Show a particular thing, as another page's ``page_requested`` asked."""

    def save_state(self) -> dict[str, object]:
        """What of the view is to be remembered between sessions: plain values, no secrets."""
        return {}

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take up what ``save_state`` gave, perhaps by an older version."""

    def _in_focus_chain(self) -> Iterator[QWidget]:
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            if self.isAncestorOf(widget):
                yield widget
            widget = widget.nextInFocusChain()


def _takes_focus(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()
