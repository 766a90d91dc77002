"""Show matching mails: the recent mails a route takes in its place (UI 3.5)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTableView, QVBoxLayout, QWidget

from enate_desktop.item_models.time_text import short_text
from enate_desktop.services.proposals import Takes
from enate_desktop.services.work_items import MailView
from enate_desktop.views.widgets import SectionLabel, button, label, prepare_table

_HEADERS = ("Received", "From", "Subject")
_WIDTHS = (120, 240, 360)
_ID = Qt.ItemDataRole.UserRole


class MatchingMailsDialog(QDialog):
    """``try_requested`` carries the id of the mail to try; the dialog goes by itself."""

    try_requested = Signal(object)

    def __init__(self, name: str, takes: Takes, mails: Sequence[MailView], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr('Mails that "{name}" takes').format(name=name))
        self.sentence = label(sentence(takes, len(mails)), wrap=True)
        self.table = QTableView()
        prepare_table(self.table, self.windowTitle())
        self.table.setModel(_model(mails, self))
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.try_button = button(self.tr("Try this mail"), self._on_try)
        close = button(self.tr("Close"), self.reject)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.try_button)
        foot.addWidget(close)
        heading = SectionLabel(self.windowTitle())
        heading.setWordWrap(True)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(16, 16, 16, 16)
        column_.setSpacing(12)
        for part in (heading, self.sentence):
            column_.addWidget(part)
        column_.addWidget(self.table, 1)
        column_.addLayout(foot)
        self.table.doubleClicked.connect(self._on_try)
        self.table.setVisible(bool(mails))
        self.try_button.setVisible(bool(mails))
        if mails:
            self.table.selectRow(0)
            self.resize(800, 480)

    def _on_try(self) -> None:
        mail_id = self.table.currentIndex().siblingAtColumn(0).data(_ID)
        if mail_id is not None:
            self.accept()
            self.try_requested.emit(mail_id)


def sentence(takes: Takes, shown: int) -> str:
    """How many of the last mails the route takes, and why not more."""
    if not takes.looked_at:
        return "No mail was taken in yet."
    if takes.looked_at == 1:
        words = "It takes the last mail." if takes.taken else "It does not take the last mail."
    else:
        count = str(len(takes.taken)) if takes.taken else "none"
        words = f"It takes {count} of the last {takes.looked_at} mails."
    if takes.fitting > len(takes.taken):
        other = takes.fitting - len(takes.taken)
        fit = "1 more fits its rules" if other == 1 else f"{other} more fit its rules"
        words += f" {fit}, but an earlier route takes {'it' if other == 1 else 'them'}."
    if shown < len(takes.taken):
        words += f" The newest {shown} are listed."
    return words


def _model(mails: Sequence[MailView], parent: QWidget) -> QStandardItemModel:
    model = QStandardItemModel(0, len(_HEADERS), parent)
    model.setHorizontalHeaderLabels(list(_HEADERS))
    for mail in mails:
        message = mail.message
        texts = (short_text(mail.received), message.sender, message.subject or "(no subject)")
        items = [QStandardItem(text) for text in texts]
        for item in items:
            item.setEditable(False)
        items[0].setData(mail.intake_id, _ID)
        model.appendRow(items)
    return model
