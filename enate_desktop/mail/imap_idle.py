"""Waiting until an IMAP server says that the folder changed (IDLE, RFC 2177)."""

import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from enate_desktop.mail.imap_errors import dropped, not_understood
from enate_desktop.mail.mailbox import BusyError, MailError, shown_words
from enate_desktop.mail.wire import SLICE, Wire

LONGEST = 9 * 60.0
"""Seconds after which IDLE is begun anew: servers and routers forget quiet connections."""
_QUIET, _BETWEEN, _PROBES = 60, 15, 4
_TAG = b"idle"
_NEWS = re.compile(rb"\* (?:\d{1,10} (?:EXISTS|RECENT|EXPUNGE)|VANISHED )", re.IGNORECASE)
_LITERAL = re.compile(rb"\{(\d{1,19})\+?\}\Z")
_CODE = re.compile(rb"\* (?:OK|NO) \[UIDVALIDITY ", re.IGNORECASE)


class PushRefusedError(BusyError):
    """The server announces IDLE and does not allow it: asked at intervals, mail comes as well."""


def keep_alive(sock: socket.socket) -> None:
    """Let the system find out within two minutes that the other side of a quiet line is gone."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", _QUIET),
        ("TCP_KEEPINTVL", _BETWEEN),
        ("TCP_KEEPCNT", _PROBES),
    ):
        with suppress(AttributeError, OSError):  # not every system has each of them
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class Idle:
    """One IDLE command on ``wire``; :meth:`run` leaves the connection ready for the next one.

    ``rebuilt`` tells whether the server announced new UIDs for the folder meanwhile.
    """

    def __init__(self, wire: Wire, host: str, woken: Callable[[], bool]) -> None:
        self._wire = wire
        self._host = host
        self._woken = woken
        self._news = False
        self._may_wait = False
        self._over = False
        self.rebuilt = False

    def run(self, seconds: float) -> bool:
        """Whether something changed, or ``woken``, within ``seconds``.

        Raises MailError, :class:`PushRefusedError` when the server does not want it.
        """
        self._wire.begin()
        self._wire.send(_TAG + b" IDLE\r\n")
        while not self._may_wait and not self._over:
            self._hear(self._wire.readline())
        self._listen(min(seconds, LONGEST))
        if not self._over:
            self._end()
        return self._news or self._woken()

    def _listen(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self._wire.begin(seconds=seconds + self._wire.patience.command)
        while not (self._news or self._over or self._woken()) and time.monotonic() < end:
            line = self._wire.line_within(min(SLICE, end - time.monotonic()))
            if line is not None:
                self._hear(line)

    def _end(self) -> None:
        """DONE, and everything up to the tagged answer within the time of a command."""
        self._wire.begin()
        self._wire.send(b"DONE\r\n")
        while not self._over:
            self._hear(self._wire.readline())

    def _hear(self, line: bytes) -> None:
        words = line.rstrip(b"\r\n")
        if words.startswith(_TAG + b" "):
            if words[len(_TAG) + 1 :].split(b" ", 1)[0].upper() != b"OK":
                raise self._refused(words[len(_TAG) + 1 :])
            self._over = True
        elif words[:1] == b"+":
            self._may_wait = True
        elif words[:6].upper() == b"* BYE ":
            raise dropped(self._host, words[6:])
        elif words.startswith(b"* "):
            self._note(words)
        else:
            raise not_understood(self._host)

    def _note(self, words: bytes) -> None:
        self._news = self._news or _NEWS.match(words) is not None
        self.rebuilt = self.rebuilt or _CODE.match(words) is not None
        while (literal := _LITERAL.search(words)) is not None:
            self._wire.read(int(literal[1]))
            words = self._wire.readline().rstrip(b"\r\n")

    def _refused(self, words: bytes) -> MailError:
        return PushRefusedError(
            f"The server {self._host} does not let us wait for new mail.",
            "No mail is lost; the mailbox is looked at regularly instead.",
            server_words=shown_words(words),
        )
