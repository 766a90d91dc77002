"""What can be done with a connector: one QAction each, for button, menu bar and row menu."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.people import Permission, Person
from enate_desktop.views.accessibility import describe
from enate_desktop.views.confirm import Choice, ConfirmDialog
from enate_desktop.views.icons import icon
from enate_desktop.views.widgets import menu_button


class ConnectorActions(QObject):
    """Their shortcuts work while the table has the focus, that of New on the whole page."""

    def __init__(self, table: QWidget, me: Person) -> None:
        super().__init__(table)
        self._table = table
        may = me.may(Permission.EDIT_CONNECTORS)
        self._reason = "" if may else f'You need the permission "{Permission.EDIT_CONNECTORS}".'
        self.new = self._action("New email connector", "mail", QKeySequence.StandardKey.New)
        self.new.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.edit = self._action("Edit", "pencil")
        self.test = self._action("Test connection", "plug", "Ctrl+T")
        self.show_routes = self._action("Show routes", "route")
        self.show_activity = self._action("Show Activity", "history")
        self.duplicate = self._action("Duplicate", "copy", "Ctrl+D")
        self.copy = QAction(icon("copy"), "", self)
        self.copy.triggered.connect(self.duplicate.trigger)
        self.default_sender = self._action("Make default sender", "send")
        self.delete = self._action("Delete…", "trash-2", QKeySequence.StandardKey.Delete)
        self.show_for(None, busy=False)

    @property
    def reason(self) -> str:
        """Why nothing can be changed, or empty (P-01)."""
        return self._reason

    def new_button(self) -> QPushButton:
        """The "+" of the page: a menu, *Email connector* first and ready for Enter."""
        menu = QMenu()
        menu.addActions((self.new, self.copy))
        menu.setToolTipsVisible(True)
        made = menu_button("New", menu, icon_name="plus", primary=True)
        # Once it is open: what is set before, opening it takes away.
        menu.aboutToShow.connect(
            lambda: QTimer.singleShot(0, menu, lambda: menu.setActiveAction(self.new))
        )
        describe(made, "New connector", self._reason or "New connector (Ctrl+N)")
        made.setEnabled(not self._reason)
        return made

    def popup(self, where: QPoint) -> None:
        """Open the row menu at a place on the screen."""
        menu = QMenu(self._table)
        for part in (
            (self.edit, self.test),
            (self.show_routes, self.show_activity),
            (self.duplicate, self.default_sender),
            (self.delete,),
        ):
            menu.addActions(part)
            menu.addSeparator()
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def show_for(self, connector: Connector | None, *, busy: bool) -> None:
        """Enable what can be done with this connector; say why of the rest."""
        none = "Choose a connector first." if connector is None else ""
        sender = none or self._reason
        if connector is not None and not sender:
            if connector.default_sender:
                sender = "It is the default sender already."
            elif not connector.use_for.sends:
                sender = "It does not send mail."
        _explain(self.new, self._reason)
        for action in (self.edit, self.show_routes, self.show_activity):
            _explain(action, none)
        _explain(self.test, none or ("It is being tested." if busy else ""))
        for action in (self.duplicate, self.copy, self.delete):
            _explain(action, none or self._reason)
        self.copy.setVisible(connector is not None)
        if connector is not None:
            self.copy.setText(f"Copy of “{connector.name.replace('&', '&&')}”")
        _explain(self.default_sender, sender)

    def _action(
        self, text: str, icon_name: str, keys: QKeySequence.StandardKey | str | None = None
    ) -> QAction:
        action = QAction(icon(icon_name), text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._table.addAction(action)
        return action


def _explain(action: QAction, reason: str) -> None:
    action.setEnabled(not reason)
    action.setToolTip(reason or action.text())
    action.setStatusTip(reason)


def deletion_dialog(
    connector: Connector,
    lines: Sequence[str],
    disable: Callable[[], object],
    delete: Callable[[], object],
    parent: QWidget,
) -> ConfirmDialog:
    """Asks before a connector goes, naming what depends on it (C-10)."""
    title = f"Delete connector “{connector.name}”?"
    switch_off = Choice("Disable instead", disable)
    if connector.enabled:
        text = "It is enabled, so it cannot be deleted. Switch it off first."
        return ConfirmDialog(title, text, lines, (switch_off,), parent)
    text = "It can be brought back with Undo, but not its sign-in: that is forgotten."
    gone = Choice("Delete connector", delete, danger=True)
    return ConfirmDialog(title, text, lines, (gone,), parent)
