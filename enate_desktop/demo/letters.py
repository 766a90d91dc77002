"""Writing mails byte by byte as different mail programs would (RFC 5322, 2045, 2047, 2231)."""

import binascii
import quopri
from base64 import encodebytes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.header import Header
from email.utils import format_datetime, formataddr
from urllib.parse import quote

import idna

from enate_desktop.demo.samples import sample

Person = tuple[str, str]
"""Display name (may be empty) and address."""

IMPORTANCE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Importance", "high"),),
    (("X-Priority", "1 (Highest)"), ("X-MSMail-Priority", "High")),
    (("Priority", "urgent"),),
    (("X-Priority", "2"),),
    (("X-MSMail-Priority", "High"),),
    (("Importance", "High"), ("X-Priority", "1")),
)
"""The header variants by which mail programs say that a mail is important (Q-1)."""

_OFFSETS = {"en": 0, "fr": 1, "de": 1, "es": 1, "pl": 1, "ja": 9}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in plain values. ``headers`` are written as they are, before Subject."""

    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    date: datetime
    message_id: str
    language: str = "en"
    cc: tuple[Person, ...] = ()
    charset: str = "utf-8"
    encoding: str = "quoted-printable"
    html: bool = False
    attachments: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def write(letter: Letter) -> bytes:
    """``letter`` as it arrives, with CRLF; what its charset cannot say goes as UTF-8."""
    charset = _usable(letter.charset, letter.subject + letter.text + letter.sender[0])
    zone = timezone(timedelta(hours=_OFFSETS.get(letter.language, 0)))
    domain = ascii_address(letter.sender[1]).rpartition("@")[2]
    fields = [
        ("Return-Path", f"<{ascii_address(letter.sender[1])}>"),
        (
            "Received",
            f"from mail.{domain} by mx.demo.invalid with ESMTPS;\r\n "
            + format_datetime(letter.date),
        ),
        ("Date", format_datetime(letter.date.astimezone(zone))),
        ("From", person(letter.sender, charset)),
        ("To", people(letter.to)),
        *([("Cc", people(letter.cc))] if letter.cc else []),
        *letter.headers,
        ("Subject", words(letter.subject, charset, "Subject")),
        ("Message-ID", letter.message_id),
        ("MIME-Version", "1.0"),
    ]
    part = text_part(letter.text, charset, letter.encoding)
    if letter.html:
        html = text_part(_as_html(letter.text), charset, letter.encoding, "html")
        part = multipart("alternative", (part, html), _boundary(letter, "alt"))
    if letter.attachments:
        files = tuple(file_part(name) for name in letter.attachments)
        part = multipart("mixed", (part, *files), _boundary(letter, "mix"))
    return header_block(fields) + part


def header_block(fields: Iterable[tuple[str, str]]) -> bytes:
    """Header lines without the empty line; values are ASCII and already folded."""
    return b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in fields)


def words(text: str, charset: str, field: str) -> str:
    """``text`` as RFC 2047 encoded words where it needs them, folded for ``field``."""
    return Header(text, "us-ascii" if text.isascii() else charset, header_name=field).encode(
        linesep="\r\n"
    )


def person(who: Person, charset: str = "utf-8") -> str:
    """``Name <address>`` with the name encoded and the domain as A-labels."""
    return formataddr((who[0], ascii_address(who[1])), charset)


def people(them: Iterable[Person]) -> str:
    """Several addresses, one a line."""
    return ",\r\n ".join(person(who) for who in them)


def ascii_address(address: str) -> str:
    """``address`` with its domain in A-labels (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"


def text_part(text: str, charset: str, encoding: str, subtype: str = "plain") -> bytes:
    """A text body with its own headers; ``encoding`` is a Content-Transfer-Encoding."""
    raw = text.replace("\n", "\r\n").encode(charset, "replace") + b"\r\n"
    if encoding == "base64":
        raw = encodebytes(raw).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        lines = raw.split(b"\r\n")
        raw = b"\r\n".join(quopri.encodestring(line).replace(b"\n", b"\r\n") for line in lines)
    head = header_block(
        (
            ("Content-Type", f'text/{subtype}; charset="{charset}"'),
            ("Content-Transfer-Encoding", encoding),
        )
    )
    return head + b"\r\n" + raw


def file_part(name: str, content: bytes | None = None, *, parameters: str | None = None) -> bytes:
    """An attachment; ``parameters`` replaces the file name parameters of Content-Disposition."""
    media_type, made = sample(name)
    disposition = name_parameter(name) if parameters is None else parameters
    head = header_block(
        (
            ("Content-Type", media_type),
            ("Content-Disposition", "attachment" + (f"; {disposition}" if disposition else "")),
            ("Content-Transfer-Encoding", "base64"),
        )
    )
    return (
        head + b"\r\n" + encodebytes(made if content is None else content).replace(b"\n", b"\r\n")
    )


def name_parameter(name: str) -> str:
    """The ``filename`` parameter, after RFC 2231 when the name is not plain ASCII."""
    if name.isascii():
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name)}"


def multipart(subtype: str, parts: Iterable[bytes], boundary: str, parameters: str = "") -> bytes:
    """``parts`` (each with its headers) as one multipart body with its own headers."""
    line = f"--{boundary}".encode("ascii")
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    kind = f'multipart/{subtype}; boundary="{boundary}"{parameters}'
    return header_block((("Content-Type", kind),)) + b"\r\n" + body


def _boundary(letter: Letter, role: str) -> str:
    return f"={role}-{binascii.crc32(letter.message_id.encode()):08x}="


def _usable(charset: str, text: str) -> str:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def _as_html(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    paragraphs = "".join(f"<p>{part}</p>\n" for part in escaped.split("\n\n"))
    return f"<!DOCTYPE html>\n<html><body>\n{paragraphs}</body></html>"
