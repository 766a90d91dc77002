"""Asks for the name of a new mail folder, and for the folder it is made in (C-12)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from enate_desktop.mail.mailbox import RemoteFolder
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.widgets import FormField, button

_SUGGESTED = "Processed"


class NewFolderDialog(QDialog):
    """``named`` carries the whole name, as the server writes it."""

    named = Signal(str)

    def __init__(self, folders: Sequence[RemoteFolder], within: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("New folder"))
        self.name = QLineEdit(_SUGGESTED)
        self.within = QComboBox()
        self.create_button = button(self.tr("Create folder"), self._on_create, primary=True)
        self._taken = {folder.name.casefold() for folder in folders}
        self._name_field = FormField(self.tr("Name"), self.name)
        self.within.addItem(self.tr("The mailbox itself"), "")
        for folder in folders:
            if folder.delimiter:
                self.within.addItem(folder.name, folder.name + folder.delimiter)
                if folder.name == within:
                    self.within.setCurrentIndex(self.within.count() - 1)
        self._build()
        self.name.textChanged.connect(self._show)
        self.within.currentIndexChanged.connect(self._show)
        self._show()

    @property
    def whole_name(self) -> str:
        """The name with the folders it is in; empty while none is typed."""
        name = self.name.text().strip()
        return f"{self.within.currentData()}{name}" if name else ""

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        foot.addWidget(self.create_button)
        self.create_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(FormField(self.tr("New folder in"), self.within))
        column.addWidget(self._name_field)
        column.addStretch(1)
        column.addLayout(foot)
        self.setMinimumWidth(400)
        self.name.setFocus()
        self.name.selectAll()

    def _show(self) -> None:
        taken = self.whole_name.casefold() in self._taken
        self._name_field.set_error(self.tr("This folder is there already.") if taken else "")
        reason = "" if self.whole_name and not taken else self.tr("Type a name that is not taken.")
        explain_disabled(self.create_button, reason)

    def _on_create(self) -> None:
        self.accept()
        self.named.emit(self.whole_name)
