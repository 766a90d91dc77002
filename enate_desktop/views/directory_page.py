"""The Directory page: what routes may create, and who senders are (UI 3.12)."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from enate_desktop.domain.people import Permission
from enate_desktop.item_models.directory_tree import node_key, process_key
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.choice_bar import ChoiceBar, ChoiceButton
from enate_desktop.views.directory_companies import DirectoryCompanies
from enate_desktop.views.directory_processes import DirectoryProcesses
from enate_desktop.views.page import Page
from enate_desktop.views.restore_command import UndoableWork, UndoAction
from enate_desktop.worker.notifier import ChangeNotifier


class DirectoryPage(Page):
    """Asks for ``routes`` by connector and for ``activity`` by thing.

    ``navigate`` takes a process's id, ``"companies"``, or a thing as (kind, id).
    """

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Directory", parent)
        self._notifier = notifier
        may = services.people.me.may(Permission.EDIT_DIRECTORY)
        reason = "" if may else f'You need the permission "{Permission.EDIT_DIRECTORY}".'
        self.work = UndoableWork(services.restoring, self)
        self.processes = DirectoryProcesses(services, self.work, reason)
        self.companies = DirectoryCompanies(services, self.work, reason)
        self._stack = QStackedWidget()
        choices = ChoiceBar()
        self.processes_button = self._choice(choices, self.tr("Processes"), self.processes)
        self.companies_button = self._choice(choices, self.tr("Companies"), self.companies)
        self.body.addWidget(choices)
        self.body.addWidget(self._stack, 1)
        self.processes.touched.connect(self._on_touched)
        self.companies.touched.connect(self._on_touched)
        self.processes.refused.connect(self.messages.show_error)
        self.companies.importing.failed.connect(self.messages.show_error)
        self.processes.activity_requested.connect(self._on_activity_requested)
        self.work.done.connect(self.toast)
        self.work.changed.connect(self._on_taken_back)
        self.work.failed.connect(self.messages.show_error)
        self.header.add_action(UndoAction(self.work.stack, self))
        self.processes.route_requested.connect(self._on_route_requested)
        notifier.changed.connect(self._on_changed)

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` touched."""
        if changes.directory or changes.routes or changes.connectors:
            self.processes.read()
        if changes.directory or changes.work_items:
            self.companies.read()

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def navigate(self, target: object) -> None:
        match target:
            case "companies":
                self.companies_button.click()
            case int():
                self.processes_button.click()
                self.processes.select(process_key(target))
            case ("company", int() as company_id):
                self.companies_button.click()
                self.companies.choose(company_id)
            case ("contact", int() as contact_id):
                self.companies_button.click()
                self.companies.choose_contact(contact_id)
            case (str(), int() as node_id):
                self.processes_button.click()
                self.processes.select(node_key(node_id))

    def _choice(self, choices: ChoiceBar, text: str, page: QWidget) -> ChoiceButton:
        self._stack.addWidget(page)
        return choices.add(text, lambda: self._stack.setCurrentWidget(page))

    def _on_touched(self, changes: Changes) -> None:
        self._notifier.notify(changes, self)

    def _on_taken_back(self, changes: Changes) -> None:
        self.refresh(changes)
        self._notifier.notify(changes, self)

    def _on_activity_requested(self, kind: str, subject_id: int, name: str) -> None:
        self.page_requested.emit("activity", (kind, subject_id, name))

    def _on_route_requested(self, connector_id: int) -> None:
        self.page_requested.emit("routes", connector_id)

    def _on_changed(self, changes: Changes, initiator: QObject | None) -> None:
        if initiator is not self:
            self.refresh(changes)
