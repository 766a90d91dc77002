"""The rows of the Email Routes tree: which there are, and what they say; nothing is changed here.

Indexes carry integers only: internal id 0 is a connector row, any other the key of the group a
child row belongs to.
"""

from collections.abc import Iterable
from typing import overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.item_models import route_text
from enate_desktop.item_models.route_columns import COLUMNS, AnyRoute, Column
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import SEARCH_ROW, RouteGroupRows

Index = QModelIndex | QPersistentModelIndex

ROOT = QModelIndex()
COLUMN_COUNT = len(COLUMNS)
_FLAG = Qt.ItemFlag
_GROUP_FLAGS = _FLAG.ItemIsSelectable | _FLAG.ItemIsEnabled | _FLAG.ItemIsDropEnabled
_OTHER_FLAGS = _FLAG.ItemIsEnabled | _FLAG.ItemNeverHasChildren
_ROUTE_FLAGS = _OTHER_FLAGS | _FLAG.ItemIsSelectable | _FLAG.ItemIsDragEnabled
_NO_FLAGS = _FLAG.NoItemFlags
_DISPLAY = Qt.ItemDataRole.DisplayRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_TOOLTIP = Qt.ItemDataRole.ToolTipRole


class RouteRowsModel(QAbstractItemModel):
    """Two levels: a row per connector and direction, a row per route."""

    def __init__(self, forest: RouteForest, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.forest = forest

    @override
    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        if row < 0 or not 0 <= column < COLUMN_COUNT:
            return QModelIndex()
        keys = self.forest.keys
        place = parent.row()
        if place < 0:
            return self.createIndex(row, column, 0) if row < len(keys) else QModelIndex()
        if parent.internalId() or parent.column():
            return QModelIndex()
        key = keys[place]
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
    def rowCount(self, parent: Index = ROOT) -> int:
        if not parent.isValid():
            return len(self.forest.keys)
        if parent.column() or parent.internalId():
            return 0
        return len(self.forest.groups[self.forest.keys[parent.row()]].children)

    @override
    def hasChildren(self, parent: Index = ROOT) -> bool:
        return self.rowCount(parent) > 0

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        return COLUMN_COUNT

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        key = index.internalId()
        if not key:
            return _GROUP_FLAGS if index.isValid() else _NO_FLAGS
        # Asked of every row at each layout: the keys of other rows are told by their size.
        is_route = self.forest.groups[key].children[index.row()] > SEARCH_ROW
        return _ROUTE_FLAGS if is_route else _OTHER_FLAGS

    @override
    def data(self, index: Index, role: int = _DISPLAY) -> object:
        if role not in (_DISPLAY, _SPOKEN, _TOOLTIP) or not index.isValid():
            return None
        group = self.group_at(index)
        column = Column(index.column())
        if not index.internalId():
            if role == _TOOLTIP:
                return route_text.group_tooltip(group)
            return None if column else route_text.spoken_group(group, self.forest)
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
