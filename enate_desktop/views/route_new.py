"""New routes of every sort, and which connector they are for."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.views.menus import action, explain
from enate_desktop.views.route_actions import NO_EDIT
from enate_desktop.views.widgets import menu_button


class NewRoutes(QObject):
    """The actions of the button *New route*.

    The signals carry a connector id; ``missing`` carries "receives" or "sends" when there is no
    such connector.
    """

    route_requested = Signal(int)
    wildcard_requested = Signal(int)
    outgoing_requested = Signal(int)
    missing = Signal(str)

    def __init__(
        self,
        page: QWidget,
        connectors: Callable[[], Sequence[Connector]],
        wanted: Callable[[], Sequence[int]],
        *,
        may_edit: bool,
    ) -> None:
        """``wanted`` names the connectors to prefer, the best first."""
        super().__init__(page)
        self._connectors = connectors
        self._wanted = wanted
        self._reason = "" if may_edit else self.tr(NO_EDIT)
        self.route = self._make(self.tr("New route"), self._on_route)
        self.wildcard = self._make(self.tr("New wildcard route"), self._on_wildcard)
        self.outgoing = self._make(self.tr("New outgoing route"), self._on_outgoing)
        self.route.setShortcut(QKeySequence("Ctrl+N"))
        self.route.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        page.addAction(self.route)

    @property
    def actions(self) -> tuple[QAction, ...]:
        """All of them, the usual one first."""
        return (self.route, self.wildcard, self.outgoing)

    def make_button(self, page: QWidget) -> QPushButton:
        """The button for the page's head."""
        menu = QMenu(page)
        menu.addActions(list(self.actions))
        made = menu_button(self.tr("New route"), menu, icon_name="plus")
        made.setEnabled(not self._reason)
        made.setToolTip(self._reason or self.tr("New route (Ctrl+N)"))
        return made

    def _make(self, text: str, slot: Callable[[], None]) -> QAction:
        made = action(self, text, icon_name="plus")
        made.triggered.connect(lambda _on=False: slot())
        explain(made, self._reason)
        return made

    def _on_route(self) -> None:
        self._ask(self.route_requested, outgoing=False)

    def _on_wildcard(self) -> None:
        self._ask(self.wildcard_requested, outgoing=False)

    def _on_outgoing(self) -> None:
        self._ask(self.outgoing_requested, outgoing=True)

    def _ask(self, signal: object, *, outgoing: bool) -> None:
        fitting = [
            connector.id
            for connector in self._connectors()
            if (connector.use_for.sends if outgoing else connector.use_for.receives)
        ]
        chosen = next((key for key in self._wanted() if key in fitting), next(iter(fitting), None))
        if chosen is None:
            self.missing.emit("sends" if outgoing else "receives")
        else:
            signal.emit(chosen)  # type: ignore[attr-defined]  # bound signals have no public type
