"""The IMAP mailbox against a real Dovecot."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from enate_desktop.domain.connectors import AfterIntake, IntakeAction
from enate_desktop.mail.imap import ImapMailbox, received_at
from enate_desktop.mail.imap_disposition import uid_set
from enate_desktop.mail.mailbox import ErrorKind, MailError, RemoteMail
from tests.mail.support import imap_mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki

MARK_READ = AfterIntake(IntakeAction.MARK_READ)
DELETE = AfterIntake(IntakeAction.DELETE)
MOVE = AfterIntake(IntakeAction.MOVE, "Done/Übernommen")


def mail(number: int, size: int = 0) -> bytes:
    return b"Subject: mail %d\r\n\r\nbody\r\n" % number + b"x" * size


@pytest.fixture
def mailbox(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> Iterator[ImapMailbox]:
    """An opened, writable mailbox with three mails (UIDs 1 to 3)."""
    dovecot.fill(mailbox_user, [mail(number) for number in (1, 2, 3)])
    box = imap_mailbox(dovecot, mailbox_user, pki)
    box.open()
    yield box
    box.close()


def test_only_mails_above_the_mark_are_new(
    mailbox: ImapMailbox, dovecot: Dovecot, mailbox_user: str
) -> None:
    """MAIL 3.4: `n:*` always names the newest mail, which is not new."""
    assert [mail.uid for mail in mailbox.new_mails(0)] == [1, 2, 3]
    assert [mail.uid for mail in mailbox.new_mails(2)] == [3]
    assert mailbox.new_mails(3) == ()
    dovecot.fill(mailbox_user, [mail(4)])
    (new,) = mailbox.new_mails(3)
    assert (new.uid, new.size) == (4, len(mail(4)))
    assert abs(new.received.timestamp() - time.time()) < 60
    assert mailbox.all_uids() == (1, 2, 3, 4)


def test_fetching_returns_every_byte_and_changes_nothing(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-12, MAIL 3.4: BODY.PEEK, in batches, whatever the size; unread stays unread."""
    raws = [mail(number, size) for number, size in enumerate((0, 10, 3_000_000, 9_000_000, 1))]
    raws += [mail(number) for number in range(5, 120)]
    raws.append(b"")
    dovecot.fill(mailbox_user, raws)
    box = imap_mailbox(dovecot, mailbox_user, pki)
    assert box.open(examine=True).read_only
    mails = box.new_mails(0)
    fetched = list(box.fetch(mails))
    box.close()
    assert [mail for mail, _ in fetched] == list(mails)
    assert sorted(raw or b"" for _, raw in fetched) == sorted(raws)
    assert not dovecot.uids(mailbox_user, criteria="SEEN")


def test_a_mail_that_vanished_is_none_and_hides_no_neighbour(mailbox: ImapMailbox) -> None:
    """MAIL 4 E 90, 93."""
    first, second, third = mailbox.new_mails(0)
    mailbox.acknowledge([second.uid], DELETE)
    ghost = RemoteMail(4711, 9_000_000, first.received)
    bodies = [raw for _, raw in mailbox.fetch([first, second, ghost, third])]
    assert [raw is None for raw in bodies] == [False, True, True, False]
    assert mailbox.headers(ghost) == b""


def test_the_headers_of_a_large_mail_come_alone(mailbox: ImapMailbox) -> None:
    """MAIL 4 A 12."""
    assert mailbox.headers(mailbox.new_mails(0)[0]) == b"Subject: mail 1\r\n\r\n"


def test_marking_read_touches_only_that_flag(
    mailbox: ImapMailbox, dovecot: Dovecot, mailbox_user: str
) -> None:
    """C-12; repeating it and naming a mail that is gone does no harm."""
    for _ in range(2):
        mailbox.acknowledge([1, 3, 999], MARK_READ)
    assert dovecot.uids(mailbox_user, criteria="SEEN") == [1, 3]


def test_moving_creates_the_folder_and_can_be_repeated(
    mailbox: ImapMailbox, dovecot: Dovecot, mailbox_user: str
) -> None:
    """C-12: to a named folder, non-ASCII and nested."""
    mailbox.acknowledge([1], MOVE)
    mailbox.acknowledge([1, 2], MOVE)
    assert mailbox.all_uids() == (3,)
    with dovecot.session(mailbox_user) as session:
        assert len(session.list()[1]) == 3
        session.select('"Done/&ANw-bernommen"')
        assert session.search(None, "ALL")[1] == [b"1 2"]


