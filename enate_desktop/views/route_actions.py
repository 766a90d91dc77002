"""Every action on routes: one QAction each, for the keys, the context menu and the menu bar."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.route_columns import AnyRoute
from enate_desktop.views.menus import action, explain
from enate_desktop.views.route_moves import Step
from enate_desktop.views.route_tree_view import RouteTreeView

NO_EDIT = 'You need the permission "Edit routes". Ask an administrator for it.'
NOTHING_SELECTED = "Select a route first."
FALLBACK_SELECTED = "The fallback is edited in its connector."
FALLBACK_TAKES = "The fallback takes whatever no other route takes."
OUTGOING_SELECTED = "Outgoing routes take no mail."
NOT_MARKED = "The route is not marked for attention."

_STEPS = {
    Step.TOP: ("Alt+Home", "arrow-up-to-line"),
    Step.UP: ("Alt+Up", "arrow-up"),
    Step.DOWN: ("Alt+Down", "arrow-down"),
    Step.BOTTOM: ("Alt+End", "arrow-down-to-line"),
}


class RouteActions(QObject):
    """What can be done with the selected routes; a disabled one carries its reason.

    ``step_requested`` carries a Step; the other signals carry nothing.
    """

    step_requested = Signal(object)

    def __init__(self, view: RouteTreeView) -> None:
        super().__init__(view)
        self._view = view
        self.edit = self._make(self.tr("Edit"), "pencil", "Return", "Enter")
        self.rename = self._make(self.tr("Rename"), "", "F2")
        self.toggle = self._make(self.tr("Enable or disable"), "power", "Space")
        self.duplicate = self._make(self.tr("Duplicate"), "copy", "Ctrl+D")
        self.move_to = self._make(self.tr("Move to position…"), "", "Ctrl+Shift+M")
        self.search = self._make(self.tr("Search in this group"), "funnel", "Ctrl+F")
        self.activity = self._make(self.tr("Show Activity"), "history")
        self.try_mail = self._make(self.tr("Try a mail against this route"), "flask-conical")
        self.matching = self._make(self.tr("Show matching mails"), "mails")
        self.reset_hits = self._make(self.tr("Reset counters"), "refresh-cw")
        self.looked = self._make(self.tr("Mark as looked at"), "flag")
        self.copy_text = self._make(self.tr("Copy as text"), "clipboard-copy", "Ctrl+C")
        self.delete = self._make(self.tr("Delete"), "trash-2", "Del")
        self.expand_all = self._make(self.tr("Expand all"), "chevrons-up-down", "Ctrl+Shift+Right")
        self.collapse_all = self._make(
            self.tr("Collapse all"), "chevrons-down-up", "Ctrl+Shift+Left"
        )
        self.leave = self._make(self.tr("Close the pane or clear the search"), "", "Esc")
        self.steps = {
            step: self._make(self.tr(step.value), icon_name, keys)
            for step, (keys, icon_name) in _STEPS.items()
        }
        for step, made in self.steps.items():
            made.triggered.connect(partial(self._on_step_triggered, step))

    @property
    def moves(self) -> tuple[QAction, ...]:
        """The ways to move, as a menu shows them."""
        return (*self.steps.values(), self.move_to)

    def refresh(self, *, may_edit: bool) -> None:
        """Enable what the selection allows, and say why not what it does not."""
        key, ids = self._view.selection()
        group = self._view.routes.forest.groups.get(key)
        routes = [group.route(route_id) for route_id in ids] if group is not None else []
        nothing = "" if routes else self.tr(NOTHING_SELECTED)
        fallback = any(isinstance(route, Route) and route.fallback for route in routes)
        locked = nothing or (self.tr(FALLBACK_SELECTED) if fallback else "")
        reason = locked if may_edit else self.tr(NO_EDIT)
        for made in (self.toggle, self.duplicate, self.delete, self.rename):
            explain(made, reason)
        for made in self.moves:
            explain(made, nothing)
        for made in (self.activity, self.copy_text):
            explain(made, nothing)
        self._refresh_incoming(routes, nothing, may_edit=may_edit)
        enabled = bool(routes) and all(route is not None and route.enabled for route in routes)
        words = "Enable or disable" if not routes else "Disable" if enabled else "Enable"
        self.toggle.setText(self.tr(words))
        explain(self.search, "" if self._view.current_group() else self.tr(NOTHING_SELECTED))

    def fill_menu(self, menu: QMenu) -> None:
        """The context menu of the selected routes."""
        menu.addActions([self.edit, self.toggle, self.duplicate])
        menu.addSeparator()
        menu.addActions(list(self.moves))
        menu.addSeparator()
        menu.addActions([self.try_mail, self.matching, self.activity])
        menu.addSeparator()
        if self.looked.isEnabled():
            menu.addAction(self.looked)
        menu.addActions([self.reset_hits, self.search, self.copy_text])
        menu.addSeparator()
        menu.addAction(self.delete)

    def connect_all(self, slots: dict[QAction, Callable[[], object]]) -> None:
        """Join actions to what they do."""
        for made, slot in slots.items():
            made.triggered.connect(lambda _on=False, slot=slot: slot())

    def _refresh_incoming(
        self, routes: Sequence[AnyRoute | None], nothing: str, *, may_edit: bool
    ) -> None:
        """What makes sense of routes that take mail only."""
        incoming = [route for route in routes if isinstance(route, Route)]
        reason = nothing or ("" if incoming else self.tr(OUTGOING_SELECTED))
        explain(self.try_mail, reason)
        last = self.tr(FALLBACK_TAKES) if any(route.fallback for route in incoming) else ""
        explain(self.matching, reason or last)
        reason = reason or ("" if may_edit else self.tr(NO_EDIT))
        explain(self.reset_hits, reason)
        marked = any(route.for_attention for route in incoming)
        explain(self.looked, reason or ("" if marked else self.tr(NOT_MARKED)))

    def _make(self, text: str, icon_name: str, *keys: str) -> QAction:
        made = action(self, text, icon_name=icon_name)
        made.setData(icon_name)
        made.setShortcuts([QKeySequence(key) for key in keys])
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(made)
        return made

    def _on_step_triggered(self, step: Step) -> None:
        self.step_requested.emit(step)
