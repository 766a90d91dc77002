"""Work items as a table that reads on as it is scrolled (UI 3.9)."""

from enum import IntEnum

from PySide6.QtCore import Qt
from typing_extensions import override

from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.domain.work_items import Automated, WorkItem
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.item_models.work_item_paging import PAGE_SIZE, PagedByKey

__all__ = ["PAGE_SIZE", "WorkItemColumn", "WorkItemRole", "WorkItemTableModel", "process_parts"]


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
    AUTOMATED = 10


class WorkItemRole(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    ITEM = Qt.ItemDataRole.UserRole
    PATH = Qt.ItemDataRole.UserRole + 1


def process_parts(path: str) -> tuple[str, str]:
    """The process and, apart, the path above it, as the window writes it."""
    *above, name = path.split(SEPARATOR)
    return name, " › ".join(above)


class WorkItemTableModel(PagedByKey):
    """The newest work items that fit a filter; live ones at first (W-04)."""

    headers = (
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
        "Email",
    )

    @override
    def text(self, row: WorkItem, column: int) -> str:
        match WorkItemColumn(column):
            case WorkItemColumn.REFERENCE:
                return row.reference
            case WorkItemColumn.KIND:
                return row.kind.capitalize()
            case WorkItemColumn.PROCESS:
                return process_parts(row.process)[0]
            case WorkItemColumn.CREATED:
                return relative_text(row.created, self._now)
            case WorkItemColumn.SENDER:
                return row.sender or "(no sender)"
            case WorkItemColumn.SUBJECT:
                return row.subject or "(no subject)"
            case WorkItemColumn.ROUTE:
                return "Fallback" if row.by_fallback else row.route or "–"
            case WorkItemColumn.CONNECTOR:
                return row.connector
            case WorkItemColumn.MODE:
                return "Test" if row.test_mode else "Live"
            case WorkItemColumn.STATE:
                return row.state
            case WorkItemColumn.AUTOMATED:
                return "–" if row.automated is Automated.NOT else row.automated

    @override
    def tooltip(self, row: WorkItem, column: int) -> str:
        return _tooltip(row, WorkItemColumn(column)) or self.text(row, column)

    @override
    def spoken(self, row: WorkItem, column: int) -> str:
        new = row.new_information and column == WorkItemColumn.REFERENCE
        return f"{super().spoken(row, column)}{', new information' if new else ''}"

    @override
    def token(self, row: WorkItem, column: int) -> str:
        return _token(row, WorkItemColumn(column))

    @override
    def more(self, row: WorkItem, column: int, role: int) -> object:
        match role:
            case WorkItemRole.ITEM:
                return row
            case WorkItemRole.PATH if column == WorkItemColumn.PROCESS:
                return process_parts(row.process)[1]
        return None


def _tooltip(item: WorkItem, column: WorkItemColumn) -> str:
    match column:
        case WorkItemColumn.REFERENCE if item.new_information:
            return f"{item.reference}\nNew information: a mail was added."
        case WorkItemColumn.PROCESS:
            path = item.process.replace(SEPARATOR, " › ")
            return f"{path}\n{item.category}" if item.category else path
        case WorkItemColumn.CREATED:
            return whole_text(item.created)
        case WorkItemColumn.ROUTE if item.by_fallback:
            return "No route took the mail: the fallback of the connector made it."
        case WorkItemColumn.AUTOMATED:
            return f"Automated email: {item.automated.lower()}"
        case WorkItemColumn.MODE if item.test_mode:
            return "Made in test mode; never counted with live work."
    return ""


def _token(item: WorkItem, column: WorkItemColumn) -> str:
    if column is WorkItemColumn.MODE and item.test_mode:
        return "test_mode"
    if column is WorkItemColumn.AUTOMATED and item.automated is Automated.FAILED:
        return "error"
    strong = (WorkItemColumn.REFERENCE, WorkItemColumn.PROCESS, WorkItemColumn.SUBJECT)
    return "text" if column in strong else "secondary"
