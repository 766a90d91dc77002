"""The mailboxes of the monitor with what can be done about the chosen one (UI 3.10)."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.item_models.connector_state import ConnectorState
from enate_desktop.item_models.monitor_connectors import (
    STATE_ROLE,
    MonitorColumn,
    MonitorConnectorModel,
)
from enate_desktop.item_models.monitor_state import counted
from enate_desktop.services.monitor import ConnectorStatus
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.icons import icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import ElidedLabel, RowDelegate, button, prepare_table

Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {
    MonitorColumn.CONNECTOR: 150,
    MonitorColumn.STATE: 216,
    MonitorColumn.LAST_CHECK: 92,
    MonitorColumn.NEXT: 76,
    MonitorColumn.ON_SERVER: 86,
    MonitorColumn.ACCOUNTED: 94,
    MonitorColumn.UNEXPLAINED: 104,
    MonitorColumn.TODAY: 68,
    MonitorColumn.QUEUE: 68,
    MonitorColumn.ERRORS: 68,
}


class MonitorDelegate(RowDelegate):
    """Paints the state with its shape, and mails that nobody can explain on red."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() == MonitorColumn.STATE:
            state: ConnectorState = index.data(STATE_ROLE)
            option.icon = icon(state.shape, state.token)
            option.decorationSize = QSize(16, 16)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.column() == MonitorColumn.UNEXPLAINED and index.data() not in ("", "0", "–"):
            painter.fillRect(option.rect, tokens().error_tint)
        super().paint(painter, option, index)


class MonitorConnectors(QWidget):
    """``chosen`` comes with another current row; the other signals carry a connector's id."""

    chosen = Signal()
    details_requested = Signal(int)
    retry_requested = Signal(int)
    count_requested = Signal(int)
    opened = Signal(int)

    def __init__(self, refusal: str = "", parent: QWidget | None = None) -> None:
        """``refusal``: why this person may not have the server asked, or empty."""
        super().__init__(parent)
        self._refusal = refusal
        self.model = MonitorConnectorModel(self)
        self.table = QTableView()
        self._words = ElidedLabel(colour="secondary")
        self.details = button(
            self.tr("Details"), lambda: self.details_requested.emit(self.current_id)
        )
        self.retry = button(
            self.tr("Retry now"),
            lambda: self.retry_requested.emit(self.current_id),
            icon_name="refresh-cw",
        )
        self.count = button(
            self.tr("Check against the server now"),
            lambda: self.count_requested.emit(self.current_id),
        )
        self._build()
        self.show_actions()

    @property
    def current_id(self) -> int:
        """The id of the chosen connector, 0 when none is."""
        status = self.model.status(self.table.currentIndex())
        return status.connector.id if status is not None else 0

    @property
    def current(self) -> ConnectorStatus | None:
        """The chosen connector."""
        return self.model.status(self.table.currentIndex())

    @property
    def words(self) -> str:
        """What is said of the chosen connector."""
        return self._words.text

    def whole_height(self) -> int:
        """The height at which no row has to be scrolled to."""
        table = self.table
        rows = table.verticalHeader().length() + table.horizontalHeader().height()
        return rows + 2 * table.frameWidth() + self.height() - table.height()

    def select(self, connector_id: int) -> None:
        """Choose a connector."""
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(
            self.model.index_of(connector_id), flags.ClearAndSelect | flags.Rows
        )

    def show_actions(self) -> None:
        """Say what the chosen connector's matter is, and offer what can be done about it."""
        status = self.current
        self._words.set_text(status_words(status, self.model) if status else self._hint())
        enabled = status is not None and status.connector.enabled
        receives = status is not None and status.connector.use_for.receives
        self.details.setEnabled(status is not None and status.last_error is not None)
        self.retry.setEnabled(enabled and receives)
        explain_disabled(self.count, self._refusal)
        self.count.setEnabled(receives and not self._refusal)

    def _hint(self) -> str:
        return self.tr("Choose a connector to see what it is about.")

    def _build(self) -> None:
        prepare_table(self.table, self.tr("Mailboxes"))
        self.table.setItemDelegate(MonitorDelegate(self.table))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(False)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(MonitorColumn.LAST_ERROR, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(lambda: self.chosen.emit())
        self.table.activated.connect(lambda _index: self.opened.emit(self.current_id))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        for made in (self.details, self.retry, self.count):
            row.addWidget(made)
        column_of_parts = QVBoxLayout(self)
        column_of_parts.setContentsMargins(0, 0, 0, 0)
        column_of_parts.setSpacing(8)
        column_of_parts.addWidget(self.table, 1)
        column_of_parts.addLayout(row)


def status_words(status: ConnectorStatus, model: MonitorConnectorModel) -> str:
    """What matters about a connector in a line: first what nobody can explain (X-05)."""
    name, figure = status.connector.name, status.figure
    if figure is not None and figure.unexplained:
        return f"{name}: {unexplained_words(status)}"
    state = model.state(status)
    if state.reason:
        return f"{name}: {state.reason}"
    if status.last_error is not None:
        return f"{name}: {status.last_error.sentence}"
    if figure is None:
        return f"{name}: {state.text}."
    waiting = f", {counted(figure.waiting, 'mail')} waiting" if figure.waiting else ""
    listed = counted(figure.on_server, "mail")
    return f"{name}: {state.text}. {listed} on the server, all accounted for{waiting}."


def unexplained_words(status: ConnectorStatus) -> str:
    """The sentence for a mailbox with mails that nobody can explain."""
    figure = status.figure
    if figure is None or not figure.unexplained:
        return ""
    some = "mail" if figure.unexplained == 1 else "mails"
    return f"{figure.unexplained:,} {some} unexplained. {' '.join(figure.details)}".rstrip()
