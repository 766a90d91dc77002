"""Parts and attachments of odd mails (MAIL.md 4 A and C), by case number."""

import base64
import time

import pytest

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.mail.parsing import attachment_bytes, body_text, read_message

MIXED = "Content-Type: multipart/mixed; boundary=b"


def multipart(*parts: str, head: str = MIXED, end: str = "--b--\r\n") -> bytes:
    """A mail of parts, each its header lines, a blank line and a body."""
    inner = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return f"From: a@x.test\r\nSubject: s\r\n{head}\r\n\r\npreamble\r\n{inner}{end}".encode()


def attached(disposition: str, content_type: str = "application/pdf") -> str:
    return f"Content-Type: {content_type}\r\nContent-Disposition: {disposition}\r\n\r\ndata"


def names(raw: bytes) -> list[str]:
    return [attachment.name for attachment in read_message(raw).attachments]


HARMLESS: list[tuple[str, bytes, bool]] = [
    ("1-empty", b"", False),
    ("2-headers-only", b"From: a@x.test\r\nSubject: s", False),
    ("3-body-only", b"Dear all,\r\n\r\nthis is a body.", False),
    ("4-truncated", multipart("\r\none", end=""), True),
    ("4-truncated-in-headers", multipart("Content-Type: text/pl", end=""), True),
    ("5-no-boundary", multipart("\r\none", head="Content-Type: multipart/mixed"), False),
    ("7-same-boundary", multipart(MIXED + "\r\n\r\n--b\r\n\r\nx\r\n--b--"), True),
    ("16-unknown-encoding", b"Content-Transfer-Encoding: x-yenc\r\n\r\nabc", False),
    ("19-nul", b"Subject: a\x00b\r\n\r\n\x00\x00", False),
    ("20-bare-cr", b"From: a@x.test\rSubject: s\r\rbody\rmore", False),
    ("20-bare-lf", b"From: a@x.test\nSubject: s\n\nbody", False),
    ("20-mixed", b"From: a@x.test\nSubject: s\r\n\nbody\r", False),
    ("21-long-line", b"Subject: s\r\n\r\n" + b"x" * 1_000_000, False),
    ("25-binary", b"Subject: s\r\n\r\n" + bytes(range(256)) * 10, False),
    ("26-mbox", b"From a@x.test Mon Nov 23\r\n>From x\r\nSubject: s\r\n\r\nbody", False),
    ("unreadable-line", b"Subject: s\r\nthis is no header\r\nTo: a@x.test\r\n\r\nbody", True),
]


@pytest.mark.parametrize(
    ("raw", "incomplete"), [row[1:] for row in HARMLESS], ids=[row[0] for row in HARMLESS]
)
def test_an_odd_mail_is_read_as_far_as_it_goes(raw: bytes, incomplete: bool) -> None:
    """M-11, MAIL 4 A: never an error; what is missing is said."""
    message = read_message(raw)
    assert message.incomplete == incomplete
    assert message.size == len(raw)
    assert message.subject in ("", "s", "a\ufffdb")
    assert message.attachments == ()
    body_text(raw)


def test_what_an_odd_mail_lacks_is_said_in_words() -> None:
    """M-11."""
    assert "The mail is empty." in read_message(b"").notes
    assert "The mail has no headers." in read_message(b"Dear all,\r\n\r\nhello").notes
    assert any("complete" in note for note in read_message(multipart("\r\nx", end="")).notes)


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822"])
def test_ten_thousand_levels_are_stopped(kind: str) -> None:
    """MAIL 4 A 8, 9: no recursion; the headers are read."""
    level = f"Content-Type: {kind}; boundary=b%d\r\n\r\n--b%d\r\n"
    inner = "".join(level.replace("%d", str(number)) for number in range(10_000))
    began = time.process_time()
    message = read_message(b"Subject: deep\r\n" + inner.encode() + b"x")
    assert time.process_time() - began < 5
    assert message.subject == "deep"
    assert message.incomplete == (kind == "multipart/mixed")
    body_text(b"Subject: deep\r\n" + inner.encode())


def test_a_hundred_thousand_parts_are_stopped() -> None:
    """MAIL 4 A 10: 36 s in the standard library."""
    raw = multipart(*[attached("attachment; filename=a.pdf")] * 100_000)
    began = time.process_time()
    message = read_message(raw)
    assert time.process_time() - began < 5
    assert message.incomplete
    assert len(message.attachments) == 500
    assert any("1,000 parts" in note for note in message.notes)


