"""The connector editor: fields by service, stored passwords, the staged test, Enable, refusals."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import (
    Connector,
    IntakeAction,
    Security,
    Side,
    UseFor,
)
from enate_desktop.mail.report import Stage
from enate_desktop.services.bundle import Services
from enate_desktop.services.vault import SecretName
from enate_desktop.views.connector_editor import ConnectorEditor
from enate_desktop.views.connector_server import offered_services
from tests.servers.scripted import Conversation, ScriptedServer, imap_script
from tests.views.connector_desk import (
    INCOMING,
    choose_security,
    errors,
    fill,
    open_editor,
    run_test,
)
from tests.views.page_samples import add_connector, company, process_id

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def editor(qtbot: QtBot, services: Services) -> ConnectorEditor:
    return open_editor(qtbot, services)


class TestService:
    @pytest.mark.parametrize(
        ("side", "labels"),
        [
            (
                Side.INCOMING,
                [
                    "Gmail (IMAP)",
                    "Gmail (POP3)",
                    "Office 365 (IMAP)",
                    "Office 365 (POP3)",
                    "Other (IMAP)",
                    "Other (POP3)",
                ],
            ),
            (Side.OUTGOING, ["Gmail (SMTP)", "Office 365 (SMTP Relay)", "Other (SMTP)"]),
        ],
    )
    def test_every_service_is_offered(
        self, editor: ConnectorEditor, side: Side, labels: list[str]
    ) -> None:
        """C-02: POP3 and IMAP of both providers, the relay, and Other."""
        combo = editor.form.sides.servers[side].ui.service
        assert [combo.itemText(row) for row in range(combo.count())] == labels
        assert [service.label for service in offered_services(side)] == labels

    def test_a_preset_fills_and_hides_the_server(self, editor: ConnectorEditor) -> None:
        """C-02: presets fill and hide server, port and security."""
        section = editor.form.sides.servers[Side.INCOMING]
        section.ui.service.setCurrentIndex(section.ui.service.findData("gmail_imap"))
        assert not section.ui.server.isVisible()
        settings = editor.form.connector().incoming
        assert settings is not None
        assert (settings.host, settings.port) == ("imap.gmail.com", 993)

    def test_what_was_typed_comes_back_with_the_service(self, editor: ConnectorEditor) -> None:
        """C-03: changing the service and back loses nothing."""
        ui = editor.form.sides.servers[Side.INCOMING].ui
        ui.service.setCurrentIndex(ui.service.findData("other_imap"))
        ui.host.setText("imap.acme.com")
        ui.port.setText("1993")
        ui.service.setCurrentIndex(ui.service.findData("gmail_imap"))
        ui.service.setCurrentIndex(ui.service.findData("other_imap"))
        assert (ui.host.text(), ui.port.text()) == ("imap.acme.com", "1993")

    def test_the_port_follows_the_security_unless_it_was_chosen(
        self, editor: ConnectorEditor
    ) -> None:
        ui = editor.form.sides.servers[Side.INCOMING].ui
        ui.security.setCurrentIndex(ui.security.findData(Security.STARTTLS.value))
        assert ui.port.text() == "143"
        ui.port.setText("1143")
        ui.security.setCurrentIndex(ui.security.findData(Security.TLS.value))
        assert ui.port.text() == "1143"

    @pytest.mark.parametrize(
        ("use_for", "incoming", "outgoing"),
        [
            (UseFor.INCOMING, True, False),
            (UseFor.OUTGOING, False, True),
            (UseFor.BOTH, True, True),
        ],
    )
    def test_a_section_for_each_side_in_use(
        self, editor: ConnectorEditor, use_for: UseFor, incoming: bool, outgoing: bool
    ) -> None:
        """C-01: Use for decides what there is to fill in."""
        editor.load(Connector(0, "", use_for, ""))
        form = editor.form
        assert form.sides.servers[Side.INCOMING].isVisible() is incoming
        assert form.sides.servers[Side.OUTGOING].isVisible() is outgoing
        assert form.fallback.isVisible() is incoming


class TestPassword:
    def test_a_stored_password_is_never_shown(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """S-02: "Stored" and Replace, not the value."""
        stored = add_connector(services)
        editor.load(stored)
        secret = editor.form.sides.sign_ins[Side.INCOMING].password
        assert not secret.replacing
        assert all("correct" not in edit.text() for edit in editor.findChildren(QLineEdit))

    def test_a_stored_password_stays_when_something_else_is_saved(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        stored = add_connector(services)
        editor.load(stored)
        editor.form.ui.name.setText("HR of Europe")
        editor.save()
        assert services.connectors.stored_secrets(stored.id) == {SecretName.INCOMING_PASSWORD}
        assert services.connectors.get(stored.id).name == "HR of Europe"

    def test_too_long_a_password_is_counted_not_cut(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-01: at most 50 characters; 64 are said to be 64."""
        fill(editor, services)
        secret = editor.form.sides.sign_ins[Side.INCOMING].password
        secret.password.set_text("x" * 64)
        assert secret.password.problem == "64 characters; the limit is 50."
        editor.save()
        assert services.connectors.all() == ()
        assert "64 characters" in errors(editor)["incoming.password"]
        assert secret.secret == b"x" * 64

    def test_a_new_password_makes_the_test_out_of_date(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: the sign-in is part of what was tested."""
        with ScriptedServer(imap_script()) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        before = editor.footer.enable.locked
        editor.form.sides.sign_ins[Side.INCOMING].password.password.set_text("another")
        assert [before, editor.footer.enable.locked] == [False, True]
        assert "out of date" in editor.footer.enable.state_text


class TestConnectionTest:
    def test_the_stages_are_shown_and_the_focus_goes_to_enable(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-06, UI 3.4: after a good test Space switches on."""
        with ScriptedServer(imap_script()) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        shapes = [editor.test_view.stages.row(Side.INCOMING, stage).shape for stage in INCOMING]
        assert shapes == ["circle-check"] * 2 + ["minus"] + ["circle-check"] * 3
        assert "3 mails" in editor.test_view.summary
        assert editor.footer.enable.hasFocus()
        QTest.keyClick(editor.footer.enable, Qt.Key.Key_Space)
        QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        assert [c.enabled for c in services.connectors.all()] == [True]

    def test_a_refused_sign_in_leads_to_the_password(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-06: stage, the server's own words, and the field to mend."""

        def refuse(talk: Conversation, tag: bytes) -> None:
            talk.send(tag + b" NO [AUTHENTICATIONFAILED] Wrong password, my friend\r\n")

        with ScriptedServer(imap_script({"LOGIN": refuse, "AUTHENTICATE": refuse})) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        failure = editor.test_view.failure
        assert failure.isVisible()
        assert "Sign-in" in failure.text
        assert "Wrong password, my friend" in failure.text
        folder = editor.test_view.stages.row(Side.INCOMING, Stage.FOLDER)
        assert folder.text == "not reached"
        failure.edit_button.click()
        assert editor.form.sides.sign_ins[Side.INCOMING].password.password.edit.hasFocus()
        assert editor.footer.enable.locked

    def test_it_can_be_cancelled(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-06: a server that says nothing does not hold the window."""
        with ScriptedServer(Conversation.stall) as server:
            fill(editor, services, server.port)
            editor.test()
            assert editor.test_view.cancel_button.isVisible()
            editor.test_view.cancel_button.click()
            qtbot.waitUntil(editor.test_view.start_button.isVisible)
        assert editor.test_view.summary == "Cancelled. Nothing was changed."
        assert errors(editor) == {}

    def test_a_value_that_cannot_be_used_is_said_at_its_field(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        fill(editor, services)
        choose_security(editor, Security.TLS)
        editor.form.sides.servers[Side.INCOMING].ui.host.setText("http://imap")
        editor.test()
        qtbot.waitUntil(editor.test_view.start_button.isVisible)
        assert "is not a server name" in errors(editor)["incoming.host"]

    def test_name_and_fallback_do_not_make_it_out_of_date(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: only connection fields count."""
        with ScriptedServer(imap_script()) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        editor.form.ui.name.setText("Another name")
        editor.form.fallback.ui.only_test_mode.setChecked(True)
        assert not editor.footer.enable.locked

    def test_enable_is_locked_before_the_first_test(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: and it says what to do."""
        fill(editor, services)
        assert editor.footer.enable.locked
        editor.footer.enable.click()
        assert not editor.footer.enable.isChecked()
        assert [bar.text for bar in editor.messages.bars] == ["Test the connection first."]


class TestSave:
    def test_everything_typed_is_stored(self, editor: ConnectorEditor, services: Services) -> None:
        """C-01, C-07, C-12."""
        fill(editor, services)
        form = editor.form
        form.sides.servers[Side.INCOMING].ui.additional_use.setChecked(True)
        form.sides.servers[Side.INCOMING].additional.set_text("shared@acme.example")
        form.fallback.ui.send_automated_emails.setChecked(True)
        intake = form.intake.ui
        intake.action.setCurrentIndex(intake.action.findData(IntakeAction.MOVE.value))
        form.intake.folder.set_text("Processed")
        editor.save()
        (stored,) = services.connectors.all()
        assert (stored.name, stored.primary_address) == ("HR EMEA", "hr@acme.example")
        assert stored.incoming is not None
        assert stored.incoming.additional_mailbox == "shared@acme.example"
        assert stored.fallback is not None
        assert stored.fallback.send_automated_emails
        assert (stored.after_intake.action, stored.after_intake.folder) == ("move", "Processed")
        assert not editor.dirty

    @pytest.mark.parametrize(
        ("field", "value", "expected"),
        [
            ("name", "", "name"),
            ("primary_address", "hr", "primary_address"),
            ("incoming.host", "a b", "incoming.host"),
            ("incoming.port", "0", "incoming.port"),
        ],
    )
    def test_a_refusal_stands_under_its_field(
        self, editor: ConnectorEditor, services: Services, field: str, value: str, expected: str
    ) -> None:
        """UI 2: errors under the field, the cursor in it, nothing lost."""
        fill(editor, services)
        choose_security(editor, Security.TLS)
        control = editor.form.fields[field].control
        assert isinstance(control, QLineEdit)
        control.setText(value)
        editor.save()
        assert list(errors(editor)) == [expected]
        assert control.hasFocus()
        assert services.connectors.all() == ()

    def test_a_missing_fallback_is_said_at_the_process(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-07: Save is refused without it."""
        fill(editor, services)
        editor.form.fallback.process.set_process_id(None)
        editor.save()
        assert list(errors(editor)) == ["process"]
        assert not editor.form.fallback.process.visibleRegion().isEmpty()

    def test_a_ticket_needs_its_category(self, editor: ConnectorEditor, services: Services) -> None:
        """C-07, M-06."""
        fill(editor, services)
        picker = editor.form.fallback.process
        picker.set_process_id(process_id(services, "HR query"))
        picker.process_chosen.emit()
        editor.save()
        assert list(errors(editor)) == ["category"]

    def test_discard_puts_back_what_is_stored(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        editor.load(add_connector(services))
        editor.form.ui.name.setText("Changed")
        assert editor.dirty
        with qtbot.waitSignal(editor.closed):
            editor.footer.discard_button.click()
        assert editor.form.ui.name.text() == "HR EMEA"
        assert not editor.dirty

    def test_a_changed_connection_is_switched_off_on_save(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: nothing runs untested."""
        with ScriptedServer(imap_script()) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        editor.footer.enable.setChecked(True)
        editor.save()
        assert services.connectors.all()[0].enabled
        editor.form.sides.servers[Side.INCOMING].ui.host.setText("localhost")
        editor.save()
        assert not services.connectors.all()[0].enabled