def test_deleting_removes_those_mails_only(
    mailbox: ImapMailbox, dovecot: Dovecot, mailbox_user: str
) -> None:
    """C-12: a mail that somebody else marked as deleted stays."""
    with dovecot.session(mailbox_user) as session:
        session.uid("STORE", "3", "+FLAGS", r"(\Deleted)")
    mailbox.acknowledge([1], DELETE)
    mailbox.acknowledge([1], DELETE)
    mailbox.close()
    assert dovecot.uids(mailbox_user) == [2, 3]


def test_keeping_says_nothing_to_the_server(mailbox: ImapMailbox) -> None:
    """C-12: the default; works on a connection that is gone too."""
    mailbox.close()
    mailbox.acknowledge([1, 2, 3], AfterIntake())


def test_a_server_without_move_copies_and_marks(bare_dovecot: Dovecot, pki: Pki) -> None:
    """MAIL 3.4: without UIDPLUS nothing is expunged; deleting is refused in words."""
    user = bare_dovecot.new_user()
    bare_dovecot.fill(user, [mail(1), mail(2)])
    box = imap_mailbox(bare_dovecot, user, pki)
    box.open()
    box.acknowledge([1], AfterIntake(IntakeAction.MOVE, "Processed"))
    with pytest.raises(MailError) as caught:
        box.acknowledge([2], DELETE)
    box.close()
    assert caught.value.field == "incoming.after_intake"
    assert "UIDPLUS" in caught.value.title
    assert bare_dovecot.uids(user, "Processed") == [1]
    assert bare_dovecot.uids(user) == [1, 2]
    assert bare_dovecot.uids(user, criteria="DELETED") == [1]


def test_an_examined_mailbox_refuses_to_be_changed(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """MAIL 4 E 96."""
    dovecot.fill(mailbox_user, [mail(1)])
    box = imap_mailbox(dovecot, mailbox_user, pki)
    box.open(examine=True)
    with pytest.raises(MailError) as caught:
        box.acknowledge([1], MARK_READ)
    box.close()
    assert caught.value.kind is ErrorKind.FOLDER


def test_a_target_folder_cannot_carry_a_second_command(mailbox: ImapMailbox) -> None:
    """MAIL 4 E 107: modified UTF-7 encodes what is dangerous, or it is refused."""
    with pytest.raises(MailError):
        mailbox.acknowledge([1], AfterIntake(IntakeAction.MOVE, 'x"\r\na LOGOUT'))
    assert 1 in mailbox.all_uids()


def test_abort_ends_a_blocked_mailbox_from_another_thread(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """A clean stop within 5 s: here a fetch is under way."""
    dovecot.fill(mailbox_user, [mail(number, 100_000) for number in range(200)])
    box = imap_mailbox(dovecot, mailbox_user, pki)
    box.open()
    begun = threading.Event()
    ended: list[object] = []

    def work() -> None:
        try:
            while True:
                for _ in box.fetch(box.new_mails(0)):
                    begun.set()
        except MailError as error:
            ended.append(error.kind)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(10)
    before = time.monotonic()
    box.abort()
    thread.join(5)
    assert time.monotonic() - before < 2
    assert ended == [ErrorKind.TEMPORARY]
    box.close()
    box.close()


def test_a_closed_mailbox_says_so(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> None:
    """A known error, not a crash, when nothing is open."""
    box = imap_mailbox(dovecot, mailbox_user, pki)
    for use in (lambda: box.new_mails(0), box.all_uids, lambda: box.acknowledge([1], MARK_READ)):
        with pytest.raises(MailError):
            use()
    box.close()
    box.abort()


@pytest.mark.parametrize(
    ("uids", "text"),
    [([1], "1"), ([1, 2, 3], "1:3"), ([1, 3, 4, 9], "1,3:4,9"), ([4294967295], "4294967295")],
)
def test_uids_are_joined_into_ranges(uids: list[int], text: str) -> None:
    """RFC 3501 sequence sets keep commands short."""
    assert uid_set(uids) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 7-Nov-2026 02:44:25 +0230", "2026-11-07T00:14:25+00:00"),
        ("17-jul-1996 02:44:25 -0700", "1996-07-17T09:44:25+00:00"),
        ("17-Foo-1996 02:44:25 -0700", "2026-01-01T00:00:00+00:00"),
        ("31-Feb-1996 02:44:25 -0700", "2026-01-01T00:00:00+00:00"),
        ("01-Jan-0001 00:44:25 +0700", "2026-01-01T00:00:00+00:00"),
        ("01-Jan-2001 00:44:25 +9999", "2026-01-01T00:00:00+00:00"),
        (None, "2026-01-01T00:00:00+00:00"),
    ],
)
def test_an_internal_date_becomes_utc_or_is_replaced(text: str | None, expected: str) -> None:
    """MAIL 4 B 29, 30."""
    assert received_at(text, datetime(2026, 1, 1, tzinfo=UTC)).isoformat() == expected
