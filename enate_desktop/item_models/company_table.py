"""Companies and their contacts as two tables (UI 3.12)."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.domain.addresses import shown_domain
from enate_desktop.domain.directory import Company, Contact

Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")
Columns = Sequence[tuple[str, Callable[[T], str]]]
"""Header and cell text of each column."""


class ListTableModel(QAbstractTableModel, Generic[T]):
    """A short list of values, read anew as a whole; the first column leads."""

    def __init__(self, columns: Columns[T], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._values: Sequence[T] = ()

    def set_values(self, values: Sequence[T]) -> None:
        """Show these."""
        self.beginResetModel()
        self._values = tuple(values)
        self.endResetModel()

    def value(self, index: Index) -> T | None:
        """The value of a row."""
        return self._values[index.row()] if index.isValid() else None

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._values)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section][0]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        value = self.value(index)
        if value is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._columns[index.column()][1](value)
        if role == Qt.ItemDataRole.ForegroundRole:
            return "text" if index.column() == 0 else "secondary"
        return None


COMPANY_COLUMNS: Columns[Company] = (
    ("Company", lambda company: company.name),
    ("Domains", lambda company: "; ".join(map(shown_domain, company.domains)) or "–"),
)
CONTACT_COLUMNS: Columns[Contact] = (
    ("Email address", lambda contact: contact.address),
    ("Name", lambda contact: contact.name or "–"),
)
