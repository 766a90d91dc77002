"""The model of the Email Routes page: connectors, and their routes below them.

Sorting, searching and filtering happen in the forest, in Python; nothing is ever reset.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.item_models.route_columns import AnyRoute, Column, Sorting
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import SENTENCES, RouteGroupRows, groups_of
from enate_desktop.item_models.route_mime import carries_routes, packed, unpacked
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_refusals import Refusal
from enate_desktop.item_models.route_rows import COLUMN_COUNT, ROOT, Index, RouteRowsModel
from enate_desktop.item_models.route_search import NO_SEARCH, RouteSearch, ShowOnly
from enate_desktop.item_models.row_changes import apply_rows, relayout
from enate_desktop.routing.analysis.warning_kinds import RouteWarning
from enate_desktop.services.route_hits import RouteHits
from enate_desktop.services.routes import RouteGroup


class RouteTreeModel(RouteRowsModel):
    """What changes the rows, and what a drop on them means.

    ``move_requested`` tells a drop: group key, route ids, place in the order after removal. The
    order itself changes only when :meth:`set_groups` or :meth:`set_group` brings another one.
    """

    move_requested = Signal(object, object, object)

    def __init__(self, forest: RouteForest, parent: QObject | None = None) -> None:
        super().__init__(forest, parent)
        self._sources: dict[int, RouteGroup] = {}

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Show every group in another order, at once (G-08)."""
        forest = self.forest
        forest.sorting = Sorting(Column(column), order == Qt.SortOrder.DescendingOrder)
        self._rearrange_all()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMN_COUNT - 1)

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        key = next((index.internalId() for index in indexes if index.internalId()), 0)
        return packed(key, self.route_ids(key, indexes))

    @override
    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return carries_routes(data) and self.drop_refusal(data, row, parent) is None

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Change nothing; ask for the move, so that it can be undone."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        key, ids = unpacked(data)
        self.move_requested.emit(key, ids, self.forest.place_of(key, ids, row))
        return True

    def drop_refusal(self, data: QMimeData, row: int, parent: Index) -> Refusal | None:
        """Why the dragged routes cannot be dropped before child ``row`` of ``parent``, or None."""
        key, ids = unpacked(data)
        target = 0
        if parent.isValid() and not parent.internalId():
            target = self.forest.keys[parent.row()]
        return self.forest.drop_refusal(key, ids, target, row)

    def set_groups(self, groups: Iterable[RouteGroup]) -> None:
        """Show these connectors; what stays keeps its row state in every view."""
        self._sources = {group.connector.id: group for group in groups}
        self._update()

    def set_group(self, group: RouteGroup) -> None:
        """Show one connector's present routes."""
        self._sources[group.connector.id] = group
        self._update(frozenset((group.connector.id,)))

    def set_connectors(self, connectors: Iterable[Connector]) -> None:
        """Show the present state of connectors; their routes stay as they are."""
        for connector in connectors:
            source = self._sources.get(connector.id)
            if source is not None:
                self._sources[connector.id] = replace(source, connector=connector)
                self._update(frozenset((connector.id,)))

    def set_book(self, book: ProcessBook) -> None:
        """Show other process names."""
        self.forest.book = book
        for group in self.forest.groups.values():
            self._rearrange(group)
            self._tell_all(group)

    def set_warnings(self, warnings: Mapping[int, Sequence[RouteWarning]]) -> None:
        """Show these warnings, by route id."""
        forest = self.forest
        changed = forest.take_warnings(warnings)
        for key in changed:
            group = forest.groups[key]
            if forest.only is ShowOnly.WARNINGS:
                self._rearrange(group)
            self._tell(group, frozenset())
            self._tell_all(group)

    def set_hits(self, hits: Mapping[int, RouteHits]) -> None:
        """Show these counters, by route id."""
        if hits == self.forest.hits:
            return
        self.forest.hits = hits
        if self.forest.sorting.column is Column.HITS:
            self._rearrange_all()
        for group in self.forest.groups.values():
            self._tell_all(group)

    def show_only(self, only: ShowOnly) -> None:
        """Leave out the other routes of every group."""
        if only is not self.forest.only:
            self.forest.only = only
            self._rearrange_all()

    def set_search(self, key: int, search: RouteSearch) -> None:
        """Narrow one group; the search row itself stays as it is."""
        group = self.forest.groups[key]
        group.search = search
        self._rearrange(group)

    def open_search(self, key: int, *, is_open: bool = True) -> None:
        """Show or remove the search row of a group; removing it clears the search."""
        group = self.forest.groups[key]
        group.search_open = is_open
        if not is_open:
            group.search = NO_SEARCH
        self._rearrange(group)

    def _update(self, only: frozenset[int] | None = None) -> None:
        """Bring the groups in line with the sources; ``only`` names the connectors to compare."""
        forest = self.forest
        wanted: list[int] = []
        compared: list[tuple[RouteGroupRows, RouteGroup, tuple[AnyRoute, ...]]] = []
        for source in self._sources.values():
            for key, routes in groups_of(source.connector, source.routes, source.outgoing).items():
                wanted.append(key)
                if key not in forest.groups:
                    forest.add(RouteGroupRows(source.connector, routes, outgoing=bool(key % 2)))
                elif only is None or source.connector.id in only:
                    compared.append((forest.groups[key], source, routes))
        apply_rows(self, ROOT, forest.keys, wanted, internal_id=0, on_step=forest.renumber)
        forest.keep(wanted)
        for group, source, routes in compared:
            changed = group.replace(source.connector, routes)
            forest.recount(group)
            self._rearrange(group)
            group.forget()
            self._tell(group, changed)

    def _rearrange_all(self) -> None:
        forest = self.forest
        relayout(self, {key: (g.children, forest.arranged(g)) for key, g in forest.groups.items()})

    def _rearrange(self, group: RouteGroupRows) -> None:
        parent = self.group_index(group.key)
        arranged = self.forest.arranged(group)
        apply_rows(self, parent, group.children, arranged, internal_id=group.key)
        self._tell(group, SENTENCES)

    def _tell(self, group: RouteGroupRows, changed: frozenset[int]) -> None:
        """The connector's row, its sentences and the routes that look different now."""
        parent = self.group_index(group.key)
        self.dataChanged.emit(parent, parent.siblingAtColumn(COLUMN_COUNT - 1))
        rows = [row for row, child in enumerate(group.children) if child in changed]
        if rows:
            self._tell_rows(group.key, rows[0], rows[-1])

    def _tell_all(self, group: RouteGroupRows) -> None:
        if group.children:
            self._tell_rows(group.key, 0, len(group.children) - 1)

    def _tell_rows(self, key: int, first: int, last: int) -> None:
        self.dataChanged.emit(
            self.createIndex(first, 0, key), self.createIndex(last, COLUMN_COUNT - 1, key)
        )
