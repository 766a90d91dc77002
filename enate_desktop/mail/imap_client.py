"""imapclient on top of our bounded wire: the only place that uses its and imaplib's insides."""

import imaplib
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import imapclient
from typing_extensions import Buffer

from enate_desktop.mail.imap_idle import Idle
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.wire import Wire

# Everything else of a command's untagged answers would pile up over a long session.
_REMEMBERED = frozenset(("CAPABILITY", "READ-ONLY", "UIDVALIDITY", "UIDNOTSTICKY"))
_BYTES_OF_UID = 12
_ALERTS = 3
_LONGEST_COMMAND = 8_000
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class GuardedImap4(imaplib.IMAP4):
    """imaplib whose every read is bounded and whose commands cannot carry a second one."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.next_limits: dict[str, Any] = {}
        self.news = False
        self.alerts: list[bytes] = []
        super().__init__("", 0)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Use the connection that is there already."""
        self.sock = self._wire.socket

    def read(self, size: int) -> bytes:
        """A literal."""
        return self._wire.read(size)

    def readline(self) -> bytes:
        """A response line."""
        return self._wire.readline()

    def send(self, data: Buffer) -> None:
        """A command line."""
        self._wire.send(bytes(data))

    def shutdown(self) -> None:
        """Close the connection."""
        self._wire.close()

    def encrypted(self) -> None:
        """TLS has begun: what the server said about itself before does not count (RFC 9051)."""
        self.sock = self._wire.socket
        self.untagged_responses.clear()
        self._get_capabilities()

    def command(self, name: str, *arguments: str | bytes) -> tuple[str, list[Any]]:
        """Send a command and wait for its end: status and data, as imaplib returns them."""
        status, data = self._simple_command(name, *arguments)
        return status, data

    def authenticate_with(
        self, mechanism: str, initial: str, answer: Callable[[bytes], str], *, at_once: bool
    ) -> tuple[str, list[Any]]:
        """AUTHENTICATE, with answers in base64; ``at_once`` sends the first with the command."""
        answers = _Answers(None if at_once else initial, answer)
        self.literal: Any = answers.next
        return self.command("AUTHENTICATE", mechanism, *((initial,) if at_once else ()))

    def _command(self, name: str, *args: str | bytes | None) -> object:
        for argument in args:
            text = argument if isinstance(argument, bytes) else str(argument).encode()
            if argument is not None and _CONTROL.search(text):
                raise MailError(
                    ErrorKind.PROTOCOL,
                    "A name for the server contains a control character or line break.",
                    "Nothing was sent. Type it again without.",
                )
        self.news = self.news or "EXISTS" in self.untagged_responses
        self.untagged_responses = {
            name: values[:1]
            for name, values in self.untagged_responses.items()
            if name in _REMEMBERED
        }
        self._wire.begin(**self.next_limits)
        self.next_limits = {}
        return super()._command(name, *args)  # type: ignore[misc]

    def _append_untagged(self, typ: str, dat: object) -> None:
        if isinstance(dat, bytes) and dat[:7].upper() == b"[ALERT]" and len(self.alerts) < _ALERTS:
            self.alerts.append(dat[7:].strip())
        super()._append_untagged(typ, dat)  # type: ignore[misc]

    def _log(self, line: object) -> None:
        """Keep no copy of what was said; imaplib would keep the sign-in line."""


class _Answers:
    """What is said to each challenge of a sign-in."""

    def __init__(self, first: str | None, answer: Callable[[bytes], str]) -> None:
        self._first = first
        self._answer = answer

    def next(self, challenge: bytes) -> bytes:
        """The next answer; imaplib knows by its being a bound method that there may be more."""
        first, self._first = self._first, None
        said = self._answer(challenge) if first is None else first
        return said.encode("ascii")


