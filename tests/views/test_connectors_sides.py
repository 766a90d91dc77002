"""The two sides of a connector in the editor: presets, POP3, the relay, one sign-in for both."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    IntakeAction,
    Security,
    ServerSettings,
    Side,
    UseFor,
)
from enate_desktop.services.bundle import Services
from enate_desktop.services.vault import SecretName
from enate_desktop.views.connector_editor import ConnectorEditor
from tests.views.connector_desk import choose_service, errors, fill, open_editor, type_password
from tests.views.page_samples import add_connector, company

pytestmark = pytest.mark.usefixtures("appearance")
IN, OUT = Side.INCOMING, Side.OUTGOING
BOTH_PASSWORDS = {SecretName.INCOMING_PASSWORD: b"one", SecretName.OUTGOING_PASSWORD: b"two"}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def editor(qtbot: QtBot, services: Services) -> ConnectorEditor:
    return open_editor(qtbot, services)


def new(editor: ConnectorEditor, use_for: UseFor, address: str = "hr@acme.example") -> None:
    """A new connector of that direction."""
    editor.load(Connector(0, "", use_for, ""))
    editor.form.ui.primary_address.setText(address)


def side(editor: ConnectorEditor, which: Side) -> ServerSettings:
    """The settings on screen."""
    return editor.form.connector().sides[which]


class TestRelay:
    def test_the_server_is_derived_from_the_address(self, editor: ConnectorEditor) -> None:
        """MAIL 1.3: the MX host of the domain, which can be changed."""
        new(editor, UseFor.OUTGOING, "noreply@acme.com")
        choose_service(editor, OUT, "office365_smtp_relay")
        server = editor.form.sides.servers[OUT].ui
        assert server.host.isVisible()
        assert server.host.text() == "acme-com.mail.protection.outlook.com"
        assert (server.port.text(), side(editor, OUT).security) == ("25", Security.STARTTLS)
        editor.form.ui.primary_address.setText("noreply@acme.co.uk")
        assert server.host.text() == "acme-co-uk.mail.protection.outlook.com"

    def test_a_server_that_was_typed_stays(self, editor: ConnectorEditor) -> None:
        new(editor, UseFor.OUTGOING, "noreply@acme.com")
        choose_service(editor, OUT, "office365_smtp_relay")
        host = editor.form.sides.servers[OUT].ui.host
        host.setText("relay.acme.com")
        editor.form.ui.primary_address.setText("noreply@acme.co.uk")
        assert host.text() == "relay.acme.com"

    def test_the_server_follows_the_sign_in_method(self, editor: ConnectorEditor) -> None:
        """MAIL 1.3: whoever signs in at Office 365 sends by client submission."""
        relay = ServerSettings(
            "office365_smtp_relay", "relay.acme.com", 25, Security.STARTTLS, Authentication.NONE
        )
        editor.load(Connector(0, "N", UseFor.OUTGOING, "n@acme.com", None, relay))
        assert side(editor, OUT).host == "relay.acme.com"
        combo = editor.form.sides.sign_ins[OUT].ui.method
        combo.setCurrentIndex(combo.findData(Authentication.OAUTH2.value))
        assert (side(editor, OUT).host, side(editor, OUT).port) == ("smtp.office365.com", 587)
        assert not editor.form.sides.servers[OUT].ui.host.isVisible()
        combo.setCurrentIndex(combo.findData(Authentication.NONE.value))
        assert (side(editor, OUT).host, side(editor, OUT).port) == ("relay.acme.com", 25)


class TestPop3:
    def test_it_offers_to_leave_or_delete_and_says_why(self, editor: ConnectorEditor) -> None:
        """C-12: what the protocol cannot do is not offered."""
        new(editor, UseFor.INCOMING)
        choose_service(editor, IN, "other_pop3")
        intake = editor.form.intake
        combo = intake.ui.action
        model = combo.model()
        usable = [
            combo.itemData(row)
            for row in range(combo.count())
            if model.flags(model.index(row, 0)).value & 32
        ]
        assert usable == [IntakeAction.KEEP, IntakeAction.DELETE]
        assert "POP3" in combo.accessibleDescription()

    def test_a_choice_it_cannot_do_comes_back_with_the_other_service(
        self, editor: ConnectorEditor
    ) -> None:
        """C-03: switching back restores what was typed."""
        new(editor, UseFor.INCOMING)
        intake = editor.form.intake
        intake.ui.action.setCurrentIndex(intake.ui.action.findData(IntakeAction.MOVE.value))
        intake.folder.set_text("Done")
        choose_service(editor, IN, "gmail_pop3")
        assert intake.after_intake().action is IntakeAction.KEEP
        choose_service(editor, IN, "gmail_imap")
        assert (intake.after_intake().action, intake.after_intake().folder) == ("move", "Done")

    def test_it_has_no_additional_mailbox(self, editor: ConnectorEditor) -> None:
        new(editor, UseFor.INCOMING)
        server = editor.form.sides.servers[IN]
        server.ui.additional_use.setChecked(True)
        server.additional.set_text("shared@acme.com")
        choose_service(editor, IN, "office365_pop3")
        assert not server.additional.isVisible()
        assert side(editor, IN).additional_mailbox is None
        choose_service(editor, IN, "other_imap")
        assert side(editor, IN).additional_mailbox == "shared@acme.com"


class TestOneSignIn:
    def test_a_password_is_typed_once_for_both_sides(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-03: one account, one sign-in."""
        fill(editor, services)
        editor.form.ui.both.setChecked(True)
        assert editor.form.sides.same.isVisible()
        assert not editor.form.sides.sign_ins[OUT].isVisible()
        editor.form.sides.servers[OUT].ui.host.setText("127.0.0.1")
        editor.save()
        (stored,) = services.connectors.all()
        assert errors(editor) == {}
        assert stored.outgoing is not None
        assert stored.outgoing.username == "hr"
        assert services.connectors.stored_secrets(stored.id) == set(BOTH_PASSWORDS)
        assert editor.form.sides.same.isChecked()

    @pytest.mark.parametrize(
        ("incoming", "outgoing", "offered"),
        [
            ("gmail_imap", "gmail_smtp", True),
            ("gmail_pop3", "gmail_smtp", True),
            ("gmail_imap", "other_smtp", False),
            ("office365_imap", "gmail_smtp", False),
            ("other_imap", "other_smtp", True),
        ],
    )
    def test_it_is_offered_within_one_provider(
        self, editor: ConnectorEditor, incoming: str, outgoing: str, offered: bool
    ) -> None:
        new(editor, UseFor.BOTH)
        choose_service(editor, IN, incoming)
        choose_service(editor, OUT, outgoing)
        assert editor.form.sides.same.isVisible() is offered
        assert editor.form.sides.sign_ins[OUT].isVisible() is not offered

    def test_a_relay_starts_with_a_sign_in_of_its_own(self, editor: ConnectorEditor) -> None:
        """C-03: a relay is proven by certificate or address; the choice can still be made."""
        new(editor, UseFor.BOTH)
        choose_service(editor, IN, "office365_imap")
        choose_service(editor, OUT, "office365_smtp_relay")
        same = editor.form.sides.same
        assert same.isVisible()
        assert not same.isChecked()
        same.setChecked(True)
        assert side(editor, OUT).host == "smtp.office365.com"
        choose_service(editor, OUT, "other_smtp")
        choose_service(editor, OUT, "office365_smtp_relay")
        assert same.isChecked()

    def test_two_sign_ins_are_shown_as_two(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """Different user names, different passwords: nothing is merged."""
        editor.load(stored_both(services, "relay-user"))
        assert not editor.form.sides.same.isChecked()
        assert editor.form.sides.sign_ins[OUT].isVisible()
        assert side(editor, OUT).username == "relay-user"

    def test_a_new_password_replaces_both(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        editor.load(stored_both(services, "hr"))
        assert editor.form.sides.same.isChecked()
        type_password(editor, "new one")
        assert editor.form.secrets() == {
            SecretName.INCOMING_PASSWORD: b"new one",
            SecretName.OUTGOING_PASSWORD: b"new one",
        }

    def test_a_stored_password_cannot_be_copied_and_is_asked_for(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """S-02: a secret is never read back, so sending needs it typed once more."""
        editor.load(add_connector(services))
        editor.form.ui.both.setChecked(True)
        assert editor.form.sides.same_note.isVisible()
        type_password(editor, "correct")
        assert not editor.form.sides.same_note.isVisible()

    def test_a_refusal_for_sending_stands_at_the_one_password(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        fill(editor, services)
        editor.form.ui.both.setChecked(True)
        editor.form.set_error("outgoing.password", "Refused.")
        assert errors(editor) == {"incoming.password": "Refused."}
        assert editor.form.focus_field("outgoing.password")
        assert editor.form.sides.sign_ins[IN].password.password.edit.hasFocus()


def stored_both(services: Services, sender: str) -> Connector:
    """A stored connector for both directions, receiving as ``hr``."""
    stored = add_connector(services)
    smtp = ServerSettings("other_smtp", "127.0.0.1", 1587, Security.NONE, username=sender)
    return services.connectors.save(
        replace(stored, use_for=UseFor.BOTH, outgoing=smtp), BOTH_PASSWORDS
    )
