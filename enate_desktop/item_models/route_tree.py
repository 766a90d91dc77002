"""The model of the Email Routes page: connectors, and their routes below them.

Indexes carry integers only: internal id 0 is a connector row, any other the key of the group a
child row belongs to. Sorting and searching happen in the forest, in Python; nothing is ever reset.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import overload

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.item_models import route_text
from enate_desktop.item_models.route_columns import COLUMNS, AnyRoute, Column, Sorting
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import SENTENCES, RouteGroupRows, groups_of
from enate_desktop.item_models.route_mime import carries_routes, packed, unpacked
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_refusals import Refusal
from enate_desktop.item_models.route_search import NO_SEARCH, RouteSearch
from enate_desktop.item_models.row_changes import apply_rows, relayout
from enate_desktop.services.route_hits import RouteHits
from enate_desktop.services.routes import RouteGroup

Index = QModelIndex | QPersistentModelIndex

_ROOT = QModelIndex()
_COLUMN_COUNT = len(COLUMNS)
_FLAG = Qt.ItemFlag
_GROUP_FLAGS = _FLAG.ItemIsSelectable | _FLAG.ItemIsEnabled | _FLAG.ItemIsDropEnabled
_OTHER_FLAGS = _FLAG.ItemIsEnabled | _FLAG.ItemNeverHasChildren
_ROUTE_FLAGS = _OTHER_FLAGS | _FLAG.ItemIsSelectable | _FLAG.ItemIsDragEnabled
_NO_FLAGS = _FLAG.NoItemFlags
_DISPLAY = Qt.ItemDataRole.DisplayRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_TOOLTIP = Qt.ItemDataRole.ToolTipRole


class RouteTreeModel(QAbstractItemModel):
    """Two levels: a row per connector and direction, a row per route.

    ``move_requested`` tells a drop: group key, route ids, place in the order after removal. The
    order itself changes only when :meth:`set_groups` or :meth:`set_group` brings another one.
    """

    move_requested = Signal(object, object, object)

    def __init__(self, forest: RouteForest, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.forest = forest
        self._sources: dict[int, RouteGroup] = {}

    @override
    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if row < 0 or not 0 <= column < _COLUMN_COUNT:
            return QModelIndex()
        keys = self.forest.keys
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(keys) else QModelIndex()
        if parent.internalId() or parent.column():
            return QModelIndex()
        key = keys[parent.row()]
        if row >= len(self.forest.groups[key].children):
            return QModelIndex()
        return self.createIndex(row, column, key)

    @overload
    def parent(self) -> QObject | None: ...
    @overload
    def parent(self, index: Index) -> QModelIndex: ...
    @override
    def parent(self, index: Index | None = None) -> QObject | QModelIndex | None:
        if index is None:
            return super().parent()
        row = self.forest.row_of.get(index.internalId()) if index.isValid() else None
        return QModelIndex() if row is None else self.createIndex(row, 0, 0)

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self.forest.keys)
        if parent.column() or parent.internalId():
            return 0
        return len(self.forest.groups[self.forest.keys[parent.row()]].children)

    @override
    def hasChildren(self, parent: Index = _ROOT) -> bool:
        return self.rowCount(parent) > 0

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return _COLUMN_COUNT

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return _NO_FLAGS
        key = index.internalId()
        if not key:
            return _GROUP_FLAGS
        group = self.forest.groups[key]
        is_route = group.route(group.children[index.row()]) is not None
        return _ROUTE_FLAGS if is_route else _OTHER_FLAGS

    @override
    def data(self, index: Index, role: int = _DISPLAY) -> object:
        if role not in (_DISPLAY, _SPOKEN, _TOOLTIP) or not index.isValid():
            return None
        group = self.group_at(index)
        column = Column(index.column())
        if not index.internalId():
            return route_text.spoken_group(group) if not column and role != _TOOLTIP else None
        key = group.children[index.row()]
        route = group.route(key)
        if route is None:
            return route_text.sentence_row(group, key)[0] if not column else None
        if role == _TOOLTIP:
            return route_text.tooltip(group, route, column, self.forest)
        if role == _SPOKEN and not column:
            return route_text.spoken_row(group, route, self.forest)
        if column is Column.HITS:
            return route_text.hits_text(route, self.forest)
        return route_text.cell_text(group, route, column, self.forest.book)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _DISPLAY:
            return self.forest.sorting.header(Column(section))
        if role in (_TOOLTIP, _SPOKEN):
            return self.forest.sorting.spoken_header(Column(section))
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Show every group in another order, at once (G-08)."""
        forest = self.forest
        forest.sorting = Sorting(Column(column), order == Qt.SortOrder.DescendingOrder)
        relayout(self, {key: (g.children, forest.arranged(g)) for key, g in forest.groups.items()})
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, _COLUMN_COUNT - 1)

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

    def set_warnings(self, warnings: Mapping[int, Sequence[str]]) -> None:
        """Show these warnings, by route id."""
        self.forest.warnings = warnings
        for group in self.forest.groups.values():
            self._tell_all(group)

    def set_hits(self, hits: Mapping[int, RouteHits]) -> None:
        """Show these counters, by route id."""
        self.forest.hits = hits
        for group in self.forest.groups.values():
            if self.forest.sorting.column is Column.HITS:
                self._rearrange(group)
            self._tell_all(group)

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

    def group_index(self, key: int) -> QModelIndex:
        """The row of a group, or an invalid index."""
        row = self.forest.row_of.get(key)
        return QModelIndex() if row is None else self.createIndex(row, 0, 0)

    def child_index(self, key: int, child: int, column: int = 0) -> QModelIndex:
        """The row of a route or another child key, or an invalid index while it is not shown."""
        group = self.forest.groups.get(key)
        if group is None or child not in group.children:
            return QModelIndex()
        return self.createIndex(group.children.index(child), column, key)

    def group_at(self, index: Index) -> RouteGroupRows:
        """The group of any valid index."""
        key = index.internalId() or self.forest.keys[index.row()]
        return self.forest.groups[key]

    def route_at(self, index: Index) -> AnyRoute | None:
        """The route of a row; None for every other row."""
        if not index.isValid() or not index.internalId():
            return None
        group = self.forest.groups[index.internalId()]
        return group.route(group.children[index.row()])

    def route_ids(self, key: int, indexes: Iterable[Index]) -> tuple[int, ...]:
        """The routes of one group among ``indexes``, each once, in the order shown."""
        if key not in self.forest.groups:
            return ()
        group = self.forest.groups[key]
        rows = sorted({index.row() for index in indexes if index.internalId() == key})
        children = (group.children[row] for row in rows)
        return tuple(child for child in children if group.route(child) is not None)

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
        apply_rows(self, _ROOT, forest.keys, wanted, internal_id=0, on_step=forest.renumber)
        forest.keep(wanted)
        for group, source, routes in compared:
            changed = group.replace(source.connector, routes)
            self._rearrange(group)
            group.forget()
            self._tell(group, changed)

    def _rearrange(self, group: RouteGroupRows) -> None:
        parent = self.group_index(group.key)
        arranged = self.forest.arranged(group)
        apply_rows(self, parent, group.children, arranged, internal_id=group.key)
        self._tell(group, SENTENCES)

    def _tell(self, group: RouteGroupRows, changed: frozenset[int]) -> None:
        """The connector's row, its sentences and the routes that look different now."""
        parent = self.group_index(group.key)
        self.dataChanged.emit(parent, parent.siblingAtColumn(_COLUMN_COUNT - 1))
        rows = [row for row, child in enumerate(group.children) if child in changed]
        if rows:
            self._tell_rows(group.key, rows[0], rows[-1])

    def _tell_all(self, group: RouteGroupRows) -> None:
        if group.children:
            self._tell_rows(group.key, 0, len(group.children) - 1)

    def _tell_rows(self, key: int, first: int, last: int) -> None:
        self.dataChanged.emit(
            self.createIndex(first, 0, key), self.createIndex(last, _COLUMN_COUNT - 1, key)
        )