def test_parts_that_are_nothing_but_headers_are_bounded() -> None:
    """MAIL 4 A 10, B 45 together."""
    raw = multipart(*["X:\r\n" * 10_000] * 1_000)
    began = time.process_time()
    assert read_message(raw).incomplete
    assert time.process_time() - began < 3


@pytest.mark.parametrize("boundary", ["x" * 2_000, "a.*+?[(", "=_:'", "--b", "b "])
def test_a_boundary_is_compared_as_it_is(boundary: str) -> None:
    """MAIL 4 A 6."""
    raw = (
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}x\r\n\r\nnot a part\r\n"
        f"--{boundary}\r\nContent-Type: application/pdf\r\n\r\n1\r\n--{boundary}--\r\n"
    ).encode()
    assert len(read_message(raw).attachments) == 1


def test_a_fifty_megabyte_attachment_is_described_without_decoding() -> None:
    """MAIL 4 A 11."""
    data = (b"eHh4" * 18 + b"\r\n") * 700_000
    raw = multipart(
        "Content-Type: image/png; name=b.png\r\nContent-Transfer-Encoding: base64\r\n\r\nDATA"
    ).replace(b"DATA", data)
    began = time.process_time()
    (attachment,) = read_message(raw).attachments
    assert time.process_time() - began < 2
    assert attachment.size == 54 * 700_000


ATTACHMENTS = [
    ("attachment", attached("attachment; filename=a.pdf"), ["a.pdf"]),
    ("inline-named", attached("inline; filename=a.pdf"), ["a.pdf"]),
    ("name-only", 'Content-Type: application/pdf; name="b c.pdf"\r\n\r\nx', ["b c.pdf"]),
    ("no-name", "Content-Type: application/pdf\r\n\r\nx", [""]),
    ("text-no-name", "Content-Type: text/html\r\n\r\nx", []),
    ("text-attached", attached("attachment", "text/plain"), [""]),
    ("text-named", attached("inline; filename=log.txt", "text/plain"), ["log.txt"]),
    ("50-inline-image", "Content-Type: image/png; name=l.png\r\nContent-ID: <l>\r\n\r\nx", []),
    (
        "50-inline-image-said",
        attached("inline; filename=l.png", "image/png\r\nContent-ID: <l>"),
        [],
    ),
    (
        "50-image-attached",
        attached("attachment; filename=l.png", "image/png\r\nContent-ID: <l>"),
        ["l.png"],
    ),
    ("50-image-no-id", attached("inline; filename=l.png", "image/png"), ["l.png"]),
    ("65-mail", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny", [""]),
    ("61-invitation", "Content-Type: text/calendar; method=REQUEST\r\n\r\nx", []),
    (
        "57-tnef",
        attached("attachment; filename=winmail.dat", "application/ms-tnef"),
        ["winmail.dat"],
    ),
    ("23-partial", "Content-Type: message/partial; id=x\r\n\r\ny", [""]),
    ("23-external", "Content-Type: message/external-body; access-type=url\r\n\r\ny", [""]),
    ("49-double", attached("attachment; filename=invoice.pdf.exe"), ["invoice.pdf.exe"]),
    ("48-path", attached('attachment; filename="../../etc/passwd"'), ["passwd"]),
    ("48-drive", attached('attachment; filename="C:\\\\temp\\\\x.doc"'), ["x.doc"]),
    ("48-dots", attached('attachment; filename="x.pdf . "'), ["x.pdf"]),
    ("48-nothing-left", attached('attachment; filename="../.."'), ["attachment-1"]),
    ("48-direction", attached("attachment; filename*=utf-8''a%E2%80%AEfdp.exe"), ["afdp.exe"]),
    ("48-nul", attached("attachment; filename*=utf-8''a%00b.pdf"), ["a\ufffdb.pdf"]),
    ("48-long", attached(f"attachment; filename={'x' * 4000}.pdf"), ["x" * 251 + ".pdf"]),
    ("47-2231", attached("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf"), ["Größe.pdf"]),
    (
        "47-2231-pieces",
        attached("attachment; filename*0*=utf-8''Gr%C3%B6; filename*1=\"e.pdf\""),
        ["Gröe.pdf"],
    ),
    ("47-2231-missing", attached("attachment; filename*0=a; filename*2=c.pdf"), ["a"]),
    ("47-2231-bad-percent", attached("attachment; filename*=utf-8''%ZZ%4.pdf"), ["%ZZ%4.pdf"]),
    ("47-2231-utf-16", attached("attachment; filename*=utf-16''%FE%FF%00a.pdf"), None),
    ("47-2231-wins", attached("attachment; filename=x.pdf; filename*=utf-8''y.pdf"), ["y.pdf"]),
    ("47-2047", attached('attachment; filename="=?utf-8?b?R3LDtsOfZS5wZGY=?="'), ["Größe.pdf"]),
    ("47-raw", attached('attachment; filename="Größe.pdf"'), ["Größe.pdf"]),
    ("47-quoted", attached('attachment; filename="a\\"b;c.pdf"; x=y'), ['a"b;c.pdf']),
    ("47-unquoted", attached("attachment; filename=my file.pdf"), ["my file.pdf"]),
    ("47-unclosed", attached('attachment; filename="a.pdf'), None),
]


@pytest.mark.parametrize(
    ("part", "expected"), [row[1:] for row in ATTACHMENTS], ids=[row[0] for row in ATTACHMENTS]
)
def test_which_parts_are_attachments_and_their_names(part: str, expected: list[str] | None) -> None:
    """Q-2, MAIL 4 B 47-50, C 57-65."""
    found = names(multipart("Content-Type: text/plain\r\n\r\nhello", part))
    if expected is not None:
        assert found == expected
    else:
        assert len(found) == 1
        assert len(found[0]) < 256


def test_three_thousand_segments_of_a_name_are_bounded() -> None:
    """MAIL 4 B 47: 1 s in the standard library."""
    segments = "; ".join(f"filename*{number}=a" for number in range(3_000))
    assert names(multipart(attached(f"attachment; {segments}"))) == ["a" * 20]


def test_a_mail_that_is_one_attachment() -> None:
    """Q-2: scanners send such mails."""
    raw = b"From: a@x.test\r\nContent-Type: application/pdf; name=scan.pdf\r\n\r\ndata"
    assert names(raw) == ["scan.pdf"]
    assert attachment_bytes(raw, 0) == b"data"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: multipart/encrypted; boundary=b",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
    ],
)
def test_an_encrypted_mail_is_named_as_such(head: str) -> None:
    """MAIL 4 C 59, 60."""
    message = read_message(multipart("Content-Type: application/octet-stream\r\n\r\nx", head=head))
    assert any("encrypted" in note for note in message.notes)


