"""Where the browser comes back to after a sign-in: a listener on this computer only (RFC 8252)."""

import contextlib
import hmac
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from enate_desktop.credentials.oauth.registration import Registration, SignInCancelledError
from enate_desktop.domain.errors import InputError

_MOST_BYTES = 64 * 1024
_MOST_PARAMETERS = 50
_LONGEST_NUMBER = 10
_MOST_CONNECTIONS = 32
_SECONDS_TO_ASK = 5.0
_LOOK_EVERY = 0.1
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Enate Desktop</title>'
    '<body style="font: 16px sans-serif; margin: 4em auto; max-width: 30em">'
    "<h1>{title}</h1><p>{words}</p></body></html>"
)


@dataclass(eq=False)
class _Caller:
    """A connection whose request is not complete yet."""

    connection: socket.socket
    until: float
    heard: bytearray = field(default_factory=bytearray)


class Loopback:
    """A context manager that waits for the one request with our ``state``.

    Others are answered and forgotten: browsers ask for an icon, keep connections in reserve, and
    anything on this computer may knock at the port.
    """

    def __init__(self) -> None:
        """Listen on 127.0.0.1, on a port that is free."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._port = int(self._listener.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._callers: list[_Caller] = []

    def __enter__(self) -> Self:
        """Ready."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close everything."""
        for caller in list(self._callers):
            self._forget(caller)
        self._selector.close()
        self._listener.close()

    def address(self, host: str = "127.0.0.1") -> str:
        """The redirect address; ``host`` is how the registration writes this computer."""
        return f"http://{host}:{self._port}"

    def wait(
        self, registration: Registration, state: str, cancel: threading.Event
    ) -> dict[str, str]:
        """The parameters that came with ``state``.

        SignInCancelledError once ``cancel`` is set, InputError when nobody came in time.
        """
        until = time.monotonic() + registration.patience.person
        while time.monotonic() < until:
            if cancel.is_set():
                raise SignInCancelledError("The sign-in was cancelled.", "Nothing was changed.")
            for key, _ in self._selector.select(_LOOK_EVERY):
                caller = key.data
                if caller is None:
                    self._accept()
                elif (found := self._hear(caller, state)) is not None:
                    return found
            self._forget_the_slow()
        minutes = round(registration.patience.person / 60) or 1
        raise InputError(
            f"Nobody signed in within {minutes} minutes.",
            "Nothing was changed. Sign in again when you are ready.",
            field=registration.at("oauth"),
        )

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            if len(self._callers) >= _MOST_CONNECTIONS:
                connection.close()
                return
            connection.setblocking(False)
            caller = _Caller(connection, time.monotonic() + _SECONDS_TO_ASK)
            self._callers.append(caller)
            self._selector.register(connection, selectors.EVENT_READ, caller)

    def _hear(self, caller: _Caller, state: str) -> dict[str, str] | None:
        try:
            data = caller.connection.recv(_MOST_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        caller.heard += data
        if not data or len(caller.heard) > _MOST_BYTES:
            self._forget(caller)
            return None
        parameters = _parameters(bytes(caller.heard))
        if parameters is None:
            return None
        ours = hmac.compare_digest(parameters.get("state", "").encode(), state.encode())
        ours = ours and ("code" in parameters or "error" in parameters)
        self._answer(caller, parameters if ours else None)
        return parameters if ours else None

    def _answer(self, caller: _Caller, parameters: Mapping[str, str] | None) -> None:
        if parameters is None:
            status, body = "404 Not Found", ""
        elif "code" in parameters:
            words = "You can close this page and go back to Enate Desktop."
            status, body = "200 OK", _PAGE.format(title="Thank you.", words=words)
        else:
            words = "Nothing was changed. Go back to Enate Desktop, which says more."
            status, body = "200 OK", _PAGE.format(title="You are not signed in.", words=words)
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
            "Referrer-Policy: no-referrer\r\n"
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            caller.connection.settimeout(2)
            caller.connection.sendall((head + body).encode())
        self._forget(caller)

    def _forget_the_slow(self) -> None:
        now = time.monotonic()
        for caller in [one for one in self._callers if one.until < now]:
            self._forget(caller)

    def _forget(self, caller: _Caller) -> None:
        self._callers.remove(caller)
        self._selector.unregister(caller.connection)
        caller.connection.close()


def _parameters(heard: bytes) -> dict[str, str] | None:
    """What a request carries in its query or form; None while it is incomplete."""
    head, end, body = heard.partition(b"\r\n\r\n")
    if not end:
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, _, rest = lines[0].partition(" ")
    text = rest.partition(" ")[0].partition("?")[2]
    if method == "POST":
        if len(body) < _length(lines[1:]):
            return None
        text = body.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}
    found = dict(pairs)
    # A name that comes twice has two meanings (RFC 6749, 3.1).
    return found if len(found) == len(pairs) else {}


def _length(headers: list[str]) -> int:
    for line in headers:
        name, _, value = line.partition(":")
        size = value.strip()
        if name.strip().lower() == "content-length" and size.isascii() and size.isdigit():
            return int(size) if len(size) < _LONGEST_NUMBER else _MOST_BYTES
    return 0
