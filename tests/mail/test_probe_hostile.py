"""The staged connection test (C-06) against servers that misbehave, and its cancelling."""

import json
import threading
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication
from enate_desktop.mail.probe import Stage
from tests.mail.support import CALM, PASSWORD, run, scripted_settings
from tests.servers.scripted import Conversation, Script, ScriptedServer


def silent(talk: Conversation) -> None:
    talk.stall()


def smtp(*answers: bytes) -> Script:
    def script(talk: Conversation) -> None:
        talk.send(answers[0])
        for answer in answers[1:]:
            talk.line()
            talk.send(answer)
        if not answers[-1].endswith(b"\r\n"):
            talk.stall()

    return script


def test_a_test_that_is_cancelled_before_it_begins_connects_to_nobody() -> None:
    """C-06."""
    cancel = threading.Event()
    cancel.set()
    with ScriptedServer(silent) as server:
        report = run(scripted_settings(server), cancel=cancel)
        assert server.connections == 0
    assert report.cancelled


HOSTILE = [
    ("pop3-no-pop3", "other_pop3", smtp(b"220 I am SMTP\r\n"), Stage.TCP),
    (
        "pop3-in-use",
        "other_pop3",
        smtp(b"+OK\r\n", b"+OK\r\n", b"-ERR [IN-USE] x\r\n"),
        Stage.SIGN_IN,
    ),
    (
        "pop3-capa-flood",
        "other_pop3",
        smtp(b"+OK\r\n", b"+OK\r\n", b"+OK\r\n", b"+OK\r\n" + b"X\r\n" * 5_000),
        Stage.CAPABILITIES,
    ),
    (
        "pop3-stat-nonsense",
        "other_pop3",
        smtp(b"+OK\r\n", b"+OK\r\n", b"+OK\r\n", b"-ERR\r\n", b"+OK many\r\n"),
        Stage.FOLDER,
    ),
    ("smtp-no-smtp", "other_smtp", smtp(b"* OK IMAP\r\n"), Stage.TCP),
    ("smtp-busy", "other_smtp", smtp(b"421 4.3.2 busy\r\n"), Stage.TCP),
    ("102-smtp-flood", "other_smtp", smtp(b"220 x\r\n", b"250-X\r\n" * 10_000), Stage.TCP),
    ("102-smtp-long-line", "other_smtp", smtp(b"220 x\r\n", b"250-" + b"x" * 200_000), Stage.TCP),
    ("smtp-stall", "other_smtp", smtp(b"220 x\r\n", b"250-X\r\n250"), Stage.TCP),
    (
        "smtp-refuses-to",
        "other_smtp",
        smtp(
            b"220 x\r\n",
            b"250 x\r\n",
            b"250 ok\r\n",
            b"550 5.7.64 TenantAttribution; Relay Access Denied\r\n",
        ),
        Stage.SEND,
    ),
    (
        "smtp-refuses-data",
        "other_smtp",
        smtp(b"220 x\r\n", b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"451 greylisted\r\n"),
        Stage.SEND,
    ),
    ("smtp-too-small", "other_smtp", smtp(b"220 x\r\n", b"250 SIZE 10\r\n"), Stage.SEND),
]


@pytest.mark.parametrize(
    ("service", "script", "failed"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_a_hostile_server_fails_its_stage_in_words(
    service: str, script: Script, failed: Stage
) -> None:
    """MAIL 4 E 100-105: bounded, in time, nothing sent that should not be."""
    with ScriptedServer(script) as server:
        settings = replace(scripted_settings(server, service), username="a@acme.test")
        outgoing = service == "other_smtp"
        if outgoing:
            settings = replace(settings, authentication=Authentication.NONE)
        report = run(
            None if outgoing else settings,
            settings if outgoing else None,
            send_to="b@acme.test",
            patience=replace(CALM, idle=2),
            secrets={"incoming.password": PASSWORD.encode()},
        )
    failure = report.failure
    assert failure is not None
    assert failure.stage is failed, failure
    assert failure.cause
    assert len(failure.server_words) <= 420


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"535 5.7.139 SmtpClientAuthentication is disabled\r\n", "does not let this mailbox send"),
        (b"550 5.7.30 Basic authentication is not supported\r\n", "no longer accepts passwords"),
        (b"535 5.7.8 no\r\n", "was refused by"),
        (b"454 4.7.0 later\r\n", "not available at the moment"),
    ],
)
@pytest.mark.parametrize("mechanism", [b"PLAIN LOGIN", b"LOGIN"])
def test_a_refused_sign_in_for_sending_is_translated(
    answer: bytes, words: str, mechanism: bytes
) -> None:
    """MAIL 1.1: the provider's own texts; the password is not repeated."""
    hello = b"250-x\r\n250 AUTH " + mechanism + b"\r\n"
    rounds = (b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n") if mechanism == b"LOGIN" else ()
    with ScriptedServer(smtp(b"220 x\r\n", hello, *rounds, answer)) as server:
        settings = scripted_settings(server, "other_smtp")
        report = run(None, settings, secrets={"outgoing.password": b"pass-wort"}, patience=CALM)
    failure = report.failure
    assert failure is not None
    assert failure.stage is Stage.SIGN_IN
    assert words in failure.detail
    assert "pass-wort" not in json.dumps(report.to_json())


def test_a_server_without_passwords_is_named() -> None:
    """C-03: the field to mend is the authentication."""
    with ScriptedServer(smtp(b"220 x\r\n", b"250 x\r\n")) as server:
        settings = scripted_settings(server, "other_smtp")
        report = run(None, settings, secrets={"outgoing.password": b"x"}, patience=CALM)
    assert report.failure is not None
    assert report.failure.field == "outgoing.authentication"
