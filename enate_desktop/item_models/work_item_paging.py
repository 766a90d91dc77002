"""Reads work items page after page by key, in the background where it may take time."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, Signal
from typing_extensions import override

from enate_desktop.domain.work_items import WorkItem
from enate_desktop.item_models.row_table import Index, RowTable
from enate_desktop.services.work_items import WorkItemFilter, WorkItemPage
from enate_desktop.worker.tasks import run_in_background

PAGE_SIZE = 200
_MOST_AT_ONCE = 1000


class ReadPage(Protocol):
    """As :meth:`WorkItemService.page`."""

    def __call__(
        self,
        wanted: WorkItemFilter,
        limit: int,
        *,
        before: int | None,
        cancelled: Callable[[], bool],
    ) -> WorkItemPage:
        """Some of the work items."""


class PagedByKey(RowTable[WorkItem]):
    """The newest rows that fit a filter; what was shown stays until the answer is there.

    ``counted`` comes with every answer, ``searching`` before and after one that takes time,
    ``failed`` with what a search in the background raised.
    """

    counted = Signal()
    searching = Signal(bool)
    failed = Signal(object)

    def __init__(self, read: ReadPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._filter = WorkItemFilter(test_mode=False)
        self._total, self._exact, self._more = 0, True, False
        self._stop = Event()
        self._is_searching = False

    @property
    def total(self) -> int:
        """How many fit as far as they were counted; see ``exact``."""
        return self._total

    @property
    def exact(self) -> bool:
        """Whether no more fit than ``total``."""
        return self._exact

    @property
    def is_searching(self) -> bool:
        """Whether an answer is still to come."""
        return self._is_searching

    def set_filter(self, wanted: WorkItemFilter) -> None:
        """Show what fits ``wanted``, from the newest."""
        self._filter = wanted
        self._ask(None, PAGE_SIZE, self._replace)

    def read_again(self) -> None:
        """Take up what changed; rows keep their places where nothing came or went."""
        if not self._is_searching:
            limit = min(max(PAGE_SIZE, len(self._rows)), _MOST_AT_ONCE)
            self._ask(None, limit, self._take_up)

    def cancel(self) -> None:
        """Search no further."""
        self._stop.set()
        self._set_searching(False)

    @override
    def key(self, row: WorkItem) -> int:
        return row.id

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more and not self._is_searching

    @override
    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent) and self._rows:
            self._ask(self._rows[-1].id, PAGE_SIZE, self._append)

    def _ask(self, before: int | None, limit: int, answer: Callable[[WorkItemPage], None]) -> None:
        self._stop.set()
        stop = self._stop = Event()
        question = partial(self._read, self._filter, limit, before=before, cancelled=stop.is_set)
        if self._filter.is_instant:
            self._set_searching(False)
            answer(question())
            return

        def answered(page: WorkItemPage) -> None:
            if not stop.is_set():
                self._set_searching(False)
                answer(page)

        def refused(error: Exception) -> None:
            if not stop.is_set():
                self._set_searching(False)
                self.failed.emit(error)

        self._set_searching(True)
        run_in_background(self, question, answered, refused)

    def _replace(self, page: WorkItemPage) -> None:
        self.beginResetModel()
        self._rows.clear()
        self.endResetModel()
        self._take_up(page)

    def _take_up(self, page: WorkItemPage) -> None:
        self._total, self._exact, self._more = page.total, page.exact, page.more
        self.take_up(page.items)
        self.counted.emit()

    def _append(self, page: WorkItemPage) -> None:
        known = {row.id for row in self._rows}
        rows = [row for row in page.items if row.id not in known]
        self._more = page.more
        if rows:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
        if len(self._rows) > self._total or not page.more:
            self._total, self._exact = len(self._rows), not page.more
        self.counted.emit()

    def _set_searching(self, searching: bool) -> None:
        if searching != self._is_searching:
            self._is_searching = searching
            self.searching.emit(searching)
