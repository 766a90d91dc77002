"""From a server name to a connection: look-up, TCP and TLS, each in its time and stoppable."""

import contextlib
import errno
import os
import queue
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from enate_desktop.domain.connectors import Authentication, ServerSettings, Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.services_catalogue import SERVICES, usual_port
from enate_desktop.mail.credential import ClientIdentity
from enate_desktop.mail.mailbox import ErrorKind, MailError, StoppedError
from enate_desktop.mail.patience import PATIENCE, Patience
from enate_desktop.mail.tls import (
    PresentedCertificate,
    client_context,
    read_certificate,
    tls_error,
    unverified_context,
)
from enate_desktop.mail.wire import SLICE, Wire

_RELAY_PORT = 25
T = TypeVar("T")
Stopped = Callable[[], bool]
Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]
Upgrade = Callable[[Wire], None]
"""Brings a fresh plain connection to the point where TLS begins (STARTTLS)."""


def never() -> bool:
    """For connections that nobody stops."""
    return False


@dataclass(frozen=True, slots=True)
class Line:
    """Where and how one side of a connector connects."""

    side: Side
    settings: ServerSettings
    stopped: Stopped = never
    identity: ClientIdentity | None = None
    patience: Patience = PATIENCE

    @property
    def host(self) -> str:
        """The server's name as typed, trimmed."""
        return self.settings.host.strip()

    def field(self, name: str) -> str:
        """The name of an input of this side, as errors carry it."""
        return f"{self.side}.{name}"

    def check(self) -> None:
        """Raise MailError for a server or port that cannot be meant (nothing is sent)."""
        if not self.host or any(not c.isprintable() or c.isspace() for c in self.host):
            raise MailError(
                ErrorKind.UNREACHABLE,
                "The server address is missing or has a blank in it.",
                "Write a name such as imap.acme.com.",
                field=self.field("host"),
            )
        if not 0 < self.settings.port < 65536:
            raise MailError(
                ErrorKind.UNREACHABLE,
                f"The port {self.settings.port} does not exist.",
                "Write a number from 1 to 65535.",
                field=self.field("port"),
            )

    def context(self) -> ssl.SSLContext:
        """The verifying TLS context of this side; MailError when its files are of no use."""
        if self.settings.authentication is Authentication.CERTIFICATE and self.identity is None:
            raise MailError(
                ErrorKind.TLS,
                "There is no certificate file (.pfx) to sign in with.",
                "Nothing was sent to the server. Give this connector its certificate.",
                field=self.field("certificate"),
            )
        context = client_context(self.settings.ca_certificate, self.side)
        if self.identity is not None:
            try:
                self.identity.present_in(context)
            except EnateError as error:
                raise MailError(
                    ErrorKind.TLS,
                    error.title,
                    f"Nothing was sent to the server. {error.message}",
                    field=self.field(error.field or "certificate"),
                ) from error
        return context


def resolve(line: Line) -> tuple[Address, ...]:
    """The addresses of the server, in the system's order."""
    line.check()

    def look_up() -> tuple[Address, ...]:
        found = socket.getaddrinfo(line.host, line.settings.port, type=socket.SOCK_STREAM)
        return tuple((info[0], info[4]) for info in found)  # type: ignore[misc]

    too_slow = MailError(
        ErrorKind.UNREACHABLE,
        f'Looking up "{line.host}" took too long.',
        "Check this computer's network and the server address.",
        field=line.field("host"),
    )
    try:
        return in_background(line, look_up, line.patience.look_up, f"look-up {line.host}", too_slow)
    except (OSError, UnicodeError) as error:
        raise _unknown_name(line) from error


