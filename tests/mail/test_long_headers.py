"""Header blocks beyond every measure: no field hides the others, and like mails stay apart."""

import pytest

from enate_desktop.mail.parsing import read_message

TAIL = b"Subject: late\r\nMessage-ID: <late@x.example>\r\n\r\nHi\r\n"


@pytest.mark.parametrize(
    "long",
    [
        b"X-Big: " + b"x" * 20_000_000 + b"\r\n",
        b"X-Big: " + b"\r\n ".join([b"x" * 900] * 2000) + b"\r\n",
        b"".join(b"X-%d: y\r\n" % n for n in range(15_000)) + b"X-Big: " + b"x" * 300_000 + b"\r\n",
    ],
    ids=["one line", "folded", "many fields"],
)
def test_a_huge_field_does_not_hide_the_others(long: bytes) -> None:
    """M-11: routed on the headers that can be read; MAIL 4 B 45."""
    message = read_message(b"From: a@x.example\r\nTo: hr@acme.example\r\n" + long + TAIL)
    assert (message.senders, message.to) == (("a@x.example",), ("hr@acme.example",))
    assert (message.subject, message.message_id) == ("late", "<late@x.example>")
    assert message.incomplete


def test_the_first_of_fifty_thousand_recipients_are_read() -> None:
    """MAIL 4 B 40: capped and flagged, not dropped."""
    to = b"To: hr@acme.example" + b"".join(b",\r\n u%d@x.example" % n for n in range(50_000))
    message = read_message(b"From: a@x.example\r\n" + to + b"\r\n" + TAIL)
    assert message.to[0] == "hr@acme.example"
    assert message.subject == "late"
    assert message.incomplete


def test_a_huge_subject_keeps_its_beginning() -> None:
    """MAIL 4 B 52."""
    subject = b"Subject: urgent " + b"x" * 900_000 + b"\r\n"
    message = read_message(b"From: a@x.example\r\n" + subject + b"Message-ID: <1@x>\r\n\r\n")
    assert message.subject.startswith("urgent")
    assert message.message_id == "<1@x>"


def test_mails_that_differ_in_their_subject_only_are_different() -> None:
    """M-02: monitors and scanners send such mails in the same second."""

    def alarm(number: int, message_id: bytes = b"") -> str:
        head = b"From: m@x.example\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n" + message_id
        return read_message(head + b"Subject: Alarm %d\r\n\r\n" % number).fingerprint

    assert len({alarm(n) for n in range(3)}) == 3
    assert len({alarm(n, b"Message-ID: <same@x>\r\n") for n in range(3)}) == 3
    assert alarm(1) == alarm(1)
