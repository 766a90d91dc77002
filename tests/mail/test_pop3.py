"""Mails over POP3 from a real Dovecot: every byte, lasting numbers, and an end that is safe."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from enate_desktop.domain.connectors import AfterIntake, IntakeAction, Security
from enate_desktop.mail.mailbox import POP3_LIFE, ErrorKind, MailError, RemoteMail
from enate_desktop.mail.pop3 import SESSION_MAILS, Pop3Mailbox
from tests.mail.pop3_support import DELETE, KEEP, MemoryNumbers, mail, pop3_mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki

LONG_LINE = b"x" * 100_000 + b"\r\n"
DOTS = b".\r\n..\r\n.a\r\n" + b"." * 5000 + b"\r\n\r\n.\r\n"


@pytest.fixture
def numbers() -> MemoryNumbers:
    return MemoryNumbers()


@pytest.fixture
def box(dovecot: Dovecot, mailbox_user: str, pki: Pki, numbers: MemoryNumbers) -> Pop3Mailbox:
    """A mailbox that is not opened yet."""
    return pop3_mailbox(dovecot, mailbox_user, pki, numbers)


def taken_in(box: Pop3Mailbox, numbers: MemoryNumbers, mails: Sequence[RemoteMail]) -> list[int]:
    """Fetch mails and make them durable, as the worker does; returns their numbers."""
    fetched = list(box.fetch(mails))
    for one, raw in fetched:
        assert raw is not None
        numbers.store(one.uid, raw)
    uids = [one.uid for one, _ in fetched]
    box.stored(uids)
    return uids


@pytest.mark.parametrize("security", list(Security))
def test_a_mailbox_opens_with_each_security(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, security: Security
) -> None:
    """C-02, C-13: TLS, STARTTLS and, only when chosen, plain."""
    dovecot.fill(mailbox_user, [mail(1), mail(2)])
    box = pop3_mailbox(dovecot, mailbox_user, pki, security=security)
    state = box.open()
    box.close()
    assert (state.uidvalidity, state.uidnext, state.count) == (POP3_LIFE, 3, 2)
    assert (state.most_mails, state.by_date, state.warning) == (SESSION_MAILS, frozenset(), "")


def test_every_byte_arrives(dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox) -> None:
    """MAIL 3.5 step 7: dots, lines of 100,000 characters, nothing but headers, 8-bit, empty."""
    raws = [
        mail(1, DOTS),
        mail(2, LONG_LINE * 3),
        b"Subject: only headers\r\n\r\n",
        mail(3, bytes(range(128, 256)) * 50 + b"\r\n"),
        b"\r\n",
        mail(4, b"line\r\n" * 50_000),
    ]
    dovecot.fill(mailbox_user, raws)
    box.open()
    assert [raw for _, raw in box.fetch(box.new_mails(0))] == raws
    box.close()


def test_a_dot_that_the_server_forgot_to_stuff_spoils_no_neighbour(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox
) -> None:
    """MAIL 4 E 100: Dovecot 2.3 sends a mail that begins with a dot as it is; it seems to end there
    and the rest to be the next answer.
    """
    dovecot.fill(mailbox_user, [mail(1), b".\r\n+OK\r\n" + mail(7), mail(2), mail(3)])
    box.open()
    assert [raw for _, raw in box.fetch(box.new_mails(0))] == [mail(1), None, mail(2), mail(3)]
    box.close()


def test_a_mail_is_dated_by_what_the_server_wrote_into_it(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox
) -> None:
    """C-12: POP3 tells no time of receipt; the first Received line does, else Date, else now."""
    began = datetime.now(UTC)
    dated = [mail(5), b"Date: Sun, 1 Nov 2026 10:00:00 +0100\r\n\r\nx\r\n", b"X: y\r\n\r\nx\r\n"]
    dovecot.fill(mailbox_user, dated)
    box.open()
    mails = box.new_mails(0)
    known = box.dated(mails)
    assert [one.received for one in known[:2]] == [
        datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
        datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
    ]
    assert known[2].received >= began
    assert [one.received for one, _ in box.fetch(mails)] == [one.received for one in known]
    box.close()


def test_numbers_last_while_others_change_the_mailbox(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox
) -> None:
    """MAIL 3.5 step 6: message numbers shift, ours do not."""
    dovecot.fill(mailbox_user, [mail(number) for number in range(5)])
    box.open()
    assert box.all_uids() == (1, 2, 3, 4, 5)
    with dovecot.session(mailbox_user) as other:
        other.uid("STORE", "1:2", "+FLAGS", r"(\Deleted)")
        other.expunge()
    dovecot.fill(mailbox_user, [mail(9)])
    assert box.open().uidnext == 7
    assert box.all_uids() == (3, 4, 5, 6)
    ((_, raw),) = box.fetch(box.new_mails(5))
    assert raw == mail(9)
    box.close()


def test_leaving_mail_changes_nothing(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox, numbers: MemoryNumbers
) -> None:
    """C-12: the default."""
    dovecot.fill(mailbox_user, [mail(1), mail(2)])
    box.open()
    uids = taken_in(box, numbers, box.new_mails(0))
    box.acknowledge(uids, KEEP)
    box.close()
    assert len(dovecot.uids(mailbox_user)) == 2


def test_what_is_taken_in_is_deleted_and_nothing_else(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox, numbers: MemoryNumbers
) -> None:
    """C-12, MAIL 3.5 step 4: DELE, QUIT, and only then done."""
    dovecot.fill(mailbox_user, [mail(number) for number in range(4)])
    box.open()
    uids = taken_in(box, numbers, box.new_mails(1)[:2])
    box.acknowledge(uids, DELETE)
    assert len(dovecot.uids(mailbox_user)) == 2
    box.open()
    assert box.all_uids() == (1, 4)
    box.acknowledge(uids, DELETE)  # Repeated at will: they are gone.
    box.close()
    assert len(dovecot.uids(mailbox_user)) == 2


def test_mails_of_an_earlier_connection_are_compared_before_they_are_deleted(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox, numbers: MemoryNumbers
) -> None:
    """MAIL 3.7: a crash between the decision and QUIT; 450 mails, in sessions of 200."""
    raws = [mail(number) for number in range(450)]
    dovecot.fill(mailbox_user, raws)
    box.open()
    for uid, raw in zip(box.all_uids(), raws, strict=True):
        numbers.store(uid, raw if uid != 7 else b"something else")
    box.acknowledge(box.all_uids(), DELETE)
    box.open()
    (left,) = box.all_uids()
    assert left > 450  # Mail 7 is another than the one that is kept: it is new.
    box.close()


@pytest.mark.parametrize("action", [IntakeAction.MARK_READ, IntakeAction.MOVE])
def test_what_the_protocol_cannot_do_is_said(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox, action: IntakeAction
) -> None:
    """C-12: POP3 has neither a mark nor folders."""
    dovecot.fill(mailbox_user, [mail(1)])
    box.open()
    with pytest.raises(MailError, match="neither mark mail as read nor move") as caught:
        box.acknowledge(box.all_uids(), AfterIntake(action, "Processed"))
    box.close()
    assert caught.value.field == "incoming.after_intake"


def test_the_headers_of_a_large_mail_come_alone(
    dovecot: Dovecot, mailbox_user: str, box: Pop3Mailbox
) -> None:
    """MAIL 4 A 12: TOP."""
    dovecot.fill(mailbox_user, [mail(1, b"x" * 5_000 + b"\r\n")])
    box.open()
    (one,) = box.new_mails(0)
    assert box.headers(one) == mail(1, b"")
    box.close()


def test_a_mailbox_that_is_not_open_says_so(box: Pop3Mailbox) -> None:
    """S-01: no crash."""
    with pytest.raises(MailError) as caught:
        box.all_uids()
    assert caught.value.kind is ErrorKind.TEMPORARY


def test_a_mailbox_in_use_is_no_fault(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> None:
    """MAIL 4 E 101: nobody else is kept out for longer than the session."""
    first, second = (pop3_mailbox(dovecot, mailbox_user, pki) for _ in range(2))
    first.open()
    first.close()
    second.open()
    second.close()
