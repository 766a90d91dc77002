"""The Email Routes page: every connector's routes in the order in which they are tried."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_columns import AnyRoute
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.services.bundle import Services
from enate_desktop.views.attention_banner import AttentionBanner
from enate_desktop.views.menus import action, explain
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.page import MenuName, Page
from enate_desktop.views.route_actions import NO_EDIT, RouteActions
from enate_desktop.views.route_editing import RouteEditing
from enate_desktop.views.route_filter_bar import RouteFilterBar
from enate_desktop.views.route_foresight import RouteForesight
from enate_desktop.views.route_handling import RouteHandling
from enate_desktop.views.route_header import RouteHeader
from enate_desktop.views.route_insight import RouteInsight
from enate_desktop.views.route_loader import RouteLoader
from enate_desktop.views.route_new import NewRoutes
from enate_desktop.views.route_refusal_bar import RefusalBar
from enate_desktop.views.route_search_fields import RouteSearchFields
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.route_warning_help import RouteWarningHelp
from enate_desktop.views.route_work import RouteWork
from enate_desktop.views.routes_layout import RoutesLayout
from enate_desktop.views.routes_showing import RoutesShowing
from enate_desktop.views.routes_updates import RoutesUpdates
from enate_desktop.worker.notifier import ChangeNotifier

_AGES_EVERY_MILLISECONDS = 10_000


class RoutesPage(Page):
    """Puts tree, search, editor and undo together; the rules are in the layers below."""

    def __init__(
        self,
        services: Services,
        notifier: ChangeNotifier,
        drafts: OrderDrafts | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Email routes", parent)
        me = services.people.me
        self._may_edit = me.may(Permission.EDIT_ROUTES)
        self.forest = RouteForest()
        self.forest.may_reorder = me.may(Permission.REORDER_ROUTES)
        self.tree = RouteTreeView(RouteTreeModel(self.forest, self), clock)
        self.tree.rows.may_edit = self._may_edit
        self.route_actions = RouteActions(self.tree)
        self.columns = RouteHeader(self.tree)
        self.search = RouteSearchFields(self.tree)
        drafts = drafts or OrderDrafts(self)
        self.work = RouteWork(services.routes, self.forest, drafts, self)
        self.editing = RouteEditing(
            self.work, self.forest, services.outgoing_tests, services.proposals, self
        )
        self.handling = RouteHandling(
            self.tree, self.route_actions, self.search, self.editing, self.work, services
        )
        self.insight = RouteInsight(self.tree, self.route_actions, self.work, services)
        self._loader = RouteLoader(services, self.tree.routes, drafts, self)
        self.foresight = RouteForesight(services, drafts, self.work, self.messages, self)
        self.new = NewRoutes(
            self, self._connectors, self._wanted_connectors, may_edit=self._may_edit
        )
        self._make_parts(notifier)
        self._build()
        self._connect()
        self._loader.load()
        self._refresh_actions()
        self._on_stack_moved()

    def _make_parts(self, notifier: ChangeNotifier) -> None:
        """What stands around the tree and needs it."""
        folds = (self.route_actions.expand_all, self.route_actions.collapse_all)
        self.filters = RouteFilterBar(self.route_actions.moves, folds)
        self.warnings = RouteWarningHelp(self.tree, self.handling, self._companies)
        self._parts = RoutesLayout(
            self.filters, self.tree, self.columns, self.editing.pane, self.warnings.bar
        )
        self.showing = RoutesShowing(self.tree, self.filters, self.columns, self._parts)
        self.attention = AttentionBanner(
            self.messages, self.forest, self.filters, self.work, may_edit=self._may_edit
        )
        self._refusals = RefusalBar(self.messages, self.tree, self.search, self.filters)
        self._updates = RoutesUpdates(
            self, self._loader, self.work, self.foresight, notifier, self.search.forget_gone
        )
        self._ages = QTimer(self)
        self._undo = action(self, self.tr("Undo"), icon_name="undo-2")

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        made = self.route_actions
        changes = (made.edit, made.toggle, made.duplicate, made.delete)
        mails = (made.try_mail, made.matching, made.search, made.activity)
        folds = (made.expand_all, made.collapse_all)
        return {
            MenuName.ROUTE: (*self.new.actions, *changes, *made.moves, self.filters.hold, *mails),
            MenuName.VIEW: folds,
        }

    @override
    def shown(self) -> None:
        self._ages.start()
        self.tree.viewport().update()

    @override
    def focus_first(self) -> None:
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)

    @override
    def navigate(self, target: object) -> None:
        """Show one connector (its id), or open a Route or OutgoingRoute."""
        if isinstance(target, int):
            self.filters.choose(target)
        elif isinstance(target, Route) and not target.id:
            self.editing.open(target)
            self.editing.focus_name()
        elif isinstance(target, AnyRoute):
            key = group_key(target.connector_id, outgoing=isinstance(target, OutgoingRoute))
            self.showing.show_everything()
            self.tree.expand(self.tree.routes.group_index(key))
            self.tree.select_routes(key, (target.id,))
            self.editing.open(target)

    @override
    def save_state(self) -> dict[str, object]:
        recent = list(self.editing.incoming.process.recent)
        drafts = self.foresight.drafts.state()
        return {**self.showing.state(), "drafts": drafts, "processes": recent}

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        drafts, recent = state.get("drafts"), state.get("processes")
        if isinstance(recent, list):
            self.editing.incoming.process.set_recent(k for k in recent if isinstance(k, int))
        if isinstance(drafts, dict):
            self.foresight.drafts.restore(drafts)
            self.filters.hold.setChecked(self.foresight.drafts.holding)
        self.showing.restore(state)

    def _build(self) -> None:
        self.editing.set_read_only("" if self._may_edit else self.tr(NO_EDIT))
        self._parts.empty.add_button(self.tr("Add connector"), self._on_add_connector)
        self.body.addWidget(self._parts)
        self.body.addWidget(self.foresight.bar)
        self._ages.setInterval(_AGES_EVERY_MILLISECONDS)
        self._ages.timeout.connect(self.tree.viewport().update)
        self.header.add_action(self._undo)
        self.header.add_widget(self.new.make_button(self))
        find = action(self, self.tr("Connector filter"), keys="Ctrl+L")
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(self.filters.focus_connector)
        self.addAction(find)

    def _connect(self) -> None:
        self._undo.triggered.connect(self.work.stack.undo)
        self.work.stack.indexChanged.connect(self._on_stack_moved)
        self.work.done.connect(self.toast)
        self._updates.refreshed.connect(self._on_refreshed)
        self._loader.loaded.connect(self._on_loaded)
        self.filters.hold.toggled.connect(self._on_hold_toggled)
        self.filters.changed.connect(self.attention.refresh)
        self.handling.refused.connect(self._refusals.show)
        self.handling.left.connect(self.showing.show_everything)
        for part in (self.handling, self.editing, self.warnings):
            part.connector_requested.connect(self._on_connector_requested)
        for source in (self.insight, self.warnings):
            source.try_requested.connect(self._on_try_requested)
        self.insight.failed.connect(self._updates.show_error)
        self.editing.matching_requested.connect(self.insight.show_matching)
        self.insight.hits_changed.connect(self._on_hits_changed)
        self.editing.opened.connect(self._parts.fit)
        self.editing.closed.connect(self._on_editor_closed)
        self.editing.saved.connect(self._on_saved)
        self.editing.drafts_changed.connect(self.tree.viewport().update)
        self.new.route_requested.connect(self._on_new_route)
        self.new.wildcard_requested.connect(self.handling.add_wildcard)
        self.new.outgoing_requested.connect(self.editing.open_new_outgoing)
        self.new.missing.connect(self._on_connector_missing)
        self.tree.selectionModel().selectionChanged.connect(self._refresh_actions)
        self.tree.selectionModel().currentChanged.connect(self._refresh_actions)
        made = self.route_actions
        made.expand_all.triggered.connect(lambda: self.showing.folds.set_all(True))
        made.collapse_all.triggered.connect(lambda: self.showing.folds.set_all(False))

    def _refresh_actions(self) -> None:
        self.route_actions.refresh(may_edit=self._may_edit)
        self.tree.viewport().update()

    def _connectors(self) -> Sequence[Connector]:
        return self._loader.connectors

    def _companies(self) -> Mapping[int, str]:
        return {company.id: company.name for company in self._loader.sources.companies}

    def _wanted_connectors(self) -> tuple[int, ...]:
        """Whose route a new one most likely is: of the current group, else of the filter."""
        group = self.tree.current_group()
        return (group.connector.id if group is not None else 0, self.filters.connector_id)

    def _on_new_route(self, connector_id: int) -> None:
        self.handling.add_to(self.forest.groups[group_key(connector_id, outgoing=False)])

    def _on_connector_missing(self, what: str) -> None:
        self.messages.show_message(
            MessageKind.INFO,
            self.tr("There is no connector that {what} mail yet.").format(what=what),
            MessageAction(self.tr("Add connector"), self._on_add_connector),
            key="no connector",
        )

    def _on_add_connector(self) -> None:
        self.page_requested.emit("connectors", None)

    def _on_loaded(self) -> None:
        """Routes were read again, as opposed to warnings and counters."""
        self.filters.set_connectors(self._loader.connectors)
        self.editing.set_sources(self._loader.sources)
        self._parts.show_empty(not self._loader.connectors)

    def _on_refreshed(self) -> None:
        self.showing.refresh()
        self.attention.refresh()
        self.warnings.refresh()
        self._refresh_actions()

    def _on_hold_toggled(self, on: bool) -> None:
        self.foresight.drafts.holding = on

    def _on_hits_changed(self, text: str) -> None:
        self._loader.load_hits()
        self.toast(text)

    def _on_connector_requested(self, connector_id: int) -> None:
        self.page_requested.emit("connectors", connector_id)

    def _on_try_requested(self, what: object) -> None:
        self.page_requested.emit("try_mail", what)

    def _on_editor_closed(self) -> None:
        self._parts.fit()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_saved(self, route: AnyRoute) -> None:
        """Bring a saved route into sight, past a filter that would hide it."""
        key = group_key(route.connector_id, outgoing=isinstance(route, OutgoingRoute))
        if not self.tree.routes.child_index(key, route.id).isValid():
            self.filters.choose_only(ShowOnly.ALL)
        self.tree.expand(self.tree.routes.group_index(key))
        self.tree.select_routes(key, (route.id,))
        self.tree.flash(key, (route.id,))

    def _on_stack_moved(self) -> None:
        text = self.work.stack.undoText()
        nothing = self.tr("Nothing to undo.")
        explain(self._undo, "" if text else nothing)
        if text:
            self._undo.setToolTip(self.tr("Undo: {what}").format(what=text))
