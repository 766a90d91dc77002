"""The web server under the test's sign-in provider, and the ways in which it can misbehave."""

import base64
import binascii
import contextlib
import gzip
import html
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from typing_extensions import override

_WELL_KNOWN = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


@dataclass
class Answer:
    """What is sent back; a mapping goes as JSON. ``slowly``: one byte at a time, for ever."""

    status: int
    body: Mapping[str, object] | list[object] | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    slowly: bool = False


@dataclass
class Request:
    """What was asked: ``path`` is its last part, ``below`` what stands before that."""

    method: str
    path: str
    below: str
    parameters: dict[str, str]
    headers: dict[str, str]
    user: str = ""
    password: str = ""
    bearer: str = ""


def page(
    words: str, status: int = 200, form: str = "", fields: Mapping[str, str] | None = None
) -> Answer:
    """An HTML page; with ``form``, one that a browser posts to that address by itself."""
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in (fields or {}).items()
    )
    posted = f'<form method="post" action="{html.escape(form)}">{inputs}</form>' if form else ""
    text = f"<!doctype html><html><body>{html.escape(words)}{posted}</body></html>"
    return Answer(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


def redirect(address: str) -> Answer:
    """A redirect of the browser."""
    return Answer(302, b"", {"Location": address})


def refusal(error: str, description: str = "", status: int = 400) -> Answer:
    """An error answer (RFC 6749, 5.2)."""
    return Answer(status, {"error": error, "error_description": description})


class IdentityServer:
    """Serves ``answer`` over TLS on a free loopback port, a thread per connection."""

    def __init__(self, answer: Callable[[Request], Answer], tls: ssl.SSLContext) -> None:
        self._let_go = threading.Event()
        self._server = _Server(answer, tls, self._let_go)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=lambda: self._server.serve_forever(0.01), name="identity provider", daemon=True
        )

    def start(self) -> None:
        """Accept connections."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection and thread."""
        self.let_go()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def say_content_type(self, content_type: str) -> None:
        """What every answer in JSON claims to be."""
        self._server.content_type = content_type

    def let_go(self) -> None:
        """Whoever waits for a slow answer gets none."""
        self._let_go.set()
        self._server.closing = self._let_go = threading.Event()

    def misbehave(self, fault: str) -> Answer:
        """The answer of a provider that is out of order; see ``IdentityProvider.fail``."""
        answers: dict[str, Callable[[], Answer]] = {
            "slow": lambda: Answer(0),
            "drop": lambda: Answer(-1),
            "drip": lambda: Answer(200, b"{" + b" " * 1_000_000, slowly=True),
            "huge": lambda: Answer(200, b'{"access_token": "' + b"x" * 100_000_000 + b'"}'),
            "bomb": lambda: Answer(
                200, gzip.compress(b" " * 100_000_000, 1), {"Content-Encoding": "gzip"}
            ),
            "html": lambda: page("Sign in to the Wi-Fi of this hotel."),
            "garbage": lambda: Answer(200, b"\x00\xff{nonsense"),
            "deep": lambda: Answer(200, b"[" * 100_000),
            "list": lambda: Answer(200, ["access_token"]),
            "redirect": lambda: redirect(f"https://127.0.0.1:{self.port}/elsewhere"),
        }
        if fault in answers:
            return answers[fault]()
        if fault.isdigit():
            return Answer(int(fault), {"error": "temporarily_unavailable"}, {"Retry-After": "7"})
        error, _, description = fault.partition(":")
        return refusal(error, description)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True

    def __init__(
        self, answer: Callable[[Request], Answer], tls: ssl.SSLContext, closing: threading.Event
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.tls = tls
        self.closing = closing
        self.content_type = "application/json"

    @override
    def finish_request(self, request: object, client_address: object) -> None:
        # In the thread of the connection, so that a slow handshake keeps nobody waiting.
        assert isinstance(request, socket.socket)
        request.settimeout(30)
        with contextlib.suppress(OSError):
            encrypted = self.tls.wrap_socket(request, server_side=True)
            try:
                super().finish_request(encrypted, client_address)
            finally:
                encrypted.close()

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is no trouble of the test."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        closing = self.server.closing
        answer = self.server.answer(self._request())
        if answer.status == 0:
            closing.wait(60)
        if answer.status <= 0:
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = {"Content-Type": self.server.content_type, "Content-Length": str(len(body))}
        self.send_response(answer.status)
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if not answer.slowly:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            if closing.wait(0.05):
                return

    def _request(self) -> Request:
        where = urlsplit(self.path)
        parameters = dict(parse_qsl(where.query, keep_blank_values=True))
        size = int(self.headers.get("Content-Length") or 0)
        if size:
            parameters |= parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True)
        below, _, last = where.path.rpartition("/")
        for known in _WELL_KNOWN:
            if known in where.path:
                below, last = where.path.replace(known, ""), "configuration"
        kind, _, rest = self.headers.get("Authorization", "").partition(" ")
        user, password = _basic(rest) if kind == "Basic" else ("", "")
        bearer = rest if kind == "Bearer" else ""
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, last, below, parameters, headers, user, password, bearer)


def _basic(text: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(user), unquote_plus(password)
