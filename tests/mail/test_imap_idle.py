"""Waiting for new mail with IDLE (RFC 2177): two real servers, and servers that misbehave."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from enate_desktop.domain.connectors import AfterIntake, IntakeAction, Security, ServerSettings
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.mailbox import BusyError, ErrorKind, MailError, StoppedError
from tests.mail.support import HASTY, bounded, imap_mailbox, scripted_mailbox, scripted_settings
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, ScriptedServer, imap_script

OFFERS = b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE UNSELECT IDLE\r\n"
MAIL = b"Subject: new\r\n\r\nbody\r\n"


def says(*pieces: bytes, done: bytes = b"") -> Answer:
    """An answer to IDLE: leave to wait, ``pieces`` in segments of their own, and after DONE
    ``done`` and the tagged end.
    """

    def answer(talk: Conversation, tag: bytes) -> None:
        talk.send(b"+ idling\r\n")
        for piece in pieces:
            talk.send(piece)
            time.sleep(0.02)  # a segment of its own
        assert talk.line() == b"DONE"
        talk.send(done + tag + b" OK done\r\n")

    return answer


@contextmanager
def idling(answer: Answer, **more: Answer) -> Iterator[ImapMailbox]:
    """An opened mailbox on a scripted server that has this to say to IDLE."""
    with ScriptedServer(imap_script({"CAPABILITY": OFFERS, "IDLE": answer, **more})) as server:
        box = scripted_mailbox(server, HASTY)
        assert box.open().push
        box.new_mails(0)
        yield box
        box.close()


def later(seconds: float, work: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, work)
    timer.start()
    return timer


def cyrus_mailbox(cyrus: Cyrus, user: str) -> ImapMailbox:
    settings = ServerSettings(
        "other_imap", cyrus.host, cyrus.imap_port, Security.NONE, username=user
    )
    return ImapMailbox(settings, Credential(cyrus.password(user)))


def test_cyrus_tells_of_a_mail_at_once(cyrus: Cyrus) -> None:
    """QUALITY: Cyrus' own notice takes 5 ms; the connection is of use afterwards."""
    user = cyrus.new_user()
    cyrus.deliver(user, MAIL)
    box = cyrus_mailbox(cyrus, user)
    assert box.open().push
    seen = len(box.new_mails(0))
    for number in range(3):
        timer = later(0.05, lambda: cyrus.deliver(user, MAIL))
        assert box.wait(20)
        timer.join()
        assert len(box.new_mails(0)) == seen + number + 1
    assert not box.wait(0.3)
    assert len(box.all_uids()) == seen + 3
    box.close()


