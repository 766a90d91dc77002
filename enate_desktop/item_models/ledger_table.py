"""Unhandled mails as a table, each with the reason in words (UI 3.11)."""

from enum import IntEnum

from typing_extensions import override

from enate_desktop.item_models.row_table import RowTable
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.services.work_items import LedgerLine


class LedgerColumn(IntEnum):
    """The columns, in the order shown."""

    RECEIVED = 0
    SENDER = 1
    SUBJECT = 2
    CONNECTOR = 3
    REASON = 4


class LedgerTableModel(RowTable[LedgerLine]):
    """The newest mail first; rows keep their identity when the list is read again."""

    headers = ("Received", "From", "Subject", "Connector", "Reason")

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

    @override
    def tooltip(self, row: LedgerLine, column: int) -> str:
        if column == LedgerColumn.RECEIVED:
            return whole_text(row.received)
        return self.text(row, column)

    @override
    def token(self, row: LedgerLine, column: int) -> str:
        return "text" if column in (LedgerColumn.SUBJECT, LedgerColumn.REASON) else "secondary"