def in_background(
    line: Line, work: Callable[[], T], seconds: float, name: str, too_slow: MailError
) -> T:
    """What ``work`` returns or raises; for work that cannot be stopped itself, so it runs in a
    thread that nobody waits for once time is up (``too_slow``) or ``line`` is stopped.
    """
    answers: queue.SimpleQueue[tuple[T] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((work(),))
        except Exception as error:  # raised again by whoever waits
            answers.put(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(queue.Empty):
            answer = answers.get(timeout=SLICE)
            if isinstance(answer, Exception):
                raise answer
            return answer[0]
        if line.stopped():
            raise StoppedError
        if time.monotonic() > end:
            raise too_slow


def connect(line: Line, addresses: Sequence[Address]) -> socket.socket:
    """A connected TCP socket to the first address that answers."""
    refused: OSError | None = None
    end = time.monotonic() + line.patience.connect
    for number, (family, address) in enumerate(addresses):
        share = (end - time.monotonic()) / (len(addresses) - number)
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            _connect(sock, address, share, line.stopped)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            refused = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise _unreachable(line, refused) from refused


def _connect(
    sock: socket.socket, address: tuple[object, ...], seconds: float, stopped: Stopped
) -> None:
    sock.setblocking(False)
    code = sock.connect_ex(address)
    if code in (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR):
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            while not selector.select(SLICE):
                if stopped():
                    raise StoppedError
                if time.monotonic() > end:
                    raise TimeoutError
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def open_wire(line: Line, addresses: Sequence[Address]) -> Wire:
    """A plain connection, ready for the greeting or for TLS."""
    peer = f"The server {line.host}"
    return Wire(connect(line, addresses), peer, line.stopped, line.patience, line.side)


def encrypt(line: Line, wire: Wire, addresses: Sequence[Address], upgrade: Upgrade | None) -> None:
    """Continue ``wire`` under verified TLS; a refused certificate is looked at for the words.

    ``upgrade`` is how a second connection gets to the same point (None: TLS from the first byte).
    """
    context = line.context()
    try:
        wire.encrypt(context, line.host)
    except ssl.SSLCertVerificationError as error:
        presented = _look_at_certificate(line, addresses, upgrade)
        raise tls_error(error, line.host, line.side, presented) from error
    except ssl.SSLError as error:
        raise tls_error(error, line.host, line.side) from error


def _look_at_certificate(
    line: Line, addresses: Sequence[Address], upgrade: Upgrade | None
) -> PresentedCertificate | None:
    with contextlib.suppress(MailError, OSError):
        wire = open_wire(line, addresses)
        try:
            if upgrade is not None:
                upgrade(wire)
            wire.encrypt(unverified_context(), line.host)
            if isinstance(wire.socket, ssl.SSLSocket):
                return read_certificate(wire.socket.getpeercert(binary_form=True) or b"")
        finally:
            wire.close()
    return None


def await_greeting(line: Line, wire: Wire, addresses: Sequence[Address]) -> None:
    """Return when the server begins to greet; tells soon when it is waiting for TLS instead."""
    if wire.wait_for_words(line.patience.hint):
        return
    if not wire.encrypted and _speaks_tls(line, addresses):
        usual = usual_port(line.settings.service, line.settings.security)
        raise MailError(
            ErrorKind.UNREACHABLE,
            f"The server {line.host} expects TLS on port {line.settings.port}.",
            "No password was sent. Choose TLS as security, or another port"
            f" (usual for this security: {usual}).",
            field=line.field("security"),
        )
    if not wire.wait_for_words(line.patience.greeting - line.patience.hint):
        raise MailError(
            ErrorKind.UNREACHABLE,
            f"A server answers at {line.host} port {line.settings.port}, but did not greet.",
            "No password was sent. Check the port; the server may also be overloaded.",
            field=line.field("port"),
        )


def _speaks_tls(line: Line, addresses: Sequence[Address]) -> bool:
    with contextlib.suppress(MailError, OSError):
        wire = open_wire(line, addresses)
        try:
            wire.encrypt(unverified_context(), line.host)
        finally:
            wire.close()
        return True
    return False


def _unknown_name(line: Line) -> MailError:
    service = SERVICES.get(line.settings.service)
    if service is not None and service.endpoint(line.settings.authentication).host == line.host:
        return MailError(
            ErrorKind.UNREACHABLE,
            f"This computer cannot look up {line.host}.",
            "Check the network or the DNS server.",
        )
    return MailError(
        ErrorKind.UNREACHABLE,
        f'There is no server with the name "{line.host}".',
        "Check the server address and this computer's network.",
        field=line.field("host"),
    )


def _unreachable(line: Line, error: OSError | None) -> MailError:
    where = f"{line.host} port {line.settings.port}"
    if isinstance(error, ConnectionRefusedError):
        title, field = f"Nothing listens at {where}.", "port"
        remedy = "Check the port, and that the server is running."
    elif error is None or isinstance(error, TimeoutError):
        title, field = f"{where} did not answer in time.", "host"
        remedy = "Check server and port; a firewall may block this port."
        if line.settings.port == _RELAY_PORT:
            field = "port"
            remedy = (
                "Many internet providers and company networks block port 25 to the outside: ask"
                " whoever runs this network to open it for this computer."
            )
    else:
        title, field = f"{where} cannot be reached ({error.strerror}).", "host"
        remedy = "Check this computer's network and the server address."
    safe = "Nothing was sent." if line.side is Side.OUTGOING else "Mail stays safely on the server."
    return MailError(ErrorKind.UNREACHABLE, title, f"{safe} {remedy}", field=line.field(field))
