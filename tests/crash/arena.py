"""The servers, the prepared data and the mails of the crash tests; runs one point at a time."""

import hashlib
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from enate_desktop.storage.database import FILE_NAME, Database
from tests.company import connector, document, route
from tests.crash.events import Point
from tests.crash.job import Answer, Job, State
from tests.crash.modes import MODES, Mode
from tests.crash.zygote import Zygote
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki


@dataclass(frozen=True)
class Outcome:
    """What a point led to: ``problems`` is empty when nothing was lost or done twice."""

    mode: str
    point: Point | None
    problems: tuple[str, ...]
    counts: dict[str, int]


def mails(place: str) -> tuple[bytes, ...]:
    """One that creates work, one that answers it, one more, and the first one once again."""
    first = _mail(place, 1)
    return first, _mail(place, 2, f"In-Reply-To: <1.{place}@x.example>\r\n"), _mail(place, 3), first


def _mail(place: str, number: int, more: str = "") -> bytes:
    return (
        f"From: c{number}.{place}@x.example\r\nTo: hr@acme.example\r\n"
        f"Subject: marker {number} of {place}\r\nMessage-ID: <{number}.{place}@x.example>\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n{more}\r\nMarker {number} of {place}.\r\n"
    ).encode()


class Arena:
    """A context manager; :meth:`clean` counts the points of a mode, :meth:`killed` runs one."""

    def __init__(self, pki: Pki, lanes: int = 2) -> None:
        self._pki = pki
        self._lanes = lanes
        self._servers: dict[str, Dovecot] = {}
        self._prepared: dict[str, tuple[Path, str]] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="crash-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def zygote(self) -> Zygote:
        """A warm process of its own for one thread; the arena ends it."""
        password = self.server(MODES["keep"]).password("u0000")
        return self._stack.enter_context(Zygote(password))

    def server(self, mode: Mode) -> Dovecot:
        """The running Dovecot of a mode."""
        with self._lock:
            if mode.server not in self._servers:
                made = Dovecot(self._pki, extra=mode.server)
                self._servers[mode.server] = self._stack.enter_context(made)
            return self._servers[mode.server]

    def clean(self, mode: Mode, zygote: Zygote) -> Outcome:
        """Nobody is killed: the points there are."""
        return self._run(mode, None, zygote)

    def killed(self, mode: Mode, point: Point, zygote: Zygote) -> Outcome:
        """Killed at ``point``, then run until all is quiet."""
        return self._run(mode, point, zygote)

    def _run(self, mode: Mode, point: Point | None, zygote: Zygote) -> Outcome:
        server = self.server(mode)
        data, former = self._data(mode, zygote)
        with self._lock:
            user = server.new_user()
        folder = self.folder / f"{mode.name} {user}"
        folder.mkdir()
        shutil.copy(data / FILE_NAME, folder)
        given = mails(user)
        _fill(server, user, given, mode)
        job = Job(
            str(folder),
            user,
            former,
            protocol=mode.protocol,
            server_port=server.pop3_port if mode.protocol == "pop3" else server.imap_port,
        )
        first = zygote.do(replace(job, kill_at=point))
        problems = list(_unlike(point, first))
        last = zygote.do(replace(job, former_user=former if point and not first.counts else "", looks=2))
        problems += _wrong(mode, given, last, server, user, point)
        shutil.rmtree(folder)
        return Outcome(mode.name, point, tuple(problems), first.counts)
