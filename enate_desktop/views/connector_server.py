"""Which server one side of a connector talks to: a service, or host, port and security (C-02)."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QWidget

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side
from enate_desktop.domain.services_catalogue import (
    SERVICES,
    Endpoint,
    Service,
    relay_host,
    usual_port,
)
from enate_desktop.forms.ui_connector_server import Ui_ConnectorServer
from enate_desktop.views.accessibility import announce
from enate_desktop.views.connector_authority import AuthorityRow
from enate_desktop.views.connector_folder_field import FolderField
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.widgets import FormField

_SECURITY_WORDS = {
    Security.TLS: "TLS from the start",
    Security.STARTTLS: "STARTTLS",
    Security.NONE: "None (readable on the way)",
}
_SHRINKS = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_RELAY = "office365_smtp_relay"
_USUAL_NAMES = {"pop3": "pop"}
"""First label of a server's name, where it is not the protocol's own."""


def offered_services(side: Side) -> tuple[Service, ...]:
    """The services of a side, in the order they are offered."""
    return tuple(service for service in SERVICES.values() if service.side is side)


@dataclass(frozen=True, slots=True)
class _Typed:
    host: str
    port: int
    security: Security
    authority: str = ""


class ServerSection(QWidget):
    """Service, server, private CA and additional mailbox of one side.

    What was typed is kept for each service and comes back with it (C-03). ``browse_requested``
    asks for the folders of the mailbox.
    """

    changed = Signal()
    service_changed = Signal(str)
    browse_requested = Signal()

    def __init__(self, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._typed: dict[str, _Typed] = {}
        self._service = ""
        self._method = Authentication.PASSWORD
        self._address = ""
        self.ui = Ui_ConnectorServer()
        self.fields = set_up(self.ui, self)
        for combo in (self.ui.service, self.ui.security):
            combo.setSizeAdjustPolicy(_SHRINKS)
            combo.setMinimumContentsLength(8)
        self.ui.port.setMinimumWidth(64)
        self.ui.port.setValidator(QIntValidator(0, 65535, self.ui.port))
        self.authority = AuthorityRow(self.ui)
        self.additional = FolderField("shared@acme.com")
        mailbox_field = FormField(self.tr("Name of the additional mailbox"), self.additional)
        self.fields["additional_mailbox"] = mailbox_field
        self.ui.additional_column.addWidget(mailbox_field)
        for service in offered_services(side):
            self.ui.service.addItem(service.label, service.key)
        for security, words in _SECURITY_WORDS.items():
            self.ui.security.addItem(words, security.value)
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

    def set_settings(self, settings: ServerSettings | None) -> None:
        """Show stored settings, or those of a new side for None."""
        self._typed.clear()
        self._service = ""
        key = settings.service if settings else f"other_{'imap' if self._incoming else 'smtp'}"
        if settings is not None:
            self._method = settings.authentication
            self._typed[key] = self._typed_of(settings)
        mailbox = (settings.additional_mailbox if settings else None) or ""
        self.ui.additional_use.setChecked(bool(mailbox))
        self.additional.set_text(mailbox)
        self._show_additional()
        self.ui.service.setCurrentIndex(self.ui.service.findData(key))
        self._show_service(key)

    def set_method(self, method: Authentication) -> None:
        """The sign-in method: some providers have another server for it."""
        if method is not self._method:
            self._method = method
            self._show_presets()

    def set_address(self, address: str) -> None:
        """The primary address: the host of a relay follows it until another one is typed."""
        derived, self._address = relay_host(self._address), address
        if self.service == _RELAY and self.ui.host.text().strip() in ("", derived):
            self.ui.host.setText(relay_host(address))

    def apply_to(self, settings: ServerSettings) -> ServerSettings:
        """``settings`` with what is on screen."""
        known = self._endpoint
        uses_mailbox = self.ui.additional_use.isChecked() and not self._is_pop3
        return replace(
            settings,
            service=self.service,
            host=known.host or self.ui.host.text().strip(),
            port=known.port if known.host else self.port,
            security=known.security if known.host else self._security,
            additional_mailbox=self.additional.text if uses_mailbox else None,
            ca_certificate=self.authority.pem,
        )

    @property
    def _incoming(self) -> bool:
        return self._side is Side.INCOMING

    @property
    def _is_pop3(self) -> bool:
        return self.service.endswith("_pop3")

    @property
    def _security(self) -> Security:
        return Security(self.ui.security.currentData())

    @property
    def _endpoint(self) -> Endpoint:
        """The preset of service and method; its host is empty where it is typed."""
        return SERVICES[self.service].endpoint(self._method)

    def _typed_of(self, settings: ServerSettings) -> _Typed:
        """What must have been typed for these settings; a preset's own server was not."""
        service = SERVICES[settings.service]
        if service.endpoint(settings.authentication).host:
            host = relay_host(self._address) if service.key == _RELAY else ""
            return _Typed(host, service.port, service.security, settings.ca_certificate)
        return _Typed(settings.host, settings.port, settings.security, settings.ca_certificate)

    def _connect(self) -> None:
        ui = self.ui
        ui.service.currentIndexChanged.connect(self._on_service_chosen)
        ui.security.currentIndexChanged.connect(self._on_security_chosen)
        ui.host.textChanged.connect(self.changed)
        ui.port.textChanged.connect(self.changed)
        ui.additional_use.toggled.connect(self._on_additional_toggled)
        self.additional.changed.connect(self.changed)
        self.additional.browse_requested.connect(self.browse_requested)
        self.authority.changed.connect(self.changed)

    def _on_service_chosen(self) -> None:
        key = self.service
        if key == self._service:
            return
        if self._service:
            self._typed[self._service] = _Typed(
                self.ui.host.text(), self.port, self._security, self.authority.pem
            )
        self._show_service(key)
        announce(self.ui.service.currentText())
        self.service_changed.emit(key)
        self.changed.emit()

    def _show_service(self, key: str) -> None:
        service = SERVICES[key]
        self._service = key
        host = relay_host(self._address) if key == _RELAY else ""
        typed = self._typed.get(key, _Typed(host, service.port, service.security))
        for widget in (self.ui.security, self.ui.port):
            widget.blockSignals(True)
        self.ui.host.setText("" if service.preset else typed.host)
        protocol = key.rpartition("_")[2] if self._incoming else "smtp"
        self.ui.host.setPlaceholderText(f"{_USUAL_NAMES.get(protocol, protocol)}.acme.com")
        self.ui.security.setCurrentIndex(self.ui.security.findData(typed.security.value))
        self.ui.port.setText(str(typed.port))
        for widget in (self.ui.security, self.ui.port):
            widget.blockSignals(False)
        self.authority.show_pem(typed.authority)
        self._show_presets()

    def _show_presets(self) -> None:
        known = self._endpoint
        hint = ""
        if known.host:
            words = _SECURITY_WORDS[known.security]
            hint = f"{known.host}, port {known.port}, {words} – filled in by the service."
        elif self.service == _RELAY:
            hint = self.tr("The server is the MX host of your domain in Exchange Online.")
        self.fields["service"].set_hint(hint)
        self.ui.server.setVisible(not known.host)
        self.ui.additional.setVisible(self._incoming and not self._is_pop3)
        self._show_security_hint()

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
        self.authority.set_visible(not self._endpoint.host and not bare)

    def _on_additional_toggled(self, on: bool) -> None:
        self._show_additional()
        if on:
            self.additional.edit.setFocus()
        self.changed.emit()

    def _show_additional(self) -> None:
        used = self.ui.additional_use.isChecked()
        self.fields["additional_mailbox"].setVisible(used)
