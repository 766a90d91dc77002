"""The sign-in section: methods by service, what was typed kept, passwords, what is handed on."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from enate_desktop.credentials.oauth.registration import Registration
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.certificates import CertificateFacts, CertificateReading
from enate_desktop.domain.connectors import (
    PASSWORD_LIMIT,
    Authentication,
    Connector,
    ServerSettings,
    Side,
    UseFor,
)
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.item_models.connector_table import ConnectorColumn
from enate_desktop.services.bundle import Services
from enate_desktop.services.oauth import Prompt, SignedIn, SignInService
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.views.choice_field import ChoiceField
from enate_desktop.views.connector_columns import column_widths
from enate_desktop.views.connector_form import ConnectorForm
from enate_desktop.views.connector_sign_in import SignInSection
from enate_desktop.views.sign_in_pages import CertificatePage, OAuthPage
from enate_desktop.views.sign_in_run import SignInTools, drops_are_blocked, tools_of
from tests.credentials.pfx_files import PASSWORD as PFX_PASSWORD
from tests.credentials.pfx_files import pfx
from tests.views.page_samples import company, process_id

pytestmark = pytest.mark.usefixtures("appearance")

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FACTS = CertificateFacts("CN=noreply", "CN=Acme CA", NOW, NOW.replace(year=2028), "AB:CD")
MICROSOFT = OAuthSettings(OAuthProvider.MICROSOFT, client_id="app-1", tenant="acme.com")
IN, OUT = Side.INCOMING, Side.OUTGOING
PASSWORD, OAUTH2, NONE, CERTIFICATE = (
    Authentication.PASSWORD,
    Authentication.OAUTH2,
    Authentication.NONE,
    Authentication.CERTIFICATE,
)


def sign_in(
    _connector: Connector,
    side: Side,
    _secrets: SecretChanges,
    _prompt: Prompt,
    _cancel: threading.Event,
) -> SignedIn:
    """A provider that lets everybody in at once."""
    return SignedIn("hr@acme.com", {SecretName(f"{side}.oauth_token"): b"a token"})


TOOLS = SignInTools(
    lambda _data, _password: CertificateReading(FACTS),
    sign_in,
    lambda _connector_id, _side: "hr@acme.com",
    lambda _url: True,
    lambda: NOW,
)


def section_of(
    qtbot: QtBot,
    side: Side,
    service: str,
    settings: ServerSettings | None = None,
    stored: frozenset[SecretName] = frozenset(),
) -> SignInSection:
    """A section in an active window."""
    connector = Connector(0, "HR EMEA", UseFor.BOTH, "hr@acme.com")
    made = SignInSection(side, TOOLS, lambda: (connector, {}))
    qtbot.addWidget(made)
    made.set_settings(service, settings, stored=stored)
    made.set_mailbox("hr@acme.com")
    made.resize(640, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def settings_of(service: str, method: Authentication, **more: object) -> ServerSettings:
    """Stored settings."""
    made = ServerSettings(service, "mail.acme.com", 993, authentication=method, username="hr")
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the settings


def choose(section: SignInSection, method: Authentication) -> None:
    """Choose a method as a person does."""
    section.ui.method.setCurrentIndex(section.ui.method.findData(method.value))


def words(section: SignInSection) -> list[str]:
    """The methods offered."""
    return [section.ui.method.itemText(row) for row in range(section.ui.method.count())]


def visible(section: SignInSection) -> set[str]:
    """The fields on screen, each under one name."""
    other_names = {"authentication", "oauth"}
    fields = section.fields.items()
    return {name for name, one in fields if one.isVisible() and name not in other_names}


def typed(section: SignInSection) -> Mapping[SecretName, bytes | None]:
    """What would be stored."""
    return section.secrets()


class TestMethods:
    @pytest.mark.parametrize(
        ("side", "service", "offered"),
        [
            (OUT, "gmail_smtp", {"Username and Password", "Sign in with Google"}),
            (
                OUT,
                "office365_smtp_relay",
                {"Authentication Certificate", "None", "Sign in with Microsoft"},
            ),
            (
                OUT,
                "other_smtp",
                {
                    "Username and Password",
                    "None",
                    "Authentication Certificate",
                    "OAuth 2.0 (own issuer)",
                },
            ),
            (IN, "gmail_imap", {"Username and Password", "Sign in with Google"}),
            (IN, "gmail_pop3", {"Username and Password", "Sign in with Google"}),
            (IN, "office365_imap", {"Username and Password", "Sign in with Microsoft"}),
            (IN, "office365_pop3", {"Username and Password", "Sign in with Microsoft"}),
            (IN, "other_imap", {"Username and Password", "OAuth 2.0 (own issuer)"}),
        ],
    )
    def test_the_service_decides(
        self, qtbot: QtBot, side: Side, service: str, offered: set[str]
    ) -> None:
        """C-03: the table of the seed, and OAuth beyond it."""
        assert set(words(section_of(qtbot, side, service))) == offered

    @pytest.mark.parametrize(
        ("side", "service", "method", "fields"),
        [
            (IN, "other_imap", PASSWORD, {"username", "password"}),
            (OUT, "other_smtp", NONE, set()),
            (OUT, "office365_smtp_relay", CERTIFICATE, {"certificate"}),
            (
                IN,
                "office365_imap",
                OAUTH2,
                {"username", "oauth.flow", "oauth.client_id", "oauth.tenant", "oauth_token"},
            ),
        ],
    )
    def test_each_method_has_its_fields(
        self, qtbot: QtBot, side: Side, service: str, method: Authentication, fields: set[str]
    ) -> None:
        section = section_of(qtbot, side, service)
        choose(section, method)
        assert visible(section) == fields | {"method"}

    @pytest.mark.parametrize(
        ("service", "method"), [(s.key, s.authentications[0]) for s in SERVICES.values()]
    )
    def test_the_best_one_is_proposed(
        self, qtbot: QtBot, service: str, method: Authentication
    ) -> None:
        assert section_of(qtbot, SERVICES[service].side, service).method is method

    @pytest.mark.parametrize("service", list(SERVICES))
    def test_what_to_know_of_a_method_stands_under_it(self, qtbot: QtBot, service: str) -> None:
        """UI 3.19: what it means and what to do."""
        section = section_of(qtbot, SERVICES[service].side, service)
        for method in SERVICES[service].authentications:
            choose(section, method)
            hint = section.ui.method.accessibleDescription()
            assert hint == SERVICES[service].hint(method)

    def test_the_hint_follows_the_server_that_is_typed(self, qtbot: QtBot) -> None:
        section = section_of(qtbot, IN, "other_imap")
        section.set_host("imap.gmail.com")
        assert "app password" in section.ui.method.accessibleDescription()

    def test_choosing_is_told_to_the_server_section(self, qtbot: QtBot) -> None:
        """The provider may have another server for it."""
        section = section_of(qtbot, OUT, "office365_smtp_relay")
        told: list[str] = []
        section.method_changed.connect(told.append)
        with qtbot.waitSignal(section.changed):
            choose(section, OAUTH2)
        assert told == ["oauth2"]

    def test_the_keyboard_alone_will_do(self, qtbot: QtBot) -> None:
        """UI 3.17: Tab in reading order, arrows choose, the focus stays on the combo box."""
        section = section_of(qtbot, OUT, "other_smtp")
        section.ui.method.setFocus()
        QTest.keyClick(section.ui.method, Qt.Key.Key_Down)
        assert section.method is NONE
        QTest.keyClick(section.ui.method, Qt.Key.Key_Down)
        assert section.ui.method.hasFocus()
        QTest.keyClick(section.ui.method, Qt.Key.Key_Tab)
        page = section.page
        assert isinstance(page, CertificatePage)
        assert page.box.frame.zone.hasFocus()


class TestTab:
    @pytest.mark.parametrize(
        ("side", "service", "method"),
        [
            (IN, "other_imap", PASSWORD),
            (IN, "other_imap", OAUTH2),
            (IN, "office365_imap", OAUTH2),
            (OUT, "office365_smtp_relay", CERTIFICATE),
        ],
    )
    def test_it_goes_as_one_reads_and_comes_out_behind(
        self, qtbot: QtBot, side: Side, service: str, method: Authentication
    ) -> None:
        """UI 3.17: Tab order is reading order, though the pages are made when they are needed."""
        window = QWidget()
        qtbot.addWidget(window)
        before, behind = QLineEdit(), QLineEdit()
        section = SignInSection(side, TOOLS, lambda: (Connector(0, "", UseFor.BOTH, ""), {}))
        column = QVBoxLayout(window)
        for part in (before, section, behind):
            column.addWidget(part)
        section.set_settings(service, settings_of(service, method))
        page = section.page
        if isinstance(page, OAuthPage):
            page.panel.registration.flow.setCurrentIndex(2)
            page.panel.registration.ui.more.setChecked(True)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        before.setFocus()
        places = [(-1, -1)]
        while not behind.hasFocus() and len(places) < 30:
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
            focus = window.focusWidget()
            at = focus.mapTo(window, focus.rect().center())
            places.append((at.y() // 8, at.x()))
        assert behind.hasFocus()
        assert places == sorted(places)
        assert len(places) > 3


class TestOnly:
    def test_the_only_choice_is_said_as_text(self, qtbot: QtBot) -> None:
        """UI 3.4: stated as text, not a one-item combo."""
        combo = QComboBox()
        only = ChoiceField("Authentication", combo)
        qtbot.addWidget(only)
        only.show()
        only.offer([("Username and Password", "password")], "")
        assert not combo.isVisible()
        assert only.only == "Username and Password"
        assert combo.accessibleDescription() == "The only one for this service."
        only.set_hint("An app password.")
        assert combo.accessibleDescription() == "The only one for this service. An app password."
        only.offer([("A", "a"), ("B", "b")], "b")
        assert (combo.isVisible(), only.only, only.value) == (True, "", "b")


class TestMemory:
    def test_a_method_that_is_not_allowed_is_dropped_and_comes_back(self, qtbot: QtBot) -> None:
        """C-03."""
        section = section_of(qtbot, OUT, "other_smtp")
        choose(section, NONE)
        section.show_service("gmail_smtp")
        dropped = section.method
        section.show_service("other_smtp")
        assert [dropped, section.method] == [PASSWORD, NONE]

    def test_what_was_typed_comes_back_with_the_service(self, qtbot: QtBot) -> None:
        """C-03: a password typed for one provider is never sent to another."""
        section = section_of(qtbot, IN, "other_imap")
        section.ui.username.setText("anna")
        section.password.password.set_text("first")
        section.show_service("gmail_imap")
        assert typed(section) == {}
        section.password.password.set_text("second")
        section.ui.username.setText("anna@gmail.com")
        section.show_service("other_imap")
        assert section.ui.username.text() == "anna"
        assert typed(section) == {SecretName.INCOMING_PASSWORD: b"first"}
        section.show_service("gmail_pop3")
        assert section.ui.username.text() == "anna@gmail.com"
        assert typed(section) == {SecretName.INCOMING_PASSWORD: b"second"}

    def test_what_was_typed_is_kept_for_each_method(self, qtbot: QtBot) -> None:
        section = section_of(qtbot, IN, "office365_imap")
        page = section.page
        assert isinstance(page, OAuthPage)
        page.panel.registration.ui.client_id.setText("app-1")
        choose(section, PASSWORD)
        section.password.password.set_text("typed")
        choose(section, OAUTH2)
        oauth = section.apply_to(settings_of("office365_imap", PASSWORD)).oauth
        assert oauth == OAuthSettings(OAuthProvider.MICROSOFT, client_id="app-1")
        choose(section, PASSWORD)
        assert typed(section) == {SecretName.INCOMING_PASSWORD: b"typed"}

    def test_a_stored_password_is_not_used_for_another_provider(self, qtbot: QtBot) -> None:
        """What is on screen is what is tested and stored: there it has none."""
        stored = frozenset({SecretName.INCOMING_PASSWORD})
        section = section_of(qtbot, IN, "other_imap", settings_of("other_imap", PASSWORD), stored)
        assert typed(section) == {}
        section.show_service("gmail_imap")
        assert section.password.replacing
        assert typed(section) == {SecretName.INCOMING_PASSWORD: None}
        section.show_service("other_imap")
        kept_again = not section.password.replacing
        assert kept_again
        assert typed(section) == {}

    def test_loading_another_connector_forgets_all_of_it(self, qtbot: QtBot) -> None:
        section = section_of(qtbot, IN, "other_imap")
        section.password.password.set_text("typed")
        section.set_settings("other_imap", settings_of("other_imap", PASSWORD))
        assert typed(section) == {}
        assert section.ui.username.text() == "hr"

    def test_showing_settings_is_no_change(self, qtbot: QtBot) -> None:
        section = section_of(qtbot, IN, "other_imap")
        with qtbot.assertNotEmitted(section.changed):
            section.set_settings("office365_imap", settings_of("office365_imap", OAUTH2))
            section.show_service("gmail_imap")


class TestPassword:
    @pytest.mark.parametrize(
        ("length", "count", "too_long"),
        [(40, "", False), (41, "41 of 50", False), (50, "50 of 50", False), (52, "52 of 50", True)],
    )
    def test_the_limit_is_counted_and_explained(
        self, qtbot: QtBot, length: int, count: str, too_long: bool
    ) -> None:
        """C-01: at most 50 characters."""
        section = section_of(qtbot, IN, "other_imap")
        section.password.password.set_text("x" * length)
        assert section.password.count == count
        assert bool(section.password.password.problem) is too_long

    def test_a_longer_one_that_is_pasted_is_kept_whole(self, qtbot: QtBot) -> None:
        """UI 2: never cut; a cut password is a wrong password."""
        section = section_of(qtbot, IN, "other_imap")
        QGuiApplication.clipboard().setText("y" * (PASSWORD_LIMIT + 14))
        edit = section.password.password.edit
        edit.setFocus()
        QTest.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert typed(section) == {SecretName.INCOMING_PASSWORD: b"y" * 64}
        assert section.password.password.problem == "64 characters; the limit is 50."

    def test_the_blanks_of_an_app_password_are_taken(self, qtbot: QtBot) -> None:
        """MAIL 1.2: as Google shows it."""
        section = section_of(qtbot, IN, "gmail_imap")
        section.password.password.set_text("abcd efgh ijkl mnop")
        assert section.password.password.problem == ""
        assert typed(section) == {SecretName.INCOMING_PASSWORD: b"abcd efgh ijkl mnop"}

    def test_a_stored_one_is_never_shown(self, qtbot: QtBot) -> None:
        """S-02: "Stored" and Replace, not the value."""
        stored = frozenset({SecretName.INCOMING_PASSWORD})
        section = section_of(qtbot, IN, "other_imap", settings_of("other_imap", PASSWORD), stored)
        assert not section.password.replacing
        assert {edit.text() for edit in section.findChildren(QLineEdit)} <= {"", "hr"}
        assert section.focus_field("password")
        assert section.password.password.edit.hasFocus()


class TestHandedOn:
    def test_the_username_is_the_mailbox_where_none_is_typed(self, qtbot: QtBot) -> None:
        section = section_of(qtbot, IN, "other_imap")
        assert section.ui.username.placeholderText() == "hr@acme.com"
        assert section.apply_to(settings_of("other_imap", PASSWORD)).username == "hr@acme.com"

    @pytest.mark.parametrize(
        "settings",
        [
            settings_of("other_smtp", PASSWORD),
            settings_of("other_smtp", NONE),
            settings_of("office365_smtp_relay", CERTIFICATE, certificate=FACTS),
            settings_of("office365_smtp_relay", OAUTH2, oauth=MICROSOFT),
            settings_of(
                "office365_smtp_relay",
                OAUTH2,
                oauth=replace(MICROSOFT, flow=OAuthFlow.APPLICATION),
                certificate=FACTS,
            ),
        ],
    )
    def test_what_is_stored_comes_back_unchanged(
        self, qtbot: QtBot, settings: ServerSettings
    ) -> None:
        """What nobody touched makes no test out of date (C-05)."""
        kept = {
            PASSWORD: {SecretName.OUTGOING_PASSWORD},
            NONE: set(),
            CERTIFICATE: {SecretName.OUTGOING_CERTIFICATE},
            OAUTH2: {SecretName.OUTGOING_OAUTH_TOKEN},
        }[settings.authentication]
        if settings.certificate is not None:
            kept = {SecretName.OUTGOING_CERTIFICATE}
        section = section_of(qtbot, OUT, settings.service, settings, frozenset(kept))
        assert section.apply_to(settings) == settings
        assert typed(section) == {}

    def test_a_certificate_is_handed_on_with_its_facts(self, qtbot: QtBot, tmp_path: Path) -> None:
        """C-04: the bytes, encrypted by the vault; the facts to show."""
        file = tmp_path / "noreply.pfx"
        file.write_bytes(b"pfx")
        section = section_of(qtbot, OUT, "office365_smtp_relay")
        page = section.page
        assert isinstance(page, CertificatePage)
        page.box.take(file)
        qtbot.waitUntil(lambda: not page.busy)
        page.box.card.password.set_text("pässword")
        qtbot.waitUntil(lambda: not page.busy)
        assert typed(section) == {
            SecretName.OUTGOING_CERTIFICATE: b"pfx",
            SecretName.OUTGOING_CERTIFICATE_PASSWORD: "pässword".encode(),
        }
        assert section.apply_to(settings_of("office365_smtp_relay", NONE)).certificate == FACTS

    def test_a_sign_in_fills_the_empty_username_and_gives_its_token(self, qtbot: QtBot) -> None:
        """The mailbox address is the one that signed in, unless another one was typed."""
        section = section_of(qtbot, IN, "office365_imap")
        page = section.page
        assert isinstance(page, OAuthPage)
        page.panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: not page.busy)
        assert section.ui.username.text() == "hr@acme.com"
        assert typed(section) == {SecretName.INCOMING_OAUTH_TOKEN: b"a token"}
        section.ui.username.setText("shared@acme.com")
        page.panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: not page.busy)
        assert section.ui.username.text() == "shared@acme.com"

    def test_an_equal_registration_of_incoming_mail_is_shared(self, qtbot: QtBot) -> None:
        """One sign-in for both sides, stored with incoming mail."""
        settings = settings_of("office365_smtp_relay", OAUTH2, oauth=MICROSOFT)
        stored = frozenset({SecretName.OUTGOING_OAUTH_TOKEN})
        section = section_of(qtbot, OUT, "office365_smtp_relay", settings, stored)
        section.set_partner((MICROSOFT, "hr"))
        page = section.page
        assert isinstance(page, OAuthPage)
        assert "together with incoming mail" in page.panel.status.title
        assert typed(section) == {SecretName.OUTGOING_OAUTH_TOKEN: None}

    def test_the_registration_of_incoming_mail_can_be_taken_over(self, qtbot: QtBot) -> None:
        settings = settings_of("office365_smtp_relay", OAUTH2)
        section = section_of(qtbot, OUT, "office365_smtp_relay", settings)
        section.set_partner((MICROSOFT, "anna@acme.com"))
        page = section.page
        assert isinstance(page, OAuthPage)
        page.panel.same_button.click()
        assert section.registration() == (MICROSOFT, "anna@acme.com")

    @pytest.mark.parametrize(
        ("method", "name", "found"),
        [
            (OAUTH2, "oauth.client_id", True),
            (OAUTH2, "oauth.scopes", True),
            (OAUTH2, "oauth_token", True),
            (OAUTH2, "oauth.issuer", False),
            (OAUTH2, "password", False),
            (PASSWORD, "username", True),
            (PASSWORD, "authentication", True),
            (PASSWORD, "oauth_token", False),
        ],
    )
    def test_an_error_leads_to_its_field(
        self, qtbot: QtBot, method: Authentication, name: str, found: bool
    ) -> None:
        """C-06: the field to mend."""
        section = section_of(qtbot, IN, "office365_imap", settings_of("office365_imap", method))
        assert section.focus_field(name) is found
        if found:
            focus = section.focusWidget()
            field = section.fields[name]
            assert field is focus or field.isAncestorOf(focus)


class _Flow:
    """A provider that opens its page and lets the person in."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    def sign_in(self, prompt: Prompt, _cancel: threading.Event) -> Token:
        """As a flow of the credentials room."""
        prompt.open_page("https://login.example/authorize")
        answer = {"access_token": "access", "refresh_token": "refresh", "expires_in": 3600}
        return Token.signed_in(answer, self._registration.scopes, NOW, "hr@acme.com")

    def renew(self, token: Token) -> Token:
        """Never asked for here."""
        return token

    def for_itself(self) -> Token:
        """Never asked for here."""
        return Token("", 0, NOW)