def test_parts_keep_their_order_through_every_level() -> None:
    """W-02: attachments are listed as the mail has them."""
    inner = (
        "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
        + attached("attachment; filename=2.pdf")
        + "\r\n--c\r\n"
        + attached("attachment; filename=3.pdf")
        + "\r\n--c--"
    )
    raw = multipart(
        attached("attachment; filename=1.pdf"), inner, attached("attachment; filename=4.pdf")
    )
    assert names(raw) == ["1.pdf", "2.pdf", "3.pdf", "4.pdf"]
    with pytest.raises(NotFoundError):
        attachment_bytes(raw, 4)
    with pytest.raises(NotFoundError):
        attachment_bytes(raw, -1)


ENCODED = [
    ("base64", base64.encodebytes(b"\x00\xff data"), b"\x00\xff data"),
    ("BASE64", b"AP8g\r\n!!ZGF0YQ", b"\x00\xff data"),
    ("base64", b"QUJD=QUJD", None),
    ("base64", b"A", b""),
    ("quoted-printable", b"a=3D=\r\nb=zz", b"a=b=zz"),
    ("8bit", b"\xff\x00", b"\xff\x00"),
    ("x-unknown", b"abc", b"abc"),
]


@pytest.mark.parametrize(("encoding", "data", "expected"), ENCODED)
def test_an_attachment_is_decoded_tolerantly(
    encoding: str, data: bytes, expected: bytes | None
) -> None:
    """MAIL 4 A 13, 14, 16."""
    head = f"Content-Type: application/pdf\r\nContent-Transfer-Encoding: {encoding}\r\n\r\nDATA"
    decoded = attachment_bytes(multipart(head).replace(b"DATA", data), 0)
    if expected is not None:
        assert decoded == expected
