"""What a connection test says about its first failure, and the way to the field to mend (C-06)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Side
from enate_desktop.mail.report import StageResult
from enate_desktop.views.connection_stages import WORDS
from enate_desktop.views.connection_words import breakable, never_wider, unbroken
from enate_desktop.views.widgets import button, label, secondary_label

_FIELD_WORDS = {
    "host": "Edit server",
    "port": "Edit port",
    "security": "Edit security",
    "username": "Edit username",
    "password": "Edit password",
    "authentication": "Edit sign-in",
    "certificate": "Replace certificate",
    "certificate_password": "Edit certificate password",
    "oauth": "Sign in again",
    "oauth_token": "Sign in again",
    "client_id": "Edit client ID",
    "client_secret": "Edit client secret",
    "tenant": "Edit tenant",
    "issuer": "Edit issuer",
    "scopes": "Edit scopes",
    "additional_mailbox": "Edit additional mailbox",
    "service": "Edit service",
    "address": "Edit address",
    "ca_certificate": "Edit private CA",
    "send_to": "Edit address",
}


def field_words(field: str) -> str:
    """What a button says that leads to the field called so, as in ``incoming.host``."""
    return _FIELD_WORDS.get(field.rpartition(".")[2], "Show the field")


class FailureBox(QWidget):
    """Server's own words, likely cause, and one button that goes to the field."""

    field_requested = Signal(str)
    copy_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._field = ""
        self._side: Side | None = None
        self._title = label("", colour="error", wrap=True, strong=True)
        self._heading = secondary_label(self.tr("The server said"))
        self._words = label("", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._cause = label("", wrap=True)
        self._edit: QPushButton = button("", icon_name="pencil")
        copy = button(self.tr("Copy details"), icon_name="clipboard-copy")
        copy.setToolTip(self.tr("Every stage in words, without addresses and user names"))
        self._edit.clicked.connect(self._on_edit_clicked)
        copy.clicked.connect(self.copy_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._edit)
        row.addWidget(copy)
        row.addStretch(1)
        for wrapping in (self._title, self._words, self._cause):
            never_wider(wrapping)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._title, self._heading, self._words, self._cause):
            column.addWidget(part)
        column.addLayout(row)
        self.hide()

    @property
    def text(self) -> str:
        """Everything said."""
        parts = (self._title.text(), self._words.text(), self._cause.text())
        return unbroken("\n".join(parts))

    @property
    def edit_button(self) -> QPushButton:
        """The button that leads to the field."""
        return self._edit

    @property
    def side(self) -> Side | None:
        """The side named in the title, None when there is only one."""
        return self._side

    def show_result(self, result: StageResult, side: Side | None = None) -> None:
        """Tell of a failed stage; ``side`` is named when the test is of both."""
        stage, detail = WORDS[result.stage], result.detail
        title = detail if detail.startswith(stage) else f"{stage}: {detail}"
        self._side = side
        self._title.setText(breakable(f"{side.capitalize()} – {title}" if side else title))
        self._words.setText(breakable(result.server_words))
        for part in (self._heading, self._words):
            part.setVisible(bool(result.server_words))
        self._cause.setText(breakable(result.cause))
        self._cause.setVisible(bool(result.cause))
        self._field = result.field
        self._edit.setText(field_words(result.field))
        self._edit.setVisible(bool(result.field))
        self.set_faded(False)
        self.show()

    def set_faded(self, faded: bool) -> None:
        """Show it as a thing of the past, without the way to the field, or as it is."""
        self._title.set_colour("placeholder" if faded else "error")
        for part in (self._words, self._cause):
            part.set_colour("placeholder" if faded else "text")
        self._edit.setVisible(bool(self._field) and not faded)

    def _on_edit_clicked(self) -> None:
        self.field_requested.emit(self._field)
