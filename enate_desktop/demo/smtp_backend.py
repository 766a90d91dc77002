"""The sending side of the demo over aiosmtpd: colleagues get their mail, outsiders never do."""

import asyncio
import hmac
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from enate_desktop.domain.addresses import normal_address, without_tag

Append = Callable[[str, bytes, datetime], Awaitable[None]]
"""Puts a raw mail into the INBOX of a user."""

GONE, BUSY = "former.colleague", "full.mailbox"
"""Local parts of recipients that are refused for good, or for now (RFC 5321 4.2.1)."""
_REFUSALS = {
    GONE: "550 5.1.1 There is no such mailbox any more",
    BUSY: "452 4.2.2 The mailbox is full, try again later",
}
SIZE_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail handed over for people outside the demo company; times are UTC."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    at: datetime


class SmtpGateway:
    """Takes mail by SMTP (RFC 5321) with AUTH inside TLS only (RFC 4954)."""

    def __init__(
        self, users: Mapping[str, str], addresses: Mapping[str, str], append: Append
    ) -> None:
        # aiosmtpd warns about its own use of a deprecated attribute at every sign-in.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self.sent: list[SentMail] = []
        self._users = users
        self._addresses = addresses
        self._append = append
        self._open: set[asyncio.BaseTransport] = set()

    def protocol(self, starttls: ssl.SSLContext | None = None) -> SMTP:
        """One connection: with STARTTLS when a context is given, else already inside TLS."""
        return _Connection(self, self._open, starttls)

    def drop_connections(self) -> None:
        """Close every open connection at once."""
        for transport in tuple(self._open):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Whether name and password belong together; aiosmtpd's authenticator."""
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        expected = self._users.get(data.login.decode("utf-8", "replace"))
        right = expected is not None and hmac.compare_digest(expected.encode(), data.password)
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse the two kinds of recipients that the demo's outbox shows; aiosmtpd's hook."""
        refusal = _REFUSALS.get(address.rpartition("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Deliver to colleagues and keep the rest; aiosmtpd's hook."""
        content = envelope.original_content or b""
        now = datetime.now(UTC)
        users = {recipient: self._user_of(recipient) for recipient in envelope.rcpt_tos}
        outside = tuple(recipient for recipient, user in users.items() if user is None)
        for user in sorted({user for user in users.values() if user is not None}):
            await self._append(user, content, now)
        if outside:
            self.sent.append(SentMail(envelope.mail_from or "", outside, content, now))
        return "250 2.0.0 Taken by the demo mail server"

    def _user_of(self, recipient: str) -> str | None:
        address = normal_address(recipient)
        if address is None:
            return None
        return self._addresses.get(address) or self._addresses.get(without_tag(address))


class _Connection(SMTP):
    """aiosmtpd's protocol that can be closed from outside and asks no name server."""

    def __init__(
        self,
        gateway: SmtpGateway,
        open_transports: set[asyncio.BaseTransport],
        starttls: ssl.SSLContext | None,
    ) -> None:
        super().__init__(
            gateway,
            hostname="demo.enate-desktop.invalid",
            ident="Enate Desktop demo server",
            enable_SMTPUTF8=True,
            data_size_limit=SIZE_LIMIT,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=starttls is not None,
            authenticator=gateway.sign_in,
            loop=asyncio.get_running_loop(),
        )
        self._open_transports = open_transports
        self._own_transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._own_transport is None:
            self._own_transport = transport
            self._open_transports.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._own_transport is not None:
            self._open_transports.discard(self._own_transport)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        super().eof_received()
        return False
