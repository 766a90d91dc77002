"""The staged connection test (C-06) against real servers, and against ones that misbehave."""

import json
import threading
import time
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, UseFor
from enate_desktop.mail.mailbox import ErrorKind
from enate_desktop.mail.probe import Stage, StageResult, StageState, TestReport, probe
from enate_desktop.mail.wire import PATIENCE, Patience
from tests.mail.support import HASTY, imap_settings, scripted_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.postfix import Postfix
from tests.servers.scripted import Conversation, Script, ScriptedServer, imap_script

STATES = {
    "passed": StageState.PASSED,
    "failed": StageState.FAILED,
    "-": StageState.NOT_REACHED,
    "n/a": StageState.NOT_NEEDED,
}


def run(
    incoming: ServerSettings | None = None,
    outgoing: ServerSettings | None = None,
    *,
    send_to: str | None = None,
    cancel: threading.Event | None = None,
    patience: Patience = PATIENCE,
    **secrets: bytes,
) -> TestReport:
    """A test of the sides that are given, with every reported stage checked against the report."""
    use_for = UseFor.BOTH if incoming and outgoing else UseFor.INCOMING
    if incoming is None:
        use_for = UseFor.OUTGOING
    seen: list[StageResult] = []
    report = probe(
        use_for,
        incoming,
        outgoing,
        {name.replace("_", ".", 1): secret for name, secret in secrets.items()},
        seen.append,
        cancel or threading.Event(),
        send_to,
        patience=patience,
    )
    assert tuple(seen) == report.stages
    json.dumps(report.to_json())
    return report


def states(report: TestReport) -> dict[str, StageState]:
    return {f"{result.stage}": result.state for result in report.stages}


def smtp_settings(
    postfix: Postfix,
    pki: Pki,
    port: int,
    security: Security,
    authentication: Authentication = Authentication.NONE,
    user: str = "",
) -> ServerSettings:
    return ServerSettings(
        "other_smtp", postfix.host, port, security, authentication, user, None, pki.ca_pem
    )


@pytest.mark.parametrize("security", list(Security))
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_good_mailbox_passes_every_stage_and_stays_as_it_was(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, protocol: str, security: Security
) -> None:
    """C-05, C-06: nothing is marked read, taken or moved."""
    dovecot.fill(mailbox_user, [b"Subject: a\r\n\r\n", b"Subject: b\r\n\r\n"])
    settings = imap_settings(dovecot, mailbox_user, pki, security)
    if protocol == "pop3":
        port = dovecot.pop3s_port if security is Security.TLS else dovecot.pop3_port
        settings = replace(settings, service="other_pop3", port=port)
    report = run(settings, incoming_password=dovecot.password(mailbox_user).encode())
    assert report.ok, report.summary
    assert report.summary == "Receiving works. 2 mails are in the mailbox."
    assert report.folder is not None
    assert report.folder.count == 2
    tls = StageState.NOT_NEEDED if security is Security.NONE else StageState.PASSED
    assert states(report)["tls"] is tls
    assert [result.stage for result in report.stages] == [s for s in Stage if s is not Stage.SEND]
    assert dovecot.uids(mailbox_user, criteria="UNSEEN") == [1, 2]


