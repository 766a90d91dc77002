"""How one side of a connector signs in: only the methods that work today are offered (C-03)."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import Authentication, ServerSettings, Side
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.forms.ui_connector_sign_in import Ui_ConnectorSignIn
from enate_desktop.views.connector_server import WORKING_METHODS, offered_services
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.secret_field import SecretField
from enate_desktop.views.widgets import FormField

_WORDS = {
    Authentication.PASSWORD: "Username and Password",
    Authentication.NONE: "None",
    Authentication.CERTIFICATE: "Authentication Certificate",
    Authentication.OAUTH2: "OAuth 2.0",
}


class SignInSection(QWidget):
    """Method, user name and password; a single method is said, not offered as a choice."""

    changed = Signal()

    def __init__(self, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._chosen: dict[str, Authentication] = {}
        self._stored_method: tuple[str, Authentication] | None = None
        self._service = ""
        self._filling = False
        self.ui = Ui_ConnectorSignIn()
        self.fields = set_up(self.ui, self)
        self.password = SecretField()
        self.fields["password"] = FormField(self.tr("Password"), self.password)
        self.ui.user_row.addWidget(self.fields["password"], 1, Qt.AlignmentFlag.AlignTop)
        self.ui.method.currentIndexChanged.connect(self._on_method_chosen)
        self.ui.username.textChanged.connect(self._on_typed)
        self.password.changed.connect(self._on_typed)
        self.show_service(offered_services(side)[0].key)

    @property
    def method(self) -> Authentication:
        """The chosen method."""
        return Authentication(self.ui.method.currentData())

    @property
    def secret(self) -> bytes | None:
        """The password just typed, or None."""
        return self.password.secret if self.method is Authentication.PASSWORD else None

    def set_settings(
        self, service: str, settings: ServerSettings | None, *, stored: bool = False
    ) -> None:
        """Show stored settings; ``stored`` tells whether a password is kept."""
        self._filling = True
        self._chosen.clear()
        self._stored_method = (settings.service, settings.authentication) if settings else None
        if settings is not None:
            self._chosen[settings.service] = settings.authentication
        self.ui.username.setText(settings.username if settings else "")
        self.password.set_stored(stored=stored)
        self._filling = False
        self.show_service(service)

    def show_service(self, service: str) -> None:
        """Offer the methods of a service; a choice made for it before comes back."""
        self._filling = True
        self._service = service
        allowed = [m for m in WORKING_METHODS[self._side] if m in SERVICES[service].authentications]
        # A method that only a file could bring is shown as long as it stays as it was stored.
        if self._stored_method and self._stored_method[0] == service:
            allowed = list(dict.fromkeys((*allowed, self._stored_method[1])))
        self.ui.method.clear()
        for method in allowed:
            self.ui.method.addItem(_WORDS[method], method.value)
        wanted = self._chosen.get(service, allowed[0])
        self.ui.method.setCurrentIndex(max(0, self.ui.method.findData(wanted.value)))
        self._filling = False
        self.fields["method"].setVisible(len(allowed) > 1)
        self._show_method()

    def apply_to(self, settings: ServerSettings) -> ServerSettings:
        """``settings`` with what is on screen."""
        return replace(
            settings, authentication=self.method, username=self.ui.username.text().strip()
        )

    def _on_method_chosen(self) -> None:
        if not self._filling:
            self._chosen[self._service] = self.method
            self._show_method()
            self.changed.emit()

    def _show_method(self) -> None:
        named = self.method in (Authentication.PASSWORD, Authentication.OAUTH2)
        self.fields["username"].setVisible(named)
        self.fields["password"].setVisible(self.method is Authentication.PASSWORD)
        none = self.method is Authentication.NONE
        hint = self.tr("The server must know this computer, by its address for example.")
        self.fields["method"].set_hint(hint if none else "")

    def _on_typed(self) -> None:
        if not self._filling:
            self.changed.emit()
