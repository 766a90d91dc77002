"""What every table of rows shares: headers, words, tooltips, what is spoken, colours, identity."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.item_models.activity_text import plain_tip
from enate_desktop.item_models.row_changes import apply_rows

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_TRAILING = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


class RowTable(QAbstractTableModel, Generic[Row]):
    """A row is an object; a subclass says what its cells say and which colour token they have.

    ``figures`` are the columns of numbers, written at the end side.
    """

    headers: Sequence[str] = ()
    figures: ClassVar[Sequence[int]] = ()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._now = datetime.now(UTC)

    @abstractmethod
    def key(self, row: Row) -> int:
        """What a row is known by when the list is read again."""

    @abstractmethod
    def text(self, row: Row, column: int) -> str:
        """What a cell says."""

    def tooltip(self, row: Row, column: int) -> str:
        """What a cell says in full."""
        return self.text(row, column)

    def spoken(self, row: Row, column: int) -> str:
        """What a screen reader says of a cell."""
        return f"{self.headers[column]}: {self.text(row, column)}"

    @abstractmethod
    def token(self, row: Row, column: int) -> str:
        """The name of a cell's colour."""

    def more(self, row: Row, column: int, role: int) -> object:
        """What delegates ask beyond Qt's own roles."""
        return None

    def row_of(self, index: Index) -> Row | None:
        """The object of a row."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, key: int) -> QModelIndex:
        """Where a row is listed; an unusable index when it is not (yet)."""
        for place, row in enumerate(self._rows):
            if self.key(row) == key:
                return self.index(place, 0)
        return QModelIndex()

    def take_up(self, rows: Sequence[Row]) -> None:
        """Show these; rows that were shown before keep their identity and their selection."""
        self._now = datetime.now(UTC)
        known = {self.key(row): row for row in (*self._rows, *rows)}
        keys = [self.key(row) for row in self._rows]

        def follow() -> None:
            self._rows[:] = [known[key] for key in keys]

        wanted = [self.key(row) for row in rows]
        apply_rows(self, QModelIndex(), keys, wanted, internal_id=0, on_step=follow)
        self._rows[:] = rows
        self.tell(range(len(self.headers)))

    def tick(self, now: datetime, columns: Sequence[int]) -> None:
        """Let the relative times of these columns grow older."""
        self._now = now
        self.tell(columns)

    def tell(self, columns: Sequence[int]) -> None:
        """The words of these columns may have changed."""
        if self._rows and columns:
            last = self.index(len(self._rows) - 1, max(columns))
            self.dataChanged.emit(self.index(0, min(columns)), last)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.headers)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in self.figures:
            return _TRAILING
        return self.headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_of(index)
        if row is None:
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self.tooltip(row, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.spoken(row, column)
            case Qt.ItemDataRole.ForegroundRole:
                return self.token(row, column)
            case Qt.ItemDataRole.TextAlignmentRole if column in self.figures:
                return _TRAILING
        return self.more(row, column, role)
