"""Mails by their end as a table: unhandled ones, and those kept in quarantine (UI 3.11)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.item_models.row_changes import apply_rows
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.services.work_items import LedgerLine

Index = QModelIndex | QPersistentModelIndex


class LedgerColumn(IntEnum):
    """The columns, in the order shown."""

    RECEIVED = 0
    SENDER = 1
    SUBJECT = 2
    CONNECTOR = 3
    REASON = 4


HEADERS = ("Received", "From", "Subject", "Connector", "Reason")


class LedgerTableModel(QAbstractTableModel):
    """The newest mail first; rows keep their identity when the list is read again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[int, LedgerLine] = {}
        self._rows: list[int] = []
        self._now = datetime.now(UTC)

    def set_lines(self, lines: Sequence[LedgerLine]) -> None:
        """Show these."""
        self._now = datetime.now(UTC)
        self._lines |= {line.intake_id: line for line in lines}
        ids = [line.intake_id for line in lines]
        apply_rows(self, QModelIndex(), self._rows, ids, internal_id=0)
        self._lines = {line.intake_id: line for line in lines}
        if ids:
            last = self.index(len(ids) - 1, len(LedgerColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def line(self, index: Index) -> LedgerLine | None:
        """The mail of a row."""
        return self._lines[self._rows[index.row()]] if index.isValid() else None

    def index_of(self, intake_id: int) -> QModelIndex:
        """Where a mail is listed; an unusable index when it is not."""
        if intake_id not in self._rows:
            return QModelIndex()
        return self.index(self._rows.index(intake_id), 0)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(LedgerColumn)

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
        line = self.line(index)
        if line is None:
            return None
        column = LedgerColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                whole = column is LedgerColumn.RECEIVED
                return whole_text(line.received) if whole else self._text(line, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{HEADERS[column]}: {self._text(line, column)}"
            case Qt.ItemDataRole.ForegroundRole:
                leads = column in (LedgerColumn.SUBJECT, LedgerColumn.REASON)
                return "text" if leads else "secondary"
        return None

    def _text(self, line: LedgerLine, column: LedgerColumn) -> str:
        match column:
            case LedgerColumn.RECEIVED:
                return relative_text(line.received, self._now)
            case LedgerColumn.SENDER:
                return line.sender or "(no sender)"
            case LedgerColumn.SUBJECT:
                return line.subject or "(no subject)"
            case LedgerColumn.CONNECTOR:
                return line.connector
            case LedgerColumn.REASON:
                return line.reason
