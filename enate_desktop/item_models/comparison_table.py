"""One change field by field: before it, after it, and now (UI 3.8)."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.item_models.activity_text import isolated, plain_tip
from enate_desktop.services.restorable import ComparedField

Index = QModelIndex | QPersistentModelIndex


class ComparisonColumn(IntEnum):
    """The columns, in the order shown."""

    FIELD = 0
    BEFORE = 1
    AFTER = 2
    NOW = 3


class ComparisonTableModel(QAbstractTableModel):
    """The rows of a comparison; for an order each row is a route and its places."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[ComparedField] = ()
        self._first = "Field"

    def set_rows(self, rows: Sequence[ComparedField], first: str = "Field") -> None:
        """Show these; ``first`` is the heading of the first column."""
        self.beginResetModel()
        self._rows, self._first = tuple(rows), first
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(ComparisonColumn)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self._first, "Before", "After", "Now")[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        column = ComparisonColumn(index.column())
        texts = (row.field, row.before, row.after, row.now)
        again = column is ComparisonColumn.NOW and row.changed_since
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return isolated(texts[column])
            case Qt.ItemDataRole.ToolTipRole:
                since = "\n(changed again since)" if again else ""
                return plain_tip(texts[column] + since)
            case Qt.ItemDataRole.AccessibleTextRole:
                heading = (self._first, "Before", "After", "Now")[column]
                since = ", changed again since" if again else ""
                return f"{heading}: {texts[column]}{since}"
            case Qt.ItemDataRole.ForegroundRole:
                if again:
                    return "warning"
                return "secondary" if column is ComparisonColumn.FIELD else "text"
        return None
