"""The connectors as a table: what each is for, how it fares and whether it runs (UI 3.3)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.item_models.activity_text import plain_tip
from enate_desktop.item_models.connector_state import (
    ConnectorState,
    connector_state,
    service_text,
)
from enate_desktop.item_models.row_changes import apply_rows
from enate_desktop.item_models.time_text import relative_text, whole_text

Index = QModelIndex | QPersistentModelIndex


class ConnectorColumn(IntEnum):
    """The columns, in the order shown."""

    STATE = 0
    NAME = 1
    SERVICE = 2
    USE_FOR = 3
    ADDRESS = 4
    ROUTES = 5
    LAST_CHECK = 6
    ENABLED = 7
    MENU = 8


HEADERS = (
    "State",
    "Name",
    "Service",
    "Use for",
    "Primary address",
    "Routes",
    "Last check",
    "Enabled",
    "",
)


class ConnectorRole(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    CONNECTOR = Qt.ItemDataRole.UserRole
    STATE = Qt.ItemDataRole.UserRole + 1
    BUSY = Qt.ItemDataRole.UserRole + 2


class Shown(StrEnum):
    """Which connectors the table lists."""

    ALL = "All"
    INCOMING = "Incoming"
    OUTGOING = "Outgoing"


class ConnectorTableModel(QAbstractTableModel):
    """Connectors filtered by direction and text, sorted by any column; rows keep their identity."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connectors: dict[int, Connector] = {}
        self._routes: Mapping[int, int] = {}
        self._rows: list[int] = []
        self._busy: frozenset[int] = frozenset()
        self._shown = Shown.ALL
        self._search = ""
        self._sorting = (ConnectorColumn.NAME, Qt.SortOrder.AscendingOrder)
        self._now = datetime.now(UTC)

    @property
    def total(self) -> int:
        """How many connectors there are, hidden ones too."""
        return len(self._connectors)

    def set_connectors(
        self, connectors: Sequence[Connector], routes: Mapping[int, int], now: datetime
    ) -> None:
        """Show these; ``routes`` counts the routes people made, ``now`` is UTC."""
        self._connectors = {connector.id: connector for connector in connectors}
        self._routes = routes
        self._now = now
        self._arrange()
        self._tell_all()

    def set_filter(self, shown: Shown, search: str) -> None:
        """List only those of a direction that have ``search`` in name, address or service."""
        self._shown, self._search = shown, " ".join(search.casefold().split())
        self._arrange()

    def set_busy(self, connector_ids: frozenset[int]) -> None:
        """The connectors that are being tested just now."""
        self._busy = connector_ids
        self._tell_all()

    def tick(self, now: datetime) -> None:
        """Let the relative times grow older."""
        self._now = now
        for column in (ConnectorColumn.STATE, ConnectorColumn.LAST_CHECK) if self._rows else ():
            self.dataChanged.emit(self.index(0, column), self.index(len(self._rows) - 1, column))

    def connector(self, index: Index) -> Connector | None:
        """The connector of a row."""
        return self._connectors[self._rows[index.row()]] if index.isValid() else None

    def index_of(self, connector_id: int, column: int = 0) -> QModelIndex:
        """Where a connector is listed; an unusable index when it is not."""
        if connector_id not in self._rows:
            return QModelIndex()
        return self.index(self._rows.index(connector_id), column)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(ConnectorColumn)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == ConnectorColumn.ROUTES:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        return HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        connector = self.connector(index)
        if connector is None:
            return None
        column = ConnectorColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(connector, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._tooltip(connector, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(connector, column)
            case Qt.ItemDataRole.TextAlignmentRole if column is ConnectorColumn.ROUTES:
                return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole:
                return self._token(connector, column)
            case ConnectorRole.CONNECTOR:
                return connector
            case ConnectorRole.STATE:
                return self._state(connector)
            case ConnectorRole.BUSY:
                return connector.id in self._busy
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (ConnectorColumn(max(column, 0)), order)
        self._arrange()

    def _text(self, connector: Connector, column: ConnectorColumn) -> str:
        match column:
            case ConnectorColumn.STATE:
                return self._state(connector).line(self._now)
            case ConnectorColumn.NAME:
                return connector.name
            case ConnectorColumn.SERVICE:
                return service_text(connector)
            case ConnectorColumn.USE_FOR:
                return connector.use_for.capitalize()
            case ConnectorColumn.ADDRESS:
                return connector.primary_address
            case ConnectorColumn.ROUTES:
                return str(self._routes.get(connector.id, 0))
            case ConnectorColumn.LAST_CHECK:
                if not connector.use_for.receives:
                    return "–"
                return relative_text(connector.condition.last_check, self._now)
            case ConnectorColumn.ENABLED:
                return "On" if connector.enabled else "Off"
            case ConnectorColumn.MENU:
                return ""

    def _state(self, connector: Connector) -> ConnectorState:
        return connector_state(connector, self._now)

    def _tooltip(self, connector: Connector, column: ConnectorColumn) -> str:
        if column is ConnectorColumn.STATE:
            return self._state(connector).whole(self._now)
        if column is ConnectorColumn.ROUTES:
            return self._routes_text(connector)
        if column is ConnectorColumn.LAST_CHECK:
            return whole_text(connector.condition.last_check)
        if column is ConnectorColumn.NAME and connector.default_sender:
            return f"{connector.name}\nThe system's default sender: sends what no other one sends."
        if column is ConnectorColumn.ENABLED:
            return self._toggle_help(connector)
        if column is ConnectorColumn.MENU:
            return "What can be done with it (Shift+F10)"
        return self._text(connector, column)

    def _toggle_help(self, connector: Connector) -> str:
        if connector.id in self._busy:
            return "The connection is being tested."
        if connector.enabled:
            return "On. Click to switch off: nothing is polled or sent then."
        if not connector.tested_fingerprint:
            return "Locked: test the connection first. A click offers to test it now."
        return "Off. Click to test the connection and switch it on."

    def _routes_text(self, connector: Connector) -> str:
        count = self._routes.get(connector.id, 0)
        if count:
            return "1 route" if count == 1 else f"{count} routes"
        return "No routes yet, only the fallback" if connector.use_for.receives else "No routes yet"

    def _spoken(self, connector: Connector, column: ConnectorColumn) -> str:
        if column is ConnectorColumn.NAME and connector.default_sender:
            return f"{connector.name}, default sender"
        if column is ConnectorColumn.ENABLED:
            return f"Enabled: {self._text(connector, column)}. {self._toggle_help(connector)}"
        if column is ConnectorColumn.MENU:
            return "Menu"
        if column is ConnectorColumn.ROUTES:
            return self._routes_text(connector)
        return f"{HEADERS[column]}: {self._text(connector, column)}"

    def _token(self, connector: Connector, column: ConnectorColumn) -> str:
        if column is ConnectorColumn.STATE:
            return self._state(connector).token
        if column in (ConnectorColumn.NAME, ConnectorColumn.ADDRESS):
            return "text"
        return "secondary"

    def _arrange(self) -> None:
        wanted = [c for c in self._connectors.values() if self._fits(c)]
        column, order = self._sorting
        wanted.sort(key=lambda c: c.name.casefold())
        reverse = order is Qt.SortOrder.DescendingOrder
        wanted.sort(key=lambda c: self._sort_key(c, column), reverse=reverse)
        apply_rows(self, QModelIndex(), self._rows, [c.id for c in wanted], internal_id=0)

    def _sort_key(self, connector: Connector, column: ConnectorColumn) -> tuple[float, str]:
        if column is ConnectorColumn.ROUTES:
            return self._routes.get(connector.id, 0), ""
        if column is ConnectorColumn.LAST_CHECK:
            checked = connector.condition.last_check
            return (checked.timestamp() if checked else 0.0), ""
        if column is ConnectorColumn.STATE:
            return 0, self._state(connector).words.casefold()
        return 0, self._text(connector, column).casefold()

    def _fits(self, connector: Connector) -> bool:
        if self._shown is Shown.INCOMING and connector.use_for is UseFor.OUTGOING:
            return False
        if self._shown is Shown.OUTGOING and connector.use_for is UseFor.INCOMING:
            return False
        texts = (connector.name, connector.primary_address, service_text(connector))
        return any(self._search in text.casefold() for text in texts)

    def _tell_all(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, len(ConnectorColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
