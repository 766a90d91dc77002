"""The OAuth panel: registration by provider, the sign-in of a person, its token, refusals."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QThreadPool
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from enate_desktop.domain.certificates import CertificateFacts, CertificateReading
from enate_desktop.domain.connectors import Connector, Side, UseFor
from enate_desktop.domain.errors import CredentialError, InputError, UnavailableError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.services.oauth import Prompt, SignedIn, SignInCancelledError
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.views.oauth_panel import OAuthPanel
from enate_desktop.views.oauth_standing import SignInState
from enate_desktop.views.sign_in_run import SignInTools

pytestmark = pytest.mark.usefixtures("appearance")

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKEN = {SecretName.INCOMING_OAUTH_TOKEN: b"a token"}
PAGE = "https://login.microsoftonline.com/authorize?state=x"
MICROSOFT = OAuthSettings(OAuthProvider.MICROSOFT, client_id="app-1", tenant="acme.com")
APPLICATION = replace(MICROSOFT, flow=OAuthFlow.APPLICATION)
OTHER = OAuthSettings(OAuthProvider.OTHER, client_id="mail", issuer="https://login.acme.com")
FACTS = CertificateFacts("CN=app", "CN=Acme CA", NOW, NOW.replace(year=2028), "AB:CD")


@dataclass
class Provider:
    """Stands for the sign-in service; asks the person, then waits to be let go."""

    asks: str = "page"
    error: Exception | None = None
    account: str = "hr@acme.com"
    account_error: Exception | None = None
    account_asked: list[tuple[int, Side]] = field(default_factory=list)
    opens: bool = True
    opened: list[str] = field(default_factory=list)
    asked: list[tuple[str, Side, dict[SecretName, bytes | None]]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    let_go: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def sign_in(
        self,
        connector: Connector,
        side: Side,
        secrets: SecretChanges,
        prompt: Prompt,
        cancel: threading.Event,
    ) -> SignedIn:
        """As services.oauth.sign_in."""
        self.asked.append((connector.name, side, dict(secrets)))
        self.threads.add(threading.get_ident())
        if self.asks == "page":
            prompt.open_page(PAGE)
        elif self.asks == "code":
            prompt.show_code("GHX7-KM2P", "https://microsoft.com/devicelogin", 900)
        while not self.let_go.wait(0.01):
            if cancel.is_set():
                self.cancelled.set()
                raise SignInCancelledError("The sign-in was cancelled.")
        if self.error is not None:
            raise self.error
        return SignedIn(self.account, dict(TOKEN))

    def stored_account(self, connector_id: int, side: Side) -> str:
        """As services.oauth.account."""
        self.account_asked.append((connector_id, side))
        if self.account_error is not None:
            raise self.account_error
        return self.account

    def open_page(self, url: str) -> bool:
        """As the system's browser."""
        self.threads.add(threading.get_ident())
        self.opened.append(url)
        return self.opens

    def tools(self) -> SignInTools:
        """The tools of a panel."""
        return SignInTools(
            lambda _data, _password: CertificateReading(FACTS),
            self.sign_in,
            self.stored_account,
            self.open_page,
            lambda: NOW,
        )


@pytest.fixture
def provider() -> Provider:
    return Provider()


