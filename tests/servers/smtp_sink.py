"""An SMTP server inside the test process (aiosmtpd): it keeps what it takes, and passes none on."""

import asyncio
import base64
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session
from typing_extensions import override

from tests.canary import secret
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki

_START_SECONDS = 10
DROP = "drop"
"""Instead of an answer: the mail is taken, and the connection ends before that is said."""


class Demand(StrEnum):
    """What a sending server wants of a client before it passes mail on."""

    NOTHING = "nothing"
    SIGN_IN = "sign-in"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class Taken:
    """One mail; ``user`` is who signed in with ``mechanism``, both empty when nobody did."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    user: str
    mechanism: str


class SmtpSink:
    """A context manager that listens on a port for every demand and security; see :meth:`port`.

    It takes PLAIN and LOGIN of :meth:`new_user` and XOAUTH2 with tokens of ``provider``.
    ``at_recipient`` and ``at_end`` hold, for an address, what is answered to RCPT and to the dot
    that ends a mail, one after the other, before all goes well; :data:`DROP` ends the connection.
    """

    host = "127.0.0.1"

    def __init__(self, pki: Pki, provider: IdentityProvider) -> None:
        # aiosmtpd warns about its own use of a deprecated attribute at every sign-in, and shows a
        # traceback for every client whose certificate is not known.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._pki = pki
        self._provider = provider
        self._passwords: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._ports: dict[tuple[str, Demand], int] = {}
        self._connections: set[asyncio.Transport] = set()
        self._stop: Callable[[], object] = lambda: None
        self.mails: list[Taken] = []
        self.at_recipient: dict[str, list[str]] = {}
        self.at_end: dict[str, list[str]] = {}

    def __enter__(self) -> Self:
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(ready)), name="smtp sink", daemon=True
        )
        self._thread.start()
        ready.result(_START_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._thread.join(5)

    def port(self, security: str, demand: Demand = Demand.NOTHING) -> int:
        """The port for ``security`` (``tls``, ``starttls``, which is required, or ``none``)."""
        return self._ports[security, demand]

    def new_user(self) -> str:
        """A user that no other test has."""
        user = f"s{next(self._numbers):04}"
        self._passwords[user] = secret(user)
        return user

    def password(self, user: str) -> str:
        """The password of a user."""
        return self._passwords[user]

    def mails_to(self, recipient: str) -> list[Taken]:
        """What was taken for a recipient."""
        return [mail for mail in self.mails if recipient in mail.recipients]

    async def _serve(self, ready: "Future[None]") -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stopping.set)
        servers = []
        try:
            for security, demand in itertools.product(("tls", "starttls", "none"), Demand):
                if (security, demand) == ("none", Demand.CERTIFICATE):
                    continue
                server = await self._listen(security, demand)
                self._ports[security, demand] = server.sockets[0].getsockname()[1]
                servers.append(server)
            ready.set_result(None)
        except Exception as error:
            ready.set_exception(error)
            raise
        await stopping.wait()
        for server in servers:
            server.close()
        for transport in tuple(self._connections):
            transport.abort()
        await asyncio.sleep(0)

    async def _listen(self, security: str, demand: Demand) -> asyncio.Server:
        client_ca = self._pki.ca if demand is Demand.CERTIFICATE else None
        context = None if security == "none" else self._pki.server().server_context(client_ca)
        starttls = context if security == "starttls" else None

        def connection() -> SMTP:
            return _Connection(
                _Handler(self, demand),
                self._connections,
                tls_context=starttls,
                require_starttls=starttls is not None,
                auth_require_tls=starttls is not None,
            )

        implicit = context if security == "tls" else None
        loop = asyncio.get_running_loop()
        return await loop.create_server(connection, self.host, 0, ssl=implicit)

    def check_password(self, data: LoginPassword) -> str | None:
        """The user whose password it is."""
        user = data.login.decode("utf-8", "replace")
        return user if self._passwords.get(user, "").encode() == data.password else None

    def check_token(self, user: str, token: str) -> bool:
        """Whether ``token`` opens the mailbox of ``user``."""
        return user == self._provider.account_of(token)


class _Handler:
    """What aiosmtpd asks; its names are aiosmtpd's."""

    def __init__(self, sink: SmtpSink, demand: Demand) -> None:
        self._sink = sink
        self._demand = demand

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._demand is Demand.SIGN_IN and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if answers := self._sink.at_recipient.get(address):
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        user, mechanism = getattr(session, "auth_data", None) or ("", "")
        raw = envelope.original_content or b""
        recipients = tuple(envelope.rcpt_tos)
        planned = next(filter(None, map(self._sink.at_end.get, recipients)), None)
        answer = planned.pop(0) if planned else ""
        if answer and answer != DROP:
            return answer
        self._sink.mails.append(Taken(envelope.mail_from or "", recipients, raw, user, mechanism))
        if answer == DROP and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return f"250 2.0.0 Taken as number {len(self._sink.mails)}"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        user = self._sink.check_password(data)
        return AuthResult(success=user is not None, handled=False, auth_data=(user, mechanism))

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        if len(arguments) > 1:
            given: Any = base64.b64decode(arguments[1])
        else:
            given = await server.challenge_auth("")
        if given is MISSING:
            return AuthResult(success=False)
        facts = dict(part.split("=", 1) for part in given.decode().split("\x01") if part)
        user, token = facts["user"], facts["auth"].removeprefix("Bearer ")
        if self._sink.check_token(user, token):
            return AuthResult(success=True, auth_data=(user, "XOAUTH2"))
        # The client must answer that with an empty line before it is told no.
        await server.challenge_auth('{"status":"401","schemes":"Bearer"}')
        return AuthResult(success=False, handled=False)


class _Connection(SMTP):
    """aiosmtpd's protocol, known to the server so that it can be ended."""

    def __init__(
        self, handler: _Handler, connections: set[asyncio.Transport], **options: Any
    ) -> None:
        super().__init__(
            handler,
            hostname="sink.example.test",
            authenticator=handler.authenticate,
            loop=asyncio.get_running_loop(),
            **options,
        )
        self._connections = connections
        self._own: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._own is None and isinstance(transport, asyncio.Transport):
            self._own = transport
            self._connections.add(transport)
        super().connection_made(transport)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        if self._own is not None:
            self._connections.discard(self._own)
        super().connection_lost(error)

    @override
    def eof_received(self) -> bool | None:
        super().eof_received()
        return False
