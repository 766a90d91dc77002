"""The table of connectors with its search, direction filter and empty states (UI 3.3)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.item_models.connector_table import (
    ConnectorColumn,
    ConnectorTableModel,
    Shown,
)
from enate_desktop.views.accessibility import describe
from enate_desktop.views.connector_columns import fit_columns
from enate_desktop.views.connector_delegate import ConnectorDelegate
from enate_desktop.views.widgets import EmptyState, label, prepare_table


class ConnectorTable(QTableView):
    """Enter edits, Space turns the switch, the menu key opens the row's menu.

    Its columns share the width there is until a person draws one of them.
    """

    edit_requested = Signal()
    toggle_requested = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_requested.emit()
        elif event.key() == Qt.Key.Key_Space:
            self.toggle_requested.emit()
        else:
            super().keyPressEvent(event)


class ConnectorList(QWidget):
    """Signals carry a connector's id; ``menu_requested`` also where on the screen."""

    edit_requested = Signal(int)
    toggle_requested = Signal(int)
    menu_requested = Signal(int, QPoint)
    new_requested = Signal()
    demo_requested = Signal()
    current_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ConnectorTableModel(self)
        self.table = ConnectorTable()
        self.search = QLineEdit()
        self.show_only = QComboBox()
        self.empty = EmptyState(
            "plug",
            self.tr("No connectors yet"),
            self.tr("A connector is the mailbox that receives or sends mail."),
        )
        self.add_button = self.empty.add_button(
            self.tr("Add connector"), self.new_requested.emit, icon_name="plus"
        )
        self.empty.add_button(
            self.tr("Look around with demo data"), self.demo_requested.emit, primary=False
        )
        self._no_hit = EmptyState(
            "search",
            self.tr("No connector fits"),
            self.tr("Change the search or the direction shown."),
        )
        self._no_hit.add_button(self.tr("Show all"), self._show_all, primary=False)
        self._stack = QStackedWidget()
        self._clock = QTimer(self)
        self._build()
        self._connect()

    @property
    def current_id(self) -> int:
        """The connector of the current row, 0 when there is none."""
        connector = self.model.connector(self.table.currentIndex())
        return connector.id if connector is not None else 0

    def set_connectors(self, connectors: Sequence[Connector], routes: Mapping[int, int]) -> None:
        """Show these with the number of their routes; the current row stays."""
        self.model.set_connectors(connectors, routes, datetime.now(UTC))
        self._show()

    def select(self, connector_id: int) -> None:
        """Make a connector the current row."""
        index = self.model.index_of(connector_id)
        if index.isValid():
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def _build(self) -> None:
        prepare_table(self.table, self.tr("Connectors"))
        self._delegate = ConnectorDelegate(self.table)
        self.table.setItemDelegate(self._delegate)
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.horizontalHeader().setStretchLastSection(False)
        fit_columns(self.table)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(ConnectorColumn.NAME, Qt.SortOrder.AscendingOrder)
        self.search.setPlaceholderText(self.tr("Search name, address or service"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        describe(self.search, self.tr("Search connectors"))
        for shown in Shown:
            self.show_only.addItem(shown.value, shown.value)
        describe(self.show_only, self.tr("Show connectors by direction"))
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(label(self.tr("Show")))
        filters.addWidget(self.show_only)
        filters.addWidget(self.search, 1)
        filters.addStretch(1)
        self._filters = QWidget()
        self._filters.setLayout(filters)
        filters.setContentsMargins(0, 0, 0, 0)
        for page in (self.table, self.empty, self._no_hit):
            self._stack.addWidget(page)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(12)
        column_layout.addWidget(self._filters)
        column_layout.addWidget(self._stack, 1)
        self._clock.setInterval(5000)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_filter_changed)
        self.show_only.currentIndexChanged.connect(self._on_filter_changed)
        self.table.doubleClicked.connect(self._on_edit_requested)
        self.table.edit_requested.connect(self._on_edit_requested)
        self.table.toggle_requested.connect(self._on_toggle_requested)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self._delegate.toggled.connect(self.toggle_requested)
        self._delegate.menu_requested.connect(self.menu_requested)
        self._clock.timeout.connect(self._on_clock_ticked)

    def _show_all(self) -> None:
        self.search.clear()
        self.show_only.setCurrentIndex(0)

    def _show(self) -> None:
        if not self.model.total:
            page: QWidget = self.empty
        else:
            page = self.table if self.model.rowCount() else self._no_hit
        self._filters.setVisible(self.model.total > 0)
        self._stack.setCurrentWidget(page)

    def _on_filter_changed(self) -> None:
        self.model.set_filter(Shown(self.show_only.currentData()), self.search.text())
        self._show()

    def _on_edit_requested(self) -> None:
        if self.current_id:
            self.edit_requested.emit(self.current_id)

    def _on_toggle_requested(self) -> None:
        if self.current_id:
            self.toggle_requested.emit(self.current_id)

    def _on_menu_requested(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if not index.isValid():
            index = self.table.currentIndex()
            place = self.table.visualRect(index).bottomLeft()
        connector = self.model.connector(index)
        if connector is not None:
            self.table.setCurrentIndex(index)
            where = self.table.viewport().mapToGlobal(place)
            self.menu_requested.emit(connector.id, where)

    def _on_current_changed(self) -> None:
        self.current_changed.emit()

    def _on_clock_ticked(self) -> None:
        self.model.tick(datetime.now(UTC))
