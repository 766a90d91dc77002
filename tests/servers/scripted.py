"""A server on loopback that says exactly what a test tells it to, however hostile."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self


class Conversation:
    """One accepted connection, seen from the server; ``last`` is the last line of the client."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing
        self._buffer = b""
        self.last = b""

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(data)

    def line(self) -> bytes:
        """The next line of the client without its end; raises EOFError when it has gone."""
        while b"\n" not in self._buffer:
            data = self._connection.recv(65536)
            if not data:
                raise EOFError
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        self.last = line.rstrip(b"\r")
        return self.last

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Continue under TLS."""
        self._connection = context.wrap_socket(self._connection, server_side=True)

    def stall(self) -> None:
        """Say nothing until the test is over."""
        self._closing.wait(60)

    def drop(self) -> None:
        """Close the connection."""
        self._connection.close()


Script = Callable[[Conversation], None]


class ScriptedServer:
    """A context manager that runs ``script`` for every connection, in a thread of its own.

    ``tls`` encrypts from the first byte. A script may just return; the connection is then closed.
    """

    host = "127.0.0.1"

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                self._start(lambda one=connection: self._serve(one))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            talk = Conversation(connection, self._closing)
            try:
                self._script(talk)
            finally:
                talk.drop()
        connection.close()


Answer = bytes | Callable[[Conversation, bytes], None]

_DEFAULT_IMAP: dict[str, Answer] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE UNSELECT\r\n",
    "LOGIN": b"",
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 11] x\r\n",
    "SELECT": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 11] x\r\n",
    "SEARCH": b"* SEARCH 1 2 3\r\n",
    "STATUS": b"* STATUS INBOX (UNSEEN 1)\r\n",
    "LOGOUT": b"* BYE bye\r\n",
}


def imap_script(
    answers: Mapping[str, Answer] | None = None,
    greeting: bytes = b"* OK ready\r\n",
    heard: list[bytes] | None = None,
) -> Script:
    """A script for a small IMAP server; ``answers`` replaces what it says to a command.

    An answer is the untagged part (the tagged OK is added), or a function of the conversation and
    the tag that says everything itself. The key of ``UID FETCH …`` is ``FETCH``. ``heard``
    collects what the client said.
    """
    table = _DEFAULT_IMAP | dict(answers or {})

    def script(talk: Conversation) -> None:
        talk.send(greeting)
        while True:
            tag, _, command = talk.line().partition(b" ")
            if heard is not None:
                heard.append(talk.last)
            words = command.decode("latin-1").upper().split()
            name = words[1] if words[0] == "UID" else words[0]
            answer = table.get(name, b"")
            if isinstance(answer, bytes):
                talk.send(answer + tag + b" OK done\r\n")
            else:
                answer(talk, tag)
            if name == "LOGOUT":
                return

    return script
