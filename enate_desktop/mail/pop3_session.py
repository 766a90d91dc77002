"""A POP3 connection (RFC 1939, 2449, 2595, 5034) up to the list of its mails; takes none away."""

import base64
import re
from collections.abc import Callable, Collection
from dataclasses import replace

from typing_extensions import override

from enate_desktop.domain.connectors import Authentication
from enate_desktop.domain.oauth import OAuthProvider
from enate_desktop.domain.services_catalogue import provider_of
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, await_greeting
from enate_desktop.mail.mailbox import (
    POP3_LIFE,
    BusyError,
    ErrorKind,
    FolderState,
    MailError,
    shown_words,
)
from enate_desktop.mail.pop3_listing import Listing, read_listing
from enate_desktop.mail.pop3_talk import Pop3Talk
from enate_desktop.mail.provider_words import refused_sign_in
from enate_desktop.mail.secrecy import no_starttls, shared_by_user
from enate_desktop.mail.session import Session
from enate_desktop.mail.wire import Wire
from enate_desktop.mail.xoauth2 import BearerExchange

RECENT = "recent:"
"""Before a Google user name: the last 30 days, whoever fetched them (MAIL 1.3)."""
_CAPABILITIES_BYTES = 32 << 10
_COUNT = re.compile(r"(\d{1,9})(?: |\Z)", re.ASCII)
_DELAY = re.compile(r"LOGIN-DELAY (\d{1,5})\b", re.ASCII | re.IGNORECASE)
_LONGEST_DELAY = 3600


