"""Signing in with OAuth 2.0: the registration, and the sign-in of a person with it (C-03)."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.connectors import Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.oauth import OAuthProvider, OAuthSettings
from enate_desktop.services.oauth import SignedIn, SignInCancelledError
from enate_desktop.services.vault import SecretName
from enate_desktop.views.accessibility import announce
from enate_desktop.views.form_fields import Fields
from enate_desktop.views.oauth_registration import OAuthRegistration
from enate_desktop.views.oauth_standing import (
    PROVIDER_NAMES,
    HeldSignIn,
    SignInFacts,
    SignInState,
)
from enate_desktop.views.oauth_status import OAuthStatus
from enate_desktop.views.sign_in_run import (
    DeviceCode,
    SignInRun,
    SignInTools,
    WholeConnector,
)
from enate_desktop.views.standing_field import StandingField
from enate_desktop.views.widgets import FormField, button
from enate_desktop.worker.tasks import run_in_background


class OAuthPanel(QWidget):
    """One provider's registration and sign-in; a new token is held until the form is saved.

    ``changed`` comes after each change; ``signed_in`` carries the address that signed in;
    ``same_requested`` asks for the other side's registration.
    """

    changed = Signal()
    signed_in = Signal(str)
    same_requested = Signal()

    def __init__(
        self,
        side: Side,
        provider: OAuthProvider,
        tools: SignInTools,
        whole: WholeConnector,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side, self._provider = side, provider
        self._tools, self._whole = tools, whole
        self._run: SignInRun | None = None
        self._known = SignInFacts()
        self.registration = OAuthRegistration(provider, tools)
        self.status = OAuthStatus(tools.now)
        self._status_field = StandingField(self.tr("Sign-in"), self.status)
        self.same_button = button(self.tr("Use the registration of incoming mail"))
        self._build()
        self._connect()
        self._show_status()

    @property
    def fields(self) -> Fields:
        """The fields by the names errors have for them, without the side."""
        status: Fields = {"oauth": self._status_field, "oauth_token": self._status_field}
        return self.registration.fields | status

    @property
    def beside(self) -> FormField:
        """The field that stands beside the username."""
        return self.registration.flow_field

    @property
    def busy(self) -> bool:
        """Whether somebody is signing in, or a file is being read."""
        return self._run is not None or self.registration.busy

    @property
    def settings(self) -> OAuthSettings:
        """The registration on screen."""
        return self.registration.settings

    @property
    def facts(self) -> CertificateFacts | None:
        """What is known of the certificate the application proves itself with."""
        return self.registration.facts

    def changes(self) -> dict[str, bytes | None]:
        """The secrets that differ from the stored ones, but for the token; None forgets one."""
        changes = self.registration.changes()
        if not self._known.has_token(self.settings):
            changes["oauth_token"] = None
        return changes

    def tokens(self) -> Mapping[SecretName, bytes]:
        """The token of a sign-in made here, if it was made with what is on screen."""
        held = None if self._known.shared else self._known.held_for(self.settings)
        return held.secrets if held is not None else {}

    def take_renewed(self, secrets: Mapping[SecretName, bytes]) -> None:
        """A token held here was renewed meanwhile: the old one is worth nothing any more."""
        held = self._known.held
        if held is not None:
            newer = {name: secrets.get(name, old) for name, old in held.secrets.items()}
            self._known.held = replace(held, secrets=newer)

    def set_settings(
        self,
        settings: OAuthSettings | None,
        stored: frozenset[str],
        connector_id: int,
        facts: CertificateFacts | None,
    ) -> None:
        """Show a stored registration; ``stored`` names its secrets without the side."""
        self.stop()
        with_token = settings if "oauth_token" in stored else None
        self._known = SignInFacts(with_token, shared=self._known.shared)
        self.registration.set_settings(settings, stored, facts)
        if with_token is not None and connector_id:
            tools, side, known = self._tools, self._side, self._known
            run_in_background(
                self,
                lambda: tools.account(connector_id, side),
                lambda account: self._on_account(known, account),
                self._on_no_account,
            )
        self._show_status()

    def set_sign_in_needed(self, sentence: str) -> None:
        """The provider no longer honours the stored token; empty when it does."""
        self._known.needed = sentence
        self._show_status()

    def set_partner(self, settings: OAuthSettings | None, *, shared: bool) -> None:
        """The other side's registration of the same provider, and whether it is one with ours."""
        self._known.shared = shared
        self.registration.set_shared(shared=shared)
        offered = settings is not None and not shared and settings != self.settings
        self.same_button.setVisible(offered)
        self._show_status()

    def set_protocol(self, protocol: str) -> None:
        """``imap``, ``pop3`` or ``smtp``: what the usual scopes are for."""
        self.registration.set_protocol(protocol)

    def stop(self) -> None:
        """End a sign-in that is under way."""
        if self._run is not None:
            self._run.cancel()
            self._run.deleteLater()
            self._run = None

    def _show_status(self) -> None:
        """What is true of the registration on screen, while nobody is signing in."""
        if self._run is not None:
            return
        standing = self._known.standing(self.settings)
        self.status.show_state(standing.state, standing.title, standing.note)
        again = standing.state in (SignInState.SIGNED_IN, SignInState.NEEDED)
        name = PROVIDER_NAMES.get(self._provider, "")
        first = self.tr("Sign in with {name}…").format(name=name) if name else self.tr("Sign in…")
        self.status.sign_in_button.setText(self.tr("Sign in again…") if again else first)

    def _on_sign_in_requested(self) -> None:
        self.stop()
        self._known.refused = ""
        for field in self.fields.values():
            if field.error:
                field.set_error("")
        connector, secrets = self._whole()
        asked = self.settings
        run = SignInRun(self._tools, self)
        run.page_wanted.connect(self._on_page_wanted)
        run.code_wanted.connect(self._on_code_wanted)
        run.ended.connect(lambda signed_in: self._on_ended(asked, signed_in))
        run.failed.connect(self._on_failed)
        self._run = run
        name = PROVIDER_NAMES.get(self._provider) or self.tr("the issuer")
        title = self.tr("Getting in touch with {name}…").format(name=name)
        self.status.show_state(SignInState.UNDER_WAY, title)
        announce(title)
        run.start(connector, self._side, secrets)

    def _on_page_wanted(self, url: str) -> None:
        opened = self._tools.open_page(url)
        if opened:
            title = self.tr("Waiting for the browser…")
            note = self.tr("Sign in there. If no page opened, copy its address into a browser.")
        else:
            title = self.tr("No browser opened.")
            note = self.tr("Copy the address and open it in a browser on this computer.")
        self.status.show_page(title, note, url)
        announce(f"{title} {note}", urgent=not opened)

    def _on_code_wanted(self, code: DeviceCode) -> None:
        self.status.show_code(code)

    def _on_ended(self, asked: OAuthSettings, signed_in: SignedIn) -> None:
        self._run = None
        self._known.needed = ""
        account, secrets = signed_in.account, signed_in.secrets
        self._known.held = HeldSignIn(asked, account, secrets, self._tools.now())
        self._show_status()
        announce(self.status.title)
        if account:
            self.signed_in.emit(account)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._run = None
        if not isinstance(error, EnateError):
            self._show_status()
            raise error
        field = self.fields.get(error.field.partition(".")[2])
        if field is not None and field is not self._status_field and field.isVisibleTo(self):
            field.set_error(error.sentence())
            field.control.setFocus()
        elif not isinstance(error, SignInCancelledError):
            self._known.refused = error.sentence()
            announce(error.sentence(), urgent=True)
        self._show_status()

    def _on_cancel_requested(self) -> None:
        self.stop()
        self._show_status()
        announce(self.tr("Cancelled. Nothing was changed."))

    def _on_account(self, known: SignInFacts, account: str) -> None:
        known.account = account
        self._show_status()

    def _on_no_account(self, error: Exception) -> None:
        """Who it was cannot be read now; that somebody is signed in stays true."""
        if not isinstance(error, EnateError):
            raise error

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.same_button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.registration)
        self.registration.ui.status_place.addWidget(self._status_field)
        self.same_button.hide()

    def _connect(self) -> None:
        self.registration.changed.connect(self._on_registration_changed)
        self.status.sign_in_requested.connect(self._on_sign_in_requested)
        self.status.cancel_requested.connect(self._on_cancel_requested)
        self.status.page_requested.connect(self._tools.open_page)
        self.same_button.clicked.connect(self.same_requested)

    def _on_registration_changed(self) -> None:
        self._known.refused = ""
        self._show_status()
        self.changed.emit()
