"""The Work items page: what mail became, each with its mails and why (UI 3.9)."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QStackedWidget,
    QTableView,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import reference_id
from enate_desktop.item_models.work_item_table import WorkItemColumn, WorkItemTableModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.views.attachment_saving import reader, tell_problem, tell_saved
from enate_desktop.views.page import Page
from enate_desktop.views.widgets import Card, EmptyState, prepare_table, secondary_label
from enate_desktop.views.work_item_delegate import WorkItemDelegate
from enate_desktop.views.work_item_detail import WorkItemDetailView
from enate_desktop.views.work_item_filters import WorkItemFilters
from enate_desktop.worker.notifier import ChangeNotifier

_WIDTHS = {
    WorkItemColumn.REFERENCE: 104,
    WorkItemColumn.KIND: 64,
    WorkItemColumn.PROCESS: 190,
    WorkItemColumn.CREATED: 96,
    WorkItemColumn.SENDER: 170,
    WorkItemColumn.SUBJECT: 220,
    WorkItemColumn.ROUTE: 120,
    WorkItemColumn.CONNECTOR: 110,
    WorkItemColumn.MODE: 60,
    WorkItemColumn.STATE: 84,
}


class WorkItemsPage(Page):
    """``navigate`` takes a work item's id or reference, or a connector's id as ``connector:7``."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Work items", parent)
        self._services = services
        self._shown_id = 0
        self.filters = WorkItemFilters()
        self.model = WorkItemTableModel(services.work_items.page, self)
        self.table = QTableView()
        self.detail = WorkItemDetailView(reader(services.work_items))
        self._count = secondary_label("", wrap=False)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._pane = Card()
        self._none = EmptyState("ticket", self.tr("Nothing created yet"), self._none_text())
        self._no_hit = EmptyState(
            "search", self.tr("No work item fits"), self.tr("Change the filters, or clear them.")
        )
        self._no_hit.add_button(self.tr("Clear filters"), self.filters.clear, primary=False)
        self._stack = QStackedWidget()
        self._build()
        self._connect()
        notifier.changed.connect(self._on_changed)
        self.filters.set_connectors(services.connectors.all())
        self._on_filter_changed()

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` touched."""
        if changes.connectors:
            self.filters.set_connectors(self._services.connectors.all())
        if changes.work_items or changes.directory:
            self.model.read_again()
            self._show_stack()
            if self._shown_id:
                self._show_detail(self._shown_id)

    @override
    def shown(self) -> None:
        self.refresh(Changes(work_items=True))

    @override
    def navigate(self, target: object) -> None:
        text = str(target)
        if text.startswith("connector:"):
            self.filters.clear()
            place = self.filters.connector.findData(int(text.removeprefix("connector:")))
            self.filters.connector.setCurrentIndex(max(0, place))
            return
        found = reference_id(text)
        work_item_id = found[1] if found else target
        if isinstance(work_item_id, int):
            self._show_detail(work_item_id)
            self.table.setCurrentIndex(self.model.index_of(work_item_id))

    def _build(self) -> None:
        prepare_table(self.table, self.tr("Work items"))
        self.table.setItemDelegate(WorkItemDelegate(self.table))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(WorkItemColumn.SUBJECT, QHeaderView.ResizeMode.Stretch)
        for page in (self.table, self._none, self._no_hit):
            self._stack.addWidget(page)
        self._pane.body.addWidget(self.detail)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self._pane)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(12)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 1)
        self._pane.hide()
        self.header.add_widget(self._count)
        self.body.addWidget(self.filters)
        self.body.addWidget(self._splitter, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self._on_filter_changed)
        self.model.counted.connect(self._on_counted)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.detail.saved.connect(self._on_attachment_saved)
        self.detail.problem.connect(self._on_problem)

    def _show_detail(self, work_item_id: int) -> None:
        try:
            detail = self._services.work_items.detail(work_item_id)
        except EnateError as error:
            self.messages.show_error(error, key="detail")
            return
        self._shown_id = work_item_id
        self.detail.set_detail(detail, self._services.work_items.process_paths())
        self._pane.show()

    def _show_stack(self) -> None:
        unfiltered = self.filters.wanted() == WorkItemFilter(test_mode=False)
        if self.model.total:
            page: QWidget = self.table
        else:
            page = self._none if unfiltered else self._no_hit
        if page is self._none:
            self._none.set_text(self.tr("Nothing created yet"), self._none_text())
        if page is not self.table:
            self._pane.hide()
            self._shown_id = 0
        self._stack.setCurrentWidget(page)

    def _none_text(self) -> str:
        if any(connector.enabled for connector in self._services.connectors.all()):
            return self.tr("Every mail that a route takes becomes a Ticket or a Case here.")
        return self.tr("No connector is enabled, so no mail is looked at.")

    def _on_filter_changed(self) -> None:
        self.model.set_filter(self.filters.wanted())
        self._shown_id = 0
        self._pane.hide()
        self._show_stack()

    def _on_counted(self, total: int) -> None:
        self._count.setText(self.tr("1 work item") if total == 1 else f"{total:,} work items")

    def _on_current_changed(self) -> None:
        item = self.model.row_of(self.table.currentIndex())
        if item is not None and item.id != self._shown_id:
            self._show_detail(item.id)

    def _on_attachment_saved(self, name: str) -> None:
        tell_saved(self, name)

    def _on_problem(self, error: Exception) -> None:
        tell_problem(self, error)

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if initiator is not self:
            self.refresh(changes)
