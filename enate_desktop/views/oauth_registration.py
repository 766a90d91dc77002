"""The registration of this program with a sign-in provider, and what proves it (C-03)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.credentials.oauth.registration import usual_scopes
from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.forms.ui_connector_oauth import Ui_ConnectorOAuth
from enate_desktop.views.certificate_box import CertificateBox
from enate_desktop.views.choice_field import ChoiceField
from enate_desktop.views.form_fields import Fields, set_up
from enate_desktop.views.icons import BESIDE_TEXT, icon
from enate_desktop.views.secret_field import SecretField
from enate_desktop.views.sign_in_run import SignInTools
from enate_desktop.views.widgets import FormField

_SECRET_LIMIT = 512
_FLOW_WORDS = {
    OAuthFlow.BROWSER: "Browser on this computer",
    OAuthFlow.DEVICE: "Code on another device",
    OAuthFlow.APPLICATION: "As an application, without a person",
}
_FLOWS = {
    # Google's mail scope is not to be had with a code (MAIL 1.2).
    OAuthProvider.GOOGLE: (OAuthFlow.BROWSER,),
    OAuthProvider.MICROSOFT: tuple(OAuthFlow),
    OAuthProvider.OTHER: tuple(OAuthFlow),
}
_CLIENT_HINTS = {
    OAuthProvider.MICROSOFT: "From your app registration in Microsoft Entra.",
    OAuthProvider.GOOGLE: "From your OAuth client for desktop apps in the Google Cloud console.",
    OAuthProvider.OTHER: "As your sign-in service knows this program.",
}


class OAuthRegistration(QWidget):
    """Fields only; what is asked for follows from the provider and the way of signing in."""

    changed = Signal()

    def __init__(
        self, provider: OAuthProvider, tools: SignInTools, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._provider = provider
        self._protocol = "imap"
        self._shared = False
        self.ui = Ui_ConnectorOAuth()
        self._typed = set_up(self.ui, self)
        self.flow = self.ui.flow
        self.flow_field = ChoiceField(self.tr("Way to sign in"), self.flow)
        self.secret = SecretField(self.tr("Client secret"), _SECRET_LIMIT)
        self.secret_field = FormField(self.tr("Client secret"), self.secret)
        self.certificate = CertificateBox(
            tools.read_certificate, tools.now, elevated=tools.elevated
        )
        self._build()
        self._connect()
        self._show_flow()

    @property
    def fields(self) -> Fields:
        """The fields by the names errors have for them, without the side."""
        named = {f"oauth.{name}": field for name, field in self._typed.items()}
        certificate = self.certificate.fields
        return (
            named
            | certificate
            | {
                "oauth.flow": self.flow_field,
                "client_secret": self.secret_field,
            }
        )

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._by_certificate and self.certificate.busy

    @property
    def settings(self) -> OAuthSettings:
        """The registration on screen."""
        ui, provider = self.ui, self._provider
        return OAuthSettings(
            provider,
            OAuthFlow(self.flow_field.value),
            ui.client_id.text().strip(),
            ui.tenant.text().strip() if provider is OAuthProvider.MICROSOFT else "",
            ui.issuer.text().strip() if provider is OAuthProvider.OTHER else "",
            tuple(ui.scopes.text().split()),
        )

    @property
    def facts(self) -> CertificateFacts | None:
        """What is known of the certificate the application proves itself with."""
        return self.certificate.facts if self._by_certificate else None

    def changes(self) -> dict[str, bytes | None]:
        """The secrets that differ from the stored ones; None forgets one."""
        nothing: dict[str, bytes | None] = {
            "client_secret": None,
            "certificate": None,
            "certificate_password": None,
        }
        if self._shared:
            return nothing
        if self._by_certificate:
            kept = {} if self.certificate.shows_stored else nothing
            return {"client_secret": None} | kept | self.certificate.changes()
        if not self._by_secret:
            return nothing
        ours = self.secret.changes("client_secret", optional=not self._application)
        return {"certificate": None, "certificate_password": None} | ours

    def set_settings(
        self,
        settings: OAuthSettings | None,
        stored: frozenset[str],
        facts: CertificateFacts | None,
    ) -> None:
        """Show a stored registration; ``stored`` names its secrets without the side."""
        ui = self.ui
        shown = settings or OAuthSettings(self._provider)
        blocked = self.blockSignals(True)
        self._type(shown)
        ui.more.setChecked(bool(shown.scopes))
        self.flow.setCurrentIndex(max(0, self.flow.findData(shown.flow.value)))
        self.secret.set_stored(stored="client_secret" in stored)
        self.certificate.set_stored(stored="certificate" in stored, facts=facts)
        (ui.by_certificate if "certificate" in stored else ui.by_secret).setChecked(True)
        self.blockSignals(blocked)
        self._show_flow()

    def take_over(self, settings: OAuthSettings) -> None:
        """Type the values of another registration with the same provider."""
        self._type(settings)
        self.flow.setCurrentIndex(max(0, self.flow.findData(settings.flow.value)))

    def set_shared(self, *, shared: bool) -> None:
        """Whether the other side proves itself for both."""
        self._shared = shared
        self._show_flow()

    def set_protocol(self, protocol: str) -> None:
        """``imap``, ``pop3`` or ``smtp``: what the usual scopes are for."""
        self._protocol = protocol
        self._show_scopes()

    @property
    def _application(self) -> bool:
        return self.flow_field.value == OAuthFlow.APPLICATION

    @property
    def _by_certificate(self) -> bool:
        """Whether a certificate proves the application; only Microsoft takes one."""
        chosen = self.ui.by_certificate.isChecked()
        return self._application and self._provider is OAuthProvider.MICROSOFT and chosen

    @property
    def _by_secret(self) -> bool:
        """Whether there is room for a client secret: Google and others may give one anyway."""
        if self._provider is OAuthProvider.MICROSOFT:
            return self._application and not self._by_certificate
        return True

    def _type(self, settings: OAuthSettings) -> None:
        scopes = " ".join(settings.scopes)
        ui = self.ui
        for edit, text in (
            (ui.client_id, settings.client_id),
            (ui.tenant, settings.tenant),
            (ui.issuer, settings.issuer),
            (ui.scopes, scopes),
        ):
            edit.setText(text)
            edit.setCursorPosition(0)

    def _build(self) -> None:
        ui, provider = self.ui, self._provider
        ui.proof_place.addWidget(self.secret_field)
        ui.proof_place.addWidget(self.certificate)
        self.flow_field.offer([(_FLOW_WORDS[flow], flow.value) for flow in _FLOWS[provider]], "")
        self._typed["tenant"].setVisible(provider is OAuthProvider.MICROSOFT)
        self._typed["issuer"].setVisible(provider is OAuthProvider.OTHER)
        ui.proof_words.setBuddy(ui.by_secret)
        ui.more.setIconSize(BESIDE_TEXT)
        self._show_scopes()

    def _connect(self) -> None:
        ui = self.ui
        for edit in (ui.client_id, ui.tenant, ui.issuer, ui.scopes):
            edit.textChanged.connect(self.changed)
        self.flow.currentIndexChanged.connect(self._on_flow_chosen)
        ui.by_certificate.toggled.connect(self._on_flow_chosen)
        ui.more.toggled.connect(self._show_scopes)
        self.secret.changed.connect(self.changed)
        self.certificate.changed.connect(self.changed)

    def _on_flow_chosen(self) -> None:
        self._show_flow()
        self.changed.emit()

    def _show_flow(self) -> None:
        microsoft = self._provider is OAuthProvider.MICROSOFT
        self.ui.proof.setVisible(self._application and microsoft and not self._shared)
        self.secret_field.setVisible(self._by_secret and not self._shared)
        self.certificate.setVisible(self._by_certificate and not self._shared)
        optional = self.tr("Only if the provider gave one.")
        self.secret_field.set_hint("" if self._application else optional)
        browser = microsoft and self.flow_field.value == OAuthFlow.BROWSER
        redirect = self.tr("Its redirect address for desktop apps is http://localhost.")
        about = _CLIENT_HINTS[self._provider]
        self._typed["client_id"].set_hint(f"{about} {redirect}" if browser else about)
        whose = self.tr("Its ID or domain; empty for that of whoever signs in.")
        self._typed["tenant"].set_hint(self.tr("Its ID or domain.") if self._application else whose)
        self._show_scopes()

    def _show_scopes(self) -> None:
        ui, shown = self.ui, self.ui.more.isChecked()
        self._typed["scopes"].setVisible(shown)
        left = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        closed = "chevron-right" if left else "chevron-left"
        ui.more.setIcon(icon("chevron-down" if shown else closed))
        bare = OAuthSettings(self._provider, self.settings.flow)
        usual = usual_scopes(bare, (self._protocol,))
        ui.scopes.setPlaceholderText(" ".join(usual) or self.tr("as the issuer names them"))
