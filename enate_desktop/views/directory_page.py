"""The Directory page: what routes may create, and who senders are (UI 3.12)."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.directory_tree import process_key
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.choice_bar import ChoiceBar, ChoiceButton
from enate_desktop.views.directory_companies import DirectoryCompanies
from enate_desktop.views.directory_processes import DirectoryProcesses
from enate_desktop.views.page import Page
from enate_desktop.worker.notifier import ChangeNotifier


class DirectoryPage(Page):
    """``navigate`` takes a process's id or ``"companies"``; asks for ``routes`` by connector."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Directory", parent)
        self._notifier = notifier
        may = services.people.me.may(Permission.EDIT_DIRECTORY)
        reason = "" if may else f'You need the permission "{Permission.EDIT_DIRECTORY}".'
        self.processes = DirectoryProcesses(services, reason)
        self.companies = DirectoryCompanies(services, reason)
        self._stack = QStackedWidget()
        choices = ChoiceBar()
        self.processes_button = self._choice(choices, self.tr("Processes"), self.processes)
        self.companies_button = self._choice(choices, self.tr("Companies"), self.companies)
        self.body.addWidget(choices)
        self.body.addWidget(self._stack, 1)
        self.processes.touched.connect(self._on_touched)
        self.companies.touched.connect(self._on_touched)
        self.processes.refused.connect(self._on_refused)
        self.processes.route_requested.connect(self._on_route_requested)
        notifier.changed.connect(self._on_changed)

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` touched."""
        if changes.directory or changes.routes or changes.connectors:
            self.processes.read()
        if changes.directory or changes.work_items:
            self.companies.read()

    @override
    def navigate(self, target: object) -> None:
        if target == "companies":
            self.companies_button.click()
        elif isinstance(target, int):
            self.processes_button.click()
            self.processes.select(process_key(target))

    def _choice(self, choices: ChoiceBar, text: str, page: QWidget) -> ChoiceButton:
        self._stack.addWidget(page)
        return choices.add(text, lambda: self._stack.setCurrentWidget(page))

    def _on_touched(self, changes: Changes) -> None:
        self.toast(self.tr("Saved."))
        self._notifier.notify(changes, self)

    def _on_refused(self, error: EnateError) -> None:
        self.messages.show_error(error)

    def _on_route_requested(self, connector_id: int) -> None:
        self.page_requested.emit("routes", connector_id)

    def _on_changed(self, changes: Changes, initiator: QObject | None) -> None:
        if initiator is not self:
            self.refresh(changes)
