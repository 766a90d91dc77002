"""Companies with their domains, and the contacts of the chosen one (D-02)."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.directory import Company, Contact
from enate_desktop.item_models.company_table import (
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    ListTableModel,
)
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.directory_company_import import CompanyImporting
from enate_desktop.views.directory_dialogs import CompanyDialog, ContactDialog
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.widgets import button, label, prepare_table

NO_COMPANY = Company(0, "No company")
"""Stands for the contacts that belong to no company."""
_TOUCHED = Changes(directory=True)


class DirectoryCompanies(QWidget):
    """``touched`` carries Changes."""

    touched = Signal(object)

    def __init__(
        self,
        services: Services,
        work: UndoableWork,
        reason: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._work = work
        self._reason = reason
        self.companies = ListTableModel[Company](COMPANY_COLUMNS, self)
        self.contacts = ListTableModel[Contact](CONTACT_COLUMNS, self)
        self.company_table, self.contact_table = QTableView(), QTableView()
        self._title = label("", strong=True)
        self.add_company = button(
            self.tr("Add company…"), self._on_add_company_clicked, icon_name="plus"
        )
        self.edit_company = button(self.tr("Edit…"), self._on_edit_company_clicked)
        self.add_contact = button(
            self.tr("Add contact…"), self._on_add_contact_clicked, icon_name="plus"
        )
        self.edit_contact = button(self.tr("Edit…"), self._on_edit_contact_clicked)
        self.importing = CompanyImporting(services, work, self)
        self.import_button = button(self.tr("Import from a file…"), self._on_import_clicked)
        self._build()
        self._connect()
        self.read()

    @property
    def company(self) -> Company | None:
        """The chosen company; NO_COMPANY for the contacts without one."""
        return self.companies.value(self.company_table.currentIndex())

    def read(self) -> None:
        """Show what is stored now; the chosen company stays chosen."""
        chosen = self.company
        companies = (*self._services.directory.companies(), NO_COMPANY)
        self.companies.set_values(companies)
        wanted = chosen.id if chosen is not None else companies[0].id
        self.choose(wanted)

    def choose(self, company_id: int) -> None:
        """Make a company the chosen one; 0 stands for none."""
        for row in range(self.companies.rowCount()):
            index = self.companies.index(row, 0)
            company = self.companies.value(index)
            if company is not None and company.id == company_id:
                self.company_table.setCurrentIndex(index)
        self._show_contacts()

    def choose_contact(self, contact_id: int) -> None:
        """Make a contact the chosen one, with its company."""
        for contact in self._services.directory.contacts():
            if contact.id == contact_id:
                self.choose(contact.company_id or 0)
        for row in range(self.contacts.rowCount()):
            index = self.contacts.index(row, 0)
            found = self.contacts.value(index)
            if found is not None and found.id == contact_id:
                self.contact_table.setCurrentIndex(index)

    def _build(self) -> None:
        for table, model, name in (
            (self.company_table, self.companies, self.tr("Companies")),
            (self.contact_table, self.contacts, self.tr("Contacts")),
        ):
            prepare_table(table, name)
            table.setModel(model)
            table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
            table.horizontalHeader().resizeSection(0, 240)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        heading = label(self.tr("Companies"), strong=True)
        buttons = (self.import_button, self.edit_company, self.add_company)
        splitter.addWidget(_half(heading, buttons, self.company_table))
        splitter.addWidget(
            _half(self._title, (self.edit_contact, self.add_contact), self.contact_table)
        )
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.setSizes([630, 630])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.company_table.selectionModel().currentChanged.connect(self._show_contacts)
        self.contact_table.selectionModel().currentChanged.connect(self._show_buttons)
        self.company_table.doubleClicked.connect(self._on_edit_company_clicked)
        self.contact_table.doubleClicked.connect(self._on_edit_contact_clicked)
        self.importing.imported.connect(self._on_imported)

    def _show_contacts(self) -> None:
        company = self.company
        if company is None:
            return
        wanted = company.id or None
        contacts = self._services.directory.contacts()
        shown = [contact for contact in contacts if contact.company_id == wanted]
        self._title.setText(self.tr("Contacts of {name}").format(name=company.name))
        if not company.id:
            self._title.setText(self.tr("Contacts without a company"))
        self.contacts.set_values(shown)
        self._show_buttons()

    def _show_buttons(self) -> None:
        company = self.company
        none = self.tr("Choose a company first.") if not (company and company.id) else ""
        contact = self.contacts.value(self.contact_table.currentIndex())
        explain_disabled(self.add_company, self._reason)
        explain_disabled(self.import_button, self._reason)
        explain_disabled(self.add_contact, self._reason)
        explain_disabled(self.edit_company, self._reason or none)
        missing = self.tr("Choose a contact first.") if contact is None else ""
        explain_disabled(self.edit_contact, self._reason or missing)

    def _on_add_company_clicked(self) -> None:
        self._open_company(Company(0, ""))

    def _on_edit_company_clicked(self) -> None:
        company = self.company
        if company is not None and company.id and not self._reason:
            self._open_company(company)

    def _open_company(self, company: Company) -> None:
        directory = self._services.directory

        def save(wanted: Company) -> None:
            text = _done(wanted.name, is_new=not wanted.id)
            company_id = self._work.run(text, lambda: directory.save_company(wanted))
            self.read()
            self.choose(company_id)
            self.touched.emit(_TOUCHED)

        CompanyDialog(company, save, self).open()

    def _on_import_clicked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Import companies and contacts"),
            "",
            self.tr("Tables as text (*.csv *.txt *.tsv);;All files (*)"),
        )
        if name:
            self.importing.open(Path(name))

    def _on_imported(self, changes: Changes) -> None:
        self.read()
        self.touched.emit(changes)

    def _on_add_contact_clicked(self) -> None:
        company = self.company
        self._open_contact(Contact(0, "", company_id=(company.id or None) if company else None))

    def _on_edit_contact_clicked(self) -> None:
        contact = self.contacts.value(self.contact_table.currentIndex())
        if contact is not None and not self._reason:
            self._open_contact(contact)

    def _open_contact(self, contact: Contact) -> None:
        directory = self._services.directory

        def save(wanted: Contact) -> None:
            text = _done(wanted.address, is_new=not wanted.id)
            self._work.run(text, lambda: directory.save_contact(wanted))
            self.read()
            self.touched.emit(_TOUCHED)

        ContactDialog(contact, directory.companies(), save, self).open()


def _done(name: str, *, is_new: bool) -> str:
    return f'{"Added" if is_new else "Saved"} "{name.strip()}".'


def _half(heading: QWidget, buttons: Iterable[QWidget], table: QWidget) -> QWidget:
    made = QWidget()
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(heading, 1)
    for each in buttons:
        head.addWidget(each)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addLayout(head)
    column.addWidget(table, 1)
    return made
