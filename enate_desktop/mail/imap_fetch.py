"""FETCH answers of an IMAP server as imaplib collects them (RFC 3501, 7.4.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

HEADER_BYTES = 256 << 10
"""What is fetched of the header lines of a mail at most."""
_LITERAL = re.compile(rb"BODY\[(?:HEADER)?\](?:<\d+>)? \{\d+\}\Z", re.IGNORECASE)
_QUOTED = re.compile(rb'BODY\[(?:HEADER)?\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_UID = re.compile(rb"[( ]UID (\d{1,10})(?=[ )])", re.IGNORECASE)
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,19})(?=[ )])", re.IGNORECASE)
_DATE = re.compile(rb'[( ]INTERNALDATE "([^"]{1,40})"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FetchAnswer:
    """One FETCH line of the server; None for what it did not contain (or NIL)."""

    uid: int | None
    size: int | None
    date: str | None
    body: bytes | None


def fetch_answers(answers: list[Any]) -> Iterator[FetchAnswer]:
    """The untagged FETCH answers as imaplib collects them, one by one, repeats included."""
    text, body = b"", None
    for item in answers:
        if isinstance(item, tuple):
            text += item[0]
            if _LITERAL.search(item[0]):
                body = item[1]
            continue
        text += item
        quoted = _QUOTED.search(text)
        if quoted is not None:
            body = re.sub(rb"\\(.)", rb"\1", quoted[1])
            text = text[: quoted.start()] + text[quoted.end() :]
        uid, size, date = _UID.search(text), _SIZE.search(text), _DATE.search(text)
        yield FetchAnswer(
            int(uid[1]) if uid else None,
            int(size[1]) if size else None,
            date[1].decode("ascii", "replace") if date else None,
            body,
        )
        text, body = b"", None