class GuardedClient(imapclient.IMAPClient):  # type: ignore[misc]
    """imapclient over a Wire that has said nothing yet (or has just begun TLS)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__("", port=0, ssl=False)
        self._imap.debug = 0  # 5 by default: formats every line for a logger, 2.5 times slower
        self.normalise_times = False

    def _create_IMAP4(self) -> GuardedImap4:  # noqa: N802 - imapclient's hook
        return GuardedImap4(self._wire)

    def _set_read_timeout(self) -> None:
        """The wire has its own time limits."""

    @property
    def quiet(self) -> bool:
        """Whether nothing of what is said is kept or formatted for a log."""
        return bool(self._imap.debug == 0)

    @property
    def preauthenticated(self) -> bool:
        """Whether the greeting claimed that we are signed in already."""
        return bool(self._imap.state == "AUTH")

    def command(self, name: str, *arguments: str) -> tuple[str, bytes]:
        """A command by its name with ready-made arguments; its tagged status and text."""
        status, data = self._imap.command(name, *arguments)
        return status, _text(data)

    def uid_command(self, name: str, *arguments: str) -> tuple[str, bytes, list[Any]]:
        """A UID command; its tagged status, the status text and its untagged answers."""
        status, data = self._imap.command("UID", name, *arguments)
        answers = self._imap.untagged_responses.pop(name, [])
        return status, _text(data), answers

    def authenticate(
        self, mechanism: str, initial: str, answer: Callable[[bytes], str]
    ) -> tuple[str, bytes]:
        """Sign in by SASL, all in base64; ``answer`` is asked about every further challenge.

        Returns the tagged status and its text.
        """
        at_once = self.has_capability("SASL-IR") and len(initial) < _LONGEST_COMMAND
        return self._signed_in(
            lambda: self._imap.authenticate_with(mechanism, initial, answer, at_once=at_once)
        )

    def login_with(self, user: bytes, password: bytes) -> tuple[str, bytes]:
        """LOGIN with both as quoted strings; the tagged status and its text."""
        return self._signed_in(lambda: self._imap.command("LOGIN", user, password))

    def _signed_in(self, ask: Callable[[], tuple[str, list[Any]]]) -> tuple[str, bytes]:
        self._imap.untagged_responses.pop("CAPABILITY", None)
        status, data = ask()
        if status == "OK":
            self._imap.state = "AUTH"
            self._cached_capabilities = None
        return status, _text(data)

    def encrypted(self) -> None:
        """Begin anew after STARTTLS."""
        self._cached_capabilities = None
        self._imap.encrypted()

    def allow(self, size: int, line: int | None = None) -> None:
        """Limits for the answer to the next command: all of it, and one line of it."""
        self._imap.next_limits = {"size": size} | ({} if line is None else {"line": line})

    def forget_code(self, name: str) -> list[Any]:
        """Values of a response code such as UIDVALIDITY that came since it was last forgotten."""
        values: list[Any] = self._imap.untagged_responses.pop(name, [])
        return values

    @property
    def alerts(self) -> tuple[bytes, ...]:
        """What the server wants a person to know (RFC 3501 ALERT), at most three texts."""
        return tuple(dict.fromkeys(self._imap.alerts))

    @property
    def news(self) -> bool:
        """Whether the server told of new mail since :meth:`forget_news`, in whatever answer."""
        return self._imap.news or "EXISTS" in self._imap.untagged_responses

    def forget_news(self) -> None:
        """What is asked next covers the mail that the server told of so far."""
        self._imap.news = False
        self._imap.untagged_responses.pop("EXISTS", None)

    def idle_until(self, woken: Callable[[], bool], seconds: float, host: str) -> bool:
        """Wait for news with IDLE; as :meth:`Idle.run`."""
        idle = Idle(self._wire, host, woken)
        found = idle.run(seconds)
        if idle.rebuilt:
            self._imap.untagged_responses["UIDVALIDITY"] = [b"0"]
        return found

    def search_uids(self, *criteria: str, among: int) -> list[int]:
        """Usable UIDs that fit, ascending, each once; ``among`` about so many mails."""
        limit = (1 << 20) + among * _BYTES_OF_UID
        self.allow(limit, limit)
        status, words, answers = self.uid_command("SEARCH", *criteria)
        if status != "OK":
            raise imapclient.exceptions.IMAPClientError(words)
        numbers = {int(word) for item in answers if _is_text(item) for word in _numbers(item)}
        return sorted(uid for uid in numbers if 0 < uid < 1 << 32)

    def sign_out(self) -> None:
        """LOGOUT, at most two seconds; never raises."""
        self._imap.next_limits = {
            "size": 1 << 16,
            "idle": self._wire.patience.moment,
            "seconds": self._wire.patience.moment,
        }
        with suppress(MailError, imaplib.IMAP4.error, OSError, ValueError):
            self._imap.logout()


def _text(data: list[Any]) -> bytes:
    return data[0] if data and isinstance(data[0], bytes) else b""


def _is_text(item: object) -> bool:
    return isinstance(item, bytes)


def _numbers(item: bytes) -> list[bytes]:
    return [word for word in item.partition(b"(")[0].split() if word.isdigit() and len(word) < 11]


def quoted(text: str) -> bytes:
    """A quoted string in UTF-8."""
    return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'


def quoted_folder(name: str) -> str:
    """A folder's name as an argument (RFC 3501 modified UTF-7, quoted)."""
    encoded: str = imapclient.imap_utf7.encode(name).decode("ascii")
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'
