"""Unhandled mails as a table, each with the reason in words, and those deleted (UI 3.11, W-01)."""

from collections.abc import Callable, Sequence
from enum import IntEnum

from PySide6.QtCore import QObject
from typing_extensions import override

from enate_desktop.item_models.paged_table import PagedTable
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.services.work_items import LedgerLine


class LedgerColumn(IntEnum):
    """The columns, in the order shown; the last two belong to the deleted ones."""

    RECEIVED = 0
    SENDER = 1
    SUBJECT = 2
    CONNECTOR = 3
    REASON = 4
    DELETED = 5
    BY = 6


ReadLines = Callable[[bool, int, int], tuple[Sequence[LedgerLine], int]]
"""Whether the deleted ones, offset and limit to some mails and how many there are."""


class LedgerTableModel(PagedTable[bool, LedgerLine]):
    """The newest mail first, or what was deleted last; the filter is whether the deleted ones."""

    headers = ("Received", "From", "Subject", "Connector", "Reason", "Deleted", "By")

    def __init__(self, read: ReadLines, parent: QObject | None = None) -> None:
        super().__init__(read, False, parent)

    @override
    def key(self, row: LedgerLine) -> int:
        return row.intake_id

    @override
    def text(self, row: LedgerLine, column: int) -> str:
        match LedgerColumn(column):
            case LedgerColumn.RECEIVED:
                return relative_text(row.received, self._now)
            case LedgerColumn.SENDER:
                return row.sender or "(no sender)"
            case LedgerColumn.SUBJECT:
                return row.subject or "(no subject)"
            case LedgerColumn.CONNECTOR:
                return row.connector
            case LedgerColumn.REASON:
                return row.reason
            case LedgerColumn.DELETED:
                return relative_text(row.deleted_at, self._now) if row.deleted_at else ""
            case LedgerColumn.BY:
                return row.deleted_by

    @override
    def tooltip(self, row: LedgerLine, column: int) -> str:
        if column == LedgerColumn.RECEIVED:
            return whole_text(row.received)
        if column == LedgerColumn.DELETED:
            return whole_text(row.deleted_at)
        return self.text(row, column)

    @override
    def token(self, row: LedgerLine, column: int) -> str:
        return "text" if column in (LedgerColumn.SUBJECT, LedgerColumn.REASON) else "secondary"
