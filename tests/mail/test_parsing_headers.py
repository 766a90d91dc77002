"""Headers of odd mails (MAIL.md 4 B), by case number."""

from datetime import UTC, datetime

import pytest

from enate_desktop.domain.messages import Message
from enate_desktop.mail.parsing import read_message

RECEIVED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def read(*lines: str, body: str = "body", encoding: str = "utf-8") -> Message:
    """A mail of these header lines."""
    text = "\r\n".join(lines) + "\r\n\r\n" + body
    return read_message(text.encode(encoding), RECEIVED)


@pytest.mark.parametrize(
    ("lines", "sender", "noted"),
    [
        (["From: a@x.test", "Sender: b@x.test"], "a@x.test", False),
        (["Sender: b@x.test", "Reply-To: c@x.test"], "b@x.test", True),
        (["Reply-To: c@x.test", "Return-Path: <d@x.test>"], "c@x.test", True),
        (["From:", "Return-Path: <d@x.test>"], "d@x.test", True),
        (["Subject: nobody"], "", True),
        (["From: a@b.test <c@d.test>", "Sender: b@x.test"], "", True),
        (["From: A <a@x.test>", "From: B <b@x.test>"], "a@x.test", True),
    ],
    ids=["27-from", "27-sender", "27-reply-to", "27-return-path", "27-none", "38", "35"],
)
def test_the_sender_is_found_or_unknown(lines: list[str], sender: str, noted: bool) -> None:
    """MAIL 4 B 27, 35, 38: From first; an ambiguous From is not replaced by a guess."""
    message = read(*lines)
    assert message.sender == sender
    assert bool(message.notes) == noted


def test_recipients_of_repeated_headers_are_put_together() -> None:
    """MAIL 4 B 35; M-09."""
    message = read("To: a@x.test, nobody", "To: b@x.test, a@x.test", "Cc: c@x.test", "Cc: x y")
    assert message.to == ("a@x.test", "b@x.test")
    assert message.cc == ("c@x.test",)
    assert message.unusable_addresses == ("nobody", "x y")
    assert any("more than one To header" in note for note in message.notes)


def test_a_blind_copy_is_known_by_its_envelope() -> None:
    """MAIL 4 B 28."""
    message = read(
        "Delivered-To: hr@x.test", "X-Original-To: <hr+1@x.test>", "Envelope-To: hr@x.test"
    )
    assert message.recipients == ()
    assert message.delivered_to == ("hr@x.test", "hr+1@x.test")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Date: Mon, 23 Nov 2026 09:30:00 +0100", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("Date: Mon, 23 Nov 2026 09:30:00 -0000", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("Date: Mon, 23 Nov 2046 09:30:00 +0100", datetime(2046, 11, 23, 8, 30, tzinfo=UTC)),
        ("Date: Mon, 23 Nov 99999 09:30:00 +0100", RECEIVED),
        ("Date: Mon, 23 Nov 2026 09:30:00 +9999", RECEIVED),
        ("Date: yesterday", RECEIVED),
        ("Date: " + "1 " * 50_000, RECEIVED),
        ("X-Nothing: x", RECEIVED),
    ],
)
def test_the_date_is_utc_or_when_the_mail_was_received(line: str, expected: datetime) -> None:
    """MAIL 4 B 29, 30."""
    assert read(line).date == expected


