"""The mailboxes as a table: state, figures, what went wrong last (UI 3.10, X-05)."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.item_models.connector_state import ConnectorState
from enate_desktop.item_models.monitor_state import monitor_state, until_text
from enate_desktop.item_models.row_changes import apply_rows
from enate_desktop.item_models.time_text import relative_text, whole_text
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.monitor import ConnectorStatus, Overview

Index = QModelIndex | QPersistentModelIndex


class MonitorColumn(IntEnum):
    """The columns, in the order shown."""

    CONNECTOR = 0
    STATE = 1
    LAST_CHECK = 2
    NEXT = 3
    ON_SERVER = 4
    ACCOUNTED = 5
    UNEXPLAINED = 6
    TODAY = 7
    QUEUE = 8
    ERRORS = 9
    LAST_ERROR = 10


HEADERS = (
    "Connector",
    "State",
    "Last check",
    "Next",
    "On server",
    "Accounted",
    "Unexplained",
    "Today",
    "Queue",
    "Errors",
    "Last error",
)
_HELP = {
    MonitorColumn.ON_SERVER: "Mails the server listed at the last full look",
    MonitorColumn.ACCOUNTED: "Of those, how many met their end here or were skipped by choice",
    MonitorColumn.UNEXPLAINED: "Of those, how many nobody knows anything about; 0 is right",
    MonitorColumn.TODAY: "Mails taken in since midnight",
    MonitorColumn.QUEUE: "Mails stored but not decided, and automated emails that wait",
    MonitorColumn.ERRORS: "Errors with the server since midnight",
}
STATE_ROLE = Qt.ItemDataRole.UserRole
"""The ConnectorState of the row."""
_NUMBERS = frozenset(range(MonitorColumn.ON_SERVER, MonitorColumn.ERRORS + 1))


class MonitorConnectorModel(QAbstractTableModel):
    """One row for each connector; rows keep their identity when the figures move."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._statuses: dict[int, ConnectorStatus] = {}
        self._rows: list[int] = []
        self._facts = WorkerFacts()
        self._retry_limit = 5
        self._is_aged = False
        self._now = datetime.now(UTC)

    def set_overview(self, overview: Overview) -> None:
        """Show these figures."""
        self._retry_limit = overview.retry_limit
        ids = [status.connector.id for status in overview.connectors]
        self._statuses |= {status.connector.id: status for status in overview.connectors}
        apply_rows(self, QModelIndex(), self._rows, ids, internal_id=0)
        self._statuses = {status.connector.id: status for status in overview.connectors}
        self._tell(0, len(HEADERS) - 1)

    def set_facts(self, facts: WorkerFacts, now: datetime) -> None:
        """What the worker of this program does; times are told as of ``now``."""
        self._facts, self._now = facts, now
        self._tell(MonitorColumn.STATE, MonitorColumn.NEXT)

    def set_aged(self, *, is_aged: bool) -> None:
        """What is shown could not be read again, so it is greyed."""
        if is_aged != self._is_aged:
            self._is_aged = is_aged
            self._tell(0, len(HEADERS) - 1)

    def status(self, index: Index) -> ConnectorStatus | None:
        """The connector of a row."""
        return self._statuses[self._rows[index.row()]] if index.isValid() else None

    def index_of(self, connector_id: int) -> QModelIndex:
        """Where a connector is listed; an unusable index when it is not."""
        if connector_id not in self._rows:
            return QModelIndex()
        return self.index(self._rows.index(connector_id), 0)

    def state(self, status: ConnectorStatus) -> ConnectorState:
        """What that connector does now."""
        return monitor_state(status, self._facts, self._retry_limit, self._now)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return _HELP.get(MonitorColumn(section))
        return HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        status = self.status(index)
        if status is None:
            return None
        column = MonitorColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(status, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._whole(status, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{HEADERS[column]}: {self._text(status, column) or 'nothing'}"
            case Qt.ItemDataRole.ForegroundRole:
                return "disabled" if self._is_aged else _colour(status, column)
            case Qt.ItemDataRole.TextAlignmentRole if column in _NUMBERS:
                return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            case _ if role == STATE_ROLE:
                return self.state(status)
        return None

    def _text(self, status: ConnectorStatus, column: MonitorColumn) -> str:
        if column in _TEXTS:
            return _TEXTS[column](status)
        condition = status.connector.condition
        if column is MonitorColumn.STATE:
            return self.state(status).text
        if column is MonitorColumn.LAST_CHECK:
            receives = status.connector.use_for.receives
            return relative_text(condition.last_check, self._now) if receives else ""
        resting = status.pause is not None or not status.connector.enabled
        wanted = None if resting else self._facts.next_looks.get(status.connector.id)
        return until_text(wanted, self._now)

    def _whole(self, status: ConnectorStatus, column: MonitorColumn) -> str:
        if column is MonitorColumn.STATE:
            return self.state(status).whole(self._now)
        if column is MonitorColumn.LAST_CHECK:
            return whole_text(status.connector.condition.last_check)
        if column is MonitorColumn.UNEXPLAINED and status.figure is not None:
            return "\n".join(status.figure.details)
        if column is MonitorColumn.LAST_ERROR and status.last_error is not None:
            return status.last_error.sentence
        return self._text(status, column)

    def _tell(self, first: int, last: int) -> None:
        if self._rows:
            end = self.index(len(self._rows) - 1, last)
            self.dataChanged.emit(self.index(0, first), end)


def _figure(name: str) -> Callable[[ConnectorStatus], str]:
    def text(status: ConnectorStatus) -> str:
        if not status.connector.use_for.receives:
            return ""
        return "–" if status.figure is None else f"{getattr(status.figure, name):,}"

    return text


_TEXTS: dict[MonitorColumn, Callable[[ConnectorStatus], str]] = {
    MonitorColumn.CONNECTOR: lambda status: status.connector.name,
    MonitorColumn.ON_SERVER: _figure("on_server"),
    MonitorColumn.ACCOUNTED: _figure("accounted"),
    MonitorColumn.UNEXPLAINED: _figure("unexplained"),
    MonitorColumn.TODAY: lambda status: f"{status.today:,}",
    MonitorColumn.QUEUE: lambda status: f"{status.queue:,}",
    MonitorColumn.ERRORS: lambda status: f"{status.errors:,}",
    MonitorColumn.LAST_ERROR: lambda status: status.last_error.title if status.last_error else "",
}


def _colour(status: ConnectorStatus, column: MonitorColumn) -> str:
    figure = status.figure
    if column is MonitorColumn.UNEXPLAINED and figure is not None and figure.unexplained:
        return "error"
    if column is MonitorColumn.ERRORS and status.errors:
        return "error"
    strong = (MonitorColumn.CONNECTOR, MonitorColumn.STATE, MonitorColumn.TODAY)
    return "text" if column in strong else "secondary"
