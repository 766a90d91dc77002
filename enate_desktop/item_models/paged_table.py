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

    ``read`` takes filter, offset and limit; it returns some rows and how many there are, or None
    for "as many as known".
    """

    counted = Signal(int)

    def __init__(
        self,
        read: Callable[[Filter, int, int], tuple[Sequence[Row], int | None]],
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
        rows, total = self._read(self._filter, 0, PAGE_SIZE)
        self.show_page(rows, self._total if total is None else total)

    def show_filter(self, wanted: Filter, rows: Sequence[Row], total: int) -> None:
        """Show another filter's first rows in one step, read elsewhere."""
        self._filter = wanted
        self.beginResetModel()
        self._rows[:] = rows
        self._total = total
        self.endResetModel()
        self.counted.emit(total)

    def show_page(self, rows: Sequence[Row], total: int, at: int = 0) -> None:
        """Take up one page of the same filter, from row ``at``; the others stay as they are."""
        self._total = total
        if total <= at + len(rows) and at == 0:
            self.take_up(rows)
        else:
            self.take_up(self._with(rows, at))
        self.counted.emit(total)

    def _with(self, page: Sequence[Row], at: int) -> list[Row]:
        """The rows shown, with those from the first to the last known one of ``page`` replaced."""
        fresh = {self.key(row) for row in page}
        known = [place for place, row in enumerate(self._rows) if self.key(row) in fresh]
        if not known:
            return list(page) if at == 0 else list(self._rows)
        start = 0 if at == 0 else known[0]
        return [*self._rows[:start], *page, *self._rows[known[-1] + 1 :]]

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and len(self._rows) < self._total

    @override
    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        start = len(self._rows)
        rows, counted = self._read(self._filter, start, PAGE_SIZE)
        total = self._total if counted is None else counted
        known = {self.key(row) for row in self._rows}
        more = [row for row in rows if self.key(row) not in known]
        # Nothing new although more were counted: some went meanwhile, so do not ask for ever.
        self._total = total if more else start
        if more:
            self.beginInsertRows(QModelIndex(), start, start + len(more) - 1)
            self._rows += more
            self.endInsertRows()
