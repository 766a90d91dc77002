"""From what a person does in the routes tree to what happens: one small method for each."""

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from enate_desktop.domain.routes import WILDCARD, OutgoingRoute
from enate_desktop.item_models.route_columns import COLUMNS, AnyRoute, Sorting
from enate_desktop.item_models.route_group import EMPTY_ROW, NO_FALLBACK_ROW, RouteGroupRows
from enate_desktop.item_models.route_refusals import Refusal
from enate_desktop.services.bundle import Services
from enate_desktop.views.accessibility import announce
from enate_desktop.views.activity_dialog import ActivityDialog
from enate_desktop.views.move_dialog import MoveDialog, move_dialog
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.route_actions import RouteActions
from enate_desktop.views.route_editing import RouteEditing
from enate_desktop.views.route_group_painting import Hit
from enate_desktop.views.route_moves import Step
from enate_desktop.views.route_search_fields import RouteSearchFields
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.route_work import RouteWork


class RouteHandling(QObject):
    """Joins the tree, its actions, the search rows and the editor to the work.

    ``refused`` carries a Refusal, ``connector_requested`` a connector id, ``left`` comes when Esc
    has nothing left to close in here.
    """

    refused = Signal(object)
    connector_requested = Signal(int)
    left = Signal()

    def __init__(
        self,
        tree: RouteTreeView,
        actions: RouteActions,
        search: RouteSearchFields,
        editing: RouteEditing,
        work: RouteWork,
        services: Services,
    ) -> None:
        super().__init__(tree)
        self._tree = tree
        self._forest = tree.routes.forest
        self._actions = actions
        self._search = search
        self._editing = editing
        self._work = work
        self._services = services
        self._restoring = UndoableWork(services.restoring, self, work.stack)
        self._connect(tree, actions)

    def move(self, key: int, ids: tuple[int, ...], place: int) -> None:
        """Move routes and keep them selected; nothing happens where they stand already."""
        group = self._forest.groups.get(key)
        if (
            group is None
            or _stands_there(group, ids, place)
            or not self._work.move(key, ids, place)
        ):
            return
        self._tree.select_routes(key, ids)
        self._tree.flash(key, ids)
        first = next(route for route in group.routes if route.id in ids)
        announce(f"{first.name}, position {group.number(first.id)} of {group.movable}")

    def toggle(self, key: int, ids: tuple[int, ...]) -> None:
        """Switch routes on or off, unless one of them is locked."""
        group = self._forest.groups[key]
        for route in group.routes:
            if route.id in ids and not self._tree.rows.switchable(route):
                self.refused.emit(self._tree.rows.lock_refusal(route))
                return
        self._work.toggle(key, ids)

    def edit_current(self) -> None:
        """Open the current route; a connector's row folds or unfolds."""
        index = self._tree.currentIndex()
        route = self._tree.routes.route_at(index)
        if route is not None:
            self._editing.open(route)
            self._editing.focus_name()
        elif index.isValid() and not index.internalId():
            first = index.siblingAtColumn(0)
            self._tree.setExpanded(first, not self._tree.isExpanded(first))

    def ask_position(self) -> MoveDialog | None:
        """Open Move to position…; None when that is refused."""
        key, ids = self._tree.selection()
        if not ids:
            return None
        dialog = move_dialog(self._forest, key, ids, self._tree)
        if isinstance(dialog, Refusal):
            self.refused.emit(dialog)
            return None
        dialog.accepted.connect(lambda: self.move(key, ids, dialog.place))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def show_activity(self, route: AnyRoute) -> ActivityDialog:
        """Open the history of a route."""
        kind = "outgoing route" if isinstance(route, OutgoingRoute) else "route"
        window = self._tree.window()
        subject = (kind, route.id)
        dialog = ActivityDialog(route.name, subject, self._services, self._restoring, window)
        dialog.open()
        return dialog

    def add_to(self, group: RouteGroupRows) -> None:
        """Open an empty route of a group."""
        if group.outgoing:
            self._editing.open_new_outgoing(group.connector.id)
        else:
            self._editing.open_new(group.connector.id, group.connector.primary_address)

    def add_wildcard(self, connector_id: int) -> None:
        """Open an empty wildcard route."""
        self._editing.open_new(connector_id, WILDCARD)

    def _connect(self, tree: RouteTreeView, actions: RouteActions) -> None:
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._on_menu_requested)
        # A drop has to be over before rows move.
        tree.move_requested.connect(self.move, Qt.ConnectionType.QueuedConnection)
        tree.refused.connect(self.refused)
        tree.toggle_requested.connect(self.toggle)
        tree.edit_requested.connect(self._on_edit_requested)
        tree.tool_requested.connect(self._on_tool_requested)
        tree.remedy_requested.connect(self._on_remedy_requested)
        self._editing.activity_requested.connect(self.show_activity)
        self._restoring.done.connect(self._work.done)
        self._restoring.changed.connect(self._work.changed)
        self._restoring.failed.connect(self._work.failed)
        actions.step_requested.connect(tree.move_selection)
        actions.connect_all(
            {
                actions.edit: self.edit_current,
                actions.rename: self.edit_current,
                actions.toggle: self._on_toggle,
                actions.duplicate: self._on_duplicate,
                actions.delete: self._on_delete,
                actions.move_to: self.ask_position,
                actions.search: self._on_search,
                actions.activity: self._on_activity,
                actions.copy_text: self._on_copy,
                actions.leave: self._on_leave,
            }
        )

    def _selected(self) -> list[AnyRoute]:
        key, ids = self._tree.selection()
        group = self._forest.groups.get(key)
        return [route for route in group.routes if route.id in ids] if group is not None else []

    def _on_toggle(self) -> None:
        key, ids = self._tree.selection()
        if ids:
            self.toggle(key, ids)

    def _on_duplicate(self) -> None:
        key, ids = self._tree.selection()
        copy = self._work.duplicate(key, ids[0]) if ids else None
        if copy is not None:
            self._tree.select_routes(key, (copy.id,))
            self._editing.open(copy)
            self._editing.focus_name()

    def _on_delete(self) -> None:
        key, ids = self._tree.selection()
        if ids:
            self._work.delete(key, ids)

    def _on_search(self) -> None:
        group = self._tree.current_group()
        if group is not None:
            self._search.open(group.key)

    def _on_activity(self) -> None:
        for route in self._selected()[:1]:
            self.show_activity(route)

    def _on_copy(self) -> None:
        key, ids = self._tree.selection()
        indexes = [self._tree.routes.child_index(key, route_id) for route_id in ids]
        lines = [
            "\t".join(str(index.siblingAtColumn(column).data() or "") for column in COLUMNS)
            for index in indexes
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _on_leave(self) -> None:
        """Esc: first the pane, then the search of this group, then the page's filter."""
        group = self._tree.current_group()
        if self._editing.is_open:
            self._editing.close()
        elif group is not None and group.search_open:
            self._search.close(group.key)
        else:
            self.left.emit()

    def _on_edit_requested(self, key: int, route_id: int) -> None:
        route = self._forest.groups[key].route(route_id)
        if route is not None:
            self._editing.open(route)

    def _on_tool_requested(self, key: int, hit: Hit) -> None:
        if hit is Hit.SEARCH:
            self._search.toggle(key)
        elif hit is Hit.ADD:
            if self._tree.rows.may_edit:
                self.add_to(self._forest.groups[key])
        elif self._tree.selection()[0] == key:
            self._tree.move_selection(Step.UP if hit is Hit.UP else Step.DOWN)

    def _on_remedy_requested(self, key: int, child: int) -> None:
        group = self._forest.groups[key]
        if child == NO_FALLBACK_ROW:
            self.connector_requested.emit(group.connector.id)
        elif child == EMPTY_ROW:
            self.add_to(group)
        else:
            self._search.clear(key)

    def _on_menu_requested(self, at: QPoint) -> None:
        index = self._tree.visible_row(at)
        if not index.isValid():
            return
        if not self._tree.selectionModel().isSelected(index):
            self._tree.setCurrentIndex(index)
        menu = QMenu(self._tree)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions.fill_menu(menu)
        menu.popup(self._tree.viewport().mapToGlobal(at))


def sort_by(tree: RouteTreeView, sorting: Sorting) -> None:
    """Show the groups in an order; the routes run by priority whatever it is."""
    order = Qt.SortOrder.DescendingOrder if sorting.descending else Qt.SortOrder.AscendingOrder
    tree.routes.sort(sorting.column, order)
    if tree.currentIndex().isValid():
        tree.scrollTo(tree.currentIndex())


def _stands_there(group: RouteGroupRows, ids: tuple[int, ...], place: int) -> bool:
    order = [route.id for route in group.incoming_order]
    rest = [route_id for route_id in order if route_id not in ids]
    chosen = [route_id for route_id in order if route_id in ids]
    return [*rest[:place], *chosen, *rest[place:]] == order
