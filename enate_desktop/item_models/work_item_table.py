"""Work items as a table that reads on as it is scrolled (UI 3.9)."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.domain.work_items import WorkItem
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.services.work_items import WorkItemFilter, WorkItemPage

PAGE_SIZE = 200
Index = QModelIndex | QPersistentModelIndex
ReadPage = Callable[[WorkItemFilter, int, int], WorkItemPage]
"""Filter, offset and limit to some of the work items."""


class WorkItemColumn(IntEnum):
    """The columns, in the order shown."""

    REFERENCE = 0
    KIND = 1
    PROCESS = 2
    CREATED = 3
    SENDER = 4
    SUBJECT = 5
    ROUTE = 6
    CONNECTOR = 7
    MODE = 8
    STATE = 9


HEADERS = (
    "Reference",
    "Type",
    "Process",
    "Created",
    "From",
    "Subject",
    "Route",
    "Connector",
    "Mode",
    "State",
)


class WorkItemRole(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    ITEM = Qt.ItemDataRole.UserRole
    PATH = Qt.ItemDataRole.UserRole + 1


def process_parts(path: str) -> tuple[str, str]:
    """The process and, apart, the path above it, as the window writes it."""
    *above, name = path.split(SEPARATOR)
    return name, " › ".join(above)


class WorkItemTableModel(QAbstractTableModel):
    """The newest work items that fit a filter, 200 at a time; ``counted`` carries how many fit."""

    counted = Signal(int)

    def __init__(self, read: ReadPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._filter = WorkItemFilter(test_mode=False)
        self._items: list[WorkItem] = []
        self._total = 0
        self._now = datetime.now(UTC)

    @property
    def total(self) -> int:
        """How many work items fit, those not read yet too."""
        return self._total

    def set_filter(self, wanted: WorkItemFilter) -> None:
        """Show what fits ``wanted``, from the newest."""
        self._filter = wanted
        self.beginResetModel()
        page = self._read(wanted, 0, PAGE_SIZE)
        self._items, self._total = list(page.items), page.total
        self._now = datetime.now(UTC)
        self.endResetModel()
        self.counted.emit(self._total)

    def read_again(self) -> None:
        """Take up what changed; rows keep their places where nothing came or went."""
        limit = max(PAGE_SIZE, len(self._items))
        page = self._read(self._filter, 0, limit)
        self._now = datetime.now(UTC)
        new, old = list(page.items), self._items
        fresh = _come_on_top(old, new)
        if fresh is None:
            self.beginResetModel()
            self._items, self._total = new, page.total
            self.endResetModel()
        else:
            if fresh:
                self.beginInsertRows(QModelIndex(), 0, fresh - 1)
                self._items = [*new[:fresh], *old]
                self.endInsertRows()
            self._items[: len(new)] = new
            self._total = page.total
            if self._items:
                last = self.index(len(self._items) - 1, len(WorkItemColumn) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
        self.counted.emit(self._total)

    def item(self, index: Index) -> WorkItem | None:
        """The work item of a row."""
        return self._items[index.row()] if index.isValid() else None

    def index_of(self, work_item_id: int) -> QModelIndex:
        """Where a work item is listed; an unusable index when it is not (yet)."""
        for row, item in enumerate(self._items):
            if item.id == work_item_id:
                return self.index(row, 0)
        return QModelIndex()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._items)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(WorkItemColumn)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and len(self._items) < self._total

    @override
    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        start = len(self._items)
        page = self._read(self._filter, start, PAGE_SIZE)
        known = {item.id for item in self._items}
        more = [item for item in page.items if item.id not in known]
        # Nothing new although more were counted: some went meanwhile, so do not ask for ever.
        self._total = page.total if more else start
        if more:
            self.beginInsertRows(QModelIndex(), start, start + len(more) - 1)
            self._items += more
            self.endInsertRows()

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item(index)
        if item is None:
            return None
        column = WorkItemColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(item, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tooltip(item, column) or self._text(item, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                new = ", new information" if item.new_information else ""
                first = column is WorkItemColumn.REFERENCE
                return f"{HEADERS[column]}: {self._text(item, column)}{new if first else ''}"
            case Qt.ItemDataRole.ForegroundRole:
                return _token(item, column)
            case WorkItemRole.ITEM:
                return item
            case WorkItemRole.PATH if column is WorkItemColumn.PROCESS:
                return process_parts(item.process)[1]
        return None

    def _text(self, item: WorkItem, column: WorkItemColumn) -> str:
        match column:
            case WorkItemColumn.REFERENCE:
                return item.reference
            case WorkItemColumn.KIND:
                return item.kind.capitalize()
            case WorkItemColumn.PROCESS:
                return process_parts(item.process)[0]
            case WorkItemColumn.CREATED:
                return relative_text(item.created, self._now)
            case WorkItemColumn.SENDER:
                return item.sender or "(no sender)"
            case WorkItemColumn.SUBJECT:
                return item.subject or "(no subject)"
            case WorkItemColumn.ROUTE:
                return item.route or "–"
            case WorkItemColumn.CONNECTOR:
                return item.connector
            case WorkItemColumn.MODE:
                return "Test" if item.test_mode else "Live"
            case WorkItemColumn.STATE:
                return item.state


def _tooltip(item: WorkItem, column: WorkItemColumn) -> str:
    match column:
        case WorkItemColumn.REFERENCE if item.new_information:
            return f"{item.reference}\nNew information: a mail was added."
        case WorkItemColumn.PROCESS:
            path = item.process.replace(SEPARATOR, " › ")
            return f"{path}\n{item.category}" if item.category else path
        case WorkItemColumn.CREATED:
            return whole_text(item.created)
        case WorkItemColumn.MODE if item.test_mode:
            return "Made in test mode; never counted with live work."
    return ""


def _token(item: WorkItem, column: WorkItemColumn) -> str:
    if column is WorkItemColumn.MODE and item.test_mode:
        return "test_mode"
    strong = (WorkItemColumn.REFERENCE, WorkItemColumn.PROCESS, WorkItemColumn.SUBJECT)
    return "text" if column in strong else "secondary"


def _come_on_top(old: list[WorkItem], new: list[WorkItem]) -> int | None:
    """How many rows stand above the old ones; None when more than that changed."""
    if not old:
        return len(new)
    ids = [item.id for item in new]
    if old[0].id not in ids:
        return None
    fresh = ids.index(old[0].id)
    kept = ids[fresh:]
    if len(kept) < min(len(old), len(ids) - fresh) or (
        len(new) < PAGE_SIZE and len(kept) < len(old)
    ):
        return None
    return fresh if kept == [item.id for item in old[: len(kept)]] else None
