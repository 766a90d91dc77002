"""Show Activity: who changed one thing, when, and from which value to which (R-08)."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.history import HistoryEntry
from enate_desktop.item_models.time_text import short_text, whole_text
from enate_desktop.views.widgets import SectionLabel, button, prepare_table, secondary_label

_HEADERS = ("When", "Who", "What", "Field", "Before", "After")
_WIDTHS = (150, 110, 120, 160, 150, 150)
Index = QModelIndex | QPersistentModelIndex


class _EntryModel(QAbstractTableModel):
    """History lines, newest first; they never change."""

    def __init__(self, entries: Sequence[HistoryEntry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries = entries

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._entries)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        field = entry.field.replace("_", " ").replace(".", " › ")
        texts = (short_text(entry.at), entry.who, entry.action, field, entry.old, entry.new)
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return whole_text(entry.at) if index.column() == 0 else texts[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return "secondary" if index.column() in (0, 1, 3) else "text"
        return None


class ActivityDialog(QDialog):
    """Open it with ``open()``; it goes by itself when closed."""

    def __init__(self, name: str, entries: Sequence[HistoryEntry], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Activity of {name}").format(name=name))
        self.table = QTableView()
        prepare_table(self.table, self.windowTitle())
        self.table.setModel(_EntryModel(entries, self))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, width)
        close = button(self.tr("Close"), self.accept)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(secondary_label(_count_text(len(entries)), wrap=False), 1)
        foot.addWidget(close)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(16, 16, 16, 16)
        column_layout.setSpacing(12)
        column_layout.addWidget(SectionLabel(self.windowTitle()))
        column_layout.addWidget(self.table, 1)
        column_layout.addLayout(foot)
        self.resize(920, 460)


def _count_text(count: int) -> str:
    if not count:
        return "Nothing was changed so far."
    entries = "1 entry" if count == 1 else f"{count} entries"
    return f"{entries}, newest first. Nothing can be removed from it."
