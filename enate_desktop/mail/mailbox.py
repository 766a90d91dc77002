"""What a mailbox on a server can do for intake, and the one error that everything of it raises."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Protocol

from enate_desktop.domain.connectors import AfterIntake
from enate_desktop.domain.errors import EnateError

POP3_LIFE = -2
"""The ``uidvalidity`` of POP3 mailboxes, whose mails this program numbers; never one of IMAP."""
_WORDS_LIMIT = 400
_HIDDEN = "•••"
_PIECE = re.compile(r"[\w+/=.~-]{16,}", re.ASCII)


class ErrorKind(StrEnum):
    """What a failure means for the connector (C-08)."""

    AUTHENTICATION = "authentication"
    """Sign-in was refused: the connector is stopped at once."""
    UNREACHABLE = "unreachable"
    """Nobody answers at the address: retried with growing waits."""
    TLS = "tls"
    """No encrypted connection to the right server could be made; nothing secret was sent."""
    PROTOCOL = "protocol"
    """The server said something impossible; the connection was dropped."""
    FOLDER = "folder"
    """The folder is missing or does not allow what was asked."""
    TEMPORARY = "temporary"
    """The server or the line is busy, or the connection was lost or stopped: try again later."""


class MailError(EnateError):
    """A failure with a mail server; ``server_words`` is what it said, safe to show, or empty."""

    def __init__(
        self,
        kind: ErrorKind,
        title: str,
        message: str = "",
        *,
        field: str = "",
        server_words: str = "",
    ) -> None:
        super().__init__(title, message, field=field)
        self.kind = kind
        self.server_words = server_words


class StoppedError(MailError):
    """The connection was ended because this program asked for it."""

    def __init__(self) -> None:
        super().__init__(
            ErrorKind.TEMPORARY, "The connection was stopped.", "No mail was changed by that."
        )


class BusyError(MailError):
    """The server asks for patience (RFC 2449 IN-USE, LOGIN-DELAY; RFC 3206 SYS/TEMP): no fault."""

    def __init__(self, title: str, message: str = "", *, server_words: str = "") -> None:
        super().__init__(ErrorKind.TEMPORARY, title, message, server_words=server_words)


class UndoneError(MailError):
    """What should be done with mails that are taken in is not done yet: they are safe (C-12)."""


def shown_words(words: object, *secrets: str) -> str:
    """A server's words on one line, bounded, with nothing invisible and without ``secrets``."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    for secret in secrets:
        if secret:
            text = _PIECE.sub(partial(_hidden, secret), text.replace(secret, _HIDDEN))
    text = text[: _WORDS_LIMIT * 4]
    shown = "".join(_shown(character) for character in " ".join(text.split()))
    return shown if len(shown) <= _WORDS_LIMIT else shown[: _WORDS_LIMIT - 1] + "…"


def _hidden(secret: str, piece: re.Match[str]) -> str:
    """``•••`` for what a server repeated of a long secret, cut off at either end."""
    return _HIDDEN if piece[0] in secret else piece[0]


def _shown(character: str) -> str:
    if character.isprintable() and unicodedata.category(character) != "Co":
        return character
    return f"\\u{ord(character):04x}"


@dataclass(frozen=True, slots=True)
class FolderState:
    """The opened folder. ``uidvalidity`` is 0 where the server promises no lasting UIDs.

    Only in POP3: ``uidls`` are the lasting names of the mails (RFC 1939 UIDL and size);
    ``most_mails`` to fetch before the mailbox is opened anew (0: no limit); ``login_delay`` is how
    many seconds to leave between two sign-ins (RFC 2449). ``by_date``: the mails of which numbers
    do not tell whether they are old, dates do. ``warning`` is a sentence for the person, or empty.
    ``push``: :meth:`Mailbox.wait` is of use here.
    """

    uidvalidity: int
    uidnext: int
    count: int
    unseen: int
    read_only: bool
    uidls: tuple[str, ...] = ()
    most_mails: int = 0
    login_delay: int = 0
    by_date: frozenset[int] = frozenset()
    warning: str = ""
    push: bool = False


class FolderUse(StrEnum):
    """What a folder is for (RFC 6154)."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    JUNK = "junk"
    ARCHIVE = "archive"
    ALL = "all"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder on the server under its whole name, as settings keep it.

    ``selectable`` is False for one that only holds others; ``delimiter`` is empty in a flat name.
    """

    name: str
    selectable: bool = True
    use: FolderUse | None = None
    delimiter: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The path, outermost first."""
        return tuple(self.name.split(self.delimiter)) if self.delimiter else (self.name,)


@dataclass(frozen=True, slots=True)
class RemoteMail:
    """A mail on the server: ``size`` in bytes is only a hint, ``received`` is UTC."""

    uid: int
    size: int
    received: datetime


class Mailbox(Protocol):
    """One signed-in mailbox; every method but ``close`` and ``abort`` raises MailError."""

    def open(self, *, examine: bool = False) -> FolderState:
        """Connect, sign in and open the folder; ``examine`` promises to change nothing."""

    def new_mails(self, after_uid: int) -> tuple[RemoteMail, ...]:
        """Mails with a UID above ``after_uid``, ascending; 0 as size where none was told."""

    def all_uids(self) -> tuple[int, ...]:
        """Every UID in the folder, ascending."""

    def dated(self, mails: Sequence[RemoteMail]) -> tuple[RemoteMail, ...]:
        """The same mails with the time of their receipt, where the list did not tell it."""

    def fetch(self, mails: Sequence[RemoteMail]) -> Iterator[tuple[RemoteMail, bytes | None]]:
        """The raw mails in the given order, unread state untouched; None: gone or not delivered.

        The mails come back as they were given, or with a time of receipt that is known better now.
        """

    def headers(self, mail: RemoteMail) -> bytes:
        """The header lines only, at most 256 KiB, for a mail that is too large to fetch."""

    def wait(self, seconds: float) -> bool:
        """Wait until the server says that the folder changed (RFC 2177), at most nine minutes.

        True: look again – something changed, also while other calls were made, or :meth:`wake` was
        called. False: nothing came, or at once where ``FolderState.push`` is False. An error that
        is a BusyError: the server does not want it, and the next ``open`` answers no ``push``.
        """

    def wake(self) -> None:
        """Let a wait that is under way, or the next one, return True; from another thread."""

    def stored(self, uids: Sequence[int]) -> None:
        """These fetched mails are durable now, whatever the server does when the session ends."""

    def acknowledge(
        self, uids: Sequence[int], after: AfterIntake, copied: set[int] | None = None
    ) -> None:
        """Tell the server that the mails are durably taken in (C-12); may be repeated at will.

        Where moving takes a copy and a removal, mails in ``copied`` are only removed, and those
        whose copy the server confirms are added to it, also when an error ends the call.
        """

    def close(self) -> None:
        """Sign out; never raises and never removes a mail.

        Ends without a sign-out while a fetched mail is not ``stored``: POP3 servers act on it.
        """

    def abort(self) -> None:
        """End a blocked call at once, from another thread."""
