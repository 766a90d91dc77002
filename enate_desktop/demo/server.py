"""The demo's mail server on the loopback address: IMAP and SMTP in one background thread."""

import asyncio
import logging
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import Self

from enate_desktop.demo.certificates import ServerIdentity, make_identity
from enate_desktop.demo.imap_backend import ImapMailboxes
from enate_desktop.demo.smtp_backend import SentMail, SmtpGateway

HOST = "127.0.0.1"
START_SECONDS = 10.0
STOP_SECONDS = 3.0
DELIVER_SECONDS = 10.0

_log = logging.getLogger(__name__)


class DemoMailServer:
    """IMAP over TLS (``imap_port``), SMTP with STARTTLS (``smtp_port``) and TLS (``smtps_port``).

    ``users`` maps sign-in name to password, ``addresses`` mail addresses to the user whose INBOX
    gets their mail; mail to anybody else is kept in ``sent`` and goes nowhere. Every port is
    chosen by the system. Clients must trust ``ca_certificate`` (PEM), made at start.
    """

    def __init__(
        self,
        users: Mapping[str, str],
        addresses: Mapping[str, str] | None = None,
        folders: Iterable[str] = (),
    ) -> None:
        self._users = dict(users)
        self._addresses = dict(addresses or {})
        self._folders = tuple(folders)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._mailboxes: ImapMailboxes | None = None
        self._gateway: SmtpGateway | None = None
        self.host = HOST
        self.imap_port = 0
        self.smtp_port = 0
        self.smtps_port = 0
        self.ca_certificate = ""

    @property
    def sent(self) -> tuple[SentMail, ...]:
        """What was sent to people outside the demo company, oldest first."""
        return tuple(self._gateway.sent) if self._gateway else ()

    @property
    def running(self) -> bool:
        """Whether the server answers."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Listen; returns when every port answers, raises what the start raised (OSError)."""
        if self.running:
            return
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(ready,), name="demo-mail-server", daemon=True
        )
        self._thread.start()
        try:
            ready.result(START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close every connection and end the thread, within 3 seconds; harmless when stopped."""
        thread, loop, stopping = self._thread, self._loop, self._stopping
        if thread is None:
            return
        if loop is not None and stopping is not None and not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        thread.join(STOP_SECONDS)
        self._thread = None

    def deliver(self, user: str, raw: bytes, received: datetime) -> None:
        """Put ``raw`` into the INBOX of ``user`` with ``received`` (aware) as INTERNALDATE.

        Raises KeyError for an unknown user and RuntimeError when the server is not running.
        """
        if user not in self._users:
            raise KeyError(user)
        if self._mailboxes is None or self._loop is None or not self.running:
            raise RuntimeError("The demo mail server is not running.")
        work = self._mailboxes.append(user, raw, received)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(DELIVER_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, ready: "Future[None]") -> None:
        try:
            asyncio.run(self._serve(ready))
        except Exception as error:
            if ready.done():
                _log.exception("The demo mail server ended by itself.")
            else:
                ready.set_exception(error)

    async def _serve(self, ready: "Future[None]") -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        identity = make_identity(HOST)
        self._mailboxes = await ImapMailboxes.create(self._users, self._folders, identity.context)
        self._gateway = SmtpGateway(self._users, self._addresses, self._mailboxes.append)
        servers = await self._listen(identity, self._mailboxes, self._gateway)
        self.ca_certificate = identity.ca_certificate
        ready.set_result(None)
        try:
            await self._stopping.wait()
        finally:
            await _stop_accepting(servers)
            self._mailboxes.drop_connections()
            self._gateway.drop_connections()
            await _end_other_tasks()

    async def _listen(
        self, identity: ServerIdentity, mailboxes: ImapMailboxes, gateway: SmtpGateway
    ) -> tuple[asyncio.Server, ...]:
        loop = asyncio.get_running_loop()
        imap = await asyncio.start_server(mailboxes.serve, HOST, 0, ssl=identity.context)
        smtp = await loop.create_server(lambda: gateway.protocol(identity.context), HOST, 0)
        smtps = await loop.create_server(gateway.protocol, HOST, 0, ssl=identity.context)
        self.imap_port, self.smtp_port, self.smtps_port = (
            server.sockets[0].getsockname()[1] for server in (imap, smtp, smtps)
        )
        return imap, smtp, smtps


async def _stop_accepting(servers: Iterable[asyncio.Server]) -> None:
    """Close the servers, but not before a connection just accepted has got its protocol.

    asyncio drops such a connection without closing its socket. Only a selector loop has readers
    to remove; Windows uses another kind.
    """
    servers = tuple(servers)
    loop = asyncio.get_running_loop()
    if isinstance(loop, asyncio.SelectorEventLoop):
        for listener in (listener for server in servers for listener in server.sockets):
            loop.remove_reader(listener.fileno())
    await _let_callbacks_run()
    for server in servers:
        server.close()


async def _end_other_tasks() -> None:
    """Cancel what still runs, so that no connection outlives the server."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=1.0)
    await _let_callbacks_run()


async def _let_callbacks_run() -> None:
    for _ in range(3):
        await asyncio.sleep(0)