SUBJECTS = [
    ("plain", "plain"),
    ("=?utf-8?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
    ("=?ISO-8859-1?Q?Gr=F6=DFe?= neu", "Größe neu"),
    ("=?utf-8?b?R3LDtg==?= =?utf-8?b?w59l?=", "Größe"),
    ("=?utf-8?b?R3LD?=\r\n =?utf-8?b?tsOfZQ==?=", "Größe"),
    ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
    ("=?utf-8*de?q?b?=", "b"),
    ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
    ("=?gb2312?B?1tDOxA==?=", "中文"),
    ("=?windows-1252?q?=80?=", "€"),
    ("=?us-ascii?q?=C3=A9?=", "é"),
    ("=?x-unknown?q?=C3=A9?=", "é"),
    ("=?utf-7?q?+AGEAYg-?=", "+AGEAYg-"),
    ("=?rot13?q?uryyb?=", "uryyb"),
    ("=?idna?q?xn--4ca?=", "xn--4ca"),
    ("=?unicode_escape?q?=5Cx41?=", "\\x41"),
    ("=?hex?q?41?=", "41"),
    ("=?utf-8?b?!!!not base64!!!?=", None),
    ("=?utf-8?q?hi=0D=0ABcc:_evil=40x?=", "hi  Bcc: evil@x"),
    ("=?utf-8?q?a=00b?=", "a\ufffdb"),
    ("=?utf-16?b?2D0=?=", None),
    ("=?utf-8?q?=ED=A0=80?=", None),
    ("=?=?=?=?", "=?=?=?=?"),
    ("=?utf-8?q?=?utf-8?q?x?=?=", None),
    ("grün", "grün"),
    ("a\x07b\x7f", "a b"),
    ("'; DROP TABLE mails; --", "'; DROP TABLE mails; --"),
]


@pytest.mark.parametrize(("value", "expected"), SUBJECTS)
def test_a_subject_is_decoded_within_bounds(value: str, expected: str | None) -> None:
    """MAIL 4 A 17, B 36, 37, 46, 54: only character sets, no controls, no surrogates."""
    subject = read(f"Subject: {value}").subject
    if expected is not None:
        assert subject == expected
    assert not any("\ud800" <= character <= "\udfff" for character in subject)
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in subject)


def test_raw_bytes_in_a_header_are_read_as_utf_8_or_western() -> None:
    """MAIL 4 B 46."""
    assert read("Subject: Größe", encoding="utf-8").subject == "Größe"
    assert read("Subject: Größe", encoding="latin-1").subject == "Größe"


def test_five_thousand_words_and_a_200_kb_subject_are_bounded() -> None:
    """MAIL 4 B 37, 52: the first 64 KiB."""
    many = read("Subject: " + " ".join(["=?utf-8?q?a?="] * 5_000))
    assert 4_000 < len(many.subject) <= 5_000
    assert len(read("Subject: " + "x" * 200_000).subject) == 64 << 10


@pytest.mark.parametrize(
    ("lines", "important", "line"),
    [
        (["Importance: High"], True, "Importance: High"),
        (["Importance: normal", "X-Priority: 1 (Highest)"], True, "X-Priority: 1 (Highest)"),
        (["X-Priority: 2"], True, "X-Priority: 2"),
        (["X-Priority: 3"], False, ""),
        (["X-Priority: 11"], False, ""),
        (["X-Priority: high"], False, ""),
        (["Priority: urgent"], True, "Priority: urgent"),
        (["Priority: normal"], False, ""),
        (["X-MSMail-Priority: High"], True, "X-MSMail-Priority: High"),
        (["Importance: low", "X-Priority: 1"], True, "X-Priority: 1"),
        ([], False, ""),
    ],
)
def test_the_important_flag(lines: list[str], important: bool, line: str) -> None:
    """Q-1, MAIL 4 B 51: any of the four headers, named in this order."""
    message = read("Subject: x", *lines)
    assert (message.important, message.importance_header) == (important, line)


def test_ids_keep_their_brackets_and_are_bounded() -> None:
    """M-03, MAIL 4 B 31, 55."""
    message = read(
        "Message-ID: <a@x>",
        "In-Reply-To: <b@x> (from Anna)",
        "References: " + " ".join(f"<{number}@x>" for number in range(20_000)),
    )
    assert message.message_id == "<a@x>"
    assert message.in_reply_to == ("<b@x>",)
    assert len(message.references) == 50
    assert message.references[-1].endswith("@x>")
    assert read("Message-ID: a@x").message_id == "<a@x>"
    assert read("In-Reply-To: your mail of Monday").in_reply_to == ()


def test_a_missing_message_id_is_made_of_the_content() -> None:
    """MAIL 4 B 31: the same mail has the same one, another mail another."""
    first, second = read("Subject: a"), read("Subject: b")
    assert first.message_id == read("Subject: a").message_id
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@missing.local>")