def panel_of(
    qtbot: QtBot,
    provider: Provider,
    settings: OAuthSettings = MICROSOFT,
    stored: frozenset[str] = frozenset(),
    *,
    connector_id: int = 0,
    facts: CertificateFacts | None = None,
) -> OAuthPanel:
    """A panel in an active window."""
    connector = Connector(connector_id, "HR EMEA", UseFor.INCOMING, "hr@acme.com")
    made = OAuthPanel(
        Side.INCOMING,
        settings.provider,
        provider.tools(),
        lambda: (connector, {SecretName.INCOMING_CLIENT_SECRET: b"typed"}),
    )
    qtbot.addWidget(made)
    made.set_settings(settings, stored, connector_id, facts)
    made.resize(640, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def ended(qtbot: QtBot, panel: OAuthPanel) -> None:
    """Wait until nobody is signing in."""
    qtbot.waitUntil(lambda: not panel.busy)


def signed_in(qtbot: QtBot, provider: Provider, panel: OAuthPanel) -> None:
    """Sign in, to the end."""
    provider.let_go.set()
    panel.status.sign_in_button.click()
    ended(qtbot, panel)


def visible(panel: OAuthPanel) -> set[str]:
    """The fields on screen."""
    fields = panel.fields.items()
    return {name for name, one in fields if one.isVisibleTo(panel) and name != "oauth"}


def all_settings(panel: OAuthPanel) -> Mapping[str, bytes | None]:
    """The changes that are no mere forgetting."""
    return {name: value for name, value in panel.changes().items() if value is not None}


class TestRegistration:
    @pytest.mark.parametrize(
        ("settings", "fields"),
        [
            (MICROSOFT, {"oauth.client_id", "oauth.tenant", "oauth_token"}),
            (
                OAuthSettings(OAuthProvider.GOOGLE),
                {"oauth.client_id", "client_secret", "oauth_token"},
            ),
            (OTHER, {"oauth.client_id", "oauth.issuer", "client_secret", "oauth_token"}),
            (
                APPLICATION,
                {"oauth.client_id", "oauth.tenant", "client_secret", "oauth_token"},
            ),
        ],
    )
    def test_the_fields_follow_from_provider_and_way(
        self, qtbot: QtBot, provider: Provider, settings: OAuthSettings, fields: set[str]
    ) -> None:
        """C-03: only what this provider asks for."""
        panel = panel_of(qtbot, provider, settings)
        assert visible(panel) == fields

    @pytest.mark.parametrize(
        ("who", "ways"),
        [
            (OAuthProvider.GOOGLE, ["browser"]),
            (OAuthProvider.MICROSOFT, ["browser", "device", "application"]),
            (OAuthProvider.OTHER, ["browser", "device", "application"]),
        ],
    )
    def test_google_gives_no_mail_for_a_code(
        self, qtbot: QtBot, provider: Provider, who: OAuthProvider, ways: list[str]
    ) -> None:
        """MAIL 1.2: never offer device code for Gmail."""
        panel = panel_of(qtbot, provider, OAuthSettings(who))
        flow = panel.registration.flow
        assert [flow.itemData(row) for row in range(flow.count())] == ways

    @pytest.mark.parametrize(
        "settings",
        [
            MICROSOFT,
            replace(MICROSOFT, scopes=("a", "b")),
            replace(MICROSOFT, flow=OAuthFlow.DEVICE),
            APPLICATION,
            replace(OTHER, scopes=("mail",)),
            OAuthSettings(OAuthProvider.GOOGLE, client_id="g"),
        ],
    )
    def test_what_is_stored_comes_back_unchanged(
        self, qtbot: QtBot, provider: Provider, settings: OAuthSettings
    ) -> None:
        """What nobody touched makes no test out of date (C-05)."""
        assert panel_of(qtbot, provider, settings).settings == settings

    def test_the_scopes_stand_under_more_with_the_usual_ones_named(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """MAIL 1.1: make scopes editable."""
        panel = panel_of(qtbot, provider)
        ui = panel.registration.ui
        assert "oauth.scopes" not in visible(panel)
        QTest.keyClick(ui.more, Qt.Key.Key_Space)
        assert "oauth.scopes" in visible(panel)
        panel.set_protocol("pop3")
        assert ui.scopes.placeholderText().endswith("/POP.AccessAsUser.All")
        ui.scopes.setText("  mine   and-yours ")
        assert panel.settings.scopes == ("mine", "and-yours")


class TestProof:
    def test_an_application_proves_itself_with_a_secret(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        panel = panel_of(qtbot, provider, APPLICATION)
        panel.registration.secret.password.set_text("s3cret")
        assert all_settings(panel) == {"client_secret": b"s3cret"}

    def test_or_with_a_certificate_and_then_the_secret_goes(
        self, qtbot: QtBot, provider: Provider, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        """Where both were stored the certificate would win: only the chosen one is kept."""
        file = tmp_path_factory.mktemp("pfx") / "app.pfx"
        file.write_bytes(b"pfx")
        panel = panel_of(qtbot, provider, APPLICATION, frozenset({"client_secret"}))
        panel.registration.ui.by_certificate.setChecked(True)
        panel.registration.certificate.take(file)
        ended(qtbot, panel)
        assert panel.changes() == {
            "client_secret": None,
            "certificate": b"pfx",
            "certificate_password": None,
            "oauth_token": None,
        }
        assert panel.facts == FACTS

    def test_a_stored_certificate_stays(self, qtbot: QtBot, provider: Provider) -> None:
        stored = frozenset({"certificate", "certificate_password"})
        panel = panel_of(qtbot, provider, APPLICATION, stored, facts=FACTS)
        assert panel.registration.ui.by_certificate.isChecked()
        assert "certificate" not in panel.changes()
        assert panel.facts == FACTS

    def test_only_microsoft_takes_a_certificate(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider, replace(OTHER, flow=OAuthFlow.APPLICATION))
        assert not panel.registration.ui.proof.isVisible()
        assert "client_secret" in visible(panel)

    def test_an_application_needs_nobody_to_sign_in(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider, APPLICATION)
        assert panel.status.state is SignInState.NO_PERSON
        assert not panel.status.sign_in_button.isVisible()

    def test_a_person_at_microsoft_has_no_client_secret(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """A secret with a public client is refused (AADSTS700025): a stored one goes."""
        panel = panel_of(qtbot, provider, MICROSOFT, frozenset({"client_secret"}))
        assert panel.changes()["client_secret"] is None

    def test_an_optional_secret_can_be_taken_away(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider, OTHER, frozenset({"client_secret"}))
        assert "client_secret" not in panel.changes()
        button = panel.registration.secret.replace_button
        assert isinstance(button, QPushButton)
        button.click()
        assert panel.changes()["client_secret"] is None


class TestBrowser:
    def test_the_browser_opens_and_the_person_is_waited_for(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """C-03: the page opens on the GUI thread, the sign-in runs on another."""
        panel = panel_of(qtbot, provider)
        panel.status.setFocus()
        QTest.keyClick(panel.status.sign_in_button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: provider.opened == [PAGE])
        assert panel.status.title == "Waiting for the browser…"
        assert panel.status.cancel_button.hasFocus()
        assert provider.asked == [
            ("HR EMEA", Side.INCOMING, {SecretName.INCOMING_CLIENT_SECRET: b"typed"})
        ]
        assert len(provider.threads) == 2
        assert threading.get_ident() in provider.threads
        provider.let_go.set()
        ended(qtbot, panel)

    def test_its_end_is_said_and_the_token_handed_on(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """C-03, S-02: unsaved until the form is saved."""
        panel = panel_of(qtbot, provider)
        assert panel.changes()["oauth_token"] is None
        with qtbot.waitSignals([panel.changed, panel.signed_in]):
            signed_in(qtbot, provider, panel)
        assert panel.status.state is SignInState.SIGNED_IN
        assert panel.status.title == "Signed in as \u2068hr@acme.com\u2069 on 23 Nov"
        assert panel.status.note == "Save to keep this sign-in."
        assert panel.tokens() == TOKEN
        assert "oauth_token" not in panel.changes()

    def test_without_a_browser_the_address_can_be_copied(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        provider.opens = False
        panel = panel_of(qtbot, provider)
        panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: panel.status.title == "No browser opened.")
        panel.status.copy_address_button.click()
        assert QGuiApplication.clipboard().text() == PAGE
        provider.let_go.set()
        ended(qtbot, panel)

    def test_it_can_be_cancelled(self, qtbot: QtBot, provider: Provider) -> None:
        """The provider is left at once, and nothing is complained about."""
        panel = panel_of(qtbot, provider)
        panel.status.setFocus()
        panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: bool(provider.opened))
        panel.status.cancel_button.click()
        qtbot.waitUntil(provider.cancelled.is_set)
        assert panel.status.state is SignInState.NOBODY
        assert panel.status.sign_in_button.hasFocus()
        assert not panel.tokens()

    def test_a_panel_that_goes_ends_its_sign_in(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider)
        panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: bool(provider.opened))
        panel.set_settings(None, frozenset(), 0, None)
        qtbot.waitUntil(provider.cancelled.is_set)
        assert not panel.busy


class TestCode:
    def test_the_code_is_shown_large_with_the_time_that_is_left(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """RFC 8628: a code to type on another device."""
        provider.asks = "code"
        panel = panel_of(qtbot, provider, replace(MICROSOFT, flow=OAuthFlow.DEVICE))
        panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: panel.status.code == "GHX7-KM2P")
        assert panel.status.time_left == "15:00 left"
        assert "https://microsoft.com/devicelogin" in panel.status.note
        panel.status.copy_code_button.click()
        assert QGuiApplication.clipboard().text() == "GHX7-KM2P"
        panel.status.open_button.click()
        assert provider.opened == ["https://microsoft.com/devicelogin"]
        provider.let_go.set()
        ended(qtbot, panel)
        assert panel.status.code == ""


class TestRefusal:
    def test_a_field_to_mend_gets_sentence_and_cursor(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        provider.error = InputError(
            "The client ID is missing.", "Copy it.", field="incoming.oauth.client_id"
        )
        panel = panel_of(qtbot, provider)
        signed_in(qtbot, provider, panel)
        assert panel.fields["oauth.client_id"].error == "The client ID is missing. Copy it."
        assert panel.registration.ui.client_id.hasFocus()
        assert panel.status.state is SignInState.NOBODY

    @pytest.mark.parametrize("at", ["", "incoming.oauth", "incoming.host"])
    def test_anything_else_is_said_where_one_signs_in(
        self, qtbot: QtBot, provider: Provider, at: str
    ) -> None:
        provider.error = UnavailableError("Microsoft does not answer.", "Try again.", field=at)
        panel = panel_of(qtbot, provider)
        signed_in(qtbot, provider, panel)
        states = [panel.status.state]
        assert panel.status.note == "Microsoft does not answer. Try again."
        panel.registration.ui.client_id.setText("another")
        states.append(panel.status.state)
        assert states == [SignInState.REFUSED, SignInState.NOBODY]

    def test_thinking_better_of_it_in_the_browser_is_no_error(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        provider.error = SignInCancelledError("The sign-in was cancelled.")
        panel = panel_of(qtbot, provider)
        signed_in(qtbot, provider, panel)
        assert panel.status.state is SignInState.NOBODY

    def test_a_bug_is_raised_and_the_panel_works_on(self, qtbot: QtBot, provider: Provider) -> None:
        provider.error = ZeroDivisionError("ours")
        panel = panel_of(qtbot, provider)
        with qtbot.captureExceptions() as found:
            signed_in(qtbot, provider, panel)
        assert [kind for kind, _, _ in found] == [ZeroDivisionError]
        assert panel.status.sign_in_button.isVisible()


class TestStored:
    def stored(self, qtbot: QtBot, provider: Provider) -> OAuthPanel:
        """The panel of a connector somebody signed in for."""
        return panel_of(qtbot, provider, MICROSOFT, frozenset({"oauth_token"}), connector_id=1)

    def test_it_says_who_is_signed_in(self, qtbot: QtBot, provider: Provider) -> None:
        panel = self.stored(qtbot, provider)
        qtbot.waitUntil(lambda: "hr@acme.com" in panel.status.title)
        assert panel.status.state is SignInState.SIGNED_IN
        assert "oauth_token" not in panel.changes()

    def test_a_locked_keyring_leaves_it_without_the_name(
        self, qapp: QApplication, qtbot: QtBot, provider: Provider
    ) -> None:
        provider.account_error = CredentialError("The keyring is locked.")
        panel = self.stored(qtbot, provider)
        for pool in qapp.findChildren(QThreadPool):
            assert pool.waitForDone(5000)
        QApplication.processEvents()
        assert provider.account_asked == [(1, Side.INCOMING)]
        assert panel.status.title == "Signed in"

    def test_another_registration_needs_another_sign_in(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """A token belongs to the registration it was got with; back again it is good again."""
        panel = self.stored(qtbot, provider)
        panel.registration.ui.client_id.setText("app-2")
        states = [panel.status.state]
        assert panel.changes()["oauth_token"] is None
        panel.registration.ui.client_id.setText("app-1")
        states.append(panel.status.state)
        assert states == [SignInState.NEEDED, SignInState.SIGNED_IN]
        assert "oauth_token" not in panel.changes()

    def test_a_sign_in_made_before_a_change_is_not_handed_on(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        panel = panel_of(qtbot, provider)
        signed_in(qtbot, provider, panel)
        panel.registration.ui.tenant.setText("other.com")
        assert panel.tokens() == {}
        assert panel.status.state is SignInState.NEEDED

    def test_the_provider_no_longer_honours_it(self, qtbot: QtBot, provider: Provider) -> None:
        """MAIL 1.2: invalid_grant becomes "Sign-in needed", until somebody signs in."""
        panel = self.stored(qtbot, provider)
        panel.set_sign_in_needed("The password was changed.")
        states = [panel.status.state]
        assert panel.status.note == "The password was changed."
        signed_in(qtbot, provider, panel)
        states.append(panel.status.state)
        assert states == [SignInState.NEEDED, SignInState.SIGNED_IN]

    def test_a_renewed_token_takes_the_place_of_the_one_held(
        self, qtbot: QtBot, provider: Provider
    ) -> None:
        """A test renewed it: the old one is worth nothing."""
        panel = panel_of(qtbot, provider)
        signed_in(qtbot, provider, panel)
        panel.take_renewed({SecretName.INCOMING_OAUTH_TOKEN: b"newer"})
        assert panel.tokens() == {SecretName.INCOMING_OAUTH_TOKEN: b"newer"}


class TestPartner:
    def test_an_equal_registration_signs_in_once(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider)
        panel.set_partner(MICROSOFT, shared=True)
        assert panel.status.title == "Signs in together with incoming mail."
        assert not panel.status.sign_in_button.isVisible()
        assert panel.changes()["oauth_token"] is None

    def test_another_one_can_be_taken_over(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider, OAuthSettings(OAuthProvider.MICROSOFT))
        panel.set_partner(MICROSOFT, shared=False)
        assert panel.same_button.isVisible()
        panel.registration.take_over(MICROSOFT)
        assert panel.settings == MICROSOFT

    def test_it_is_not_offered_without_a_partner(self, qtbot: QtBot, provider: Provider) -> None:
        panel = panel_of(qtbot, provider)
        panel.set_partner(None, shared=False)
        assert not panel.same_button.isVisible()


def test_every_control_has_a_name(qtbot: QtBot, provider: Provider) -> None:
    """UI 2: for screen readers."""
    panel = panel_of(qtbot, provider, APPLICATION)
    stops = [w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    bare = [w for w in stops if not (w.accessibleName() or getattr(w, "text", str)())]
    assert [f"{type(w).__name__} {w.objectName()}" for w in bare] == []


def test_the_wheel_scrolls_the_form_past_a_choice(qtbot: QtBot, provider: Provider) -> None:
    """A wheel that happens over a combo box without the focus chooses nothing."""
    panel = panel_of(qtbot, provider)
    flow = panel.registration.flow
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(flow, turn)
    assert panel.settings.flow is OAuthFlow.BROWSER
