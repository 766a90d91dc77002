"""The Email Routes page: every connector's routes in the order in which they are tried."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_columns import AnyRoute, Sorting
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.menus import action, explain
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.page import MenuName, Page
from enate_desktop.views.route_actions import NO_EDIT, RouteActions
from enate_desktop.views.route_editing import RouteEditing
from enate_desktop.views.route_filter_bar import RouteFilterBar
from enate_desktop.views.route_folds import RouteFolds
from enate_desktop.views.route_foresight import RouteForesight
from enate_desktop.views.route_handling import RouteHandling, sort_by
from enate_desktop.views.route_header import RouteHeader
from enate_desktop.views.route_loader import RouteLoader
from enate_desktop.views.route_new import NewRoutes
from enate_desktop.views.route_refusal_bar import RefusalBar
from enate_desktop.views.route_search_fields import RouteSearchFields
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.route_work import RouteWork
from enate_desktop.views.routes_layout import RoutesLayout
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
        self._notifier = notifier
        me = services.people.me
        self._may_edit = me.may(Permission.EDIT_ROUTES)
        self.forest = RouteForest()
        self.forest.may_reorder = me.may(Permission.REORDER_ROUTES)
        self.tree = RouteTreeView(RouteTreeModel(self.forest, self), clock)
        self.tree.rows.may_edit = self._may_edit
        self.route_actions = RouteActions(self.tree)
        self.columns = RouteHeader(self.tree)
        self.search = RouteSearchFields(self.tree)
        self.folds = RouteFolds(self.tree)
        drafts = drafts or OrderDrafts(self)
        self.work = RouteWork(services.routes, self.forest, drafts, self)
        self.editing = RouteEditing(self.work, self.forest, services.outgoing_tests, self)
        self.handling = RouteHandling(
            self.tree, self.route_actions, self.search, self.editing, self.work, services
        )
        self._loader = RouteLoader(services, self.tree.routes, drafts, self)
        self.foresight = RouteForesight(services, drafts, self.work, self.messages, self)
        self._refusals = RefusalBar(self.messages, self.tree, self.search)
        folds = (self.route_actions.expand_all, self.route_actions.collapse_all)
        self.filters = RouteFilterBar(self.route_actions.moves, folds)
        self._parts = RoutesLayout(self.filters, self.tree, self.columns, self.editing.pane)
        self._ages = QTimer(self)
        self._undo = action(self, self.tr("Undo"), icon_name="undo-2")
        self.new = NewRoutes(
            self, self._connectors, self._wanted_connectors, may_edit=self._may_edit
        )
        self._build()
        self._connect()
        self._loader.load()
        self._refresh_actions()
        self._on_stack_moved()

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        made = self.route_actions
        changes = (made.edit, made.toggle, made.duplicate, made.delete)
        folds = (made.expand_all, made.collapse_all)
        return {
            MenuName.ROUTE: (*self.new.actions, *changes, *made.moves, made.search, made.activity),
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
            self.filters.choose(0)
            self.tree.expand(self.tree.routes.group_index(key))
            self.tree.select_routes(key, (target.id,))
            self.editing.open(target)

    @override
    def save_state(self) -> dict[str, object]:
        sorting = self.forest.sorting
        return {
            "folds": self.folds.state(),
            "columns": self.columns.state(),
            "connector": self.filters.connector_id,
            "drafts": self.foresight.drafts.state(),
            "sorted_by": sorting.column.name,
            "descending": sorting.descending,
        }

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        folds, columns, connector = (state.get(k) for k in ("folds", "columns", "connector"))
        drafts = state.get("drafts")
        if isinstance(drafts, dict):
            self.foresight.drafts.restore(drafts)
            self.filters.hold.setChecked(self.foresight.drafts.holding)
        if isinstance(folds, dict):
            self.folds.restore(folds)
        if isinstance(columns, dict):
            self.columns.restore(columns)
        if isinstance(connector, int) and connector:
            self.filters.choose(connector)
        sorting = Sorting.named(state.get("sorted_by"), state.get("descending"))
        if not sorting.by_priority:
            sort_by(self.tree, sorting)

    def _build(self) -> None:
        self.editing.set_read_only("" if self._may_edit else self.tr(NO_EDIT))
        self._parts.empty.add_button(self.tr("Add connector"), self._on_add_connector)
        self.body.addWidget(self._parts)
        self.body.addWidget(self.foresight.bar)
        self._ages.setInterval(_AGES_EVERY_MILLISECONDS)
        self.header.add_action(self._undo)
        self.header.add_widget(self.new.make_button(self))
        find = action(self, self.tr("Connector filter"), keys="Ctrl+L")
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(self.filters.focus_connector)
        self.addAction(find)

    def _connect(self) -> None:
        self._undo.triggered.connect(self.work.stack.undo)
        self.new.route_requested.connect(self._on_new_route)
        self.new.wildcard_requested.connect(self.handling.add_wildcard)
        self.new.outgoing_requested.connect(self.editing.open_new_outgoing)
        self.new.missing.connect(self._on_connector_missing)
        self.work.stack.indexChanged.connect(self._on_stack_moved)
        self.work.done.connect(self._on_done)
        self.foresight.order_changed.connect(self._on_order_held)
        self.filters.hold.toggled.connect(self._on_hold_toggled)
        self.work.changed.connect(self._on_changed)
        self.work.failed.connect(self._on_failed)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._notifier.changed.connect(self._on_notified)
        self.handling.refused.connect(self._refusals.show)
        self.handling.connector_requested.connect(self._on_connector_requested)
        self.handling.left.connect(self._on_left)
        self.editing.connector_requested.connect(self._on_connector_requested)
        self.editing.opened.connect(self._parts.fit)
        self.editing.closed.connect(self._on_editor_closed)
        self.editing.saved.connect(self._on_saved)
        self.editing.drafts_changed.connect(self.tree.viewport().update)
        self.filters.changed.connect(self._on_filter_changed)
        self.filters.columns_menu.aboutToShow.connect(self._on_columns_menu)
        self.tree.header().customContextMenuRequested.connect(self._on_header_menu)
        self.columns.sorting_requested.connect(self._on_sorting_requested)
        self.tree.selectionModel().selectionChanged.connect(self._refresh_actions)
        self.tree.selectionModel().currentChanged.connect(self._refresh_actions)
        self.route_actions.expand_all.triggered.connect(lambda: self.folds.set_all(True))
        self.route_actions.collapse_all.triggered.connect(lambda: self.folds.set_all(False))
        self._ages.timeout.connect(self.tree.viewport().update)

    def _refresh_actions(self) -> None:
        self.route_actions.refresh(may_edit=self._may_edit)
        self.tree.viewport().update()

    def _connectors(self) -> Sequence[Connector]:
        return self._loader.connectors

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
        self.search.forget_gone()
        self.filters.set_connectors(self._loader.connectors)
        self.folds.bring_up_to_date(self.filters.accepts)
        self.editing.set_sources(self._loader.sources)
        self._parts.show_empty(not self._loader.connectors)
        self._refresh_actions()

    def _on_done(self, text: str, undo: Callable[[], object]) -> None:
        self.toast(text, undo)

    def _on_changed(self, changes: Changes) -> None:
        before = self._loader.groups
        self._loader.load_routes(changes.routes)
        self.foresight.routes_changed(before, self._loader.groups)
        self._notifier.notify(changes, self)

    def _on_notified(self, changes: Changes, initiator: object) -> None:
        if initiator is self:
            return
        if changes.connectors or changes.directory:
            self._loader.load()
        elif changes.routes:
            self._loader.load_routes(changes.routes)
        elif changes.conditions:
            self._loader.load_conditions()
        if changes.work_items:
            self._loader.load_hits()

    def _on_order_held(self, connector_id: int) -> None:
        self._loader.load_routes((connector_id,))

    def _on_hold_toggled(self, on: bool) -> None:
        self.foresight.drafts.holding = on

    def _on_failed(self, error: EnateError) -> None:
        self.messages.show_error(error)

    def _on_connector_requested(self, connector_id: int) -> None:
        self.page_requested.emit("connectors", connector_id)

    def _on_left(self) -> None:
        """Esc with nothing open: show every connector again."""
        if self.filters.connector_id:
            self.filters.choose(0)

    def _on_editor_closed(self) -> None:
        self._parts.fit()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_saved(self, route: AnyRoute) -> None:
        key = group_key(route.connector_id, outgoing=isinstance(route, OutgoingRoute))
        self.tree.expand(self.tree.routes.group_index(key))
        self.tree.select_routes(key, (route.id,))
        self.tree.flash(key, (route.id,))

    def _on_filter_changed(self) -> None:
        self.folds.bring_up_to_date(self.filters.accepts)
        if self.filters.connector_id:
            self.folds.unfold_shown()

    def _on_sorting_requested(self, sorting: Sorting) -> None:
        sort_by(self.tree, sorting)

    def _on_columns_menu(self) -> None:
        self.columns.fill_menu(self.filters.columns_menu)

    def _on_header_menu(self, at: QPoint) -> None:
        self._on_columns_menu()
        self.filters.columns_menu.popup(self.tree.header().mapToGlobal(at))

    def _on_stack_moved(self) -> None:
        text = self.work.stack.undoText()
        nothing = self.tr("Nothing to undo.")
        explain(self._undo, "" if text else nothing)
        if text:
            self._undo.setToolTip(self.tr("Undo: {what}").format(what=text))