class TestThroughTheForm:
    @pytest.fixture
    def services(self, tmp_path: Path) -> Iterator[Services]:
        with company(tmp_path / "data") as made:
            yield replace(made, oauth=SignInService(made.context, _Flow))

    @pytest.fixture
    def form(self, qtbot: QtBot, services: Services) -> ConnectorForm:
        """The form with the real services and no browser."""
        made = ConnectorForm(replace(tools_of(services), open_page=lambda _url: True))
        qtbot.addWidget(made)
        made.resize(800, 900)
        with qtbot.waitExposed(made):
            made.show()
        return made

    def begin(
        self, form: ConnectorForm, services: Services, use_for: UseFor, side: Side, service: str
    ) -> None:
        """A new connector with all it needs but its sign-in."""
        processes = services.directory.processes()
        form.load(Connector(0, "", use_for, ""), frozenset(), processes)
        form.ui.name.setText("HR EMEA")
        form.ui.primary_address.setText("hr@acme.com")
        form.fallback.process.set_process_id(process_id(services, "New starter"))
        combo = form.sides.servers[side].ui.service
        combo.setCurrentIndex(combo.findData(service))

    def save(self, form: ConnectorForm, services: Services) -> Connector:
        """Store what is on screen, and load it again."""
        stored = services.connectors.save(form.connector(), form.secrets())
        secrets = services.connectors.stored_secrets(stored.id)
        form.load(stored, secrets, services.directory.processes())
        assert form.secrets() == {}
        return stored

    def test_a_sign_in_is_stored_with_the_connector(
        self, qtbot: QtBot, form: ConnectorForm, services: Services
    ) -> None:
        """C-03, S-02: from the button to the vault, and shown again afterwards."""
        self.begin(form, services, UseFor.INCOMING, IN, "office365_imap")
        page = form.sides.sign_ins[IN].page
        assert isinstance(page, OAuthPage)
        page.panel.registration.ui.client_id.setText("app-1")
        page.panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: not page.busy)
        stored = self.save(form, services)
        assert stored.incoming is not None
        assert stored.incoming.oauth == OAuthSettings(OAuthProvider.MICROSOFT, client_id="app-1")
        assert services.connectors.stored_secrets(stored.id) == {SecretName.INCOMING_OAUTH_TOKEN}
        again = form.sides.sign_ins[IN].page
        assert isinstance(again, OAuthPage)
        qtbot.waitUntil(lambda: again.panel.status.title == "Signed in as \u2068hr@acme.com\u2069")

    def test_a_missing_client_id_is_said_at_its_field(
        self, qtbot: QtBot, form: ConnectorForm, services: Services
    ) -> None:
        self.begin(form, services, UseFor.INCOMING, IN, "office365_imap")
        page = form.sides.sign_ins[IN].page
        assert isinstance(page, OAuthPage)
        page.panel.status.sign_in_button.click()
        qtbot.waitUntil(lambda: not page.busy)
        assert "client ID is missing" in form.fields["incoming.oauth.client_id"].error

    def test_a_certificate_is_stored_without_its_path(
        self, qtbot: QtBot, form: ConnectorForm, services: Services, tmp_path: Path
    ) -> None:
        """C-04: the bytes, never the path; its facts are there when it is opened again."""
        self.begin(form, services, UseFor.OUTGOING, OUT, "office365_smtp_relay")
        file = tmp_path / "noreply.pfx"
        file.write_bytes(pfx())
        page = form.sides.sign_ins[OUT].page
        assert isinstance(page, CertificatePage)
        page.box.take(file)
        qtbot.waitUntil(lambda: not page.busy)
        page.box.card.password.set_text(PFX_PASSWORD.decode())
        qtbot.waitUntil(lambda: page.facts is not None)
        file.unlink()
        stored = self.save(form, services)
        assert stored.outgoing is not None
        again = form.sides.sign_ins[OUT].page
        assert again.facts == stored.outgoing.certificate == page.facts
        assert services.connectors.stored_secrets(stored.id) == {
            SecretName.OUTGOING_CERTIFICATE,
            SecretName.OUTGOING_CERTIFICATE_PASSWORD,
        }
        assert "noreply.pfx" not in repr(stored)


