"""The text of a mail for reading: bounded, plain, nothing loaded (MAIL.md 4 A 17-24, C 64)."""

import time

import pytest

from enate_desktop.mail.mime.bodies import TEXT_LIMIT, body_text, text_of_html

ALTERNATIVE = b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
HTML_PART = b"--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n"
PLAIN_PART = b"--b\r\n\r\nplain\r\n"

BODIES = [
    ("plain", b"Subject: x\r\n\r\nhello\r\nyou", "hello\nyou"),
    ("first-plain", ALTERNATIVE + HTML_PART + PLAIN_PART * 200 + b"--b--", "plain"),
    ("only-html", ALTERNATIVE + HTML_PART + b"--b--", "rich"),
    ("empty-plain", ALTERNATIVE + b"--b\r\n\r\n\r\n" + HTML_PART + b"--b--", "rich"),
    ("calendar", b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR", "BEGIN:VCALENDAR"),
    ("none", b"Content-Type: image/png\r\n\r\nx", ""),
    ("empty", b"", ""),
    ("latin", b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xf6\xdfe", "Größe"),
    ("18-lie", b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xf6\xdfe", "Größe"),
    (
        "18-damage",
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xb6\xc3\x9fe\xff",
        "Größe\ufffd",
    ),
    ("17-unknown", b"Content-Type: text/plain; charset=x-unknown\r\n\r\nGr\xc3\xb6", "Grö"),
    ("17-rot13", b"Content-Type: text/plain; charset=rot13\r\n\r\nuryyb", "uryyb"),
    ("17-utf-7", b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AGE-", "+AGE-"),
    ("19-nul", b"Subject: x\r\n\r\na\x00b\x07c", "a\ufffdb c"),
    ("14-qp", b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb=3D=", "ab="),
    ("13-base64", b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8", "hello"),
    ("15-uuencode", b"Subject: x\r\n\r\nbegin 644 x\r\n#86)C\r\nend", "begin 644 x\n#86)C\nend"),
]


@pytest.mark.parametrize(
    ("raw", "text"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_the_text_that_is_shown(raw: bytes, text: str) -> None:
    """W-02."""
    assert body_text(raw).strip() == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Hello&nbsp;<b>you</b></p><p>two</p>", "Hello you\n\ntwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<style>p{}</style>x<script>alert(1)</script>y", "xy"),
        ("<!-- hidden -->seen", "seen"),
        ("<script>never closed", ""),
        ("1 < 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ('<img src="http://tracker.test/x.gif">text', "text"),
        ("<a href='javascript:alert(1)'>click</a>", "click"),
        ("<div", ""),
        ("&#0;&#xD800;&#99999999;x", "\ufffd\ufffd\ufffdx"),
    ],
)
def test_html_becomes_its_words(source: str, text: str) -> None:
    """MAIL 4 A 24, C 64: no tag, script, link target or picture is left."""
    assert text_of_html(source) == text


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "<script>", "</", "<p><p", "&", "&#", "\n \n", "<a href='"]
)
def test_hostile_html_takes_no_time(piece: str) -> None:
    """MAIL 4 A 24: megabytes of unterminated markup (CVE-2026-15308 in the standard library)."""
    raw = b"Content-Type: text/html\r\n\r\n" + (piece * (2_000_000 // len(piece))).encode()
    began = time.process_time()
    text = body_text(raw)
    assert time.process_time() - began < 5
    assert len(text) <= TEXT_LIMIT + 2
