"""The person at the browser, for tests of signing in: opens the page, agrees, comes back."""

import html
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from typing_extensions import override

from tests.servers.identity_provider import IdentityProvider

_FORM = re.compile(r'<form method="post" action="([^"]*)">')
_INPUT = re.compile(r'name="([^"]*)" value="([^"]*)"')


class _Stay(urllib.request.HTTPRedirectHandler):
    """Shows where a redirect leads instead of following it."""

    @override
    def redirect_request(self, *args: object) -> None:
        return None


class Person:
    """A prompt that answers by itself, in a thread of its own, as a browser does.

    ``before`` is called with the address that the browser is about to go back to. ``pages`` are the
    pages that the program showed in the end.
    """

    def __init__(
        self,
        provider: IdentityProvider,
        *,
        approves: bool | None = True,
        before: Callable[[str], None] = lambda _address: None,
    ) -> None:
        self._provider = provider
        self._approves = approves
        self._before = before
        self._threads: list[threading.Thread] = []
        self.opened: list[str] = []
        self.codes: list[tuple[str, str, int]] = []
        self.pages: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for thread in self._threads:
            thread.join(10)

    def open_page(self, url: str) -> None:
        """Opens the sign-in page."""
        self.opened.append(url)
        if self._approves is not None:
            thread = threading.Thread(target=self._visit, args=(url,), name="browser", daemon=True)
            self._threads.append(thread)
            thread.start()

    def show_code(self, code: str, url: str, expires_seconds: int) -> None:
        """Types the code of a device."""
        self.codes.append((code, url, expires_seconds))
        if self._approves is not None:
            self._provider.approve(code, approved=self._approves)

    @staticmethod
    def fetch(address: str) -> str:
        """What a browser gets of a plain address; urllib's HTTPError, closed, for a refusal."""
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                address, timeout=10
            ) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            error.close()
            raise

    def _visit(self, url: str) -> None:
        tls = urllib.request.HTTPSHandler(context=self._provider.client_context())
        no_proxy = urllib.request.ProxyHandler({})
        browser = urllib.request.build_opener(tls, no_proxy, _Stay())
        try:
            with browser.open(url, timeout=10) as answer:
                shown = answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                address = error.headers.get("Location")
            if address is None:
                return
            self._before(address)
            self._come_back(browser, address, None)
            return
        form = _FORM.search(shown)
        if form is None:
            return
        fields = {html.unescape(k): html.unescape(v) for k, v in _INPUT.findall(shown)}
        address = html.unescape(form.group(1))
        self._before(address)
        self._come_back(browser, address, urlencode(fields).encode())

    def _come_back(
        self, browser: urllib.request.OpenerDirector, address: str, data: bytes | None
    ) -> None:
        with browser.open(address, data, timeout=10) as answer:
            self.pages.append(answer.read().decode())
