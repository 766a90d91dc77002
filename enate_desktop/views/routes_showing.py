"""What of the routes the page shows, and how: filters, folds, columns, sorting; remembered."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint

from enate_desktop.item_models.route_columns import Sorting
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.views.route_filter_bar import RouteFilterBar
from enate_desktop.views.route_folds import MOST_UNFOLDED, RouteFolds
from enate_desktop.views.route_handling import sort_by
from enate_desktop.views.route_header import RouteHeader
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.routes_layout import RoutesLayout

_NONE_LEFT = {
    ShowOnly.WARNINGS: ("No route has a warning", "Every route gets mail, as far as is known."),
    ShowOnly.ATTENTION: (
        "No route is marked for attention",
        "Routes made from unhandled mail are marked until somebody has looked at them.",
    ),
}
"""Title and sentence where a filter leaves nothing."""


class RoutesShowing(QObject):
    """Joins the filter line and the header to the tree."""

    def __init__(
        self,
        tree: RouteTreeView,
        filters: RouteFilterBar,
        columns: RouteHeader,
        layout: RoutesLayout,
    ) -> None:
        super().__init__(tree)
        self._tree = tree
        self._forest = tree.routes.forest
        self._filters = filters
        self._columns = columns
        self._layout = layout
        self.folds = RouteFolds(tree)
        self._folds_of_all: dict[str, bool] = {}
        layout.nothing.add_button(
            self.tr("Show all routes"), lambda: filters.choose_only(ShowOnly.ALL)
        )
        filters.changed.connect(self._on_filter_changed)
        filters.columns_menu.aboutToShow.connect(self._on_columns_menu)
        tree.header().customContextMenuRequested.connect(self._on_header_menu)
        columns.sorting_requested.connect(self._on_sorting_requested)

    def refresh(self) -> None:
        """Take account of other routes, warnings or marks."""
        forest = self._forest
        self._columns.set_marked(bool(forest.marked()))
        warned = sum(group.warned for group in forest.groups.values())
        counts = {ShowOnly.WARNINGS: warned, ShowOnly.ATTENTION: len(forest.marked())}
        self._filters.set_counts(counts)
        self.folds.bring_up_to_date(self._filters.accepts)
        left = any(self._filters.accepts(group) for group in forest.groups.values())
        words = None if left or not forest.keys else _NONE_LEFT.get(forest.only)
        self._layout.show_nothing(words)

    def state(self) -> dict[str, object]:
        """What is remembered between sessions."""
        sorting = self._forest.sorting
        folds = self.folds.state() if self._forest.only is ShowOnly.ALL else self._folds_of_all
        return {
            "folds": folds,
            "columns": self._columns.state(),
            "connector": self._filters.connector_id,
            "sorted_by": sorting.column.name,
            "descending": sorting.descending,
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up :meth:`state`."""
        folds, columns, connector = (state.get(k) for k in ("folds", "columns", "connector"))
        if isinstance(folds, dict):
            self.folds.restore(folds)
        if isinstance(columns, dict):
            self._columns.restore(columns)
        if isinstance(connector, int) and connector:
            self._filters.choose(connector)
        sorting = Sorting.named(state.get("sorted_by"), state.get("descending"))
        if not sorting.by_priority:
            sort_by(self._tree, sorting)

    def show_everything(self) -> None:
        """Every connector and every route, after Esc with nothing else open."""
        if self._filters.connector_id:
            self._filters.choose(0)
        self._filters.choose_only(ShowOnly.ALL)

    def _on_filter_changed(self) -> None:
        before, only = self._forest.only, self._filters.only
        if before is ShowOnly.ALL and only is not ShowOnly.ALL:
            self._folds_of_all = self.folds.state()
        self._tree.routes.show_only(only)
        self.refresh()
        if before is not ShowOnly.ALL and only is ShowOnly.ALL:
            self.folds.restore(self._folds_of_all)
        shown = sum(group.shown for group in self._forest.groups.values())
        if self._filters.connector_id or (only is not ShowOnly.ALL and shown <= MOST_UNFOLDED):
            self.folds.unfold_shown()

    def _on_sorting_requested(self, sorting: Sorting) -> None:
        sort_by(self._tree, sorting)

    def _on_columns_menu(self) -> None:
        self._columns.fill_menu(self._filters.columns_menu)

    def _on_header_menu(self, at: QPoint) -> None:
        self._on_columns_menu()
        self._filters.columns_menu.popup(self._tree.header().mapToGlobal(at))
