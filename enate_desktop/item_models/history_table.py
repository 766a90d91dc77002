"""Lines of history as a table: when, who, what, field, old and new value (R-08)."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.domain.history import HistoryEntry
from enate_desktop.item_models.time_text import short_text, whole_text

Index = QModelIndex | QPersistentModelIndex

_TITLES = ("When", "Who", "What", "Field", "Old value", "New value")


class HistoryTableModel(QAbstractTableModel):
    """Entries in the order given, newest first."""

    def __init__(self, entries: Sequence[HistoryEntry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries = tuple(entries)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._entries)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return "secondary" if index.column() in (0, 4) else "text"
        if role == Qt.ItemDataRole.ToolTipRole and not index.column():
            return whole_text(entry.at)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        field = entry.field.replace("_", " ").replace(".", ": ").capitalize()
        cells = (short_text(entry.at), entry.who, entry.action, field, entry.old, entry.new)
        return cells[index.column()]

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None
