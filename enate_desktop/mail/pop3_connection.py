"""One signed-in POP3 connection: its mails under lasting numbers, and how it may end (MAIL 3.5)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, resolve
from enate_desktop.mail.mailbox import ErrorKind, UndoneError, shown_words
from enate_desktop.mail.pop3_listing import Listing, Numbers, content_names
from enate_desktop.mail.pop3_session import Pop3Session
from enate_desktop.mail.pop3_talk import Delivered, Delivery, Listed, Pop3Talk

HEADER_BYTES = 256 << 10
"""What is kept of the header lines of a mail that is too large to fetch."""
USUAL_LARGEST = 150 << 20
_TOGETHER = 50
_SLACK = 4 << 20
_OCTETS = re.compile(r"\b(\d{1,12}) octets\b", re.ASCII | re.IGNORECASE)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_RECEIVED = re.compile(rb"^received:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_DATE = re.compile(rb"^date:([^\n]*)", re.I | re.M)
_HEAD_BYTES = 64 << 10
_RENAMED = (
    "The server gave all mails new names (POP3 UIDL). They were told apart by their header lines;"
    " no work is created twice."
)


class Pop3Connection:
    """Numbers are ours, lasting; message numbers of the server live as long as the connection."""

    def __init__(
        self,
        line: Line,
        credential: Credential,
        numbers: Numbers,
        largest: int = USUAL_LARGEST,
    ) -> None:
        """Nothing is connected before :meth:`open`; no larger mail is fetched to be named."""
        self.session = Pop3Session(line, credential)
        self.mails: dict[int, Listed] = {}
        self.warning = ""
        self.by_date: frozenset[int] = frozenset()
        self._numbers = numbers
        self._largest = largest
        self._check: Callable[[Listed], tuple[str, str]] | None = None
        self._read: set[int] = set()
        self._safe: set[int] = set()
        self._marked = False

    def open(self) -> None:
        """Connect, sign in, and number the mails."""
        session = self.session
        session.dial(resolve(session.line))
        session.encrypt()
        session.sign_in()
        session.capabilities()
        self._number(session.listing())

    @property
    def harmless(self) -> bool:
        """Whether the server may take every mail it delivered here for read: all are safe."""
        return self._read <= {self.mails[uid].number for uid in self._safe}

    def is_safe(self, uid: int) -> bool:
        """Whether the very mail that this connection delivered under ``uid`` is durable."""
        return uid in self._safe

    def note_safe(self, uids: Iterable[int]) -> None:
        """What was delivered here under these numbers is durable now."""
        delivered = (uid for uid in uids if uid in self.mails)
        self._safe.update(uid for uid in delivered if self.mails[uid].number in self._read)

    def bodies(self, uids: Sequence[int], *, alone: bool = False) -> Iterator[bytes | None]:
        """The mails in this order; None: refused, or shorter than the server had said.

        ``alone``: each is checked by itself, to find the one at which the server breaks down.
        """
        for got in self._delivered([self.mails[uid] for uid in uids], alone):
            yield got.raw if self._whole(got) else None

    def heads(self, uids: Sequence[int], *, alone: bool = False) -> Iterator[bytes | None]:
        """The header lines in this order (TOP); None where the server does not give them."""
        for got in self._tops([self.mails[uid] for uid in uids], alone):
            yield got.raw

    def strangers(self, uids: Sequence[int]) -> list[int]:
        """Those that are no longer the mails that are kept under these numbers, byte by byte."""
        if not uids:
            return []
        kept = self._numbers.kept(uids)
        found = []
        for uid, raw in zip(uids, self.bodies(uids), strict=True):
            if raw is not None and hashlib.sha256(raw).hexdigest() == kept.get(uid):
                self._safe.add(uid)
            else:
                found.append(uid)
        return found

    def delete(self, uids: Sequence[int]) -> dict[int, str]:
        """Mark mails for deletion; returns the server's words for each it refuses to delete."""
        refused: dict[int, str] = {}
        self._marked = True
        step = _TOGETHER if self.session.talk.pipelining else 1
        for start in range(0, len(uids), step):
            part = uids[start : start + step]
            self.session.talk.send(*(f"DELE {self.mails[uid].number}" for uid in part))
            for uid in part:
                ok, words = self.session.talk.status()
                if not ok:
                    refused[uid] = shown_words(words)
        return refused

    def quit(self) -> None:
        """End for good: now the server deletes what was marked; UndoneError unless it says so."""
        ok, words = self.session.talk.ask("QUIT")
        if not ok:
            raise UndoneError(
                ErrorKind.TEMPORARY,
                f"The server {self.session.line.host} did not delete every mail that was taken in.",
                "All of them are safe here, and none is taken in twice; it is asked again later.",
                server_words=shown_words(words),
            )
        self._marked = False
        self.session.drop()

    def close(self) -> None:
        """End without deleting anything, and without QUIT unless all is safe; never raises."""
        if self.harmless and not self._marked:
            self.session.close()
        else:
            self.session.drop(undo=self._marked)

    def _number(self, listing: Listing) -> None:
        names = listing.names()
        known = self._numbers.known(names.values())
        fresh = [mail for mail in listing.mails if names.get(mail.number) not in known]
        former = self._numbers.uidls() if fresh else frozenset()
        uidls = {name.partition(" ")[0] for name in former}
        renamed = bool(names) and not known and bool(former)
        # A name that is there with another size may be the same mail after all.
        unnamed = [m for m in fresh if renamed or m.number not in names or m.uidl in uidls]
        contents = content_names(self._heads_or_bodies(unnamed))
        seen = self._numbers.by_content() if renamed else frozenset()
        given = self._numbers.give(
            [(names.get(mail.number, ""), contents.get(mail.number, "")) for mail in fresh]
        )
        taken = set(known.values())
        for mail, uid in zip(fresh, given, strict=True):
            if uid in taken:
                # It looks like another mail that is here too and has a name of its own.
                (uid,) = self._numbers.give([("", f"{contents[mail.number]} beside {uid}")])
            taken.add(uid)
            self.mails[uid] = mail
        for mail in listing.mails:
            if names.get(mail.number) in known:
                self.mails[known[names[mail.number]]] = mail
        self.by_date = self._numbers.by_content() & self.mails.keys()
        recognised = renamed and not seen.isdisjoint(given)
        self.warning = _RENAMED if recognised else listing.warning

    def _heads_or_bodies(self, mails: Sequence[Listed]) -> Iterator[tuple[Listed, bytes]]:
        """What tells mails without a name apart: the header lines, else the mails themselves."""
        without: list[Listed] = []
        for got in self._tops(mails):
            if got.raw is None and got.listed.size <= self._largest:
                without.append(got.listed)
            else:
                yield got.listed, got.raw or b""
        for got in self._delivered(without):
            yield got.listed, got.raw or b""

    def _tops(self, mails: Sequence[Listed], alone: bool = False) -> Iterator[Delivered]:
        return self._ask(mails, lambda mail: f"TOP {mail.number} 0", _head_limit, set(), alone)

    def _delivered(self, mails: Sequence[Listed], alone: bool = False) -> Iterator[Delivered]:
        return self._ask(mails, lambda mail: f"RETR {mail.number}", _limit, self._read, alone)

    def _ask(
        self,
        mails: Sequence[Listed],
        command: Callable[[Listed], str],
        limit: Callable[[Listed], int],
        begun: set[int],
        alone: bool,
    ) -> Iterator[Delivered]:
        talk = self.session.talk
        if mails and self._check is None:
            working = (check for check in _CHECKS if _works(talk, check(mails[0])))
            self._check = next(working, _no_check)
        return Delivery(talk, command, limit, self._check or _no_check, begun, alone).of(mails)

    def _whole(self, got: Delivered) -> bool:
        """Whether nothing speaks for a mail that was cut off (MAIL 4 E 100).

        Sizes may be told with other line ends or an eighth too large; Exchange only estimates.
        """
        if got.raw is None:
            return False
        said = _OCTETS.search(got.words)
        missing = got.listed.size - len(got.raw)
        return (
            missing <= max(got.listed.size // 8, 64)
            or (said is not None and int(said[1]) == len(got.raw))
            or self.session.estimates_sizes
        )


def received_at(head: bytes) -> datetime | None:
    """When the server received a mail, by its first Received line, else by its Date; UTC."""
    lines = _END_OF_HEADERS.split(head[:_HEAD_BYTES], maxsplit=1)[0]
    received, date = (shape.search(lines) for shape in (_RECEIVED, _DATE))
    for found in (received and received[0].rpartition(b";")[2], date and date[1]):
        try:
            moment = parsedate_to_datetime((found or b"")[:200].decode("ascii", "replace").strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
    return None


def _by_name(mail: Listed) -> tuple[str, str]:
    """What only the server can answer, and nobody who wrote a mail."""
    if not mail.uidl:
        return _by_size(mail)
    return f"UIDL {mail.number}", f"{mail.number} {mail.uidl}"


def _by_size(mail: Listed) -> tuple[str, str]:
    return f"LIST {mail.number}", f"{mail.number} {mail.size}"


def _no_check(_mail: Listed) -> tuple[str, str]:
    return "STAT", ""


_CHECKS = (_by_name, _by_size)


def _works(talk: Pop3Talk, check: tuple[str, str]) -> bool:
    question, expected = check
    return talk.ask(question) == (True, expected)


def _limit(mail: Listed) -> int:
    return 2 * mail.size + _SLACK if mail.size else USUAL_LARGEST


def _head_limit(_mail: Listed) -> int:
    """Whatever size the server claims: some send a part of the mail along."""
    return HEADER_BYTES + _SLACK
