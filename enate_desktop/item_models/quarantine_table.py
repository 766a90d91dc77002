"""Mails in quarantine as a table, and those discarded from it with who and when (M-11)."""

from enum import IntEnum

from typing_extensions import override

from enate_desktop.item_models.row_table import RowTable
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.services.work_items import LedgerLine


class QuarantineColumn(IntEnum):
    """The columns, in the order shown; the last two belong to the discarded ones."""

    RECEIVED = 0
    CONNECTOR = 1
    SENDER = 2
    SUBJECT = 3
    SIZE = 4
    TRIES = 5
    REASON = 6
    DISCARDED = 7
    BY = 8


_LEADS = (QuarantineColumn.SUBJECT, QuarantineColumn.REASON)


class QuarantineTableModel(RowTable[LedgerLine]):
    """Mails in the order given; rows keep their identity when the list is read again."""

    headers = (
        "Received",
        "Connector",
        "From",
        "Subject",
        "Size",
        "Tries",
        "Reason",
        "Discarded",
        "By",
    )
    figures = (QuarantineColumn.SIZE, QuarantineColumn.TRIES)

    @override
    def key(self, row: LedgerLine) -> int:
        return row.intake_id

    @override
    def text(self, row: LedgerLine, column: int) -> str:
        match QuarantineColumn(column):
            case QuarantineColumn.RECEIVED:
                return relative_text(row.received, self._now)
            case QuarantineColumn.CONNECTOR:
                return row.connector
            case QuarantineColumn.SENDER:
                return row.sender or "(no sender)"
            case QuarantineColumn.SUBJECT:
                return row.subject or "(no subject)"
            case QuarantineColumn.SIZE:
                return size_text(row.size)
            case QuarantineColumn.TRIES:
                return str(row.attempts)
            case QuarantineColumn.REASON:
                return row.reason
            case QuarantineColumn.DISCARDED:
                return relative_text(row.deleted_at, self._now) if row.deleted_at else ""
            case QuarantineColumn.BY:
                return row.deleted_by

    @override
    def tooltip(self, row: LedgerLine, column: int) -> str:
        if column == QuarantineColumn.RECEIVED:
            return whole_text(row.received)
        if column == QuarantineColumn.DISCARDED:
            return whole_text(row.deleted_at)
        return self.text(row, column)

    @override
    def token(self, row: LedgerLine, column: int) -> str:
        return "text" if column in _LEADS else "secondary"


def size_text(size: int) -> str:
    """``412 bytes``, ``31 KB``, ``2.4 MB``."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"
