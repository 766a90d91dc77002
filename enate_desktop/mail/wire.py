"""One connection to a server: bounded in bytes, lines and time, and stoppable at any moment."""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable

from enate_desktop.mail.mailbox import MailError, StoppedError
from enate_desktop.mail.patience import PATIENCE, Patience
from enate_desktop.mail.tls import about_our_certificate
from enate_desktop.mail.wire_errors import (
    StalledError,
    lost,
    spoke_early,
    stalled,
    too_large,
)

SLICE = 0.2
"""Seconds after which a blocked wait looks whether it should stop."""
SIZE_LIMIT = 1 << 20
LINES_LIMIT = 20_000
LINE_LIMIT = 64 << 10
_CHUNK = 256 << 10


class Wire:
    """Bounded reading and writing; every failure is a MailError in words.

    Call :meth:`begin` before each command: it renews the limits. :meth:`abort` may be called from
    another thread.
    """

    def __init__(
        self,
        sock: socket.socket,
        peer: str,
        stopped: Callable[[], bool],
        patience: Patience = PATIENCE,
        side: str = "",
    ) -> None:
        self.peer = peer
        self._side = side
        self.patience = patience
        self._sock = sock
        self._external_stop = stopped
        self._aborted = False
        self._buffer = bytearray()
        self._at = 0
        self._sock.settimeout(SLICE)
        self.begin()

    @property
    def socket(self) -> socket.socket:
        """The socket in use; another one once TLS has begun."""
        return self._sock

    @property
    def encrypted(self) -> bool:
        """Whether everything goes through TLS."""
        return isinstance(self._sock, ssl.SSLSocket)

    def begin(
        self,
        *,
        size: int = SIZE_LIMIT,
        lines: int = LINES_LIMIT,
        line: int = LINE_LIMIT,
        idle: float | None = None,
        seconds: float | None = None,
    ) -> None:
        """Start a new command with limits on its whole answer and on one line of it."""
        self._size_left, self._lines_left = size, lines
        self._line_limit = line
        self._idle = self.patience.idle if idle is None else idle
        whole = self.patience.command if seconds is None else seconds
        self._deadline = time.monotonic() + whole + size / self.patience.rate

    def readline(self) -> bytes:
        """The next line with its end; raises MailError when there is none within the limits."""
        self._lines_left -= 1
        if self._lines_left < 0:
            raise self.too_large()
        start = self._at
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start - self._at > self._line_limit:
                raise self.too_large()
            start -= self._fill()
        if end + 1 - self._at > self._line_limit:
            raise self.too_large()
        return self._take(end + 1)

    def line_within(self, seconds: float) -> bytes | None:
        """The next line, or None if it is not complete by then; what came of it is kept."""
        if self._buffer.find(b"\n", self._at) < 0:
            idle, self._idle = self._idle, seconds
            try:
                self._fill()
            except StalledError:
                return None
            finally:
                self._idle = idle
            if self._buffer.find(b"\n", self._at) < 0 and len(self._buffer) <= self._line_limit:
                return None
        return self.readline()

    def read(self, count: int) -> bytes:
        """Exactly ``count`` bytes; refused before anything is allocated when over the limit."""
        have = len(self._buffer) - self._at
        if count < 0 or count - have > self._size_left:
            raise self.too_large()
        while len(self._buffer) - self._at < count:
            self._fill()
        return self._take(self._at + count)

    def read_to(self, end: bytes, *, after: int = 0) -> bytes:
        """Everything up to and including ``end``; its first ``after`` bytes were just read."""
        rest, start = end[after:], self._at
        while not self._buffer.startswith(rest, self._at):
            if (found := self._buffer.find(end, start)) >= 0:
                return self._take(found + len(end))
            start = max(self._at, len(self._buffer) - len(end) + 1)
            start -= self._fill()
        return self._take(self._at + len(rest))

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        view = memoryview(data)
        end = time.monotonic() + self._idle + len(data) / self.patience.rate
        while view:
            self._check_stop()
            if time.monotonic() > end:
                raise stalled(self.peer)
            try:
                view = view[self._sock.send(view) :]
            except TimeoutError:
                continue
            except OSError as error:
                raise lost(self.peer, error) from error

    def expect_silence(self) -> None:
        """MailError when the server has said more than was asked, before TLS begins: an answer
        that was prepared for a command not sent yet would be taken for the real one.
        """
        if len(self._buffer) > self._at:
            raise spoke_early(self.peer)

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Continue under TLS; raises ssl.SSLError as it is, everything else as MailError.

        What a server sends in clear after agreeing to STARTTLS is refused (RFC 9051, 11.1).
        """
        self.expect_silence()
        plain = self._sock
        plain.settimeout(SLICE)
        try:
            self._sock = context.wrap_socket(
                plain, server_hostname=host, do_handshake_on_connect=False
            )
        except ssl.SSLError:
            raise
        except OSError as error:
            self._check_stop()
            raise lost(self.peer, error) from error
        end = time.monotonic() + self.patience.handshake
        while True:
            self._check_stop()
            try:
                self._sock.do_handshake()
            except TimeoutError:
                if time.monotonic() > end:
                    raise stalled(self.peer) from None
            except ssl.SSLError:
                self._check_stop()
                raise
            except OSError as error:
                self._check_stop()
                raise lost(self.peer, error) from error
            else:
                return

    def abort(self) -> None:
        """End a blocked call at once; safe from another thread."""
        self._aborted = True
        self._shut()

    def wait_for_words(self, seconds: float) -> bool:
        """Whether the server says something within ``seconds``; nothing of it is taken."""
        self.begin(idle=seconds, seconds=seconds, size=0)
        self._size_left = SIZE_LIMIT
        try:
            self._fill()
        except StalledError:
            return False
        return True

    def farewell(self, command: bytes) -> None:
        """Say goodbye and wait a moment for the answer; never raises."""
        wait = self.patience.moment
        with contextlib.suppress(MailError):
            self.begin(size=1 << 16, lines=100, idle=wait, seconds=wait)
            self.send(command)
            self.readline()

    def close(self) -> None:
        """Close the connection; never raises."""
        self._shut()
        with contextlib.suppress(OSError):
            self._sock.close()

    def too_large(self) -> MailError:
        """The error for an answer beyond the limits; the connection must be dropped."""
        return too_large(self.peer)

    def _shut(self) -> None:
        # Not SSLSocket.shutdown: it forgets the TLS object that another thread is reading from.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _check_stop(self) -> None:
        if self._aborted or self._external_stop():
            raise StoppedError

    def _take(self, end: int) -> bytes:
        data = bytes(memoryview(self._buffer)[self._at : end])
        self._at = end
        if self._at == len(self._buffer):
            self._buffer.clear()
            self._at = 0
        return data

    def _fill(self) -> int:
        """Read some more; returns how many read bytes were dropped from the front."""
        dropped = self._at
        if dropped:
            del self._buffer[:dropped]
            self._at = 0
        data = self._receive()
        self._size_left -= len(data)
        if self._size_left < 0:
            raise self.too_large()
        self._buffer += data
        return dropped

    def _receive(self) -> bytes:
        quiet_until = min(time.monotonic() + self._idle, self._deadline)
        while True:
            self._check_stop()
            try:
                data = self._sock.recv(_CHUNK)
            except TimeoutError:
                if time.monotonic() > quiet_until:
                    raise stalled(self.peer) from None
                continue
            except ssl.SSLError as error:
                self._check_stop()
                # In TLS 1.3 a server tells only now what it thinks of our certificate.
                refused = about_our_certificate(str(error.reason), self.peer, self._side)
                raise refused or lost(self.peer) from error
            except OSError as error:
                self._check_stop()
                raise lost(self.peer, error) from error
            if not data:
                self._check_stop()
                raise lost(self.peer)
            if time.monotonic() > self._deadline:
                raise stalled(self.peer)
            return data
