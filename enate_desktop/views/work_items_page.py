"""The Work items page: what mail became, each with its mails and why (UI 3.9)."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QStackedWidget,
    QTableView,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import WorkItem, reference_id
from enate_desktop.item_models.work_item_table import WorkItemColumn, WorkItemTableModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.views.attachment_saving import reader, tell_problem, tell_saved
from enate_desktop.views.page import Page
from enate_desktop.views.restore_command import UndoAction
from enate_desktop.views.widgets import (
    Card,
    EmptyState,
    menu_button,
    prepare_table,
    secondary_label,
)
from enate_desktop.views.work_item_commands import WorkItemCommands
from enate_desktop.views.work_item_delegate import WorkItemDelegate
from enate_desktop.views.work_item_detail import WorkItemDetailView
from enate_desktop.views.work_item_filters import WorkItemFilters
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background

_WIDTHS = {
    WorkItemColumn.REFERENCE: 96,
    WorkItemColumn.KIND: 60,
    WorkItemColumn.PROCESS: 150,
    WorkItemColumn.CREATED: 88,
    WorkItemColumn.SENDER: 150,
    WorkItemColumn.SUBJECT: 220,
    WorkItemColumn.ROUTE: 116,
    WorkItemColumn.CONNECTOR: 92,
    WorkItemColumn.MODE: 56,
    WorkItemColumn.STATE: 84,
    WorkItemColumn.AUTOMATED: 68,
}


class WorkItemsPage(Page):
    """``navigate`` takes a work item's id or reference, or a connector's id as ``connector:7``."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Work items", parent)
        self._services = services
        self._shown_id = 0
        self._routes_of: int | None = None
        self.filters = WorkItemFilters()
        self.model = WorkItemTableModel(services.work_items.page, self)
        self.table = QTableView()
        self.detail = WorkItemDetailView(reader(services.work_items), services.handling.may())
        self.commands = WorkItemCommands(services, self.chosen, self)
        self._state_button = menu_button(
            self.tr("State"), self.commands.menu(self.table), icon_name="circle-check"
        )
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
        self._notifier = notifier
        notifier.changed.connect(self._on_changed)
        self._read_choices()
        self._on_filter_changed()

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` touched."""
        if changes.connectors:
            self._read_choices()
        if changes.work_items or changes.directory or changes.outbox:
            self.model.read_again()
            if self._shown_id:
                self._show_detail(self._shown_id)

    def chosen(self) -> tuple[WorkItem, ...]:
        """The selected work items."""
        if self.table.model() is None:
            return ()
        rows = self.table.selectionModel().selectedRows()
        found = (self.model.row_of(index) for index in rows)
        return tuple(item for item in found if item is not None)

    @override
    def undo_stack(self) -> QUndoStack:
        return self.commands.work.stack

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
        if text.startswith("route:"):
            self.filters.show_route(int(text.removeprefix("route:")))
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
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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
        self.header.add_action(UndoAction(self.commands.work.stack, self))
        self.header.add_action(self.commands.repair)
        self.header.add_widget(self._state_button)
        self.body.addWidget(self.filters)
        self.body.addWidget(self._splitter, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self._on_filter_changed)
        self.model.counted.connect(self._on_counted)
        self.model.searching.connect(self._on_searching)
        self.model.failed.connect(self._on_failed)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.commands.changed.connect(self._on_done)
        self.commands.failed.connect(self._on_failed)
        self.commands.work.done.connect(self.toast)
        self.detail.mail_shown.connect(self._on_mail_shown)
        self.detail.add_wanted.connect(self.commands.add_participant)
        self.detail.item_wanted.connect(self.navigate)
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
        self.commands.seen(detail.work_item)

    def _read_choices(self) -> None:
        services = self._services
        self.filters.set_connectors(services.connectors.all())
        entries: dict[str, tuple[int, ...]] = {}
        for process in services.directory.processes(retired=True):
            parts = process.path.split(SEPARATOR)
            for depth in range(1, len(parts) + 1):
                path = SEPARATOR.join(parts[:depth])
                entries[path] = (*entries.get(path, ()), process.id)
        self.filters.set_processes(entries)

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
        wanted = self.filters.wanted()
        if wanted.connector_id != self._routes_of:
            self._routes_of = wanted.connector_id
            groups = self._services.routes.groups() if wanted.connector_id else ()
            own = (group.routes for group in groups if group.connector.id == wanted.connector_id)
            self.filters.set_routes(next(own, ()))
        self._shown_id = 0
        self._pane.hide()
        self.model.set_filter(wanted)

    def _on_counted(self) -> None:
        total, more = self.model.total, "" if self.model.exact else "+"
        text = f"{total:,}{more} work items"
        self._count.setText(self.tr("1 work item") if total == 1 and not more else text)
        self._show_stack()
        self.commands.refresh()

    def _on_searching(self, searching: bool) -> None:
        if searching:
            self._count.setText(self.tr("Searching…"))

    def _on_mail_shown(self, intake_id: int) -> None:
        run_in_background(
            self,
            partial(self._services.hindsight.of, intake_id),
            partial(self.detail.set_hindsight, intake_id),
            self._on_failed,
        )

    def _on_selection_changed(self) -> None:
        self.commands.refresh()

    def _on_menu_requested(self, at: QPoint) -> None:
        self.commands.show_menu(self.table, at)

    def _on_done(self, changes: Changes) -> None:
        self.refresh(changes)
        self._notifier.notify(changes, self)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.messages.show_error(error, key="failed")

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
