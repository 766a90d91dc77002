"""Cancelling and time limits: every stage of every protocol, whatever the server does (C-06)."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.mail.patience import PATIENCE
from enate_desktop.mail.probe import STAGE_SECONDS, Stage, TestReport
from enate_desktop.mail.report import STAGES
from tests.mail.support import deaf_port, run, scripted_settings, smtp_script
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, Script, ScriptedServer, imap_script

PROTOCOLS = ("imap", "pop3", "smtp")
PATIENT = replace(PATIENCE, hint=60)
OFFERS = b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2\r\n"
HELLO = b"250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN XOAUTH2\r\n"


class Reached:
    """Set when the server has been brought to the point where it says nothing more."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def stall(self, talk: Conversation, *_: object) -> None:
        self.event.set()
        talk.stall()


def pop3_script(stalled: str, reached: Reached) -> Script:
    answers = {
        "CAPA": b"+OK\r\nSTLS\r\nUIDL\r\nSASL PLAIN XOAUTH2\r\n.\r\n",
        "UIDL": b"+OK\r\n.\r\n",
        "LIST": b"+OK\r\n.\r\n",
        "STAT": b"+OK 0 0\r\n",
    }

    def script(talk: Conversation) -> None:
        if stalled == "greeting":
            reached.stall(talk)
        talk.send(b"+OK ready\r\n")
        signed_in = False
        while True:
            verb = talk.line().decode("latin-1").upper().split()[0]
            if verb == stalled or (verb == "CAPA" and signed_in and stalled == "second CAPA"):
                reached.stall(talk)
            signed_in = signed_in or verb == "PASS"
            talk.send(answers.get(verb, b"+OK\r\n"))

    return script


def script_of(protocol: str, stage: Stage, reached: Reached) -> Script:
    """A server that falls silent in ``stage``."""
    stall: Answer = reached.stall
    if protocol == "pop3":
        words = {
            Stage.TCP: "greeting",
            Stage.TLS: "STLS",
            Stage.SIGN_IN: "PASS",
            Stage.CAPABILITIES: "second CAPA",
        }
        return pop3_script(words.get(stage, "STAT"), reached)
    if stage is Stage.TCP:
        return reached.stall
    if protocol == "imap":
        commands = {
            Stage.TLS: "STARTTLS",
            Stage.SIGN_IN: "LOGIN",
            Stage.CAPABILITIES: "CAPABILITY",
            Stage.FOLDER: "STATUS",
        }
        answers: dict[str, Answer] = {"CAPABILITY": OFFERS, commands[stage]: stall}
        if stage is Stage.CAPABILITIES:
            answers["CAPABILITY"] = stall_at_second(OFFERS, reached)
        return imap_script(answers)
    verbs = {Stage.TLS: "STARTTLS", Stage.SIGN_IN: "AUTH", Stage.SEND: "."}
    return smtp_script({"EHLO": HELLO, "AUTH": b"235 ok\r\n"} | {verbs[stage]: stall})


def stall_at_second(first: bytes, reached: Reached) -> Answer:
    asked: list[bytes] = []

    def answer(talk: Conversation, tag: bytes) -> None:
        asked.append(tag)
        if len(asked) > 1:
            reached.stall(talk)
        talk.send(first + tag + b" OK done\r\n")

    return answer


def settings_of(server: ScriptedServer, protocol: str, stage: Stage) -> ServerSettings:
    settings = scripted_settings(server, f"other_{protocol}")
    return replace(settings, security=Security.STARTTLS) if stage is Stage.TLS else settings


def probed(settings: ServerSettings, cancel: threading.Event, **more: object) -> TestReport:
    outgoing = settings.service == "other_smtp"
    return run(
        None if outgoing else settings,
        settings if outgoing else None,
        send_to="b@acme.test",
        send_from="a@acme.test",
        cancel=cancel,
        patience=PATIENT,
        secrets={"incoming.password": b"x", "outgoing.password": b"x"},
        **more,  # type: ignore[arg-type]
    )


def cancelled_at(
    settings: ServerSettings, reached: threading.Event, **more: object
) -> tuple[TestReport, float]:
    """A test that is cancelled as soon as ``reached`` is set, and the seconds it took to end."""
    cancel = threading.Event()
    at: list[float] = []

    def wait() -> None:
        if reached.wait(10):
            at.append(time.monotonic())
        cancel.set()

    watcher = threading.Thread(target=wait)
    watcher.start()
    report = probed(settings, cancel, **more)
    ended = time.monotonic()
    watcher.join()
    assert at, "The stage was never reached."
    return report, ended - at[0]


