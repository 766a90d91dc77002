"""Where the browser comes back to: only the answer to our own question counts (RFC 8252)."""

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from enate_desktop.credentials.oauth.loopback import Loopback
from enate_desktop.credentials.oauth.registration import (
    Patience,
    Registration,
    SignInCancelledError,
)
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthProvider, OAuthSettings
from tests.canary import secret

STATE, CODE = "the-state", secret("code")
REGISTRATION = Registration(OAuthSettings(OAuthProvider.OTHER), (), patience=Patience(person=20))


class Waiting:
    """A loopback that waits in a thread; ``found`` is what it waits for."""

    def __init__(self) -> None:
        self.cancel = threading.Event()
        self.loopback = Loopback()
        self.port = urlsplit(self.loopback.address()).port or 0
        self._threads = ThreadPoolExecutor(1)
        self.found: Future[dict[str, str]] = self._threads.submit(
            self.loopback.wait, REGISTRATION, STATE, self.cancel
        )

    def get(self, path: str, method: str = "GET", body: str | None = None) -> tuple[int, str]:
        """What a browser gets."""
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(browser):
            browser.request(method, path, body)
            answer = browser.getresponse()
            return answer.status, answer.read().decode()

    def knock(self, data: bytes = b"") -> socket.socket:
        """A connection that says ``data`` and stays."""
        connection = socket.create_connection(("127.0.0.1", self.port), 5)
        connection.sendall(data)
        return connection

    def end(self) -> None:
        self.cancel.set()
        self._threads.shutdown()
        self.loopback.__exit__(None, None, None)


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    one = Waiting()
    yield one
    one.end()


def test_the_answer_is_taken_from_the_query(waiting: Waiting) -> None:
    """RFC 6749, 4.1.2."""
    status, _ = waiting.get(f"/?code={CODE}&state={STATE}&scope=a%20b")
    assert status == 200
    assert waiting.found.result(5) == {"code": CODE, "state": STATE, "scope": "a b"}


def test_the_answer_is_taken_from_a_form(waiting: Waiting) -> None:
    """MAIL 1.4: Microsoft's library asks for form_post."""
    status, _ = waiting.get("/", "POST", f"code={CODE}&state={STATE}")
    assert status == 200
    assert waiting.found.result(5)["code"] == CODE


def test_an_answer_in_pieces_is_put_together(waiting: Waiting) -> None:
    """A browser may send head and form apart."""
    form = f"code={CODE}&state={STATE}"
    head = f"POST / HTTP/1.1\r\ncontent-length: {len(form)}\r\n\r\n"
    with waiting.knock(head[:20].encode()) as browser:
        for piece in (head[20:], form[:10], form[10:]):
            assert not waiting.found.done()
            browser.sendall(piece.encode())
        assert waiting.found.result(5)["code"] == CODE


def test_the_page_shows_nothing_of_the_answer(waiting: Waiting) -> None:
    """MAIL 1.4: answers a page without the code."""
    _, shown = waiting.get(f"/?code={CODE}&state={STATE}")
    assert "close this page" in shown
    assert CODE not in shown
    assert STATE not in shown


def test_a_refusal_is_an_answer_too(waiting: Waiting) -> None:
    """RFC 6749, 4.1.2.1."""
    _, shown = waiting.get(f"/?error=access_denied&state={STATE}&error_description=%3Cscript%3E")
    assert waiting.found.result(5)["error"] == "access_denied"
    assert "not signed in" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize(
    "path",
    [
        "/favicon.ico",
        "/",
        f"/?code={CODE}",
        f"/?code={CODE}&state=another",
        f"/?code={CODE}&state={STATE}x",
        f"/?code={CODE}&state={STATE}&state={STATE}",
        f"/?code=evil&code={CODE}&state={STATE}",
        f"/?state={STATE}",
        "/?" + "&".join(f"a{n}=1" for n in range(200)),
    ],
)
def test_other_requests_are_answered_and_forgotten(waiting: Waiting, path: str) -> None:
    """MAIL 1.4: loop until the matching state; a favicon does not end the sign-in."""
    status, shown = waiting.get(path)
    assert (status, shown) == (404, "")
    assert not waiting.found.done()
    waiting.get(f"/?code={CODE}&state={STATE}")
    assert waiting.found.result(5)["code"] == CODE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\nx",
        b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n",
        b"\r\n\r\n",
        b"A" * 200_000,
        b"GET /?%FF%FE%00=%% HTTP/1.1\r\n\r\n",
    ],
    ids=[
        "silent",
        "half a line",
        "TLS",
        "endless form",
        "long length",
        "odd length",
        "empty",
        "flood",
        "odd",
    ],
)
def test_whoever_knocks_keeps_nobody_waiting(waiting: Waiting, data: bytes) -> None:
    """MAIL 1.4: browsers keep connections in reserve, and anything may scan the port."""
    with contextlib.ExitStack() as open_ones:
        for _ in range(20):
            with contextlib.suppress(ConnectionError):
                open_ones.enter_context(waiting.knock(data))
        waiting.get(f"/?code={CODE}&state={STATE}")
        assert waiting.found.result(5)["code"] == CODE


def test_only_this_computer_can_come_back() -> None:
    """RFC 8252, 8.3: the listener is on the loopback interface, on a port that is free."""
    with Loopback() as one, Loopback() as other:
        assert one.address() != other.address()
        assert one.address().startswith("http://127.0.0.1:")
        assert one.address("localhost").startswith("http://localhost:")


def test_cancel_ends_the_wait_at_once(waiting: Waiting) -> None:
    """C-06: within a fraction of a second."""
    began = time.monotonic()
    waiting.cancel.set()
    with pytest.raises(SignInCancelledError):
        waiting.found.result(5)
    assert time.monotonic() - began < 5


def test_the_wait_has_an_end() -> None:
    """MAIL 1.4: five minutes; the port is closed then."""
    hasty = replace(REGISTRATION, patience=Patience(person=0.2))
    with Loopback() as loopback, pytest.raises(InputError, match="Nobody signed in") as caught:
        loopback.wait(hasty, STATE, threading.Event())
    assert caught.value.field == "incoming.oauth"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", urlsplit(loopback.address()).port or 0), 1)
    assert Patience().person == 300


def test_a_second_answer_finds_nobody(waiting: Waiting) -> None:
    """RFC 8252: the listener lives for one sign-in."""
    waiting.get(f"/?code={CODE}&state={STATE}")
    waiting.found.result(5)
    waiting.loopback.__exit__(None, None, None)
    with pytest.raises(OSError, match="refused"):
        waiting.get(f"/?code=2&state={STATE}")
