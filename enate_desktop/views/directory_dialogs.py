"""The small dialogs of the directory: add or rename an entry, a company, a contact."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from enate_desktop.domain.addresses import normal_domain
from enate_desktop.domain.directory import Company, Contact, Kind
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.forms.ui_directory_company import Ui_DirectoryCompany
from enate_desktop.forms.ui_directory_contact import Ui_DirectoryContact
from enate_desktop.forms.ui_directory_entry import Ui_DirectoryEntry
from enate_desktop.views.form_fields import Fields, set_up
from enate_desktop.views.widgets import ChipEdit, FormField


class _FormDialog(QDialog):
    """A form with Cancel and one verb; what is refused is said at its field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.fields: Fields = {}

    def _finish(self, save: Callable[[], object]) -> None:
        for field in self.fields.values():
            field.set_error("")
        try:
            save()
        except EnateError as error:
            field = self.fields.get(error.field) or next(iter(self.fields.values()))
            field.set_error(error.sentence())
            field.control.setFocus()
            return
        self.accept()


class EntryDialog(_FormDialog):
    """Name of a customer, contract, service or process; for a new process also Ticket or Case."""

    def __init__(
        self,
        title: str,
        name: str,
        save: Callable[[str, Kind], object],
        parent: QWidget,
        *,
        with_kind: bool = False,
    ) -> None:
        super().__init__(parent)
        self._save = save
        self.ui = Ui_DirectoryEntry()
        self.fields = set_up(self.ui, self)
        self.setWindowTitle(title)
        self.ui.name.setText(name)
        self.ui.name.selectAll()
        self.fields["kind"].setVisible(with_kind)
        _connect(self.ui, self, self._on_accepted)

    def _on_accepted(self) -> None:
        kind = Kind.TICKET if self.ui.ticket.isChecked() else Kind.CASE
        self._finish(lambda: self._save(self.ui.name.text(), kind))


class CompanyDialog(_FormDialog):
    """Name and domains of a company."""

    def __init__(
        self, company: Company, save: Callable[[Company], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._company, self._save = company, save
        self.ui = Ui_DirectoryCompany()
        self.fields = set_up(self.ui, self)
        self.setWindowTitle(self.tr("Edit company") if company.id else self.tr("Add company"))
        self.ui.name.setText(company.name)
        self.domains = ChipEdit(self.tr("Domains"), _domain, placeholder="acme.com")
        self.domains.set_values(company.domains)
        self.fields["domains"] = FormField(
            self.tr("Domains"),
            self.domains,
            optional=True,
            hint=self.tr("Mail from any address of these domains is from this company."),
        )
        self.ui.column.insertWidget(1, self.fields["domains"])
        _connect(self.ui, self, self._on_accepted)

    def _on_accepted(self) -> None:
        wanted = Company(self._company.id, self.ui.name.text(), self.domains.values())
        self._finish(lambda: self._save(wanted))


class ContactDialog(_FormDialog):
    """Address, name and company of a contact."""

    def __init__(
        self,
        contact: Contact,
        companies: Sequence[Company],
        save: Callable[[Contact], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._contact, self._save = contact, save
        self.ui = Ui_DirectoryContact()
        self.fields = set_up(self.ui, self)
        self.setWindowTitle(self.tr("Edit contact") if contact.id else self.tr("Add contact"))
        self.ui.address.setText(contact.address)
        self.ui.name.setText(contact.name)
        self.ui.company.addItem(self.tr("No company"), None)
        for company in companies:
            self.ui.company.addItem(company.name, company.id)
        self.ui.company.setCurrentIndex(max(0, self.ui.company.findData(contact.company_id)))
        _connect(self.ui, self, self._on_accepted)

    def _on_accepted(self) -> None:
        wanted = Contact(
            self._contact.id,
            self.ui.address.text(),
            self.ui.name.text(),
            self.ui.company.currentData(),
        )
        self._finish(lambda: self._save(wanted))


def _connect(
    ui: Ui_DirectoryEntry | Ui_DirectoryCompany | Ui_DirectoryContact,
    dialog: QDialog,
    accepted: Callable[[], None],
) -> None:
    ui.accept_button.setProperty("primary", True)
    ui.cancel.setAutoDefault(False)
    ui.cancel.clicked.connect(dialog.reject)
    ui.accept_button.clicked.connect(accepted)
    dialog.setMinimumWidth(440)
    dialog.adjustSize()


def _domain(text: str) -> str:
    domain = normal_domain(text.removeprefix("*@").removeprefix("@"))
    if domain is None:
        raise InputError(f'"{text}" is not a domain.', "Write domains such as acme.com.")
    return domain
