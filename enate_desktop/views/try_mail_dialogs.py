"""The dialogs that bring a mail to try: its source pasted, a stored one picked, or a form."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.rules import split_values
from enate_desktop.item_models.time_text import short_text
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.services.work_items import LedgerLine
from enate_desktop.views.widgets import (
    FormField,
    SectionLabel,
    button,
    prepare_table,
    secondary_label,
)

_HEADERS = ("Received", "From", "Subject", "Connector", "Became")
_WIDTHS = (110, 210, 300, 140, 100)


class _Dialog(QDialog):
    """A title, a body and Cancel with one verb."""

    def __init__(self, title: str, verb: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr(title))
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.verb_button = button(self.tr(verb), self.take, primary=True)
        self.verb_button.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.verb_button)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addLayout(self.body, 1)
        column.addLayout(foot)

    def take(self) -> None:
        """The verb was pressed."""
        self.accept()


class PasteDialog(_Dialog):
    """The whole source of a mail as text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Paste the source of a mail", "Try it", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Source of the mail"))
        self.text.setPlaceholderText("From: marie@acme.fr\nTo: hr@acme.com\nSubject: …\n\n…")
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._on_text_changed)
        self.body.addWidget(
            secondary_label(
                self.tr("In most mail programs: View › Message source. Headers are enough.")
            )
        )
        self.body.addWidget(self.text, 1)
        self._on_text_changed()
        self.resize(680, 480)

    @property
    def raw(self) -> bytes:
        """The mail with the line ends of the wire (RFC 5322)."""
        lines = self.text.toPlainText().lstrip().splitlines()
        return "\r\n".join((*lines, "")).encode("utf-8", "surrogateescape")

    def _on_text_changed(self) -> None:
        self.verb_button.setEnabled(bool(self.text.toPlainText().strip()))


class PickDialog(_Dialog):
    """The newest stored mails with a search; ``picked`` carries the id of the mail taken."""

    picked = Signal(object)

    def __init__(self, lines: Sequence[LedgerLine], parent: QWidget) -> None:
        super().__init__("Pick a stored mail", "Try it", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search sender, subject or connector"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.table = QTableView()
        prepare_table(self.table, self.tr("Stored mails"))
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(_model(lines, self))
        self._found.setFilterKeyColumn(-1)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.table.setModel(self._found)
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.search.textChanged.connect(self._on_search)
        self.table.doubleClicked.connect(self.take)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.body.addWidget(self.search)
        self.body.addWidget(self.table, 1)
        count = f"The newest {len(lines)} mails." if lines else "No mail was taken in yet."
        self.body.addWidget(secondary_label(count))
        self.table.selectRow(0)
        self._on_current_changed()
        self.resize(900, 520)

    def take(self) -> None:
        """Hand over the current mail."""
        index = self.table.currentIndex()
        if index.isValid():
            self.accept()
            self.picked.emit(index.siblingAtColumn(0).data(Qt.ItemDataRole.UserRole))

    def _on_search(self, text: str) -> None:
        self._found.setFilterFixedString(text.strip())
        self.table.selectRow(0)
        self._on_current_changed()

    def _on_current_changed(self) -> None:
        self.verb_button.setEnabled(self.table.currentIndex().isValid())


class FormDialog(_Dialog):
    """A mail that somebody makes up; what was typed is kept for the next time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Make up a mail", "Try it", parent)
        self.raw = b""
        self.fields = {
            "from": FormField(self.tr("From"), QLineEdit()),
            "to": FormField(self.tr("To"), QLineEdit()),
            "cc": FormField(self.tr("CC"), QLineEdit()),
            "subject": FormField(self.tr("Subject"), QLineEdit()),
            "attachments": FormField(self.tr("Attachments"), QLineEdit()),
        }
        self.fields["to"].set_hint(self.tr("Several are separated by semicolons."))
        self.fields["attachments"].set_hint(self.tr("Names or endings, such as slip.pdf; .docx"))
        self.important = QCheckBox(self.tr("Marked as important"))
        for made in (*self.fields.values(), self.important):
            self.body.addWidget(made)
        self.body.addStretch(1)
        self.setMinimumWidth(460)

    def edit(self, name: str) -> QLineEdit:
        """The line of a field: from, to, cc, subject or attachments."""
        control = self.fields[name].control
        if not isinstance(control, QLineEdit):
            raise TypeError(name)
        return control

    def form(self) -> MailForm:
        """What was typed."""
        return MailForm(
            self.edit("from").text(),
            self.edit("to").text(),
            self.edit("cc").text(),
            self.edit("subject").text(),
            self.important.isChecked(),
            split_values(self.edit("attachments").text()),
        )

    def take(self) -> None:
        """Make the mail, or say at its field what cannot stand in one."""
        for field in self.fields.values():
            field.set_error("")
        try:
            self.raw = composed(self.form())
        except InputError as error:
            self.fields[error.field].set_error(error.sentence())
            self.edit(error.field).setFocus()
            return
        self.accept()


def _model(lines: Sequence[LedgerLine], parent: QWidget) -> QAbstractItemModel:
    model = QStandardItemModel(0, len(_HEADERS), parent)
    model.setHorizontalHeaderLabels(list(_HEADERS))
    for line in lines:
        texts = (
            short_text(line.received),
            line.sender,
            line.subject or "(no subject)",
            line.connector,
            line.end.value,
        )
        items = [QStandardItem(text) for text in texts]
        for item in items:
            item.setEditable(False)
        items[0].setData(line.intake_id, Qt.ItemDataRole.UserRole)
        model.appendRow(items)
    return model
