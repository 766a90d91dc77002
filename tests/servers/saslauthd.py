"""Checks passwords for a mail server, speaking the protocol of Cyrus SASL's saslauthd."""

import socketserver
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from typing_extensions import override


class PasswordChecker:
    """A context manager that answers on the Unix socket ``path``; ``is_right(user, password)``."""

    def __init__(self, path: Path, is_right: Callable[[str, str], bool]) -> None:
        class Handler(socketserver.StreamRequestHandler):
            @override
            def handle(self) -> None:
                # User, password, service and realm, each after its length.
                user, password, _, _ = (self._counted() for _ in range(4))
                self.wfile.write(_counted(b"OK" if is_right(user, password) else b"NO"))

            def _counted(self) -> str:
                (length,) = struct.unpack("!H", self.rfile.read(2))
                return self.rfile.read(length).decode("utf-8", "replace")

        self._server = socketserver.UnixStreamServer(str(path), Handler)
        path.chmod(0o666)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _counted(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data
