"""Which server one side of a connector talks to: a service, or host, port and security (C-02)."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFileDialog, QWidget

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.services_catalogue import SERVICES, Service, usual_port
from enate_desktop.forms.ui_connector_server import Ui_ConnectorServer
from enate_desktop.views.accessibility import announce
from enate_desktop.views.authority_file import authority_text, read_authority
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.widgets import secondary_label

WORKING_METHODS = {
    Side.INCOMING: (Authentication.PASSWORD,),
    Side.OUTGOING: (Authentication.PASSWORD, Authentication.NONE),
}
"""The sign-in methods that this version carries out, by side."""

_SECURITY_WORDS = {
    Security.TLS: "TLS from the start",
    Security.STARTTLS: "STARTTLS",
    Security.NONE: "None (readable on the way)",
}
_HINTS = {
    "gmail": "Google wants an app password here, not the one of the account.",
    "office365": "Microsoft accepts a password only where the tenant still allows it.",
}


def offered_services(side: Side) -> tuple[Service, ...]:
    """The services of a side that can be signed in to with a method that works today."""
    return tuple(
        service
        for service in SERVICES.values()
        if service.side is side
        and not service.key.endswith("_pop3")
        and any(method in service.authentications for method in WORKING_METHODS[side])
    )


@dataclass(frozen=True, slots=True)
class _Typed:
    host: str
    port: int
    security: Security
    authority: str = ""


class ServerSection(QWidget):
    """Service, server, private CA and additional mailbox of one side.

    What was typed is kept for each service and comes back with it (C-03).
    """

    changed = Signal()
    service_changed = Signal(str)

    def __init__(self, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._typed: dict[str, _Typed] = {}
        self._service = ""
        self._authority = ""
        self.ui = Ui_ConnectorServer()
        self.fields = set_up(self.ui, self)
        self.ui.port.setValidator(QIntValidator(0, 65535, self.ui.port))
        self._authority_note = secondary_label("", wrap=False)
        self.ui.authority_row.insertWidget(0, self._authority_note)
        for service in offered_services(side):
            self.ui.service.addItem(service.label, service.key)
        for security, words in _SECURITY_WORDS.items():
            self.ui.security.addItem(words, security.value)
        self.ui.additional.setVisible(side is Side.INCOMING)
        self.ui.host.setPlaceholderText("imap.acme.com" if self._incoming else "smtp.acme.com")
        self.ui.additional_mailbox.setPlaceholderText("shared@acme.com")
        self._connect()
        self._show_service(self.service)

    @property
    def service(self) -> str:
        """The key of the chosen service."""
        return str(self.ui.service.currentData())

    @property
    def port(self) -> int:
        """The port typed, 0 for none."""
        return int(self.ui.port.text() or 0)

    @property
    def _incoming(self) -> bool:
        return self._side is Side.INCOMING

    @property
    def _security(self) -> Security:
        return Security(self.ui.security.currentData())

    def set_settings(self, settings: ServerSettings | None) -> None:
        """Show stored settings, or those of a new side for None."""
        self._typed.clear()
        self._service = ""
        key = settings.service if settings else f"other_{'imap' if self._incoming else 'smtp'}"
        if self.ui.service.findData(key) < 0 and key in SERVICES:
            self.ui.service.addItem(SERVICES[key].label, key)
        if settings is not None:
            self._typed[key] = _Typed(
                settings.host, settings.port, settings.security, settings.ca_certificate
            )
        mailbox = (settings.additional_mailbox if settings else None) or ""
        self.ui.additional_use.setChecked(bool(mailbox))
        self.ui.additional_mailbox.setText(mailbox)
        self._show_additional(bool(mailbox))
        self.ui.service.setCurrentIndex(self.ui.service.findData(key))
        self._show_service(key)

    def apply_to(self, settings: ServerSettings) -> ServerSettings:
        """``settings`` with what is on screen."""
        mailbox = self.ui.additional_mailbox.text().strip()
        return replace(
            settings,
            service=self.service,
            host=self.ui.host.text().strip(),
            port=self.port,
            security=self._security,
            additional_mailbox=mailbox if self.ui.additional_use.isChecked() else None,
            ca_certificate=self._authority,
        )

    def _connect(self) -> None:
        ui = self.ui
        ui.service.currentIndexChanged.connect(self._on_service_chosen)
        ui.security.currentIndexChanged.connect(self._on_security_chosen)
        ui.host.textChanged.connect(self.changed)
        ui.port.textChanged.connect(self.changed)
        ui.additional_use.toggled.connect(self._on_additional_toggled)
        ui.additional_mailbox.textChanged.connect(self.changed)
        ui.authority_choose.clicked.connect(self._on_authority_choose_clicked)
        ui.authority_remove.clicked.connect(self._on_authority_remove_clicked)

    def _on_service_chosen(self) -> None:
        key = self.service
        if key == self._service:
            return
        if self._service:
            self._typed[self._service] = _Typed(
                self.ui.host.text(), self.port, self._security, self._authority
            )
        self._show_service(key)
        announce(self.ui.service.currentText())
        self.service_changed.emit(key)
        self.changed.emit()

    def _show_service(self, key: str) -> None:
        service = SERVICES[key]
        self._service = key
        typed = self._typed.get(key, _Typed(service.host, service.port, service.security))
        blockers = [self.ui.security, self.ui.port]
        for widget in blockers:
            widget.blockSignals(True)
        self.ui.host.setText(typed.host)
        self.ui.security.setCurrentIndex(self.ui.security.findData(typed.security.value))
        self.ui.port.setText(str(typed.port))
        for widget in blockers:
            widget.blockSignals(False)
        self.ui.server.setVisible(not service.preset)
        self.ui.authority.setVisible(not service.preset)
        self.fields["service"].set_hint(self._service_hint(service))
        self._show_authority(typed.authority)
        self._show_security_hint()

    def _service_hint(self, service: Service) -> str:
        hint = _HINTS.get(service.key.partition("_")[0], "") if service.preset else ""
        if not service.preset:
            return hint
        words = _SECURITY_WORDS[service.security]
        return f"{service.host}, port {service.port}, {words}. {hint}".strip()

    def _on_security_chosen(self) -> None:
        usual = {usual_port(self.service, security) for security in Security}
        if self.port in usual:
            self.ui.port.setText(str(usual_port(self.service, self._security)))
        self._show_security_hint()
        self.changed.emit()

    def _show_security_hint(self) -> None:
        bare = self._security is Security.NONE
        hint = "Password and mail can be read on the way." if bare else ""
        self.fields["security"].set_hint(hint)
        self.ui.authority.setVisible(not SERVICES[self.service].preset and not bare)

    def _on_additional_toggled(self, on: bool) -> None:
        self._show_additional(on)
        if on:
            self.ui.additional_mailbox.setFocus()
        self.changed.emit()

    def _show_additional(self, on: bool) -> None:
        self.fields["additional_mailbox"].setVisible(on)

    def _on_authority_choose_clicked(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Certificate of a private CA"), "", "*.pem *.crt *.cer;;*"
        )
        if not path:
            return
        try:
            self._show_authority(read_authority(Path(path)))
        except InputError as error:
            self._authority_note.setText(error.sentence())
            announce(error.sentence(), urgent=True)
            return
        self.changed.emit()

    def _on_authority_remove_clicked(self) -> None:
        self._show_authority("")
        self.changed.emit()

    def _show_authority(self, pem: str) -> None:
        self._authority = pem
        known = authority_text(pem) or (self.tr("a certificate that cannot be read") if pem else "")
        trusted = self.tr("Also trusts {authority}").format(authority=known)
        self._authority_note.setText(trusted if pem else "")
        self._authority_note.setVisible(bool(pem))
        self._authority_note.setToolTip(known)
        self.ui.authority_remove.setVisible(bool(pem))
        replace_text, add_text = self.tr("Replace…"), self.tr("Trust a private CA…")
        self.ui.authority_choose.setText(replace_text if pem else add_text)
