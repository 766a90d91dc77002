"""The Unhandled mail page: what became no work, with the reason in words (UI 3.11)."""

from PySide6.QtCore import QItemSelectionModel, Qt
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
from enate_desktop.item_models.ledger_table import LedgerColumn, LedgerTableModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.work_items import LedgerLine
from enate_desktop.views.attachment_saving import reader, tell_problem, tell_saved
from enate_desktop.views.mail_and_why import MailAndWhy
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.page import Page
from enate_desktop.views.widgets import Card, EmptyState, label, prepare_table
from enate_desktop.worker.notifier import ChangeNotifier

_WIDTHS = {
    LedgerColumn.RECEIVED: 110,
    LedgerColumn.SENDER: 200,
    LedgerColumn.SUBJECT: 280,
    LedgerColumn.CONNECTOR: 130,
}


class UnhandledPage(Page):
    """Unhandled mails; asks for ``quarantine``. ``navigate`` takes a mail's id."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Unhandled mail", parent)
        self._services = services
        self._shown_id = 0
        self._in_quarantine = 0
        self.model = LedgerTableModel(self)
        self.table = QTableView()
        self.halves = MailAndWhy(reader(services.work_items))
        self._reason = label("", wrap=True)
        self._pane = Card()
        self._none = EmptyState(
            "inbox",
            self.tr("Nothing unhandled"),
            self.tr("Every mail became work, joined it, or was left out on purpose."),
        )
        self._stack = QStackedWidget()
        self._build()
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.halves.mail.saved.connect(self._on_attachment_saved)
        self.halves.mail.problem.connect(self._on_problem)
        notifier.changed.connect(self._on_changed)
        self._read()

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` touched."""
        if changes.unhandled or changes.work_items or changes.connectors:
            self._read()

    @override
    def shown(self) -> None:
        self._read()

    @override
    def navigate(self, target: object) -> None:
        if isinstance(target, int):
            index = self.model.index_of(target)
            flag = QItemSelectionModel.SelectionFlag.SelectCurrent
            rows = QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flag | rows)

    def _build(self) -> None:
        prepare_table(self.table, self.header.title)
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(LedgerColumn.REASON, QHeaderView.ResizeMode.Stretch)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        self._pane.body.addWidget(self._reason)
        self._pane.body.addWidget(self.halves, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self._stack)
        splitter.addWidget(self._pane)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        self._pane.hide()
        self.body.addWidget(splitter, 1)

    def _read(self) -> None:
        lines = self._services.work_items.unhandled()
        self.model.take_up(lines)
        self._stack.setCurrentWidget(self.table if lines else self._none)
        if self._shown_id not in {line.intake_id for line in lines}:
            self._hide_mail()
        self._tell_of_quarantine(len(self._services.quarantine.lines()))
        self.badge_changed.emit(len(lines))

    def _tell_of_quarantine(self, count: int) -> None:
        """A bar leads to the other page; one that was closed stays so until the number changes."""
        if count == self._in_quarantine:
            return
        self._in_quarantine = count
        if not count:
            self.messages.dismiss("quarantine")
            return
        text = (
            self.tr("1 mail could not be read or decided and lies in quarantine.")
            if count == 1
            else self.tr("{count} mails could not be read or decided and lie in quarantine.")
        )
        show = MessageAction(self.tr("Open quarantine"), self._open_quarantine, closes=False)
        self.messages.show_message(
            MessageKind.WARNING, text.format(count=count), show, key="quarantine"
        )

    def _open_quarantine(self) -> None:
        self.page_requested.emit("quarantine", None)

    def _hide_mail(self) -> None:
        self._shown_id = 0
        self._pane.hide()

    def _show_mail(self, line: LedgerLine) -> None:
        try:
            mail = self._services.work_items.mail(line.intake_id)
        except EnateError as error:
            self.messages.show_error(error, key="mail")
            return
        self._shown_id = line.intake_id
        self._reason.setText(line.reason)
        self._reason.setVisible(bool(line.reason) and not mail.decisions)
        self.halves.set_mail(mail, self._services.work_items.process_paths())
        self._pane.show()

    def _on_current_changed(self) -> None:
        line = self.model.row_of(self.table.currentIndex())
        if line is not None and line.intake_id != self._shown_id:
            self._show_mail(line)

    def _on_attachment_saved(self, name: str) -> None:
        tell_saved(self, name)

    def _on_problem(self, error: Exception) -> None:
        tell_problem(self, error)

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if initiator is not self:
            self.refresh(changes)
