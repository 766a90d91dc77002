"""The Quarantine page: mails that were neither read nor decided, and those discarded (M-11)."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.quarantine_table import QuarantineColumn, QuarantineTableModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.work_items import LedgerLine, MailView
from enate_desktop.views.attachment_saving import reader, tell_problem, tell_saved
from enate_desktop.views.choice_bar import ChoiceBar
from enate_desktop.views.mail_export import MailExport
from enate_desktop.views.mail_list import MailList
from enate_desktop.views.mail_view import MailView as MailBox
from enate_desktop.views.menus import action, explain
from enate_desktop.views.page import Page
from enate_desktop.views.quarantine_steps import QuarantineSteps
from enate_desktop.views.restore_command import UndoAction
from enate_desktop.views.widgets import EmptyState, label, secondary_label
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background

_MILLISECONDS_BETWEEN = 1000
"""Others' changes may come many times a second; a thousand rows are not read for each."""
_WIDTHS = {
    QuarantineColumn.RECEIVED: 104,
    QuarantineColumn.CONNECTOR: 130,
    QuarantineColumn.SENDER: 190,
    QuarantineColumn.SUBJECT: 240,
    QuarantineColumn.SIZE: 92,
    QuarantineColumn.TRIES: 56,
    QuarantineColumn.DISCARDED: 104,
    QuarantineColumn.BY: 110,
}


