"""Which groups of the routes tree are unfolded, and which are shown at all (G-01, G-02)."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex

from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.views.route_rows_view import RouteRowsView

MOST_UNFOLDED = 200
"""A larger group starts folded, and so do all when together they have more (UI 2)."""


class RouteFolds:
    """Unfolds new groups by their size and keeps to what a person chose, also next time."""

    def __init__(self, view: RouteRowsView) -> None:
        self._view = view
        self._chosen: dict[int, bool] = {}
        self._known: set[int] = set()

    def bring_up_to_date(self, accepts: Callable[[RouteGroupRows], bool]) -> None:
        """Fold or unfold groups that are new, and show only those that are accepted."""
        forest = self._view.routes.forest
        total = sum(len(group.routes) for group in forest.groups.values())
        self._known &= forest.groups.keys()
        for key in forest.keys:
            group = forest.groups[key]
            if key not in self._known:
                self._known.add(key)
                small = total <= MOST_UNFOLDED and len(group.routes) <= MOST_UNFOLDED
                self._view.setExpanded(self._index(key), self._chosen.get(key, small))
            row = forest.row_of[key]
            hidden = not accepts(group)
            if hidden != self._view.isRowHidden(row, QModelIndex()):  # else a layout for nothing
                self._view.setRowHidden(row, QModelIndex(), hidden)

    def unfold_shown(self) -> None:
        """Unfold every group that is shown, after a choice of connector."""
        for key, row in self._view.routes.forest.row_of.items():
            if not self._view.isRowHidden(row, QModelIndex()):
                self._view.expand(self._index(key))

    def set_all(self, expanded: bool) -> None:
        """Fold or unfold all groups."""
        for key in self._view.routes.forest.keys:
            self._view.setExpanded(self._index(key), expanded)

    def state(self) -> dict[str, bool]:
        """What is unfolded, by group key, for the next session."""
        present = {
            str(key): self._view.isExpanded(self._index(key))
            for key in self._view.routes.forest.keys
        }
        return {**{str(key): on for key, on in self._chosen.items()}, **present}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up :meth:`state`."""
        self._chosen = {
            int(key): on for key, on in state.items() if key.isdecimal() and isinstance(on, bool)
        }
        for key, on in self._chosen.items():
            if key in self._view.routes.forest.groups:
                self._view.setExpanded(self._index(key), on)

    def _index(self, key: int) -> QModelIndex:
        return self._view.routes.group_index(key)