@pytest.mark.parametrize(
    ("change", "failed", "field", "kind"),
    [
        ({"host": "x" * 70 + ".test"}, Stage.DNS, "incoming.host", ErrorKind.UNREACHABLE),
        ({"port": 1}, Stage.TCP, "incoming.port", ErrorKind.UNREACHABLE),
        ({"ca_certificate": ""}, Stage.TLS, "incoming.ca_certificate", ErrorKind.TLS),
        ({"ca_certificate": "x"}, Stage.TCP, "incoming.ca_certificate", ErrorKind.TLS),
        ({"username": "nobody"}, Stage.SIGN_IN, "incoming.password", ErrorKind.AUTHENTICATION),
        ({"username": ""}, Stage.SIGN_IN, "incoming.username", ErrorKind.AUTHENTICATION),
        (
            {"additional_mailbox": "None/Such"},
            Stage.FOLDER,
            "incoming.additional_mailbox",
            ErrorKind.FOLDER,
        ),
    ],
    ids=["host", "port", "unknown-ca", "unreadable-ca", "user", "no-user", "folder"],
)
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_the_first_failure_names_stage_and_field(
    dovecot: Dovecot,
    mailbox_user: str,
    pki: Pki,
    protocol: str,
    change: dict[str, str],
    failed: Stage,
    field: str,
    kind: ErrorKind,
) -> None:
    """C-06: later stages are not reached; a POP3 mailbox has no other folders."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    if protocol == "pop3":
        if failed is Stage.FOLDER:
            failed, field, kind = Stage.SIGN_IN, "incoming.additional_mailbox", ErrorKind.FOLDER
        settings = replace(settings, service="other_pop3", port=dovecot.pop3s_port)
    settings = replace(settings, **change)  # type: ignore[arg-type]
    report = run(settings, incoming_password=dovecot.password(mailbox_user).encode())
    assert not report.ok
    failure = report.failure
    assert failure is not None
    assert (failure.stage, failure.field, failure.kind) == (failed, field, kind)
    assert failure.detail
    assert failure.cause
    assert report.summary.startswith(failure.detail)
    after = [result.state for result in report.stages if result.stage not in list(Stage)[:2]]
    assert after[-1] in (StageState.NOT_REACHED, StageState.FAILED)


def test_both_sides_are_tested_even_when_the_first_fails(
    dovecot: Dovecot, postfix: Postfix, mailbox_user: str, pki: Pki
) -> None:
    """C-06: an administrator sees everything that is wrong at once."""
    incoming = replace(imap_settings(dovecot, mailbox_user, pki), port=1)
    outgoing = smtp_settings(postfix, pki, postfix.plain_port, Security.NONE)
    report = run(incoming, outgoing)
    assert not report.ok
    assert [result.side for result in report.stages] == ["incoming"] * 6 + ["outgoing"] * 6
    assert all(result.state is not StageState.FAILED for result in report.stages[6:])


def test_an_outgoing_side_works_with_each_security_and_authentication(
    dovecot: Dovecot, postfix: Postfix, mailbox_user: str, pki: Pki
) -> None:
    """C-03: None, Username and Password, Authentication Certificate; a mail really arrives."""
    sign_in = Authentication.PASSWORD
    rows = (
        smtp_settings(postfix, pki, postfix.plain_port, Security.NONE),
        smtp_settings(postfix, pki, postfix.plain_port, Security.STARTTLS),
        smtp_settings(postfix, pki, postfix.tls_port, Security.TLS),
        smtp_settings(postfix, pki, postfix.sign_in_port, Security.STARTTLS, sign_in, mailbox_user),
        smtp_settings(
            postfix, pki, postfix.certificate_port, Security.STARTTLS, Authentication.CERTIFICATE
        ),
    )
    for settings in rows:
        report = run(
            None,
            settings,
            send_to=f"{mailbox_user}@example.test",
            outgoing_password=dovecot.password(mailbox_user).encode(),
            outgoing_certificate=pki.client_pfx(),
            outgoing_certificate_password=b"secret",
        )
        assert report.ok, report.summary
        assert report.summary == "Sending works."
    arrived = 0
    for _ in range(200):
        arrived = len(dovecot.uids(mailbox_user))
        if arrived == len(rows):
            break
        threading.Event().wait(0.05)
    assert arrived == len(rows)


def test_no_mail_is_sent_without_an_address(
    dovecot: Dovecot, postfix: Postfix, mailbox_user: str, pki: Pki
) -> None:
    """C-06: the last stage is not needed then, and says so."""
    settings = smtp_settings(postfix, pki, postfix.plain_port, Security.NONE)
    report = run(None, settings)
    assert report.ok
    assert states(report)["send"] is StageState.NOT_NEEDED
    assert "no address" in report.stages[-1].detail
    assert report.summary == "Sign-in for sending works; no mail was sent."


@pytest.mark.parametrize(
    ("port", "authentication", "secrets", "field", "words"),
    [
        ("sign_in_port", "password", {"outgoing_password": b"wrong"}, "password", "was refused by"),
        ("sign_in_port", "none", {}, "authentication", ""),
        ("certificate_port", "none", {}, "authentication", "known certificate"),
        ("certificate_port", "certificate", {}, "certificate", "certificate file"),
        ("certificate_port", "certificate", {"wrong": b"x"}, "certificate_password", "password"),
        ("certificate_port", "certificate", {"garbage": b"x"}, "certificate", "not a .pfx"),
        ("certificate_port", "certificate", {"expired": b"x"}, "certificate", "expired on"),
        ("certificate_port", "certificate", {"future": b"x"}, "certificate", "not valid before"),
    ],
)
def test_a_sending_server_that_refuses_names_the_field(
    dovecot: Dovecot,
    postfix: Postfix,
    mailbox_user: str,
    pki: Pki,
    port: str,
    authentication: str,
    secrets: dict[str, bytes],
    field: str,
    words: str,
) -> None:
    """C-03, C-04, C-06: each reason its own sentence."""
    files = {
        "wrong": {
            "outgoing_certificate": pki.client_pfx(),
            "outgoing_certificate_password": b"oops",
        },
        "garbage": {"outgoing_certificate": pki.ca_pem.encode()},
        "expired": {
            "outgoing_certificate": pki.client_pfx(days=(-9, -1)),
            "outgoing_certificate_password": b"secret",
        },
        "future": {
            "outgoing_certificate": pki.client_pfx(days=(5, 9)),
            "outgoing_certificate_password": b"secret",
        },
    }
    for name in secrets:
        secrets = files.get(name, secrets)
    settings = smtp_settings(
        postfix,
        pki,
        getattr(postfix, port),
        Security.STARTTLS,
        Authentication(authentication),
        mailbox_user,
    )
    report = run(None, settings, send_to=f"{mailbox_user}@example.test", **secrets)
    failure = report.failure
    assert failure is not None
    assert failure.field == f"outgoing.{field}", failure
    assert words in failure.detail
    assert dovecot.uids(mailbox_user) == []


@pytest.mark.parametrize(
    "send_to", ["nobody", "a@b@c", "jösé@example.test", "x@y\r\nRCPT TO:<z@w>"]
)
def test_an_unusable_test_address_is_refused_before_the_server_sees_it(
    postfix: Postfix, pki: Pki, send_to: str
) -> None:
    """MAIL 4 E 107."""
    settings = smtp_settings(postfix, pki, postfix.plain_port, Security.NONE)
    report = run(None, settings, send_to=send_to)
    assert report.failure is not None
    assert report.failure.field == "send_to"


def test_nothing_to_test_is_not_a_passed_test() -> None:
    """C-05: Enable needs a test that proved something."""
    report = run()
    assert not report.ok
    assert "nothing to test" in report.summary


def silent(talk: Conversation) -> None:
    talk.stall()


def smtp(*answers: bytes) -> Script:
    def script(talk: Conversation) -> None:
        talk.send(answers[0])
        for answer in answers[1:]:
            talk.line()
            talk.send(answer)
        talk.stall()

    return script


@pytest.mark.parametrize(
    ("service", "script", "failed"),
    [
        ("other_imap", silent, Stage.TCP),
        ("other_pop3", silent, Stage.TCP),
        ("other_smtp", silent, Stage.TCP),
        ("other_imap", imap_script({"LOGIN": lambda talk, tag: talk.stall()}), Stage.SIGN_IN),
    ],
)
def test_cancelling_ends_any_stage_at_once(service: str, script: Script, failed: Stage) -> None:
    """C-06: it can be cancelled, whatever the server does."""
    cancel = threading.Event()
    with ScriptedServer(script) as server:
        settings = scripted_settings(server, service)
        timer = threading.Timer(0.5, cancel.set)
        timer.start()
        began = time.monotonic()
        outgoing = service == "other_smtp"
        report = run(
            None if outgoing else settings,
            settings if outgoing else None,
            cancel=cancel,
            incoming_password=b"x",
        )
        timer.join()
        assert time.monotonic() - began < 2
    assert report.cancelled
    assert report.failure is not None
    assert report.failure.stage is failed
    assert report.summary == "The test was cancelled."


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
    ("smtp-stall", "other_smtp", smtp(b"220 x\r\n", b"250-X\r\n"), Stage.TCP),
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
            patience=HASTY,
            incoming_password=b"alice-pw",
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
        report = run(None, settings, outgoing_password=b"pass-wort", patience=HASTY)
    failure = report.failure
    assert failure is not None
    assert failure.stage is Stage.SIGN_IN
    assert words in failure.detail
    assert "pass-wort" not in json.dumps(report.to_json())


def test_a_server_without_passwords_is_named() -> None:
    """C-03: the field to mend is the authentication."""
    with ScriptedServer(smtp(b"220 x\r\n", b"250 x\r\n")) as server:
        settings = scripted_settings(server, "other_smtp")
        report = run(None, settings, outgoing_password=b"x", patience=HASTY)
    assert report.failure is not None
    assert report.failure.field == "outgoing.authentication"
