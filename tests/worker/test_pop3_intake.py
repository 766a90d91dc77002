"""Looks into POP3 servers that rename, hide or make up mails: nothing twice, no old mail."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import (
    AfterIntake,
    Connector,
    FirstIntake,
    Health,
    IntakeAction,
    Security,
    StartFrom,
)
from enate_desktop.domain.work_items import End
from enate_desktop.mail.pop3 import SESSION_MAILS
from enate_desktop.services.bundle import Services
from enate_desktop.services.mailboxes import MailboxService
from enate_desktop.worker.poller import MailboxPoller, PassResult
from enate_desktop.worker.poller import Services as PollerServices
from tests.canary import secret
from tests.company import document, open_services
from tests.mail.pop3_support import Answer, Maildrop, mail
from tests.servers.scripted import Conversation, ScriptedServer

EVERYTHING = StartFrom(FirstIntake.ALL)
NO_TOP: dict[str, Answer] = {"TOP": b"-ERR unknown command\r\n"}


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(), tmp_path)
    yield opened
    opened.close()


def old_mails(count: int, **changes: object) -> Maildrop:
    """A server with mails of last year, each with a name of its own."""
    return Maildrop({f"m{n}": dated(n, -timedelta(days=365)) for n in range(count)}, **changes)  # type: ignore[arg-type]


def dated(number: int, ago: timedelta) -> bytes:
    """A mail that was received that long from now."""
    when = (datetime.now(UTC) + ago).strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
    body = mail(number).partition(b"\r\n")[2].partition(b"Date:")
    return b"Received: from x by y; " + when + b"\r\n" + body[0] + b"\r\nHi\r\n"


def live(
    services: Services,
    server: ScriptedServer,
    start: StartFrom | None = None,
    after: IntakeAction = IntakeAction.KEEP,
    host: str = "",
) -> Connector:
    """The connector, tested and switched on for that server."""
    item = services.connectors.all()[0]
    assert item.incoming is not None
    incoming = replace(
        item.incoming,
        service="other_pop3",
        host=host or server.host,
        port=server.port,
        security=Security.NONE,
    )
    changed = replace(
        item, incoming=incoming, start_from=start or StartFrom(), after_intake=AfterIntake(after)
    )
    saved = services.connectors.save(changed)
    test = services.testing.run(saved, {}, lambda _stage: None, threading.Event())
    assert test.ok, test.report.summary
    return services.connectors.enable(saved.id, test)


def look(services: Services) -> PassResult:
    """One look of the worker."""
    mailboxes = MailboxService(services.context)
    pollers = PollerServices(services.connectors, services.intake, mailboxes)
    result = MailboxPoller(1, pollers, lambda _received: None).look()
    assert result is not None
    assert result.error is None
    return result


def rename(drop: Maildrop, word: str) -> None:
    drop.names = {uidl: f"{word}-{uidl}" for uidl in drop.mails}


def test_many_old_mails_stay_old_when_the_server_renames_them(services: Services) -> None:
    """C-12, MAIL 4 E 99: in every session of the look, not only in the one that saw the change."""
    drop = old_mails(SESSION_MAILS + 5)
    with ScriptedServer(drop) as server:
        live(services, server)
        assert look(services).ends == {}
        rename(drop, "x")
        drop.mails["new"] = dated(999, timedelta(seconds=5))
        assert look(services).ends == {End.SKIPPED: SESSION_MAILS + 5, End.CREATED: 1}
        assert look(services).ends == {}


def test_renamed_mails_stay_old_when_the_look_breaks_off(services: Services) -> None:
    """C-12, MAIL 3.7: the change of names is seen once, what it means lasts."""
    drop = old_mails(5)
    with ScriptedServer(drop) as server:
        live(services, server)
        look(services)
        rename(drop, "x")

        def lost(_talk: Conversation, _words: list[str]) -> bytes | None:
            if drop.verbs().count("TOP") > 7:
                raise EOFError
            return None

        drop.heard.clear()
        drop.answers = {"TOP": lost, "RETR": lost}
        mailboxes = MailboxService(services.context)
        pollers = PollerServices(services.connectors, services.intake, mailboxes)
        broken = MailboxPoller(1, pollers, lambda _received: None).look()
        assert broken is not None
        assert End.CREATED not in broken.ends
        drop.answers = {}
        assert End.CREATED not in look(services).ends


def test_mails_without_a_name_of_their_own_at_the_test_are_old_all_the_same(
    services: Services,
) -> None:
    """C-12, MAIL 4 E 99: the server gave two mails one name, and later each its own."""
    drop = old_mails(3, names={"m1": "same", "m2": "same"})
    with ScriptedServer(drop) as server:
        live(services, server)
        drop.names = {}
        drop.mails["new"] = dated(999, timedelta(seconds=5))
        assert look(services).ends == {End.SKIPPED: 3, End.CREATED: 1}


def test_an_old_mail_of_which_the_server_tells_another_size_stays_old(services: Services) -> None:
    """C-12: Exchange only estimates sizes; a name that comes again may also be another mail."""
    drop = old_mails(3)
    with ScriptedServer(drop) as server:
        live(services, server)
        drop.sizes = {"m1": 7}
        drop.mails["m2"] = dated(999, timedelta(seconds=5)) + b"longer\r\n"
        assert look(services).ends == {End.SKIPPED: 1, End.CREATED: 1}


def test_a_late_mail_with_an_old_date_is_new_by_its_name(services: Services) -> None:
    """C-12: where names last they decide, whatever a sender says of the time."""
    drop = old_mails(2)
    with ScriptedServer(drop) as server:
        live(services, server)
        drop.mails["m3"] = dated(3, -timedelta(days=30))
        assert look(services).ends == {End.CREATED: 1}


@pytest.mark.parametrize(
    "answers", [NO_TOP, {**NO_TOP, "UIDL": b"-ERR unknown command\r\n"}], ids=["named", "unnamed"]
)
@pytest.mark.parametrize("choice", ["since", "new"])
def test_a_server_without_top_does_not_turn_some_mail_into_everything(
    services: Services, answers: dict[str, Answer], choice: str
) -> None:
    """C-12: then the date is known only once a mail was fetched; without any it is taken in."""
    drop = old_mails(3, capabilities=("USER",), answers=answers)
    since = StartFrom(FirstIntake.SINCE, datetime.now(UTC) - timedelta(hours=1))
    with ScriptedServer(drop) as server:
        live(services, server, since if choice == "since" else None)
        drop.mails["new"] = dated(999, timedelta(seconds=5))
        drop.mails["undated"] = b"From: bob@x.example\r\nTo: hr@acme.example\r\n\r\nHi\r\n"
        # Names that last tell without a date what was there at the first enable.
        old = {} if choice == "new" and "UIDL" not in answers else {End.SKIPPED: 3}
        assert look(services).ends == {End.CREATED: 2, **old}
        assert look(services).ends == {}


def test_another_server_with_equal_names_is_another_mailbox(services: Services) -> None:
    """C-12, MAIL 3.1 I2: user, names and sizes of its mails are those of before."""
    with ScriptedServer(old_mails(3)) as server:
        live(services, server, EVERYTHING)
        assert look(services).ends == {End.CREATED: 3}
    services.connectors.disable(1)
    others = {f"m{n}": dated(n + 5, -timedelta(days=365)) for n in range(3)}
    with ScriptedServer(Maildrop(others)) as server:
        live(services, server, EVERYTHING, host="localhost")
        assert look(services).ends == {End.CREATED: 3}


def test_a_mailbox_where_everything_is_new_in_each_session_is_left_in_time(
    services: Services,
) -> None:
    """MAIL 3.5 step 6, MAIL 4 E 99: no more sessions than the first list needs."""
    drop = old_mails(SESSION_MAILS + 1)
    first = dict(drop.mails)

    def serve(talk: Conversation) -> None:
        rename(drop, str(drop.sessions))
        mark = b"X-Session: %d\r\n" % drop.sessions
        drop.mails = {uidl: mark + raw for uidl, raw in first.items()}
        drop(talk)

    with ScriptedServer(serve) as server:
        live(services, server, EVERYTHING)
        before = drop.sessions
        look(services)
        assert drop.sessions - before == 2


def test_header_lines_are_bounded_whatever_size_a_server_claims(services: Services) -> None:
    """MAIL 4 E 100: a mail of a terabyte, whose header lines never end."""
    drop = Maildrop({"m": mail(1)}, sizes={"m": 999_999_999_999})
    sent: Counter[str] = Counter()

    def endless(talk: Conversation, _words: list[str]) -> bytes | None:
        talk.send(b"+OK\r\n")
        while sent["bytes"] < 400 << 20:
            talk.send(b"X-A: b\r\n" * 100_000)
            sent["bytes"] += 800_000
        return None

    drop.answers = {"TOP": endless}
    with ScriptedServer(drop) as server:
        live(services, server, EVERYTHING)
        assert look(services).ends == {End.CREATED: 1}
    assert sent["bytes"] < 100 << 20


def test_a_mail_that_is_too_large_is_not_fetched_to_be_told_apart(services: Services) -> None:
    """MAIL 4 A 12, E 99: the largest mail of the settings holds for mails without a name too."""
    answers = {**NO_TOP, "UIDL": b"-ERR unknown command\r\n"}
    drop = Maildrop({"m": mail(1), "large": mail(2)}, answers, sizes={"large": 999_999_999_999})
    with ScriptedServer(drop) as server:
        live(services, server, EVERYTHING)
        assert look(services).ends == {End.CREATED: 2}
        assert look(services).ends == {}
    assert "RETR 1" in drop.heard
    assert "RETR 2" not in drop.heard


def test_an_emptied_mailbox_is_not_said_to_have_renamed_its_mails(services: Services) -> None:
    """MAIL 3.5 step 1: only mails that were recognised show that names changed."""
    drop = old_mails(3)
    with ScriptedServer(drop) as server:
        live(services, server, EVERYTHING)
        look(services)
        drop.mails = {"new": dated(50, timedelta())}
        assert look(services).ends == {End.CREATED: 1}
        assert services.connectors.get(1).condition.reason == ""


def test_a_quit_that_is_always_refused_does_not_switch_the_connector_off(
    services: Services,
) -> None:
    """MAIL 4 E 101, C-08: all mail is safe; a sentence says what is left to do."""
    drop = old_mails(3, answers={"QUIT": b"-ERR some deleted messages not removed\r\n"})
    with ScriptedServer(drop) as server:
        live(services, server, EVERYTHING, IntakeAction.DELETE)
        for _ in range(7):
            look(services)
        condition = services.connectors.get(1).condition
        assert (condition.health, condition.failures) == (Health.RUNNING, 0)
        assert "did not delete every mail" in condition.reason
        del drop.answers["QUIT"]
        look(services)
        assert services.connectors.get(1).condition.reason == ""
    assert not drop.mails