class TestLook:
    @pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
    @pytest.mark.parametrize("service", ["other_smtp", "office365_smtp_relay", "gmail_smtp"])
    def test_it_fits_beside_the_test_panel_at_1100_pixels(
        self, qtbot: QtBot, service: str, direction: Qt.LayoutDirection
    ) -> None:
        """UI 3: 1100 px wide, both directions: nothing needs more than 480 pixels."""
        section = section_of(qtbot, OUT, service)
        section.setLayoutDirection(direction)
        for method in SERVICES[service].authentications:
            choose(section, method)
            assert section.minimumSizeHint().width() <= 480, method

    def test_the_combo_box_stays_where_it_is(self, qtbot: QtBot) -> None:
        """UI 3.4: the fields are swapped, what is above them does not jump."""
        section = section_of(qtbot, OUT, "other_smtp")
        section.ui.column.addStretch(1)
        places = set()
        for method in SERVICES["other_smtp"].authentications:
            choose(section, method)
            QTest.qWait(0)
            at = section.ui.method.mapTo(section, QPoint(0, 0))
            places.add((at.x(), at.y(), section.ui.method.width()))
        assert len(places) == 1

    @pytest.mark.parametrize("service", list(SERVICES))
    def test_every_control_has_a_name(self, qtbot: QtBot, service: str) -> None:
        """UI 2: for screen readers."""
        section = section_of(qtbot, SERVICES[service].side, service)
        for method in SERVICES[service].authentications:
            choose(section, method)
        tab = Qt.FocusPolicy.TabFocus
        inside = [w for w in section.findChildren(QWidget) if w.window() is section]
        stops = [w for w in inside if w.focusPolicy() & tab]
        bare = [w for w in stops if not (w.accessibleName() or getattr(w, "text", str)())]
        assert [f"{type(w).__name__} {w.objectName()}" for w in bare] == []


def test_only_an_elevated_window_on_windows_gets_no_drops() -> None:
    """UI 5.9: the tests run elsewhere."""
    assert drops_are_blocked() is False


def test_a_method_that_the_next_service_allows_is_kept(qtbot: QtBot) -> None:
    """C-03: only a method that is not allowed is dropped."""
    section = section_of(qtbot, IN, "other_pop3")
    choose(section, OAUTH2)
    section.show_service("other_imap")
    assert section.method is OAUTH2


def test_the_state_is_shown_whole_before_other_columns_grow() -> None:
    """UI 3.3: the reason is what a person needs."""
    wide = column_widths(1800, 500)
    assert wide[ConnectorColumn.STATE] >= 500
    assert sum(wide.values()) == 1800
    assert column_widths(1100, 900)[ConnectorColumn.NAME] >= 132
