"""The sign-in methods as pages, one of each for every provider: all typed is kept (C-03)."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.connectors import Authentication, ServerSettings, Side
from enate_desktop.domain.oauth import OAuthProvider, OAuthSettings
from enate_desktop.services.vault import SecretName
from enate_desktop.views.certificate_box import CertificateBox
from enate_desktop.views.form_fields import Fields
from enate_desktop.views.oauth_panel import OAuthPanel
from enate_desktop.views.secret_field import SecretField
from enate_desktop.views.sign_in_run import SignInTools, WholeConnector
from enate_desktop.views.widgets import FormField


class SignInPage(QObject):
    """A method that needs nothing but its name; base of the others.

    ``beside`` stands beside the username, ``below`` under it. ``stored`` names secrets without
    their side.
    """

    changed = Signal()
    named = False
    """Whether the method has a username."""

    def __init__(self) -> None:
        super().__init__()
        self.beside: QWidget | None = None
        self.below: QWidget | None = None

    @property
    def fields(self) -> Fields:
        """Its fields by the names errors have for them, without the side."""
        return {}

    @property
    def busy(self) -> bool:
        """Whether something is under way that has yet to end."""
        return False

    @property
    def oauth(self) -> OAuthSettings | None:
        """The registration, if the method has one."""
        return None

    @property
    def facts(self) -> CertificateFacts | None:
        """What is known of the certificate, if the method has one."""
        return None

    def changes(self) -> dict[str, bytes | None]:
        """The secrets that differ from the stored ones; None forgets one."""
        return {}

    def tokens(self) -> Mapping[SecretName, bytes]:
        """What a sign-in on screen gave."""
        return {}

    def show_stored(
        self, settings: ServerSettings, stored: frozenset[str], connector_id: int
    ) -> None:
        """Show what is stored of this method."""

    def focus_start(self, name: str) -> bool:
        """Put the focus where ``name`` is mended; False when there is nothing of that name."""
        field = self.fields.get(name)
        if field is None or field.isHidden():
            return False
        field.control.setFocus()
        return True

    def discard(self) -> None:
        """End what is under way, and go."""
        for part in (self.beside, self.below):
            if part is not None:
                part.hide()
                part.deleteLater()
        self.deleteLater()


class PasswordPage(SignInPage):
    """A password, or the one that is stored."""

    named = True

    def __init__(self, words: str) -> None:
        super().__init__()
        self.secret = SecretField(words)
        self.beside = self._field = FormField(words, self.secret)
        self.secret.changed.connect(self.changed)

    @property
    @override
    def fields(self) -> Fields:
        return {"password": self._field}

    @override
    def changes(self) -> dict[str, bytes | None]:
        return self.secret.changes("password")

    @override
    def show_stored(
        self, settings: ServerSettings, stored: frozenset[str], connector_id: int
    ) -> None:
        self.secret.set_stored(stored="password" in stored)

    @override
    def focus_start(self, name: str) -> bool:
        if name != "password":
            return False
        self.secret.focus()
        return True


class CertificatePage(SignInPage):
    """A certificate that is shown while encryption begins."""

    def __init__(self, tools: SignInTools) -> None:
        super().__init__()
        self.below = self.box = CertificateBox(
            tools.read_certificate, tools.now, elevated=tools.elevated
        )
        self.box.changed.connect(self.changed)

    @property
    @override
    def fields(self) -> Fields:
        return dict(self.box.fields)

    @property
    @override
    def busy(self) -> bool:
        return self.box.busy

    @property
    @override
    def facts(self) -> CertificateFacts | None:
        return self.box.facts

    @override
    def changes(self) -> dict[str, bytes | None]:
        return self.box.changes()

    @override
    def show_stored(
        self, settings: ServerSettings, stored: frozenset[str], connector_id: int
    ) -> None:
        self.box.set_stored(stored="certificate" in stored, facts=settings.certificate)

    @override
    def focus_start(self, name: str) -> bool:
        if name == "certificate_password" and self.box.shows_stored:
            name = "certificate"
        return super().focus_start(name)


class OAuthPage(SignInPage):
    """A registration with a provider, and the sign-in of a person."""

    named = True

    def __init__(
        self, side: Side, provider: OAuthProvider, tools: SignInTools, whole: WholeConnector
    ) -> None:
        super().__init__()
        self.below = self.panel = OAuthPanel(side, provider, tools, whole)
        self.beside = self.panel.beside
        self.panel.changed.connect(self.changed)

    @property
    @override
    def fields(self) -> Fields:
        return self.panel.fields

    @property
    @override
    def busy(self) -> bool:
        return self.panel.busy

    @property
    @override
    def oauth(self) -> OAuthSettings | None:
        return self.panel.settings

    @property
    @override
    def facts(self) -> CertificateFacts | None:
        return self.panel.facts

    @override
    def changes(self) -> dict[str, bytes | None]:
        return self.panel.changes()

    @override
    def tokens(self) -> Mapping[SecretName, bytes]:
        return self.panel.tokens()

    @override
    def show_stored(
        self, settings: ServerSettings, stored: frozenset[str], connector_id: int
    ) -> None:
        self.panel.set_settings(settings.oauth, stored, connector_id, settings.certificate)

    @override
    def focus_start(self, name: str) -> bool:
        if name == "oauth.scopes":
            self.panel.registration.ui.more.setChecked(True)
        if name == "client_secret":
            self.panel.registration.secret.focus()
            return True
        return super().focus_start(name)

    @override
    def discard(self) -> None:
        self.panel.stop()
        super().discard()


def page_of(
    method: Authentication,
    side: Side,
    provider: OAuthProvider,
    tools: SignInTools,
    whole: WholeConnector,
) -> SignInPage:
    """A new, empty page."""
    if method is Authentication.PASSWORD:
        return PasswordPage("Password")
    if method is Authentication.CERTIFICATE:
        return CertificatePage(tools)
    if method is Authentication.OAUTH2:
        return OAuthPage(side, provider, tools, whole)
    return SignInPage()
