"""What loops, languages, answers and delivery reports are read from (M-08, O-04, MAIL 4 D)."""

import pytest

from enate_desktop.mail.parsing import read_message
from enate_desktop.storage.encoding import message_text, message_value

FAILED = b"Content-Type: message/delivery-status\r\n\r\nX: y\r\n\r\nAction: failed\r\n"
ORIGINAL = b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <a@x.test>\r\nSubject: s\r\n\r\nx"
HEADERS = b"Content-Type: text/rfc822-headers\r\n\r\nSubject: s\r\nMessage-ID: <a@x.test>\r\n"


def report(*parts: bytes, kind: str = "; report-type=delivery-status") -> bytes:
    """A delivery report with these parts."""
    inner = b"".join(b"--b\r\n" + part + b"\r\n" for part in (b"\r\nnot delivered", *parts))
    head = f"From: mailer-daemon@x.test\r\nContent-Type: multipart/report; boundary=b{kind}"
    return head.encode() + b"\r\n\r\n" + inner + b"--b--\r\n"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (report(FAILED, ORIGINAL), ("<a@x.test>",)),
        (report(FAILED, HEADERS), ("<a@x.test>",)),
        (report(ORIGINAL, kind=""), ("<a@x.test>",)),
        (report(FAILED, ORIGINAL.replace(b"rfc822", b"global")), ("<a@x.test>",)),
        (report(FAILED, ORIGINAL, ORIGINAL), ("<a@x.test>",)),
        (
            report(
                FAILED,
                b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                b"TWVzc2FnZS1JRDogPGFAeC50ZXN0Pg0K",
            ),
            ("<a@x.test>",),
        ),
        (report(FAILED), ()),
        (report(FAILED, b"\r\nMessage-ID: <a@x.test>"), ()),
        (report(FAILED, ORIGINAL.replace(b"<a@x.test>", b"<a b>\x00")), ()),
        (report(FAILED.replace(b"failed", b"delayed"), ORIGINAL), ()),
        (report(FAILED.replace(b"failed", b"delivered"), ORIGINAL), ()),
        (report(ORIGINAL, kind="; report-type=disposition-notification"), ()),
        (ORIGINAL, ()),
    ],
)
def test_a_delivery_report_names_what_was_not_delivered(
    raw: bytes, expected: tuple[str, ...]
) -> None:
    """MAIL 4 D 70, 71; RFC 3464: delays, successes and receipts for reading are no failure."""
    assert read_message(raw).bounced == expected


def test_a_report_on_a_thousand_mails_is_bounded() -> None:
    """MAIL 4 A 10."""
    parts = [ORIGINAL.replace(b"<a@", b"<%d@" % number) for number in range(900)]
    assert len(read_message(report(FAILED, *parts)).bounced) == 10


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Accept-Language: fr-CH, fr;q=0.9, en;q=0.8", "fr-ch"),
        ("Accept-Language: de-DE\r\nContent-Language: en", "de-de"),
        ("Content-Language: en-US", "en-us"),
        ("Accept-Language: *, it;q=0.5", "it"),
        ("Accept-Language: zh-Hant-TW", "zh-hant-tw"),
        ("Accept-Language: ", ""),
        ("Accept-Language: <script>", ""),
        ("Accept-Language: " + "x" * 5_000, ""),
        ("Subject: s", ""),
    ],
)
def test_the_language_of_the_sender(lines: str, expected: str) -> None:
    """O-01, RFC 3282."""
    assert read_message(f"{lines}\r\n\r\nx".encode()).language == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("X-Enate-Loop: 0123456789abcdef", ("0123456789abcdef",)),
        ("X-Enate-Loop: ABCDEF012345\r\nX-Enate-Loop: 111111111", ("abcdef012345", "111111111")),
        ("X-Enate-Loop: 01234567, 89abcdef; 01234567", ("01234567", "89abcdef")),
        ("X-Enate-Loop: 0123", ()),
        ("X-Enate-Loop: xyz45678 <a@b>", ()),
        ("X-Enate-Loop: " + "0" * 65, ()),
    ],
)
def test_the_installations_that_a_mail_came_through(lines: str, expected: tuple[str, ...]) -> None:
    """O-04, MAIL 4 D 72."""
    assert read_message(f"{lines}\r\n\r\nx".encode()).loop == expected


def test_what_a_loop_may_carry_is_bounded() -> None:
    """O-04: twenty names, a thousand servers."""
    lines = "".join(f"X-Enate-Loop: {n:08x}\r\nReceived: x\r\n" for n in range(2_000))
    message = read_message(f"{lines}\r\nx".encode())
    assert len(message.loop) == 20
    assert message.hops == 1_000


def test_answers_go_where_the_sender_wants_them() -> None:
    """MAIL 4 D 75: usable addresses only, of every such header."""
    lines = "Reply-To: A <a@x.test>, nonsense\r\nReply-To: b@x.test\r\nReceived: x\r\n"
    message = read_message(f"{lines}\r\nx".encode())
    assert message.reply_to == ("a@x.test", "b@x.test")
    assert message.hops == 1


@pytest.mark.parametrize(
    ("line", "automatic"),
    [
        ("From: acme-noreply@x.test", True),
        ("From: do_not_reply@x.test", True),
        ("From: no.reply@x.test", True),
        ("From: casino-reply@x.test", False),
        ("List-Archive: <https://x.test>", True),
        ("Precedence: auto_reply", True),
    ],
)
def test_more_signs_of_a_machine(line: str, automatic: bool) -> None:
    """M-08, MAIL 4 D 67, 69; RFC 2369."""
    assert bool(read_message(f"{line}\r\n\r\nx".encode()).auto_generated) is automatic


def test_what_is_read_is_kept_as_it_is() -> None:
    """M-12: the kept facts are the facts."""
    raw = report(FAILED, ORIGINAL).replace(
        b"From:",
        b"Reply-To: r@x.test\r\nAccept-Language: de\r\nX-Enate-Loop: 0123456789\r\nReceived: x\r\n"
        b"From:",
        1,
    )
    message = read_message(raw)
    assert all((message.bounced, message.loop, message.reply_to, message.language))
    assert message_value(message_text(message)) == message
