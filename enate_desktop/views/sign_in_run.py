"""One sign-in with an OAuth 2.0 provider off the GUI thread, its questions brought onto it."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import shiboken6
from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from enate_desktop.domain.certificates import CertificateReading
from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.services.bundle import Services
from enate_desktop.services.oauth import Prompt, SignedIn
from enate_desktop.services.vault import SecretChanges
from enate_desktop.worker.tasks import run_in_background

WholeConnector = Callable[[], tuple[Connector, SecretChanges]]
"""The connector and its secrets as they are on screen; called on the GUI thread."""
ReadCertificate = Callable[[bytes, str], CertificateReading]
"""Reads a .pfx file with a password, in a background thread; EnateError whose ``field`` is
``certificate`` or ``certificate_password`` for one that is of no use."""


SignIn = Callable[[Connector, Side, SecretChanges, Prompt, threading.Event], SignedIn]
"""Signs in, blocking until it is done or the event is set; EnateError when it does not work."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def open_in_browser(url: str) -> bool:
    """Have the system open a page; False when it has no way to."""
    return QDesktopServices.openUrl(QUrl(url))


def drops_are_blocked() -> bool:
    """Whether the system lets no file be dropped: an elevated window on Windows (UI 5.9)."""
    if sys.platform == "win32":
        import ctypes  # only there does it know of shell32

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return False


@dataclass(frozen=True, slots=True)
class SignInTools:
    """What signing in needs of the rest of the program."""

    read_certificate: ReadCertificate
    sign_in: SignIn
    account: Callable[[int, Side], str]
    """Who is signed in with the stored token of a connector; run in the background."""
    open_page: Callable[[str], bool] = open_in_browser
    now: Callable[[], datetime] = utc_now
    elevated: bool = False


def tools_of(services: Services) -> SignInTools:
    """The tools of the program itself."""
    return SignInTools(
        services.certificates.read,
        services.oauth.sign_in,
        services.oauth.account,
        elevated=drops_are_blocked(),
    )


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code to type on another device, and until when (UTC) it is good."""

    code: str
    url: str
    expires: datetime


class SignInRun(QObject):
    """Lives on the GUI thread; used once.

    ``page_wanted`` carries an address for the browser, ``code_wanted`` a DeviceCode; then
    ``ended`` a SignedIn, or ``failed`` the Exception. After :meth:`cancel` nothing follows.
    """

    page_wanted = Signal(str)
    code_wanted = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    _asked = Signal(object)

    def __init__(self, tools: SignInTools, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._cancel = threading.Event()
        self._asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._cancel.set)

    def start(self, connector: Connector, side: Side, secrets: SecretChanges) -> None:
        """Sign in for one side of ``connector`` as given."""
        tools, cancel, prompt = self._tools, self._cancel, _Prompt(self._ask, self._tools.now)
        taken = dict(secrets)

        def work() -> SignedIn:
            return tools.sign_in(connector, side, taken, prompt, cancel)

        run_in_background(self, work, self._on_ended, self._on_failed)

    def cancel(self) -> None:
        """End it within a fraction of a second; nothing is reported any more."""
        self._cancel.set()

    def _ask(self, question: str | DeviceCode) -> None:
        """Called on the thread of the sign-in."""
        if shiboken6.isValid(self):
            self._asked.emit(question)

    def _on_asked(self, question: str | DeviceCode) -> None:
        if self._cancel.is_set():
            return
        if isinstance(question, DeviceCode):
            self.code_wanted.emit(question)
        else:
            self.page_wanted.emit(question)

    def _on_ended(self, signed_in: SignedIn) -> None:
        if not self._cancel.is_set():
            self.ended.emit(signed_in)

    def _on_failed(self, error: Exception) -> None:
        if not self._cancel.is_set():
            self.failed.emit(error)


class _Prompt:
    """Hands the questions of a sign-in on to the GUI thread; knows no widget."""

    def __init__(
        self, ask: Callable[[str | DeviceCode], None], now: Callable[[], datetime]
    ) -> None:
        self._ask = ask
        self._now = now

    def open_page(self, url: str) -> None:
        self._ask(url)

    def show_code(self, code: str, url: str, expires_seconds: int) -> None:
        self._ask(DeviceCode(code, url, self._now() + timedelta(seconds=expires_seconds)))