def test_dovecot_tells_of_a_mail(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> None:
    """RFC 2177, through TLS."""
    box = imap_mailbox(dovecot, mailbox_user, pki)
    assert box.open().push
    assert box.new_mails(0) == ()
    timer = later(0.05, lambda: dovecot.fill(mailbox_user, [MAIL]))
    assert box.wait(20)
    timer.join()
    assert [mail.uid for mail in box.new_mails(0)] == [1]
    box.close()


@pytest.mark.parametrize(
    "pieces",
    [
        (b"* 4 EXISTS\r\n",),
        (b"* 4 EX", b"ISTS\r\n"),
        (b"* OK Still here\r\n* ", b"4 exists\r", b"\n"),
        (b"* 2 EXPUNGE\r\n",),
        (b"* 1 RECENT\r\n",),
        (b"* VANISHED 4:6\r\n",),
        (b"* 1 FETCH (BODY {7}\r\n* BYE x)\r\n", b"* 4 EXISTS\r\n"),
    ],
)
def test_every_kind_of_change_ends_the_wait(pieces: tuple[bytes, ...]) -> None:
    """Also in lines that arrive in two segments, at which imapclient's idle_check gives up."""
    with idling(says(*pieces)) as box:
        assert box.wait(20)
        assert len(box.new_mails(0)) == 3


def test_what_changes_no_number_of_mails_does_not_end_the_wait() -> None:
    """Flags, and the words by which servers keep the line alive."""
    flags = b"".join(b"* %d FETCH (FLAGS (\\Seen))\r\n" % n for n in range(5_000))
    with idling(says(b"* OK Still here\r\n", flags)) as box:
        assert not box.wait(0.5)
        assert len(box.new_mails(0)) == 3


def test_a_change_told_while_waiting_ends_is_not_lost() -> None:
    """The server speaks just as DONE is on its way."""
    with idling(says(done=b"* 4 EXISTS\r\n")) as box:
        assert box.wait(0.1)


def test_a_server_that_ends_the_waiting_itself_is_no_failure() -> None:
    """Some end IDLE after a while with its tagged answer."""

    def answer(talk: Conversation, tag: bytes) -> None:
        talk.send(b"+ idling\r\n" + tag + b" OK long enough\r\n")

    with idling(answer) as box:
        assert not box.wait(20)
        assert len(box.new_mails(0)) == 3


@pytest.mark.parametrize("told_by", ["SEARCH", "FETCH", "STORE"])
def test_a_mail_told_of_in_another_answer_ends_the_next_wait_at_once(told_by: str) -> None:
    """It came between the look and the wait: the server will not say it twice."""
    answers = {
        "SEARCH": b"* SEARCH 1 2 3\r\n",
        "FETCH": b"* 1 FETCH (UID 1 RFC822.SIZE 9)\r\n",
        "STORE": b"",
    }
    answers[told_by] += b"* 4 EXISTS\r\n"
    heard: list[bytes] = []
    table = {"CAPABILITY": OFFERS, "IDLE": says(), "NOOP": b"* 3 EXISTS\r\n"} | answers
    with ScriptedServer(imap_script(table, heard=heard)) as server:
        box = scripted_mailbox(server, HASTY)
        box.open()
        mails = box.new_mails(0)
        if told_by == "FETCH":
            list(box.fetch(mails))
        if told_by == "STORE":
            box.acknowledge([1], AfterIntake(IntakeAction.MARK_READ))
        assert box.wait(20)
        assert not [line for line in heard if b"IDLE" in line]
        box.close()


def test_a_mail_the_look_itself_covers_does_not_end_the_wait() -> None:
    """What NOOP told is in the list that is asked for next."""
    with idling(says(), NOOP=b"* 4 EXISTS\r\n") as box:
        assert not box.wait(0.1)


def test_it_can_be_woken_and_the_connection_stays() -> None:
    """ "Check now" ends a wait within 200 ms."""
    with idling(says()) as box:
        began = time.monotonic()
        timer = later(0.1, box.wake)
        assert box.wait(20)
        assert time.monotonic() - began < 0.5
        timer.join()
        assert not box.wait(0.1)
        box.wake()
        assert box.wait(20)
        assert len(box.new_mails(0)) == 3


def test_it_can_be_aborted() -> None:
    """A clean stop."""
    with idling(says()) as box:
        timer = later(0.1, box.abort)
        began = time.monotonic()
        with pytest.raises(StoppedError):
            box.wait(20)
        assert time.monotonic() - began < 0.5
        timer.join()


def test_it_ends_when_it_is_stopped() -> None:
    """``stopped`` is asked every fifth of a second."""
    stop = threading.Event()
    table = {"CAPABILITY": OFFERS, "IDLE": says()}
    with ScriptedServer(imap_script(table)) as server:
        box = ImapMailbox(scripted_settings(server), Credential("x"), stopped=stop.is_set)
        box.open()
        box.new_mails(0)
        timer = later(0.1, stop.set)
        began = time.monotonic()
        with pytest.raises(StoppedError):
            box.wait(20)
        assert time.monotonic() - began < 0.6
        timer.join()
        box.close()


def test_a_server_without_idle_is_not_waited_for() -> None:
    """The caller looks at intervals."""
    with ScriptedServer(imap_script()) as server:
        box = scripted_mailbox(server)
        assert not box.open().push
        box.new_mails(0)
        assert not box.wait(20)
        box.wake()
        assert box.wait(20)
        box.close()


def test_a_server_that_refuses_idle_is_looked_at_at_intervals_from_then_on() -> None:
    """It announces what it does not do; that is nobody's failure."""

    def answer(talk: Conversation, tag: bytes) -> None:
        talk.send(tag + b" NO not for you\r\n")

    with idling(answer) as box:
        with pytest.raises(BusyError) as caught:
            box.wait(20)
        assert caught.value.server_words == "NO not for you"
        assert not box.open().push
        box.new_mails(0)
        assert not box.wait(20)


def bye(talk: Conversation, tag: bytes) -> None:
    talk.send(b"+ idling\r\n* BYE server going down\r\n")


def gone(talk: Conversation, tag: bytes) -> None:
    talk.send(b"+ idling\r\n")
    talk.drop()


def deaf(talk: Conversation, tag: bytes) -> None:
    talk.send(b"+ idling\r\n")
    talk.stall()
    raise EOFError


def silent(talk: Conversation, tag: bytes) -> None:
    talk.stall()


def bad(talk: Conversation, tag: bytes) -> None:
    talk.send(tag + b" BAD what\r\n")


def bad_at_the_end(talk: Conversation, tag: bytes) -> None:
    talk.send(b"+ idling\r\n")
    talk.line()
    talk.send(tag + b" NO never\r\n")


def says_and_stalls(words: bytes, times: int = 1) -> Answer:
    def answer(talk: Conversation, tag: bytes) -> None:
        talk.send(b"+ idling\r\n")
        for _ in range(times):
            talk.send(words)
        talk.stall()
        raise EOFError

    return answer


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (bye, ErrorKind.TEMPORARY, "ended the session"),
        (gone, ErrorKind.TEMPORARY, "closed the connection"),
        (deaf, ErrorKind.TEMPORARY, "stopped answering"),
        (silent, ErrorKind.TEMPORARY, "stopped answering"),
        (bad, ErrorKind.TEMPORARY, "does not let us wait"),
        (bad_at_the_end, ErrorKind.TEMPORARY, "does not let us wait"),
        (says_and_stalls(b"garbage\r\n"), ErrorKind.PROTOCOL, "not understood"),
        (says_and_stalls(b"\x00\xff\xfe\r\n"), ErrorKind.PROTOCOL, "not understood"),
        (says_and_stalls(b"* OK x\r\n" * 1000, 100), ErrorKind.PROTOCOL, "too large"),
        (says_and_stalls(b"x" * 65536, 64), ErrorKind.PROTOCOL, "too large"),
        (says_and_stalls(b"* 1 FETCH (X {4294967295}\r\n"), ErrorKind.PROTOCOL, "too large"),
        (says_and_stalls(b"* 1 FETCH (X {9}\r\n"), ErrorKind.TEMPORARY, "stopped answering"),
        (says_and_stalls(b"* 4 EXIS"), ErrorKind.TEMPORARY, "stopped answering"),
    ],
)
def test_a_misbehaving_server_ends_in_words_and_in_time(
    answer: Answer, kind: ErrorKind, words: str
) -> None:
    """MAIL 4 E 84-87, 91, 97: bounded in bytes and time, whatever it says or does not say."""
    with idling(answer) as box, bounded(15, megabytes=8):
        with pytest.raises(MailError) as caught:
            box.wait(0.5)
        assert caught.value.kind is kind
        assert words in caught.value.title


def test_new_numbers_for_all_mails_end_the_session() -> None:
    """MAIL 4 E 91: UIDVALIDITY changes while we wait."""
    rebuilt = idling(says(b"* OK [UIDVALIDITY 8] x\r\n* 4 EXISTS\r\n"))
    with rebuilt as box, pytest.raises(MailError, match="rebuilt"):
        box.wait(20)


def test_a_closed_mailbox_says_so() -> None:
    """A known error, not a crash."""
    with idling(says()) as box:
        box.close()
        with pytest.raises(MailError, match="not open"):
            box.wait(1)
