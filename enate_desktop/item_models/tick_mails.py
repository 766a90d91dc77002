"""Waiting mails with a tick each: to which of them a new route is applied (W-01)."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QObject, Qt, Signal
from typing_extensions import override

from enate_desktop.item_models.row_table import Index, RowTable
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.services.unhandled import WaitingMail


class TickColumn(IntEnum):
    """The columns, in the order shown."""

    TICK = 0
    SENDER = 1
    SUBJECT = 2
    RECEIVED = 3


class TickMailsModel(RowTable[WaitingMail]):
    """Every mail is ticked until somebody takes its tick away; ``ticked_changed`` tells of it."""

    headers = ("", "From", "Subject", "Received")
    ticked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left_out: set[int] = set()

    @property
    def ticked(self) -> tuple[int, ...]:
        """The ids of the ticked mails."""
        return tuple(m.intake_id for m in self._rows if m.intake_id not in self._left_out)

    def show_mails(self, mails: Sequence[WaitingMail]) -> None:
        """List these; a tick that was taken away stays so."""
        self.take_up(mails)
        self.ticked_changed.emit()

    def tick_all(self, ticked: bool) -> None:
        """Tick all that are listed, or none."""
        listed = {mail.intake_id for mail in self._rows}
        self._left_out = self._left_out - listed if ticked else self._left_out | listed
        self.tell((TickColumn.TICK,))
        self.ticked_changed.emit()

    @override
    def key(self, row: WaitingMail) -> int:
        return row.intake_id

    @override
    def text(self, row: WaitingMail, column: int) -> str:
        match TickColumn(column):
            case TickColumn.TICK:
                return ""
            case TickColumn.SENDER:
                return row.message.sender or "(no sender)"
            case TickColumn.SUBJECT:
                return row.message.subject or "(no subject)"
            case TickColumn.RECEIVED:
                return relative_text(row.received, self._now)

    @override
    def tooltip(self, row: WaitingMail, column: int) -> str:
        at = column == TickColumn.RECEIVED
        return whole_text(row.received) if at else self.text(row, column)

    @override
    def spoken(self, row: WaitingMail, column: int) -> str:
        if column == TickColumn.TICK:
            return "left out" if row.intake_id in self._left_out else "ticked"
        return super().spoken(row, column)

    @override
    def token(self, row: WaitingMail, column: int) -> str:
        return "text" if column == TickColumn.SUBJECT else "secondary"

    @override
    def more(self, row: WaitingMail, column: int, role: int) -> object:
        if role != Qt.ItemDataRole.CheckStateRole or column != TickColumn.TICK:
            return None
        left_out = row.intake_id in self._left_out
        return Qt.CheckState.Unchecked if left_out else Qt.CheckState.Checked

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        ticks = index.column() == TickColumn.TICK
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if ticks else flags

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        mail = self.row_of(index)
        if mail is None or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._left_out ^= {mail.intake_id}
        self.dataChanged.emit(index, index)
        self.ticked_changed.emit()
        return True