class Pop3Session(Session):
    """Steps in order: dial, encrypt, sign_in, then :meth:`state` or :meth:`listing`."""

    def __init__(self, line: Line, credential: Credential) -> None:
        super().__init__(line, credential)
        self._talk: Pop3Talk | None = None
        self._offered: tuple[str, ...] | None = None
        self.estimates_sizes = False

    @property
    def talk(self) -> Pop3Talk:
        """The commands; MailError when the session is not open."""
        if self._talk is None:
            raise self._not_open()
        return self._talk

    @property
    def login_delay(self) -> int:
        """Seconds the server wants between two sign-ins, as far as it said so."""
        found = [_DELAY.match(one) for one in self._offered or ()]
        return min(max((int(match[1]) for match in found if match), default=0), _LONGEST_DELAY)

    @override
    def sign_in(self) -> None:
        """Prove who we are; Google is asked for the last 30 days, so that it hides no mail."""
        line, self.line = self.line, _recent(self.line)
        try:
            super().sign_in()
            self.talk.quoting = True
        except MailError as error:
            if self.line is not line:
                error.title = error.title.replace(RECENT, "")
            # Words of the server, not a line that broke: it asks for patience.
            if error.kind is not ErrorKind.TEMPORARY or not error.server_words:
                raise
            raise BusyError(error.title, error.message, server_words=error.server_words) from error
        finally:
            self.line = line
        self._offered = None

    @override
    def capabilities(self) -> tuple[str, ...]:
        """What CAPA lists; nothing for a server that does not know it."""
        if self._offered is None:
            ok, _ = self.talk.ask("CAPA")
            lines = self.talk.block(_CAPABILITIES_BYTES).splitlines() if ok else []
            self._offered = tuple(shown_words(line) for line in lines[:200])
            self.talk.pipelining = any(one.upper() == "PIPELINING" for one in self._offered)
        return self._offered

    def state(self) -> FolderState:
        """How many mails there are and how they are named; nothing is fetched."""
        listing = self.listing()
        return FolderState(
            POP3_LIFE,
            0,
            len(listing.mails),
            0,
            read_only=False,
            uidls=tuple(listing.names().values()),
            warning=listing.warning,
        )

    def listing(self) -> Listing:
        """Every mail with its size and the name the server gives it."""
        settings = self.line.settings
        named_at_sign_in = settings.authentication is Authentication.OAUTH2 and shared_by_user(
            settings
        )
        if settings.additional_mailbox and not named_at_sign_in:
            raise MailError(
                ErrorKind.FOLDER,
                "POP3 cannot open an additional mailbox.",
                "No mail was changed. Use IMAP for it, or leave the additional mailbox out.",
                field=self.line.field("additional_mailbox"),
            )
        ok, words = self.talk.ask("STAT")
        count = _COUNT.match(words)
        if not ok or count is None:
            raise MailError(
                ErrorKind.PROTOCOL,
                f"The server {self.line.host} did not say how many mails there are.",
                "The connection was closed. No mail was changed.",
                field=self.line.field("service"),
                server_words=shown_words(words),
            )
        return read_listing(self.talk, self.line, int(count[1]))

    @override
    def close(self) -> None:
        """QUIT and close, only where every fetched mail is safe; never raises."""
        wire = self._take_wire()
        if wire is not None:
            wire.farewell(b"QUIT\r\n")
            wire.close()

    def drop(self, *, undo: bool = False) -> None:
        """Close without QUIT, so that the server changes nothing; never raises.

        ``undo``: say RSET first, for servers that delete what was marked in spite of that.
        """
        wire = self._take_wire()
        if wire is not None:
            if undo:
                wire.farewell(b"RSET\r\n")
            wire.close()

    def _take_wire(self) -> Wire | None:
        wire, self._wire, self._talk = self._wire, None, None
        return wire

    @override
    def _greet(self, wire: Wire) -> None:
        await_greeting(self.line, wire, self._addresses)
        self._talk = Pop3Talk(wire, self.line.host)
        greeting = self._talk.greeting()
        self._offered = None
        # Exchange tells what a mail takes in its store, not what it sends.
        self.estimates_sizes = b"microsoft exchange" in greeting.lower()
        if greeting.upper().startswith(b"-ERR"):
            raise BusyError(
                f"The server {self.line.host} takes no connections at the moment.",
                "Mail stays safely on the server; we try again later.",
                server_words=shown_words(greeting),
            )
        if not greeting.upper().startswith(b"+OK"):
            raise MailError(
                ErrorKind.PROTOCOL,
                f"What answers at {self.line.host} is not a POP3 server.",
                "No password was sent. Check the port and the email service.",
                field=self.line.field("port"),
                server_words=shown_words(greeting),
            )

    @override
    def _ask_for_tls(self) -> None:
        ok, words = self.talk.ask("STLS")
        if not ok:
            raise no_starttls(self.line, words)

    @staticmethod
    @override
    def _upgrade(wire: Wire) -> None:
        wire.readline()
        wire.send(b"STLS\r\n")
        if not wire.readline().startswith(b"+OK"):
            raise wire.too_large()

    @override
    def _begin_anew(self, wire: Wire) -> None:
        self._offered = None

    @override
    def _mechanisms(self) -> Collection[str]:
        words = (one.upper().split() for one in self.capabilities())
        return {name for first, *names in filter(None, words) if first == "SASL" for name in names}

    @override
    def _sign_in_with_password(self, password: str) -> None:
        """With USER and PASS; with AUTH PLAIN what these two may not carry (RFC 6856)."""
        self.talk.quoting = False
        user = self.line.settings.username.strip()
        if not f"{user}{password}".isascii() and "PLAIN" in self._mechanisms():
            said = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
            ok, words = self._authenticate("PLAIN", said, self._no_answer)
            if not ok:
                raise refused_sign_in(self.line, shown_words(words, password, said))
            return
        for command in (f"USER {user}", f"PASS {password}"):
            ok, words = self.talk.ask(command)
            if not ok:
                raise refused_sign_in(self.line, shown_words(words, password))

    @override
    def _carry_out(self, exchange: BearerExchange) -> None:
        ok, words = self._authenticate(exchange.mechanism, exchange.initial, exchange.answer)
        if not ok:
            raise exchange.refused(words)

    def _authenticate(
        self, mechanism: str, said: str, answer: Callable[[bytes], str]
    ) -> tuple[bool, str]:
        """AUTH (RFC 5034) with the secret on a line of its own, as Microsoft wants it."""
        self.talk.quoting = False
        self.talk.send(f"AUTH {mechanism}")
        line = self.talk.line()
        if _is_challenge(line):
            self.talk.send(said)
            line = self.talk.line()
        while _is_challenge(line):
            self.talk.send(answer(line[1:].strip()))
            line = self.talk.line()
        return self.talk.read_status(line)

    def _no_answer(self, challenge: bytes) -> str:
        raise self.talk.out_of_step(challenge)


def _is_challenge(line: bytes) -> bool:
    return line == b"+" or line.startswith(b"+ ")


def _recent(line: Line) -> Line:
    settings = line.settings
    user = settings.username.strip()
    google = provider_of(settings.service, settings.host) is OAuthProvider.GOOGLE
    if not google or not user or user.lower().startswith(RECENT):
        return line
    return replace(line, settings=replace(settings, username=f"{RECENT}{user}"))
