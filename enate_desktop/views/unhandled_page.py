"""The Unhandled mail page: what became no work, why, and what a person does about it (W-01)."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QTableView, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.ledger_table import LedgerColumn, LedgerTableModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.work_items import LedgerLine
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.attachment_saving import reader, tell_problem, tell_saved
from enate_desktop.views.choice_bar import ChoiceBar
from enate_desktop.views.mail_and_why import MailAndWhy
from enate_desktop.views.mail_export import MailExport
from enate_desktop.views.mail_list import MailList
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.page import MenuName, Page
from enate_desktop.views.restore_command import UndoAction
from enate_desktop.views.unhandled_actions import UnhandledActions
from enate_desktop.views.unhandled_work import UnhandledWork
from enate_desktop.views.widgets import EmptyState, icon_button, label
from enate_desktop.worker.notifier import ChangeNotifier

_WIDTHS = {
    LedgerColumn.RECEIVED: 104,
    LedgerColumn.SENDER: 190,
    LedgerColumn.SUBJECT: 250,
    LedgerColumn.CONNECTOR: 120,
    LedgerColumn.DELETED: 104,
    LedgerColumn.BY: 110,
}
_OF_DELETED = (LedgerColumn.DELETED, LedgerColumn.BY)


class UnhandledPage(Page):
    """Asks for ``quarantine``, ``routes`` and ``work_items``. ``navigate`` takes a mail's id."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Unhandled mail", parent)
        self._services = services
        self._notifier = notifier
        self._shown_id = 0
        self._in_quarantine = 0
        self._deleted = False
        self.model = LedgerTableModel(self._page_of, self)
        self.list = MailList(self.header.title, self.model, _WIDTHS, LedgerColumn.REASON)
        self.halves = MailAndWhy(reader(services.work_items))
        self.can = UnhandledActions(self.list, services.people.me.may)
        self.work = UnhandledWork(self, services, self.chosen)
        self.export = MailExport(self, self.chosen, services.unhandled.export)
        self._save = icon_button("arrow-down-to-line", self.tr("Save as .eml"), self.export.ask)
        self._reason = label("", wrap=True)
        self._choices = ChoiceBar()
        self.waiting_button = self._choices.add("", lambda: self._choose(deleted=False))
        self.deleted_button = self._choices.add("", lambda: self._choose(deleted=True))
        self._none = EmptyState(
            "inbox",
            self.tr("Nothing unhandled"),
            self.tr("Every mail became work, joined it, or was left out on purpose."),
        )
        self._build()
        self._connect(notifier)
        self._read()

    @property
    def table(self) -> QTableView:
        """The table of mails."""
        return self.list.table

    def chosen(self) -> list[LedgerLine]:
        """The selected mails, from the top."""
        rows = (self.model.row_of(self.model.index(r, 0)) for r in self.list.chosen_rows())
        return [line for line in rows if line is not None]

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` touched."""
        if changes.unhandled or changes.work_items or changes.connectors:
            self._read()

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        made = self.can
        return {MenuName.FILE: (made.export,), MenuName.EDIT: (*made.waiting, made.restore)}

    @override
    def shown(self) -> None:
        self._read()

    @override
    def navigate(self, target: object) -> None:
        if isinstance(target, int):
            self.waiting_button.click()
            index = self.model.index_of(target)
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            rows = QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flag | rows)
            self.table.scrollTo(index)

    def _page_of(self, deleted: bool, offset: int, limit: int) -> tuple[Sequence[LedgerLine], int]:
        page = self._services.unhandled.page(offset, limit, aside=deleted)
        return page.lines, page.total

    def _build(self) -> None:
        made = self.can
        self.list.add_empty(self._none)
        self.list.pane.body.addWidget(self._reason)
        self.list.pane.body.addWidget(self.halves, 1)
        self.header.add_action(UndoAction(self.work.stack, self))
        for one in (*made.waiting, made.restore):
            self.header.add_action(one)
        self.header.add_widget(self._save)
        self.body.addWidget(self._choices)
        self.body.addWidget(self.list, 1)

    def _connect(self, notifier: ChangeNotifier) -> None:
        made, work = self.can, self.work
        selection = self.table.selectionModel()
        selection.selectionChanged.connect(self._on_selection_changed)
        selection.currentRowChanged.connect(self._on_current_changed)
        for trigger, act in (
            (made.create, work.create),
            (made.route, work.route),
            (made.attach, work.attach),
            (made.again, work.again),
            (made.delete, work.delete),
            (made.restore, work.restore),
            (made.export, self.export.ask),
        ):
            trigger.triggered.connect(lambda _on=False, act=act: act())
        work.touched.connect(self._on_touched)
        self.export.failed.connect(self._on_problem)
        self.halves.mail.saved.connect(self._on_attachment_saved)
        self.halves.mail.problem.connect(self._on_problem)
        notifier.changed.connect(self._on_changed)

    def _choose(self, *, deleted: bool) -> None:
        if deleted != self._deleted:
            self._deleted = deleted
            self._hide_mail()
            self.model.set_filter(deleted)
        self._read()

    def _read(self) -> None:
        service = self._services.unhandled
        waiting, deleted = service.count(), service.count(aside=True)
        if self._deleted and not deleted:
            self._deleted = False
            self.model.set_filter(False)
        else:
            self.model.read_again()
        self.waiting_button.setText(self.tr("Unhandled ({count:,})").format(count=waiting))
        self.deleted_button.setText(self.tr("Deleted ({count:,})").format(count=deleted))
        (self.deleted_button if self._deleted else self.waiting_button).setChecked(True)
        self._choices.setVisible(bool(deleted))
        for column in _OF_DELETED:
            self.table.setColumnHidden(column, not self._deleted)
        self.list.show_empty(None if self.model.rowCount() else self._none)
        if not self.model.index_of(self._shown_id).isValid():
            self._hide_mail()
        self._show_actions()
        self._tell_of_quarantine(self._services.quarantine.count())
        self.badge_changed.emit(waiting)

    def _show_actions(self) -> None:
        count = len(self.list.chosen_rows())
        self.can.refresh(count, deleted=self._deleted)
        explain_disabled(self._save, "" if count else self.tr("Choose a mail first."))
        if count:
            describe(self._save, self.tr("Save as .eml"), self.tr("Save as .eml… (Ctrl+E)"))

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
        self.list.show_pane(False)

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
        self.list.show_pane(True)

    def _on_selection_changed(self) -> None:
        self._show_actions()

    def _on_current_changed(self) -> None:
        line = self.model.row_of(self.table.currentIndex())
        if line is not None and line.intake_id != self._shown_id:
            self._show_mail(line)

    def _on_touched(self, changes: Changes) -> None:
        self._read()
        self._notifier.notify(changes, self)

    def _on_attachment_saved(self, name: str) -> None:
        tell_saved(self, name)

    def _on_problem(self, error: Exception) -> None:
        tell_problem(self, error)

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if initiator is not self:
            self.refresh(changes)
