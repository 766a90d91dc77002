"""Asks at the first enable what becomes of mail that is already in the mailbox (C-12)."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, StartFrom
from enate_desktop.views.connector_intake import IntakeSection
from enate_desktop.views.widgets import SectionLabel, button, label


class FirstIntakeDialog(QDialog):
    """Open it with ``open()``; ``chosen`` gets the answer, nothing is called on Cancel."""

    def __init__(
        self,
        connector: Connector,
        count: int,
        chosen: Callable[[StartFrom], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Enable {name}").format(name=connector.name))
        self._chosen = chosen
        self.choice = IntakeSection()
        self.choice.set_values(connector.after_intake, connector.start_from)
        self.choice.fields["action"].hide()
        self.choice.fields["folder"].hide()
        self.choice.fields["first"].set_label(self.tr("Mail that is already there"))
        self.enable_button = button(self.tr("Enable"), self._on_enable_clicked, primary=True)
        self.enable_button.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        foot.addWidget(self.enable_button)
        mails = self.tr("1 mail is") if count == 1 else self.tr("{n} mails are").format(n=count)
        text = self.tr("{mails} in the mailbox already. No automated emails are sent for it.")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(label(text.format(mails=mails), wrap=True))
        column.addWidget(self.choice)
        column.addLayout(foot)
        self.setMinimumWidth(460)

    def _on_enable_clicked(self) -> None:
        self.accept()
        self._chosen(self.choice.start_from())
