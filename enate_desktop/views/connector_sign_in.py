"""How one side of a connector signs in: the methods its service allows, and their fields (C-03)."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import Authentication, ServerSettings, Side
from enate_desktop.domain.oauth import OAuthProvider, OAuthSettings
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.forms.ui_connector_sign_in import Ui_ConnectorSignIn
from enate_desktop.services.vault import SecretName
from enate_desktop.views.accessibility import announce
from enate_desktop.views.choice_field import ChoiceField
from enate_desktop.views.form_fields import Fields, reveal, set_up
from enate_desktop.views.layout_order import follow_layout
from enate_desktop.views.secret_field import SecretField
from enate_desktop.views.sign_in_pages import OAuthPage, PasswordPage, SignInPage, page_of
from enate_desktop.views.sign_in_run import SignInTools, WholeConnector

_WORDS = {
    Authentication.PASSWORD: "Username and Password",
    Authentication.NONE: "None",
    Authentication.CERTIFICATE: "Authentication Certificate",
}
_OAUTH_WORDS = {
    OAuthProvider.MICROSOFT: "Sign in with Microsoft",
    OAuthProvider.GOOGLE: "Sign in with Google",
    OAuthProvider.OTHER: "OAuth 2.0 (own issuer)",
}


class SignInSection(QWidget):
    """Method, username, and the page of the method; what is typed is kept for every provider.

    ``changed`` comes after each change of a person, ``method_changed`` when another method is
    shown, whatever the reason; it carries the Authentication's value.
    """

    changed = Signal()
    method_changed = Signal(str)

    def __init__(
        self,
        side: Side,
        tools: SignInTools,
        whole: WholeConnector,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side, self._tools, self._whole = side, tools, whole
        self._service = next(key for key, one in SERVICES.items() if one.side is side)
        self._chosen: dict[str, Authentication] = {}
        self._usernames: dict[OAuthProvider, str] = {}
        self._pages: dict[tuple[Authentication, OAuthProvider], SignInPage] = {}
        self._stored: frozenset[SecretName] = frozenset()
        self._partner: tuple[OAuthSettings, str] | None = None
        self._mailbox = self._host = ""
        self._filling = False
        self.ui = Ui_ConnectorSignIn()
        self._typed = set_up(self.ui, self)
        self.method_field = ChoiceField(self.tr("Authentication"), self.ui.method)
        self.ui.method_place.addWidget(self.method_field)
        self.ui.user_row.setAlignment(self.ui.beside, Qt.AlignmentFlag.AlignTop)
        self.ui.method.currentIndexChanged.connect(self._on_method_chosen)
        self.ui.username.textChanged.connect(self._on_typed)
        self._show()

    @property
    def method(self) -> Authentication:
        """The chosen method."""
        return Authentication(self.method_field.value)

    @property
    def page(self) -> SignInPage:
        """The fields of the method, for the provider of the service."""
        key = (self.method, self._provider)
        if key not in self._pages:
            self._pages[key] = self._new_page(*key)
        return self._pages[key]

    @property
    def password(self) -> SecretField:
        """The password for the provider of the service, whether it is on screen or not."""
        key = (Authentication.PASSWORD, self._provider)
        if key not in self._pages:
            self._pages[key] = self._new_page(*key)
        page = self._pages[key]
        if not isinstance(page, PasswordPage):
            raise LookupError("the page of the password is none")
        return page.secret

    @property
    def fields(self) -> Fields:
        """The fields on screen by the names errors have for them, without the side."""
        own = {"method": self.method_field, "authentication": self.method_field}
        return own | self._typed | self.page.fields

    def set_settings(
        self,
        service: str,
        settings: ServerSettings | None,
        *,
        stored: frozenset[SecretName] = frozenset(),
        connector_id: int = 0,
    ) -> None:
        """Show stored settings, or those of a new side for None; what was typed is forgotten.

        ``stored`` names the secrets that are kept, of both sides.
        """
        self._filling = True
        self._clear()
        self._stored = frozenset(n for n in stored if n.startswith(f"{self._side}."))
        self._service = service
        if settings is not None:
            self._chosen[settings.service] = settings.authentication
        self.ui.username.setText(settings.username if settings else "")
        self._show()
        if settings is not None and settings.service == service:
            names = frozenset(name.partition(".")[2] for name in self._stored)
            self.page.show_stored(settings, names, connector_id)
        self._filling = False

    def show_service(self, service: str) -> None:
        """Offer the methods of a service; a choice made for it before comes back."""
        if service == self._service:
            return
        self._filling = True
        self._usernames[self._provider] = self.ui.username.text()
        kept = self._chosen.get(self._service)
        if kept in SERVICES[service].authentications:
            self._chosen.setdefault(service, kept)
        self._service = service
        self.ui.username.setText(self._usernames.get(self._provider, self.ui.username.text()))
        self._show()
        self._filling = False
        announce(self.tr("Authentication: {method}").format(method=self._words(self.method)))

    def set_mailbox(self, address: str) -> None:
        """The primary address: it is the username where none is typed."""
        self._mailbox = address.strip()
        self.ui.username.setPlaceholderText(self._mailbox)

    def set_host(self, host: str) -> None:
        """The server as typed; the hint depends on it."""
        if host != self._host:
            self._host = host
            self._show_hint()

    def set_sign_in_needed(self, sentence: str) -> None:
        """Why a person must sign in again; empty when that is not so."""
        if isinstance(self.page, OAuthPage):
            self.page.panel.set_sign_in_needed(sentence)

    def set_partner(self, registration: tuple[OAuthSettings, str] | None) -> None:
        """The registration of incoming mail while both sides are in use; an equal one is shared."""
        self._partner = registration
        page = self.page
        if isinstance(page, OAuthPage):
            theirs = registration[0] if registration is not None else None
            same_provider = theirs is not None and theirs.provider is self._provider
            shared = registration is not None and registration == self.registration()
            page.panel.set_partner(theirs if same_provider else None, shared=shared)

    def registration(self) -> tuple[OAuthSettings, str] | None:
        """What makes this sign-in the same as another one; None for a method without OAuth."""
        oauth = self.page.oauth
        return None if oauth is None else (oauth, self._username())

    def apply_to(self, settings: ServerSettings) -> ServerSettings:
        """``settings`` with what is on screen."""
        page = self.page
        return replace(
            settings,
            authentication=self.method,
            username=self._username() if page.named else self.ui.username.text().strip(),
            oauth=page.oauth,
            certificate=page.facts,
        )

    def secrets(self) -> dict[SecretName, bytes | None]:
        """The secrets that differ from the stored ones, by their whole names; None forgets one."""
        changes = {SecretName(f"{self._side}.{n}"): s for n, s in self.page.changes().items()}
        known = {n: s for n, s in changes.items() if s is not None or n in self._stored}
        return known | dict(self.page.tokens())

    def take_renewed(self, secrets: Mapping[SecretName, bytes]) -> None:
        """Tokens of sign-ins on screen that a connection test renewed."""
        if isinstance(self.page, OAuthPage):
            self.page.panel.take_renewed(secrets)

    def focus_field(self, name: str) -> bool:
        """Put the focus where ``name`` (without the side) is mended; False when it is not here."""
        found = name in ("method", "authentication", "username") and self.fields[name].isVisible()
        if found:
            self.fields[name].control.setFocus()
        elif not self.page.focus_start(name):
            return False
        field = self.fields.get(name)
        if field is not None:
            reveal(field)
        return True

    @property
    def _provider(self) -> OAuthProvider:
        return SERVICES[self._service].provider

    def _username(self) -> str:
        return self.ui.username.text().strip() or self._mailbox

    def _words(self, method: Authentication) -> str:
        return _WORDS.get(method) or _OAUTH_WORDS[self._provider]

    def _new_page(self, method: Authentication, provider: OAuthProvider) -> SignInPage:
        page = page_of(method, self._side, provider, self._tools, self._whole)
        if page.beside is not None:
            self.ui.beside.addWidget(page.beside)
        if page.below is not None:
            self.ui.below.addWidget(page.below)
            page.below.hide()
        page.changed.connect(self._on_typed)
        if isinstance(page, OAuthPage):
            page.panel.signed_in.connect(self._on_signed_in)
            page.panel.same_requested.connect(self._on_same_requested)
        follow_layout(self)
        return page

    def _clear(self) -> None:
        """Forget all that was typed."""
        for page in self._pages.values():
            page.discard()
        self._pages.clear()
        self._chosen.clear()
        self._usernames.clear()

    def _show(self) -> None:
        """The methods of the service, and the fields of the chosen one."""
        allowed = SERVICES[self._service].authentications
        wanted = self._chosen.get(self._service, allowed[0])
        self.method_field.offer([(self._words(m), m.value) for m in allowed], wanted.value)
        self._show_method()

    def _show_method(self) -> None:
        page = self.page
        for other in self._pages.values():
            if other.below is not None and other is not page:
                other.below.hide()
        if page.below is not None:
            page.below.show()
        self.ui.user.setVisible(page.named)
        self.ui.beside.setVisible(page.beside is not None)
        if page.beside is not None:
            self.ui.beside.setCurrentWidget(page.beside)
        if isinstance(page, OAuthPage):
            incoming = self._side is Side.INCOMING
            page.panel.set_protocol(self._service.rpartition("_")[2] if incoming else "smtp")
        self._show_hint()
        self.set_partner(self._partner)
        self.method_changed.emit(self.method.value)

    def _show_hint(self) -> None:
        hint = SERVICES[self._service].hint(self.method, self._host)
        self.method_field.set_hint(hint)

    def _on_method_chosen(self) -> None:
        if not self._filling:
            self._chosen[self._service] = self.method
            self._show_method()
            self.changed.emit()

    def _on_typed(self) -> None:
        if not self._filling:
            self.changed.emit()

    def _on_signed_in(self, account: str) -> None:
        if not self.ui.username.text().strip():
            self.ui.username.setText(account)

    def _on_same_requested(self) -> None:
        page, partner = self.page, self._partner
        if partner is not None and isinstance(page, OAuthPage):
            page.panel.registration.take_over(partner[0])
            self.ui.username.setText(partner[1])
