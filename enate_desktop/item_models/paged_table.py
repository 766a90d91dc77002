"""A table of very many rows that reads on as it is scrolled."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Signal
from typing_extensions import override

from enate_desktop.item_models.row_table import Index, Row, RowTable

PAGE_SIZE = 200
Filter = TypeVar("Filter")


class PagedTable(RowTable[Row], Generic[Filter, Row]):
    """The newest rows that fit a filter, 200 at a time; ``counted`` carries how many fit.

    ``read`` takes filter, offset and limit; it returns some rows and how many there are.
    """

    counted = Signal(int)

    def __init__(
        self,
        read: Callable[[Filter, int, int], tuple[Sequence[Row], int]],
        wanted: Filter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._filter = wanted
        self._total = 0

    @property
    def total(self) -> int:
        """How many rows fit, those not read yet too."""
        return self._total

    def set_filter(self, wanted: Filter) -> None:
        """Show what fits ``wanted``, from the newest."""
        self._filter = wanted
        self.beginResetModel()
        self._rows.clear()
        self._total = 0
        self.endResetModel()
        self.read_again()

    def read_again(self) -> None:
        """Take up what changed; rows keep their places where nothing came or went."""
        rows, self._total = self._read(self._filter, 0, max(PAGE_SIZE, len(self._rows)))
        self.take_up(rows)
        self.counted.emit(self._total)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and len(self._rows) < self._total

    @override
    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        start = len(self._rows)
        rows, total = self._read(self._filter, start, PAGE_SIZE)
        known = {self.key(row) for row in self._rows}
        more = [row for row in rows if self.key(row) not in known]
        # Nothing new although more were counted: some went meanwhile, so do not ask for ever.
        self._total = total if more else start
        if more:
            self.beginInsertRows(QModelIndex(), start, start + len(more) - 1)
            self._rows += more
            self.endInsertRows()