def test_the_fingerprint_knows_the_same_mail_on_another_way() -> None:
    """MAIL 3.2: line ends and trace headers differ, the mail is the same; a guessed id is not."""
    head = "Message-ID: <a@x>\r\nDate: Mon, 23 Nov 2026 09:30:00 +0100\r\nFrom: a@x.test\r\n"
    first = read_message(f"{head}\r\nbody\r\n".encode())
    moved = read_message(f"Received: by y\r\n{head}\r\nbody".replace("\r\n", "\n").encode())
    other = read_message(f"{head}\r\nanother body\r\n".encode())
    assert first.fingerprint == moved.fingerprint
    assert first.fingerprint != other.fingerprint
    assert first.message_id == other.message_id
    unnamed = read_message(b"From: a@x.test\r\n\r\nbody")
    assert unnamed.fingerprint != read_message(b"From: a@x.test\r\nX: y\r\n\r\nbody").fingerprint


def test_huge_headers_are_cut_and_said() -> None:
    """MAIL 4 B 45: one header of 10 MB, or 100,000 lines; what came first is read."""
    for raw in (
        b"Subject: first\r\nX: " + b"x" * 10_000_000 + b"\r\nTo: a@x.test\r\n\r\nbody",
        b"Subject: first\r\n" + b"X-A: b\r\n" * 100_000 + b"To: a@x.test\r\n\r\nbody",
    ):
        message = read_message(raw)
        assert message.subject == "first"
        assert message.incomplete
        assert any("header" in note for note in message.notes)


AUTOMATIC = [
    ("66", "Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied"),
    ("66", "Auto-Submitted: auto-generated (rejected)", "Auto-Submitted: auto-generated"),
    ("66", "Auto-Submitted: (no) auto-generated", "Auto-Submitted: auto-generated"),
    ("66", "Auto-Submitted: no\r\nAuto-Submitted: auto-replied", "Auto-Submitted: auto-replied"),
    ("67", "Precedence: first-class\r\nPrecedence: bulk", "Precedence: bulk"),
    ("66", "Auto-Submitted: No", ""),
    ("66", "Auto-Submitted: no; owner=x", ""),
    ("67", "Precedence: bulk", "Precedence: bulk"),
    ("67", "Precedence: Junk", "Precedence: junk"),
    ("67", "Precedence: list", "Precedence: list"),
    ("67", "Precedence: first-class", ""),
    ("67", "List-Id: <x.y>", "List-Id"),
    ("67", "List-Unsubscribe: <mailto:x@y>", "List-Unsubscribe"),
    ("68", "X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress: all"),
    ("68", "X-Auto-Response-Suppress: None", ""),
    ("68", "X-Autoreply: yes", "X-Autoreply"),
    ("68", "X-Autorespond: Out of office", "X-Autorespond"),
    ("68", "X-Loop: hr@x.test", "X-Loop"),
    ("69", "Return-Path: <>", "Return-Path: <>"),
    ("69", "Return-Path: <a@x.test>", ""),
    ("69", "From: MAILER-DAEMON@x.test", "From: mailer-daemon@x.test"),
    ("69", "From: no-reply@x.test", "From: no-reply@x.test"),
    ("69", "From: noreply+7@x.test", "From: noreply+7@x.test"),
    ("69", "From: norah@x.test", ""),
    ("70", "Content-Type: multipart/report; boundary=b", "Content-Type: multipart/report"),
    ("70", "Content-Type: multipart/report", "Content-Type: multipart/report"),
    ("77", "Received: x\r\n" * 50 + "Received: x", "More than 50 Received headers"),
    ("77", "Received: x\r\n" * 49 + "Received: x", ""),
]


@pytest.mark.parametrize(
    ("line", "reason"), [row[1:] for row in AUTOMATIC], ids=[row[0] for row in AUTOMATIC]
)
def test_an_automatic_mail_says_by_which_header(line: str, reason: str) -> None:
    """M-08."""
    assert read(line, "Subject: x").auto_generated == reason


def test_an_attached_mail_cannot_smuggle_recipients() -> None:
    """MAIL 4 C 65: only the top-level headers route."""
    inner = "To: boss@x.test\r\nSubject: inner\r\n\r\nx"
    message = read(
        "To: hr@x.test",
        "Content-Type: multipart/mixed; boundary=b",
        body=f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n",
    )
    assert message.recipients == ("hr@x.test",)
    assert [attachment.media_type for attachment in message.attachments] == ["message/rfc822"]
