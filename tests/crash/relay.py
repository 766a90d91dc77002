"""Stands between the program and a server: a moment before each command and after each answer."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.crash.events import Events

_AT_ONCE = 1 << 16


class Relay:
    """Listens on ``port`` and passes all on to ``server_port`` of this machine.

    The moments: a command is about to reach the server; its answer is about to reach us. At the
    latter the server has acted and the program does not know it.
    """

    def __init__(self, protocol: str, server_port: int, events: Events) -> None:
        """``protocol``: imap, pop3 or smtp."""
        self._protocol = protocol
        self._server = ("127.0.0.1", server_port)
        self._events = events
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection(self._server)
            except OSError:
                client.close()
                continue
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            talk = _Talk(self._protocol, client, server, self._events)
            for work in (talk.upward, talk.downward):
                threading.Thread(target=work, name="relay", daemon=True).start()


class _Talk:
    """One connection; each direction runs in a thread of its own."""

    def __init__(
        self, protocol: str, client: socket.socket, server: socket.socket, events: Events
    ) -> None:
        self._protocol = protocol
        self._client = client
        self._server = server
        self._events = events
        self._waiting = "greeting"
        self._in_mail = False

    def upward(self) -> None:
        """Commands, one by one."""
        with contextlib.suppress(OSError):
            for line in self._lines():
                if self._in_mail and line != b".\r\n":
                    self._server.sendall(line)
                    continue
                name = f"{self._protocol} {self._name(line)}"
                self._events.reach(f"{name} is sent")
                self._waiting = name
                self._in_mail = False
                self._server.sendall(line)
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_WR)

    def downward(self) -> None:
        """Answers as they come."""
        with contextlib.suppress(OSError):
            while data := self._server.recv(_AT_ONCE):
                waiting, self._waiting = self._waiting, ""
                if waiting:
                    self._in_mail = waiting == "smtp DATA" and data.startswith(b"354")
                    self._events.reach(f"{waiting} is answered")
                self._client.sendall(data)
        with contextlib.suppress(OSError):
            self._client.shutdown(socket.SHUT_WR)

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        while data := self._client.recv(_AT_ONCE):
            *lines, rest = (rest + data).split(b"\r\n")
            for line in lines:
                yield line + b"\r\n"

    def _name(self, line: bytes) -> str:
        words = line.decode("utf-8", "replace").upper().split()
        if self._protocol != "imap":
            return "the last dot" if words == ["."] else words[0] if words else ""
        return " ".join(words[1 : 3 if words[1:2] == ["UID"] else 2])
