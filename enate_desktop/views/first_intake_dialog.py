"""Asks at the first enable what becomes of mail that is already in the mailbox (C-12)."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, StartFrom
from enate_desktop.views.connector_first_intake import FirstIntakeChoice, mails_there
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
        self.choice = FirstIntakeChoice()
        self.choice.set_start_from(connector.start_from)
        self.enable_button = button(self.tr("Enable"), self._on_enable_clicked, primary=True)
        self.enable_button.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        foot.addWidget(self.enable_button)
        text = self.tr(
            "{mails} in the mailbox already. What shall be taken in? "
            "No automated emails are sent for mail that is old."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(label(text.format(mails=mails_there(count)), wrap=True))
        column.addWidget(self.choice)
        column.addLayout(foot)
        self.setMinimumWidth(560)

    def _on_enable_clicked(self) -> None:
        self.accept()
        self._chosen(self.choice.start_from())