ROWS = [
    (protocol, stage)
    for protocol, stages in (
        ("imap", (Stage.TCP, Stage.TLS, Stage.SIGN_IN, Stage.CAPABILITIES, Stage.FOLDER)),
        ("pop3", (Stage.TCP, Stage.TLS, Stage.SIGN_IN, Stage.CAPABILITIES, Stage.FOLDER)),
        ("smtp", (Stage.TCP, Stage.TLS, Stage.SIGN_IN, Stage.SEND)),
    )
    for stage in stages
]


@pytest.mark.parametrize(("protocol", "stage"), ROWS, ids=[f"{p}-{s}" for p, s in ROWS])
def test_cancelling_ends_a_stalled_stage_within_half_a_second(protocol: str, stage: Stage) -> None:
    """C-06: it can be cancelled in every stage; the later ones are not reached."""
    reached = Reached()
    with ScriptedServer(script_of(protocol, stage, reached)) as server:
        report, seconds = cancelled_at(settings_of(server, protocol, stage), reached.event)
    assert seconds < 0.5
    check_cancelled(report, stage)


def check_cancelled(report: TestReport, stage: Stage) -> None:
    assert report.cancelled
    assert not report.ok
    assert report.summary == "The test was cancelled."
    assert report.failure is not None
    assert report.failure.stage is stage


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_cancelling_ends_a_look_up_within_half_a_second(
    protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-06: also while the system looks up a name, which nothing can interrupt."""
    reached, release = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        reached.set()
        release.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    settings = ServerSettings(f"other_{protocol}", "mail.acme.test", 143, username="a")
    report, seconds = cancelled_at(settings, reached)
    release.set()
    assert seconds < 0.5
    check_cancelled(report, Stage.DNS)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_cancelling_ends_a_connection_attempt_within_half_a_second(protocol: str) -> None:
    """C-06: a firewall that swallows everything."""
    reached = threading.Event()
    threading.Timer(0.3, reached.set).start()
    with deaf_port() as port:
        settings = ServerSettings(f"other_{protocol}", "127.0.0.1", port, username="a")
        report, seconds = cancelled_at(settings, reached)
    assert seconds < 0.5
    check_cancelled(report, Stage.TCP)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_cancelling_ends_a_handshake_within_half_a_second(protocol: str) -> None:
    """C-06: TLS from the first byte, and no answer to it."""
    reached = Reached()

    with ScriptedServer(reached.stall) as server:
        settings = replace(scripted_settings(server, f"other_{protocol}"), security=Security.TLS)
        report, seconds = cancelled_at(settings, reached.event)
    assert seconds < 0.5
    check_cancelled(report, Stage.TLS)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_cancelling_ends_the_wait_for_a_token_within_half_a_second(pki: Pki, protocol: str) -> None:
    """C-06: the sign-in provider is asked in the same stage."""
    reached, release = threading.Event(), threading.Event()

    def token(renew: bool) -> str:
        reached.set()
        release.wait(10)
        return "x"

    scripts: dict[str, Callable[[], Script]] = {
        "imap": lambda: imap_script({"CAPABILITY": OFFERS}),
        "pop3": lambda: pop3_script("", Reached()),
        "smtp": lambda: smtp_script({"EHLO": HELLO}),
    }
    with ScriptedServer(scripts[protocol](), pki.server().server_context()) as server:
        settings = replace(
            scripted_settings(server, f"other_{protocol}"),
            security=Security.TLS,
            authentication=Authentication.OAUTH2,
            ca_certificate=pki.ca_pem,
        )
        report, seconds = cancelled_at(settings, reached, token=token)
    release.set()
    assert seconds < 0.5
    check_cancelled(report, Stage.SIGN_IN)


@pytest.mark.parametrize(("protocol", "stage"), ROWS, ids=[f"{p}-{s}" for p, s in ROWS])
def test_each_stage_has_a_time_limit_of_its_own(protocol: str, stage: Stage) -> None:
    """C-06: a server that falls silent fails the stage, in words; nobody waits for ever."""
    reached = Reached()
    limits = dict.fromkeys(Stage, 20.0) | {stage: 0.6}
    with ScriptedServer(script_of(protocol, stage, reached)) as server:
        report = probed(
            settings_of(server, protocol, stage), threading.Event(), stage_seconds=limits
        )
    failure = report.failure
    assert failure is not None
    assert failure.stage is stage
    assert failure.took_ms < 2_000
    assert not report.cancelled
    assert "within 1 seconds" in failure.detail or "not certain" in failure.detail
    assert "again" in failure.cause or stage is Stage.SEND


def test_the_limits_cover_every_stage() -> None:
    """C-06: each stage has one, and together they end within minutes."""
    assert set(STAGE_SECONDS) == {stage for stages in STAGES.values() for stage in stages}
    assert sum(STAGE_SECONDS.values()) < 15 * 60
