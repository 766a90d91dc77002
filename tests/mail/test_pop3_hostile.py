"""POP3 servers that are broken or mean (MAIL.md 4 E 99-101): bounded, in words, nothing lost."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count, repeat

import pytest

from enate_desktop.mail.mailbox import BusyError, ErrorKind, MailError
from enate_desktop.mail.pop3 import SESSION_MAILS, Pop3Mailbox
from tests.mail.pop3_support import (
    DELETE,
    Answer,
    Maildrop,
    MemoryNumbers,
    mail,
    scripted_pop3,
    stuffed,
)
from tests.servers.scripted import Conversation, ScriptedServer


@contextmanager
def served(drop: Maildrop, numbers: MemoryNumbers | None = None) -> Iterator[Pop3Mailbox]:
    """An opened mailbox on ``drop``."""
    with ScriptedServer(drop) as server:
        box = scripted_pop3(server, numbers)
        box.open()
        yield box
        box.close()


def maildrop(mails: int = 3, **changes: object) -> Maildrop:
    return Maildrop({f"m{n}": mail(n) for n in range(1, mails + 1)}, **changes)  # type: ignore[arg-type]


def taken_in(box: Pop3Mailbox, numbers: MemoryNumbers) -> list[bytes | None]:
    """Fetch everything and make it durable, as the worker does."""
    fetched = list(box.fetch(box.new_mails(0)))
    for one, raw in fetched:
        if raw is not None:
            numbers.store(one.uid, raw)
            box.stored([one.uid])
    return [raw for _, raw in fetched]


def only(number: str, what: bytes | Callable[[Conversation], bytes | None]) -> Answer:
    """Misbehave at one mail, answer as usual for the others."""

    def answer(talk: Conversation, words: list[str]) -> bytes | None:
        if words[1] != number:
            return None
        return what(talk) if callable(what) else what

    return answer


def stall(talk: Conversation) -> bytes:
    talk.send(b"+OK\r\nSubject: x\r\n")
    talk.stall()
    raise EOFError


def hang_up(talk: Conversation) -> bytes:
    talk.send(b"+OK\r\nSubject: x\r\n")
    raise EOFError


def flood(talk: Conversation) -> bytes:
    talk.send(b"+OK\r\n")
    while True:
        talk.send(b"x" * 65_536 + b"\r\n")


def drip(talk: Conversation) -> bytes:
    talk.send(b"+OK\r\n")
    while True:
        talk.send(b"x\r\n")
        time.sleep(0.05)


def unstuffed(raw: bytes) -> bytes:
    return b"+OK\r\n" + raw + b".\r\n"


BAD_MAILS: list[tuple[str, bytes | Callable[[Conversation], bytes | None]]] = [
    ("no-terminator", stall),
    ("lost-in-the-middle", hang_up),
    ("flood", flood),
    ("one-line-at-a-time", drip),
    ("lone-dot-not-stuffed", unstuffed(b"Subject: x\r\n\r\n.\r\nmore\r\n")),
    ("smuggled-answer", unstuffed(b"Subject: x\r\n\r\n.\r\n+OK\r\n" + mail(9))),
    ("smuggled-answers", unstuffed(b"Subject: x\r\n\r\n.\r\n+OK\r\n" + mail(9) + b".\r\n+OK\r\n")),
    ("cut-off", b"+OK\r\nSubject: x\r\n.\r\n"),
    ("refused", b"-ERR no such message\r\n"),
    ("nonsense", b"%%%\r\n"),
    ("status-of-100-KB", b"+OK " + b"x" * 100_000 + b"\r\n.\r\n"),
]


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("bad", [row[1] for row in BAD_MAILS], ids=[row[0] for row in BAD_MAILS])
def test_a_bad_mail_keeps_no_other_from_being_taken_in(
    bad: bytes | Callable[[Conversation], bytes | None], pipelining: bool
) -> None:
    """MAIL 4 E 100, rule G: left out this time, and the session that saw it ends without QUIT."""
    names = ("TOP", "UIDL", "PIPELINING") if pipelining else ("TOP", "UIDL")
    drop = maildrop(answers={"RETR": only("2", bad)}, capabilities=names)
    drop.mails["m2"] = b"Subject: x\r\n" + b"y" * 500 + b"\r\n"
    numbers = MemoryNumbers()
    began = time.monotonic()
    with served(drop, numbers) as box:
        assert taken_in(box, numbers) == [mail(1), None, mail(3)]
        assert "QUIT" not in drop.verbs()
    assert time.monotonic() - began < 20
    assert len(drop.mails) == 3


def test_what_is_good_is_deleted_though_a_neighbour_is_bad() -> None:
    """MAIL 3.5 step 5: by a session of its own, that delivered nothing which is not durable."""
    drop = maildrop(answers={"RETR": only("2", b"+OK\r\nSubject: x\r\n.\r\n")})
    drop.mails["m2"] = b"Subject: x\r\n" + b"y" * 500 + b"\r\n"
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        taken_in(box, numbers)
        box.acknowledge([1, 3], DELETE)
    assert list(drop.mails) == ["m2"]


def test_without_a_durable_copy_there_is_no_quit() -> None:
    """MAIL 3.5 step 5: Gmail hides, and others delete, what was fetched before a QUIT."""
    drop = maildrop()
    with served(drop) as box:
        assert len(list(box.fetch(box.new_mails(0)))) == 3
        box.stored([1, 2])
    assert "QUIT" not in drop.verbs()
    with served(drop) as box:
        list(box.fetch(box.new_mails(0)))
        box.stored([1, 2, 3])
    assert drop.verbs()[-1] == "QUIT"


def test_quit_that_is_refused_deletes_nothing_for_sure() -> None:
    """MAIL 4 E 101: pending is kept; the next session compares, and deletes again."""
    drop = maildrop(answers={"QUIT": b"-ERR some deleted messages not removed\r\n"})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        taken_in(box, numbers)
        drop.mails["m4"] = mail(4)
        with pytest.raises(MailError, match="did not delete every mail") as caught:
            box.acknowledge([1, 2, 3], DELETE)
    assert caught.value.server_words == "some deleted messages not removed"
    assert caught.value.kind is ErrorKind.TEMPORARY
    drop.answers.clear()
    with served(drop, numbers) as box:
        box.acknowledge([1, 2, 3], DELETE)
    assert list(drop.mails) == ["m4"]


def test_a_connection_lost_between_dele_and_quit_deletes_nothing() -> None:
    """MAIL 3.7: the server keeps the mails; they are known by name and deleted another time."""

    def gone(talk: Conversation, words: list[str]) -> bytes:
        raise EOFError

    drop = maildrop(answers={"QUIT": gone})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        taken_in(box, numbers)
        with pytest.raises(MailError):
            box.acknowledge([1, 2, 3], DELETE)
    assert len(drop.mails) == 3
    drop.answers.clear()
    with served(drop, numbers) as box:
        assert box.all_uids() == (1, 2, 3)
        box.acknowledge([1, 2, 3], DELETE)
    assert not drop.mails


def test_a_mail_that_only_has_the_name_of_a_kept_one_is_never_deleted() -> None:
    """MAIL 3.5: a server whose names are but 1, 2, 3, and a crash before QUIT told."""
    numbers = MemoryNumbers()
    drop = Maildrop({"1": mail(1)})
    with served(drop, numbers) as box:
        taken_in(box, numbers)
    drop.mails = {"1": mail(5)}
    with served(drop, numbers) as box:
        box.acknowledge([1], DELETE)
        box.open()
        assert box.all_uids() == (2,)
        assert taken_in(box, numbers) == [mail(5)]
    assert list(drop.mails.values()) == [mail(5)]


def test_a_name_that_comes_again_after_a_deletion_is_another_mail() -> None:
    """MAIL 3.5: RFC 1939 lets a server use names again; even of the same size."""
    numbers = MemoryNumbers()
    drop = Maildrop({"1": mail(1)})
    with served(drop, numbers) as box:
        taken_in(box, numbers)
        box.acknowledge([1], DELETE)
        drop.mails = {"1": mail(2)}
        box.open()
        assert box.all_uids() == (2,)


def test_a_known_name_with_another_size_is_another_mail() -> None:
    """MAIL 3.5 step 2: UIDL reuse is seen by the size."""
    numbers = MemoryNumbers()
    drop = maildrop(2)
    with served(drop, numbers) as box:
        drop.sizes["m1"] = 5
        box.open()
        assert box.all_uids() == (2, 3)


def test_what_another_connection_delivered_is_compared_too() -> None:
    """MAIL 3.5 step 4: a name says less than the bytes, even a second later."""
    numbers = MemoryNumbers()
    drop = Maildrop({"1": mail(1)})
    with served(drop, numbers) as box:
        ((one, raw),) = box.fetch(box.new_mails(0))
        numbers.store(one.uid, raw or b"")
        drop.mails = {"1": mail(5)}
        box.open()
        box.stored([one.uid])
        box.acknowledge([one.uid], DELETE)
    assert list(drop.mails.values()) == [mail(5)]


def test_what_was_just_delivered_is_deleted_first() -> None:
    """MAIL 3.5 step 4: nothing is fetched a second time without need."""
    numbers = MemoryNumbers()
    drop = maildrop(SESSION_MAILS + 3)
    with served(drop, numbers) as box:
        for uid, raw in zip(box.all_uids()[:-3], drop.mails.values(), strict=False):
            numbers.store(uid, raw)
        fetched = list(box.fetch(box.new_mails(SESSION_MAILS)))
        for one, fetched_raw in fetched:
            numbers.store(one.uid, fetched_raw or b"")
        box.stored([one.uid for one, _ in fetched])
        box.acknowledge(box.all_uids(), DELETE)
    assert drop.verbs().count("RETR") == SESSION_MAILS + 3
    assert not drop.mails


def test_a_refused_dele_is_said_and_the_others_are_done() -> None:
    """MAIL 3.5 step 4."""
    drop = maildrop(answers={"DELE": only("2", b"-ERR read only\r\n")})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        taken_in(box, numbers)
        with pytest.raises(MailError, match="does not let mails be deleted") as caught:
            box.acknowledge([1, 2, 3], DELETE)
    assert (caught.value.server_words, caught.value.field) == (
        "read only",
        "incoming.after_intake",
    )
    assert list(drop.mails) == ["m2"]


def test_marks_are_taken_back_when_a_deletion_breaks_off() -> None:
    """MAIL 3.5 step 5: RSET before the connection is dropped."""
    drop = maildrop(answers={"DELE": only("2", b"%%%\r\n")})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        taken_in(box, numbers)
        with pytest.raises(MailError):
            box.acknowledge([1, 2, 3], DELETE)
    assert drop.verbs()[-1] == "RSET"
    assert len(drop.mails) == 3


UNNAMED = [
    ("no-uidl", {"UIDL": b"-ERR unknown command\r\n"}, {}, "no lasting names"),
    ("empty-uidl", {"UIDL": b"+OK\r\n1 \r\n2 \r\n3 \r\n.\r\n"}, {}, "no lasting names"),
    ("71-characters", {}, {"m2": "x" * 71}, "no lasting names"),
    ("control-characters", {}, {"m2": "a\x01b"}, "no lasting names"),
    ("same-names", {}, {"m2": "same", "m3": "same"}, "the same name"),
]


@pytest.mark.parametrize("top", [True, False])
@pytest.mark.parametrize(
    ("answers", "names", "warning"), [row[1:] for row in UNNAMED], ids=[row[0] for row in UNNAMED]
)
def test_without_usable_names_mails_are_known_by_their_content(
    answers: dict[str, Answer], names: dict[str, str], warning: str, top: bool
) -> None:
    """MAIL 4 E 99: nothing twice, nothing left out, and a sentence for the person."""
    drop = maildrop(
        answers={**answers, **({} if top else {"TOP": b"-ERR no TOP\r\n"})}, names=names
    )
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        state = box.open()
        assert warning in state.warning
        assert state.by_date
        known = {one.uid: raw for one, raw in box.fetch(box.new_mails(0))}
        assert sorted(known.values(), key=str) == sorted(drop.mails.values(), key=str)
        del drop.mails["m1"]
        drop.mails["m4"] = mail(4)
        box.open()
        again = dict(zip(box.all_uids(), box.fetch(box.new_mails(0)), strict=True))
        assert len(again) == 3
        assert {u: raw for u, (_, raw) in again.items() if u in known} == {
            u: raw for u, raw in known.items() if raw != mail(1)
        }


def test_mails_that_do_not_differ_are_counted() -> None:
    """MAIL 4 E 99: three copies are three mails."""
    drop = Maildrop({f"m{n}": mail(1) for n in range(3)}, {"UIDL": b"-ERR\r\n"})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        assert box.all_uids() == (1, 2, 3)
        box.open()
        assert box.all_uids() == (1, 2, 3)


def test_a_copy_without_a_name_does_not_hide_behind_one_with_a_name() -> None:
    """MAIL 4 E 99: three mails that do not differ, one of them known by name and by content."""
    drop = Maildrop({"m0": mail(1)})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        drop.names = {"m0": "renamed"}
        box.open()
        (known,) = box.all_uids()
        drop.mails |= {"m1": mail(1), "m2": mail(1)}
        drop.names |= {"m1": "same", "m2": "same"}
        box.open()
        three = box.all_uids()
        assert (len(three), known in three) == (3, True)
        box.open()
        assert box.all_uids() == three


def test_names_that_change_in_every_session_make_no_mail_new() -> None:
    """MAIL 4 E 99: recognised by their header lines, not fetched again."""
    serial = count()
    drop = maildrop(names={})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        seen = []
        for _ in range(4):
            drop.names = {uidl: f"s{next(serial)}" for uidl in drop.mails}
            state = box.open()
            seen.append(box.all_uids())
        assert len(set(seen[1:])) == 1
        assert (state.by_date, "new names" in state.warning) == (frozenset(seen[-1]), True)
        drop.mails["m4"] = mail(4)
        box.open()
        assert len(box.all_uids()) == 4


HOSTILE: list[tuple[str, dict[str, Answer], ErrorKind]] = [
    ("uidl-flood", {"UIDL": b"+OK\r\n" + b"1 x\r\n" * 10_000 + b".\r\n"}, ErrorKind.PROTOCOL),
    ("list-flood", {"LIST": b"+OK\r\n" + b"1 5\r\n" * 10_000 + b".\r\n"}, ErrorKind.PROTOCOL),
    ("uidl-endless", {"UIDL": lambda talk, _words: flood(talk)}, ErrorKind.PROTOCOL),
    ("list-endless", {"LIST": lambda talk, _words: flood(talk)}, ErrorKind.PROTOCOL),
    ("capa-flood", {"CAPA": b"+OK\r\n" + b"X\r\n" * 100_000}, ErrorKind.PROTOCOL),
    ("list-without-sizes", {"LIST": b"+OK\r\n1\r\n2 x\r\n.\r\n"}, ErrorKind.PROTOCOL),
    ("list-two-sizes", {"LIST": b"+OK\r\n1 5\r\n1 6\r\n.\r\n"}, ErrorKind.PROTOCOL),
    ("two-names-for-one", {"UIDL": b"+OK\r\n1 a\r\n1 b\r\n.\r\n"}, ErrorKind.PROTOCOL),
    ("size-of-30-digits", {"LIST": b"+OK\r\n1 " + b"9" * 30 + b"\r\n.\r\n"}, ErrorKind.PROTOCOL),
    ("no-list", {"LIST": b"-ERR\r\n"}, ErrorKind.PROTOCOL),
    ("stat-nonsense", {"STAT": b"+OK many mails\r\n"}, ErrorKind.PROTOCOL),
    ("stat-a-million", {"STAT": b"+OK 1000000 5\r\n"}, ErrorKind.FOLDER),
    ("stat-nobody", {"STAT": b"hello\r\n"}, ErrorKind.PROTOCOL),
    ("list-never-ends", {"LIST": lambda talk, _words: stall(talk)}, ErrorKind.TEMPORARY),
    ("list-lost", {"LIST": lambda talk, _words: hang_up(talk)}, ErrorKind.TEMPORARY),
    ("sign-in-refused", {"PASS": b"-ERR no\r\n"}, ErrorKind.AUTHENTICATION),
    ("sign-in-nonsense", {"PASS": b"I heard alice-pw\r\n"}, ErrorKind.PROTOCOL),
]


@pytest.mark.parametrize(
    ("answers", "kind"), [(row[1], row[2]) for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_a_hostile_answer_ends_in_words_and_in_time(
    answers: dict[str, Answer], kind: ErrorKind
) -> None:
    """MAIL 4 E: a MailError that says what it means for the mail; no password in it."""
    began = time.monotonic()
    with ScriptedServer(maildrop(answers=answers)) as server:
        box = scripted_pop3(server)
        with pytest.raises(MailError) as caught:
            box.open()
        box.close()
    error = caught.value
    assert time.monotonic() - began < 10
    assert error.kind is kind
    assert error.message
    assert "alice-pw" not in f"{error.sentence()} {error.server_words}"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("PASS", b"-ERR [IN-USE] another session\r\n"),
        ("PASS", b"-ERR [LOGIN-DELAY] too often\r\n"),
        ("PASS", b"-ERR [SYS/TEMP] backend\r\n"),
    ],
)
def test_a_busy_server_is_no_fault(command: str, answer: bytes) -> None:
    """MAIL 4 E 101: told apart from a refused sign-in, which would stop the connector."""
    with ScriptedServer(maildrop(answers={command: answer})) as server:
        box = scripted_pop3(server)
        with pytest.raises(BusyError) as caught:
            box.open()
        box.close()
    assert caught.value.kind is ErrorKind.TEMPORARY


def test_a_server_that_greets_with_a_refusal_is_busy() -> None:
    """MAIL 4 E 101."""

    def full(talk: Conversation) -> None:
        talk.send(b"-ERR [SYS/TEMP] too many connections\r\n")

    with ScriptedServer(full) as server:
        box = scripted_pop3(server)
        with pytest.raises(BusyError, match="takes no connections"):
            box.open()
        box.close()


def test_a_login_delay_is_told() -> None:
    """MAIL 4 E 101, RFC 2449 6.7: the worker waits that long."""
    with ScriptedServer(maildrop(capabilities=("LOGIN-DELAY 300 USER", "UIDL"))) as server:
        box = scripted_pop3(server)
        assert box.open().login_delay == 300
        box.close()


def test_a_server_without_capa_is_as_good() -> None:
    """RFC 1939 knows no CAPA."""
    drop = maildrop(answers={"CAPA": b"-ERR unknown\r\n"})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        assert taken_in(box, numbers) == [mail(1), mail(2), mail(3)]


def test_a_mailbox_that_stays_locked_for_a_while_is_waited_for() -> None:
    """MAIL 4 E 101: a server may notice late that a connection was left without QUIT."""
    refusals = iter([None, b"-ERR [IN-USE] locked\r\n", b"-ERR [IN-USE] locked\r\n"])
    drop = maildrop(answers={"RETR": only("2", b"%%%\r\n")})
    drop.answers["PASS"] = lambda _talk, _words: next(refusals, None)
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        assert taken_in(box, numbers) == [mail(1), None, mail(3)]


def test_a_mailbox_that_stays_locked_is_left_in_time() -> None:
    """MAIL 4 E 101: what was fetched so far is not lost, and the next look goes on."""
    locked = chain([None], repeat(b"-ERR [IN-USE] locked\r\n"))
    drop = maildrop(answers={"RETR": only("2", b"%%%\r\n")})
    drop.answers["PASS"] = lambda _talk, _words: next(locked)
    with served(drop) as box, pytest.raises(BusyError):
        list(box.fetch(box.new_mails(0)))


@pytest.mark.parametrize("refused", [("UIDL",), ("UIDL", "LIST")])
def test_a_server_that_lists_no_single_mail_is_as_good(refused: tuple[str, ...]) -> None:
    """RFC 1939: UIDL n and LIST n are only how we check that it is in step."""

    def nothing(talk: Conversation, words: list[str]) -> bytes | None:
        return b"-ERR\r\n" if len(words) > 1 else None

    drop = maildrop(answers=dict.fromkeys(refused, nothing))
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        assert taken_in(box, numbers) == [mail(1), mail(2), mail(3)]


def test_line_feeds_alone_are_understood() -> None:
    """Some old servers end their lines so; then their mails end so too."""
    lines = iter([b"+OK\n", b"+OK\n.\n", b"+OK 1 9\n", b"+OK\n1 9\n.\n", b"+OK\n1 a\n.\n"])
    raw = b"Subject: x\n\n..dot\n"

    def script(talk: Conversation) -> None:
        talk.send(b"+OK hello\n")
        while True:
            verb = talk.line().split()[0]
            if verb == b"RETR":
                talk.send(b"+OK\n" + raw.replace(b"\n.", b"\n..") + b".\n")
            elif verb in (b"USER", b"NOOP", b"QUIT"):
                talk.send(b"+OK\n")
            elif verb == b"UIDL" and talk.last != b"UIDL":
                talk.send(b"+OK 1 a\n")
            else:
                talk.send(next(lines))

    with ScriptedServer(script) as server:
        box = scripted_pop3(server)
        box.open()
        assert [raw for _, raw in box.fetch(box.new_mails(0))] == [raw]
        box.close()


def test_a_server_that_only_estimates_sizes_is_believed() -> None:
    """MAIL 3.5: Exchange tells what a mail takes in its store."""

    def script(talk: Conversation) -> None:
        exchange = Conversation.send

        def send(data: bytes) -> None:
            exchange(talk, data.replace(b"+OK ready", b"+OK The Microsoft Exchange POP3 service"))

        talk.send = send  # type: ignore[method-assign]
        drop(talk)

    drop = maildrop(1, sizes={"m1": 50_000})
    with ScriptedServer(script) as server:
        box = scripted_pop3(server)
        box.open()
        assert [raw for _, raw in box.fetch(box.new_mails(0))] == [mail(1)]
        box.close()


def test_a_stop_ends_a_blocked_call_at_once_and_without_quit() -> None:
    """ARCHITECTURE 4: clean stop, whatever the server does."""
    drop = maildrop()

    def stop(talk: Conversation, words: list[str]) -> bytes | None:
        box.abort()
        talk.stall()
        return None

    drop.answers["RETR"] = stop
    with ScriptedServer(drop) as server:
        box = scripted_pop3(server)
        box.open()
        began = time.monotonic()
        with pytest.raises(MailError, match="was stopped"):
            list(box.fetch(box.new_mails(0)))
        assert time.monotonic() - began < 1
        box.close()
    assert "QUIT" not in drop.verbs()


def test_dots_are_stuffed_back() -> None:
    """RFC 1939, 3: only what the server added is taken away."""
    bodies = [b".\r\n", b"..\r\n", b".a\r\n..b\r\n", b"a.\r\n.\r\n\r\n.\r\n"]
    drop = Maildrop({f"m{n}": mail(n, body) for n, body in enumerate(bodies)})
    numbers = MemoryNumbers()
    with served(drop, numbers) as box:
        assert taken_in(box, numbers) == list(drop.mails.values())
    assert stuffed(b".\r\n") == b"..\r\n"
