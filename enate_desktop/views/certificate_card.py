"""A chosen or stored certificate inside its box: name, buttons, password, facts (UI 3.4)."""

from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.certificates import CertificateFacts, CertificateReading
from enate_desktop.views import fonts
from enate_desktop.views.certificate_details import CertificateDetails
from enate_desktop.views.icons import pixmap
from enate_desktop.views.standing_field import StandingField
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import (
    ElidedLabel,
    PasswordField,
    button,
    label,
    secondary_label,
)

_PASSWORD_LIMIT = 256
_PICTURE = 20


class CertificateCard(QWidget):
    """Only shows; the box decides."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel()
        self._name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._size = secondary_label("", wrap=False)
        self._status = label("", wrap=True)
        self._status.setFont(fonts.secondary_font())
        self.replace_button = button(self.tr("Replace…"))
        self.remove_button = button(self.tr("Remove"))
        self.password = PasswordField(_PASSWORD_LIMIT)
        self.password_field = StandingField(self.tr("Certificate password"), self.password)
        self.password.edit.setAccessibleName(self.tr("Certificate password"))
        self.details = CertificateDetails()
        self._build()

    @property
    def status(self) -> str:
        """The line under the name, or empty."""
        return self._status.text()

    @property
    def name(self) -> str:
        """What the first line says."""
        return self._name.text

    def show_file(self, name: str, size: str, *, stored: bool) -> None:
        """A new file; ``stored`` tells whether there is another one to go back to."""
        self._name.set_text(name)
        self._size.setText(size)
        self.remove_button.setText(self.tr("Keep stored") if stored else self.tr("Remove"))
        self.password_field.show()
        self.details.hide()
        self.say("")

    def show_stored(self, facts: CertificateFacts | None, now: datetime) -> None:
        """The stored certificate, with what is known of it."""
        self._name.set_text(self.tr("Stored certificate"))
        self._size.setText("")
        self.remove_button.setText(self.tr("Remove"))
        self.password_field.hide()
        self.say("")
        self.show_reading(None if facts is None else CertificateReading(facts), now)

    def show_reading(self, reading: CertificateReading | None, now: datetime) -> None:
        """What was read, or nothing; ``now`` (UTC) decides on the warning."""
        self.details.setVisible(reading is not None)
        if reading is not None:
            self.details.show_reading(reading, now)

    def say(self, text: str, colour: str = "secondary") -> None:
        """A line under the name: what is going on, or nothing."""
        self._status.setText(text)
        self._status.set_colour(colour)
        self._status.setVisible(bool(text))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._picture)
        head.addWidget(self._name, 1)
        head.addWidget(self._size)
        head.addWidget(self.replace_button)
        head.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._status)
        column.addWidget(self.password_field)
        column.addWidget(self.details)
        self._colour()

    def _colour(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap("file-key", _PICTURE, tokens().secondary, ratio))