class QuarantinePage(Page):
    """``navigate`` takes a mail's id. The badge counts what is not discarded."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Quarantine", parent)
        self._service = services.quarantine
        self._notifier = notifier
        may = services.people.me.may(Permission.HANDLE_MAIL)
        self._refusal = "" if may else f'You need the permission "{Permission.HANDLE_MAIL}".'
        self._shown_id, self._discarded = 0, False
        self._steps = QuarantineSteps(services.quarantine, self)
        self._saving = MailExport(self, self._chosen, services.quarantine.export)
        self._soon = QTimer(self, singleShot=True, interval=_MILLISECONDS_BETWEEN)
        self.model = QuarantineTableModel(self)
        self.list = MailList(self.header.title, self.model, _WIDTHS, QuarantineColumn.REASON)
        self.mail = MailBox(reader(services.work_items))
        self._newest = secondary_label("")
        self._reason = label("", colour="error", wrap=True)
        self.retry = self.list.add_action(
            action(self, self.tr("Retry"), icon_name="refresh-cw"), "Ctrl+R"
        )
        self.discard = self.list.add_action(
            action(self, self.tr("Discard"), icon_name="trash-2"), "Del"
        )
        self.restore = self.list.add_action(
            action(self, self.tr("Restore"), icon_name="undo-2"), "Ctrl+R"
        )
        self.export = self.list.add_action(
            action(self, self.tr("Export .eml…"), icon_name="arrow-down-to-line"), "Ctrl+E"
        )
        self._choices = ChoiceBar()
        self.waiting_button = self._choices.add("", lambda: self._choose(discarded=False))
        self.discarded_button = self._choices.add("", lambda: self._choose(discarded=True))
        self._none = EmptyState(
            "archive",
            self.tr("Nothing in quarantine"),
            self.tr("A mail that can be neither read nor decided lies here, with the reason."),
        )
        self._build()
        self._connect(notifier)
        self._read()

    @property
    def table(self) -> QWidget:
        """The table of mails."""
        return self.list.table

    @override
    def undo_stack(self) -> QUndoStack:
        return self._steps.stack

    @override
    def shown(self) -> None:
        self._read()

    @override
    def navigate(self, target: object) -> None:
        if isinstance(target, int):
            self.waiting_button.click()
            self.list.table.setCurrentIndex(self.model.index_of(target))

    def export_to(self, path: Path) -> None:
        """Write the chosen mails: one to the file ``path``, several into the folder ``path``."""
        self._saving.write_to(path)

    def _build(self) -> None:
        self.list.add_empty(self._none)
        self.list.pane.body.addWidget(self._reason)
        self.list.pane.body.addWidget(self.mail, 1)
        self.header.add_action(UndoAction(self._steps.stack, self))
        for made in (self.retry, self.restore, self.discard, self.export):
            self.header.add_action(made)
        self.body.addWidget(self._choices)
        self.body.addWidget(self._newest)
        self.body.addWidget(self.list, 1)

    def _connect(self, notifier: ChangeNotifier) -> None:
        selection = self.list.table.selectionModel()
        selection.selectionChanged.connect(self._on_selection_changed)
        selection.currentRowChanged.connect(self._on_current_changed)
        self.retry.triggered.connect(self._on_retry)
        self.discard.triggered.connect(self._on_discard)
        self.restore.triggered.connect(self._on_restore)
        self.export.triggered.connect(self._saving.ask)
        self._saving.failed.connect(self._on_failed)
        self._soon.timeout.connect(self._on_time)
        self.mail.saved.connect(self._on_attachment_saved)
        self.mail.problem.connect(self._on_problem)
        self._steps.done.connect(self.toast)
        self._steps.touched.connect(self._touched)
        self._steps.failed.connect(self._on_failed)
        notifier.changed.connect(self._on_changed)

    def _choose(self, *, discarded: bool) -> None:
        self._discarded = discarded
        self._hide_mail()
        self._read()

    def _read(self) -> None:
        count, aside = self._service.count(), self._service.count(aside=True)
        self._discarded = self._discarded and bool(aside)
        lines = self._service.set_aside_lines() if self._discarded else self._service.lines()
        self.waiting_button.setText(self.tr("Quarantine ({count})").format(count=f"{count:,}"))
        self.discarded_button.setText(self.tr("Discarded ({count})").format(count=f"{aside:,}"))
        (self.discarded_button if self._discarded else self.waiting_button).setChecked(True)
        self._choices.setVisible(bool(aside))
        for column in (QuarantineColumn.DISCARDED, QuarantineColumn.BY):
            self.list.table.setColumnHidden(column, not self._discarded)
        self.model.take_up(lines)
        self.list.show_empty(None if lines else self._none)
        self._newest.setText(
            self.tr("The newest {count} are listed.").format(count=f"{len(lines):,}")
        )
        self._newest.setVisible(len(lines) < (aside if self._discarded else count))
        if self._shown_id not in {line.intake_id for line in lines}:
            self._hide_mail()
        self._show_actions()
        self.badge_changed.emit(count)

    def _chosen(self) -> list[LedgerLine]:
        rows = (self.model.row_of(self.model.index(r, 0)) for r in self.list.chosen_rows())
        return [line for line in rows if line is not None]

    def _show_actions(self) -> None:
        nothing = "" if self._chosen() else self.tr("Choose a mail first.")
        for made, in_discarded in (
            (self.retry, False),
            (self.discard, False),
            (self.restore, True),
        ):
            made.setVisible(self._discarded == in_discarded)
            refusal = self._refusal if made.isVisible() else self.tr("Not for these mails.")
            explain(made, refusal or nothing)
        explain(self.export, nothing)

    def _hide_mail(self) -> None:
        self._shown_id = 0
        self.list.show_pane(False)

    def _on_current_changed(self) -> None:
        line = self.model.row_of(self.list.table.currentIndex())
        if line is None or line.intake_id == self._shown_id:
            return
        self._shown_id = line.intake_id
        self._reason.setText(line.reason)
        self._reason.setVisible(bool(line.reason))
        # Reading a mail that was too much for the program before: never on this thread.
        preview = partial(self._service.preview, line.intake_id)
        run_in_background(self, preview, self._on_previewed, self._on_failed)

    def _on_previewed(self, mail: MailView) -> None:
        if mail.intake_id == self._shown_id:
            self.mail.set_mail(mail)
            self.list.show_pane(True)

    def _on_retry(self) -> None:
        explain(self.retry, self.tr("It is being tried."))
        self._steps.retry(self._chosen())

    def _on_discard(self) -> None:
        self._steps.discard(self._chosen())

    def _on_restore(self) -> None:
        self._steps.restore(self._chosen())

    def _touched(self, changes: Changes) -> None:
        self._read()
        self._notifier.notify(changes, self)

    def _on_selection_changed(self) -> None:
        self._show_actions()

    def _on_failed(self, error: Exception) -> None:
        self._show_actions()
        if not isinstance(error, EnateError):
            raise error
        self.messages.show_error(error, key="failed")

    def _on_attachment_saved(self, name: str) -> None:
        tell_saved(self, name)

    def _on_problem(self, error: Exception) -> None:
        tell_problem(self, error)

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        concerned = initiator is not self and (changes.unhandled or changes.connectors)
        if concerned and not self._soon.isActive():
            self._soon.start()

    def _on_time(self) -> None:
        if self.isVisible():
            self._read()
        else:
            self.badge_changed.emit(self._service.count())
