"""What mails a POP3 server lists, and by what names they are known again (MAIL 3.5)."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from enate_desktop.mail.dialling import Line
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.pop3_talk import Listed, Pop3Talk

MOST_LISTED = 200_000
"""Mails in one mailbox: POP3 lists them all at every look."""
_SLACK = 64
_SIZE_LINE, _NAME_LINE = 64, 96
_SIZE = re.compile(rb"(\d{1,9}) +(\d{1,12})(?: |\Z)", re.ASCII)
_NAME = re.compile(rb"(\d{1,9}) +([\x21-\x7e]{1,70}) *\Z", re.ASCII)
_UNNAMED = "The server gives the mails no lasting names (POP3 UIDL)."
_ALIKE = "The server gives several mails the same name (POP3 UIDL)."
_INSTEAD = " They are told apart by their header lines; IMAP is safer for this mailbox."


@dataclass(frozen=True, slots=True)
class Listing:
    """Every mail, in the server's order; ``warning`` says what is wrong with their names."""

    mails: tuple[Listed, ...]
    warning: str = ""

    def names(self) -> dict[int, str]:
        """By number, the name of each mail that has one of its own: UIDL and size (RFC 1939).

        With the size, because a name that comes again with another one is another mail.
        """
        alike = Counter(mail.uidl for mail in self.mails)
        return {
            mail.number: f"{mail.uidl} {mail.size}"
            for mail in self.mails
            if mail.uidl and alike[mail.uidl] == 1
        }


class Numbers(Protocol):
    """The lasting numbers of the mails in one mailbox; each call is a transaction of its own."""

    def known(self, uidls: Iterable[str]) -> Mapping[str, int]:
        """The numbers of those names that were seen before."""

    def uidls(self) -> frozenset[str]:
        """Every name of a mail that was ever seen here and not deleted since."""

    def by_content(self) -> frozenset[int]:
        """The numbers of mails that had no lasting name when they were first seen."""

    def give(self, names: Sequence[tuple[str, str]]) -> tuple[int, ...]:
        """A number for each ``(uidl, content)``, ascending for new ones; either may be empty."""

    def forget(self, numbers: Iterable[int]) -> None:
        """These mails were deleted: whatever has their names from now on is another mail."""

    def kept(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """The SHA-256 (hex) of the bytes that are durably kept under these numbers."""


def read_listing(talk: Pop3Talk, line: Line, count: int) -> Listing:
    """What LIST and UIDL say, with no more lines than STAT gave the ``count`` of."""
    if count > MOST_LISTED:
        raise MailError(
            ErrorKind.FOLDER,
            f"The mailbox holds {count:,} mails, too many for POP3.",
            f"POP3 lists every mail at every look; {MOST_LISTED:,} are the limit. Use IMAP, or"
            " empty the mailbox. No mail was changed.",
            field=line.field("service"),
        )
    sizes = _lines(talk, "LIST", count, _SIZE_LINE, _SIZE)
    if sizes is None:
        raise MailError(
            ErrorKind.PROTOCOL,
            f"The server {line.host} does not list its mails.",
            "The connection was closed. No mail was changed; we try again later.",
            field=line.field("service"),
        )
    names = _lines(talk, "UIDL", count, _NAME_LINE, _NAME) or {}
    mails = tuple(
        Listed(number, int(size), names.get(number, b"").decode("ascii"))
        for number, size in sizes.items()
    )
    named = Counter(mail.uidl for mail in mails)
    warning = _UNNAMED + _INSTEAD if named[""] else ""
    if any(times > 1 for uidl, times in named.items() if uidl):
        warning = _ALIKE + _INSTEAD
    return Listing(mails, warning)


def _lines(
    talk: Pop3Talk, command: str, count: int, width: int, shape: re.Pattern[bytes]
) -> dict[int, bytes] | None:
    """What is said of each mail by its number; None when the server refuses the command.

    A name that is none is left out, a size must be there.
    """
    ok, _ = talk.ask(command)
    if not ok:
        return None
    lines = talk.block((count + _SLACK) * width).splitlines()
    found: dict[int, bytes] = {}
    for line in lines:
        match = shape.match(line)
        if match is None and shape is _NAME:
            continue
        if match is None or found.setdefault(int(match[1]), match[2]) != match[2]:
            raise talk.out_of_step(line)
    return found


def content_names(mails: Iterable[tuple[Listed, bytes]]) -> dict[int, str]:
    """By number, a name made of header lines and size; mails that do not differ are counted."""
    alike: Counter[str] = Counter()
    names: dict[int, str] = {}
    for mail, head in mails:
        name = f"{hashlib.sha256(head).hexdigest()} {mail.size}"
        names[mail.number] = f"{name} {alike[name]}"
        alike[name] += 1
    return names
