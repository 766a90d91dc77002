"""The test panel of the editor: what it shows, when it is out of date, what it is good for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    FirstIntake,
    Security,
    ServerSettings,
    Side,
    UseFor,
)
from enate_desktop.mail.report import Stage, StageResult, StageState, TestReport
from enate_desktop.services.bundle import Services
from enate_desktop.views.connection_details import details_text
from enate_desktop.views.connector_editor import ConnectorEditor
from tests.servers.scripted import Conversation, ScriptedServer, imap_script
from tests.views.connector_desk import (
    INCOMING,
    NO_MAIL,
    answers,
    choose_security,
    errors,
    fill,
    messages,
    open_editor,
    question,
    run_test,
    type_password,
)
from tests.views.page_samples import add_connector, company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def editor(qtbot: QtBot, services: Services) -> ConnectorEditor:
    return open_editor(qtbot, services)


def refuse(talk: Conversation, tag: bytes) -> None:
    """Refuse every sign-in."""
    talk.send(tag + b" NO [AUTHENTICATIONFAILED] Wrong password of hr\r\n")


REFUSING = imap_script({"LOGIN": refuse, "AUTHENTICATE": refuse})


class TestPanel:
    def test_every_stage_tells_how_long_it_took(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """UI 3.4: stages with their times."""
        with ScriptedServer(NO_MAIL) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        took = [editor.test_view.stages.row(Side.INCOMING, stage).took for stage in INCOMING]
        assert all(text.endswith((" ms", " s")) for text in took if text)
        assert [bool(text) for text in took] == [True, True, False, True, True, True]

    def test_a_failed_panel_is_out_of_date_once_the_field_is_mended(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """UI 3.4: what is shown was true of other settings; the mark at the field goes too."""
        with ScriptedServer(REFUSING) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
            assert list(errors(editor)) == ["incoming.password"]
            editor.test_view.failure.edit_button.click()
            type_password(editor, "better")
        assert editor.test_view.stale_text.startswith("Out of date")
        assert errors(editor) == {}
        assert not editor.test_view.failure.edit_button.isVisible()

    def test_the_name_does_not_make_it_out_of_date(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: a name is no part of a connection."""
        with ScriptedServer(REFUSING) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        editor.form.ui.name.setText("Another")
        assert editor.test_view.stale_text == ""
        assert list(errors(editor)) == ["incoming.password"]

    def test_the_result_stays_after_saving(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """UI 3.4: saved or not, what was tested is what is on screen."""
        with ScriptedServer(NO_MAIL) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
            editor.save()
        assert editor.connector_id
        assert editor.test_view.summary.startswith("Receiving works.")
        assert editor.test_view.stale_text == ""
        assert not editor.footer.enable.locked

    def test_a_mail_is_sent_only_to_an_address_that_was_given(
        self, qtbot: QtBot, editor: ConnectorEditor
    ) -> None:
        """C-06: mail is never sent without asking for the address first."""
        editor.load(Connector(0, "", UseFor.OUTGOING, ""))
        wanted = editor.test_view.mail.findChild(QCheckBox)
        assert wanted is not None
        wanted.setChecked(True)
        editor.test()
        assert editor.test_view.start_button.isVisible()
        assert editor.test_view.mail.send_to == ""
        assert "Write the address" in editor.test_view.mail.address_error

    def test_the_own_address_is_proposed_and_nothing_is_carried_over(
        self, editor: ConnectorEditor
    ) -> None:
        """C-06: a test mail is wanted once, of one connector."""
        editor.load(Connector(0, "", UseFor.OUTGOING, "noreply@acme.example"))
        editor.test_view.mail.ask()
        assert editor.test_view.mail.send_to == "noreply@acme.example"
        editor.load(Connector(0, "", UseFor.OUTGOING, "other@acme.example"))
        assert editor.test_view.mail.send_to is None

    def test_saving_other_settings_leaves_it_out_of_date(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: a result is of what was tested, not of what was saved."""
        with ScriptedServer(NO_MAIL) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        editor.form.sides.servers[Side.INCOMING].ui.port.setText("1")
        editor.save()
        assert not editor.dirty
        assert editor.test_view.stale_text.startswith("Out of date")

    def test_a_failed_test_of_what_runs_changes_nothing(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: a test is a look; the connector stays on and the form clean."""
        with ScriptedServer(NO_MAIL) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
            editor.footer.enable.setChecked(True)
            editor.save()
        assert services.connectors.all()[0].enabled
        run_test(qtbot, editor)
        assert editor.test_view.failure.isVisible()
        assert [editor.dirty, editor.footer.enable.isChecked()] == [False, True]

    def test_saving_that_switches_off_is_announced_and_told(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: nothing is switched off silently."""
        with ScriptedServer(NO_MAIL) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
            editor.footer.enable.setChecked(True)
            editor.save()
        editor.form.sides.servers[Side.INCOMING].ui.port.setText("1")
        assert "Saving switches it off" in messages(editor)[0]
        editor.form.sides.servers[Side.INCOMING].ui.port.setText(str(server.port))
        assert [editor.dirty, messages(editor)] == [False, []]
        editor.form.sides.servers[Side.INCOMING].ui.port.setText("1")
        editor.save()
        assert messages(editor) == ["Saved. It is off until the connection is tested."]

    def test_escape_cancels_a_test_instead_of_leaving(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-06: a silent server shows for how long, and Esc ends the wait."""
        with ScriptedServer(Conversation.stall) as server:
            fill(editor, services, server.port)
            editor.test()
            row = editor.test_view.stages.row(Side.INCOMING, Stage.TLS)
            tcp = editor.test_view.stages.row(Side.INCOMING, Stage.TCP)
            qtbot.waitUntil(lambda: "1 s" in (row.took, tcp.took))
            QTest.keyClick(editor, Qt.Key.Key_Escape)
            qtbot.waitUntil(editor.test_view.start_button.isVisible)
        assert editor.test_view.summary == "Cancelled. Nothing was changed."
        assert editor.isVisible()

    def test_a_refusal_goes_with_the_next_change(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-06: a reason is shown only while it is one."""
        fill(editor, services)
        choose_security(editor, Security.TLS)
        host = editor.form.sides.servers[Side.INCOMING].ui.host
        host.setText("http://imap")
        run_test(qtbot, editor)
        assert "is not a server name" in editor.test_view.summary
        host.setText("imap.acme.example")
        assert editor.test_view.summary == ""

    def test_a_long_word_of_a_server_does_not_widen_the_panel(
        self, editor: ConnectorEditor
    ) -> None:
        """UI 3.4: a fingerprint wraps; of both sides each failure is told, its side named."""
        view = editor.test_view
        view.set_use_for(UseFor.BOTH)
        before, cause = view.minimumSizeHint().width(), ":".join(["AB"] * 32)
        for side in Side:
            view.add(StageResult(side, Stage.TLS, StageState.FAILED, "No", "", cause))
        assert view.minimumSizeHint().width() <= before + 8
        assert view.failure.text.startswith("Incoming – TLS: No")
        assert view.second_failure.text.startswith("Outgoing – TLS: No")
        assert cause in view.failure.text

    def test_few_capabilities_are_named(self, editor: ConnectorEditor) -> None:
        """UI 3.4: the outcome below stays in sight; the tooltip has the rest."""
        row = editor.test_view.stages.row(Side.INCOMING, Stage.CAPABILITIES)
        words = "IMAP4rev1, ID, IDLE, MOVE, UIDPLUS, SORT, NAMESPACE"
        row.end(StageResult(Side.INCOMING, Stage.CAPABILITIES, StageState.PASSED, words))
        assert row.text == "IMAP4rev1, ID, IDLE, MOVE, UIDPLUS, SORT …"

    def test_the_details_can_be_handed_on(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-06: without addresses, user names and secrets."""
        with ScriptedServer(REFUSING) as server:
            fill(editor, services, server.port)
            type_password(editor, "geheim-geheim")
            editor.form.sides.sign_ins[Side.INCOMING].ui.username.setText("hr.user")
            run_test(qtbot, editor)
            editor.test_view.failure.copy_requested.emit()
        copied = QGuiApplication.clipboard().text()
        assert "Sign-in: failed" in copied
        assert "AUTHENTICATIONFAILED" in copied
        assert not any(secret in copied for secret in ("geheim", "hr@acme", "hr.user"))


def test_details_keep_what_support_needs() -> None:
    """C-06: servers, ports and times stay."""
    side = ServerSettings(
        "other_imap", "imap.acme.com", 993, Security.TLS, Authentication.PASSWORD, "anna"
    )
    connector = Connector(1, "HR", UseFor.INCOMING, "hr@acme.com", side)
    result = StageResult(
        Side.INCOMING,
        Stage.SIGN_IN,
        StageState.FAILED,
        "The server refused anna.",
        "NO anna@acme.com unknown",
        "Annabel is somebody else.",
        took_ms=21,
    )
    text = details_text(connector, TestReport((result,), 2400))
    assert text.splitlines() == [
        "Connection test, took 2.4 s",
        "",
        "Incoming mail: Other (IMAP), imap.acme.com port 993, security tls, signing in by password",
        "Sign-in: failed (21 ms) – The server refused <name>.",
        "  The server said: NO <address> unknown",
        "  Likely: Annabel is somebody else.",
    ]


class TestEnable:
    def test_an_older_test_is_made_again_before_it_is_switched_on(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05, C-12: what is in the mailbox is known when it goes live."""
        with ScriptedServer(NO_MAIL) as server:
            editor.load(known_good(services, server.port))
            seen = server.connections
            editor.footer.enable.click()
            editor.save()
            assert editor.footer.enable.state_text == "Testing before it is switched on…"
            assert not editor.footer.save_button.isEnabled()
            qtbot.waitUntil(lambda: services.connectors.all()[0].enabled)
            assert server.connections > seen
        assert editor.footer.enable.state_text == "On"
        assert not editor.dirty

    def test_a_test_that_fails_then_keeps_it_off(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-05: nothing is saved; what was typed stays."""
        with ScriptedServer(NO_MAIL) as server:
            editor.load(known_good(services, server.port))
        editor.form.ui.name.setText("HR of Europe")
        editor.footer.enable.click()
        editor.save()
        qtbot.waitUntil(lambda: not editor.saving.testing.running)
        assert messages(editor) == [
            "It was not switched on: the test did not pass. Nothing is saved."
        ]
        assert editor.footer.enable.locked
        assert editor.form.ui.name.text() == "HR of Europe"
        assert [c.name for c in services.connectors.all()] == ["HR EMEA"]

    def test_mail_that_is_there_is_asked_about_beside_enable(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-12: at the first enable, and only then."""
        with ScriptedServer(imap_script()) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
            card = editor.footer.first_intake
            assert not card.isVisible()
            QTest.keyClick(editor.footer.enable, Qt.Key.Key_Space)
            assert card.isVisible()
            assert card.heading == "3 mails are in the mailbox already. What shall be taken in?"
            card.choice.ui.first_since.setChecked(True)
            assert not card.choice.ui.first_new.isChecked()
            card.choice.ui.first_all.setChecked(True)
            editor.save()
            (stored,) = services.connectors.all()
            assert stored.start_from.choice is FirstIntake.ALL
            assert not card.isVisible()
            editor.load(services.connectors.disable(stored.id))
            run_test(qtbot, editor)
            QTest.keyClick(editor.footer.enable, Qt.Key.Key_Space)
        assert not card.isVisible()

    def test_an_empty_mailbox_asks_nothing(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        with ScriptedServer(NO_MAIL) as server:
            fill(editor, services, server.port)
            run_test(qtbot, editor)
        QTest.keyClick(editor.footer.enable, Qt.Key.Key_Space)
        assert not editor.footer.first_intake.isVisible()

    def test_a_good_test_of_what_is_stored_is_kept_without_saving(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """UI 3.4: "Last good test" by whom."""
        with ScriptedServer(NO_MAIL) as server:
            editor.load(add_connector(services, port=server.port))
            with qtbot.waitSignal(editor.test_kept):
                editor.test()
        (stored,) = services.connectors.all()
        assert stored.tested_fingerprint
        assert stored.tested_by == "anna"
        assert not editor.dirty


class TestEncryption:
    def test_an_unencrypted_server_is_confirmed_once(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        """C-13: never silently in the clear."""
        fill(editor, services)
        editor.form.sides.servers[Side.INCOMING].ui.host.setText("mail.acme.invalid")
        editor.test()
        asked = question(qtbot)
        assert asked.windowTitle() == "Connect without encryption?"
        assert answers(asked) == ["Cancel", "Connect without encryption"]
        assert editor.test_view.start_button.isVisible()
        asked.buttons[0].click()
        assert editor.test_view.cancel_button.isVisible()
        qtbot.waitUntil(editor.test_view.start_button.isVisible)
        editor.save()
        assert [c.name for c in services.connectors.all()] == ["HR EMEA"]

    def test_refusing_changes_nothing(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services
    ) -> None:
        fill(editor, services)
        editor.form.sides.servers[Side.INCOMING].ui.host.setText("mail.acme.invalid")
        editor.save()
        question(qtbot).reject()
        assert services.connectors.all() == ()
        assert editor.form.ui.name.text() == "HR EMEA"

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
    def test_this_computer_is_no_network(
        self, editor: ConnectorEditor, services: Services, host: str
    ) -> None:
        fill(editor, services)
        editor.form.sides.servers[Side.INCOMING].ui.host.setText(host)
        editor.save()
        assert len(services.connectors.all()) == 1

    def test_what_was_stored_so_was_confirmed(
        self, editor: ConnectorEditor, services: Services
    ) -> None:
        stored = add_connector(services)
        assert stored.incoming is not None
        bare = replace(stored, incoming=replace(stored.incoming, host="mail.acme.invalid"))
        editor.load(services.connectors.save(bare))
        choose_security(editor, Security.NONE)
        editor.form.ui.name.setText("Another")
        editor.save()
        assert services.connectors.get(stored.id).name == "Another"


def known_good(services: Services, port: int) -> Connector:
    """A connector whose test passed another day."""
    stored = add_connector(services, port=port)
    test = services.testing.run(stored, {}, lambda _result: None, Event())
    return services.connectors.save(stored, {}, test)
