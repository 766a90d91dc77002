"""The servers, the prepared data and the mails of the crash tests; runs one point at a time."""

import hashlib
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from enate_desktop.storage.database import FILE_NAME
from tests.company import _empty_file, connector, document, route
from tests.crash.events import Point
from tests.crash.job import Answer, Job
from tests.crash.modes import MODES, Mode
from tests.crash.zygote import Zygote
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.postgres import Postgres


ENDS = ("created", "appended", "created", "duplicate")
"""Of the mails of :func:`mails`."""


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
    """A context manager; :meth:`run` without a point tells which points there are."""

    def __init__(self, pki: Pki, postgres: Postgres | None = None) -> None:
        """With ``postgres`` the data lie there, otherwise in files."""
        self._pki = pki
        self._postgres = postgres
        self._servers: dict[str, Dovecot] = {}
        self._prepared: dict[str, tuple[str, str]] = {}
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

    def run(self, mode: Mode, point: Point | None, zygote: Zygote) -> Outcome:
        """Killed at ``point``, if one is given, then run until all is quiet."""
        server = self.server(mode)
        data, former = self._data(mode, zygote)
        with self._lock:
            user = server.new_user()
        given = mails(user)
        fill(server, user, given, mode)
        folder = self.folder / user / mode.name
        folder.mkdir(parents=True)
        port = server.pop3_port if mode.protocol == "pop3" else server.imap_port
        url = self._copied(data, folder)
        job = Job(str(folder), protocol=mode.protocol, server_port=port, url=url)
        first = zygote.do(replace(job, user=user, former_user=former, kill_at=point))
        last = zygote.do(replace(job, looks=2))
        problems = [*_unlike(point, first, mode), *wrong(mode, given, last)]
        problems += wrong_on_server(mode, given, server, user, twice=point is not None)
        self._forget(folder, url)
        return Outcome(mode.name, point, tuple(problems), first.counts)

    def _forget(self, folder: Path, url: str | None) -> None:
        shutil.rmtree(folder)
        if self._postgres is not None and url is not None:
            name = urlsplit(url).path.strip("/")
            self._postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _data(self, mode: Mode, zygote: Zygote) -> tuple[str, str]:
        """Prepared data of a mode (file or database), and the user they name."""
        with self._lock:
            if mode.name not in self._prepared:
                server = self.server(mode)
                user = server.new_user()
                fill(server, user, (), mode)
                folder = self.folder / f"prepared {mode.name}"
                folder.mkdir()
                url = None
                if self._postgres is None:
                    (folder / FILE_NAME).write_bytes(_empty_file())
                else:
                    url = self._postgres.new_database()
                document = configuration(mode, server, user)
                answer = zygote.do(Job(str(folder), url=url, prepare=document))
                if answer.errors:
                    raise RuntimeError(answer.errors[0])
                name = urlsplit(url).path.strip("/") if url else str(folder / FILE_NAME)
                self._prepared[mode.name] = (name, user)
            return self._prepared[mode.name]

    def _copied(self, data: str, folder: Path) -> str | None:
        """The data once more, for one run; the address where they are in a server."""
        if self._postgres is None:
            shutil.copy(data, folder)
            return None
        with self._lock:
            return self._postgres.new_database(template=data)


def configuration(mode: Mode, server: Dovecot, user: str) -> dict[str, Any]:
    """One connector that takes in the mailbox of ``user``."""
    pop3 = mode.protocol == "pop3"
    made = connector(routes=[route("Everything")])
    made["incoming"] |= {
        "service": "other_pop3" if pop3 else "other_imap",
        "port": server.pop3_port if pop3 else server.imap_port,
        "security": "none",
        "username": user,
        "first_intake": "all",
        "after_intake": mode.after,
    }
    return document(made)


def fill(server: Dovecot, user: str, given: Sequence[bytes], mode: Mode) -> None:
    """Put the mails into the mailbox of a new user."""
    server.fill(user, given)
    if mode.read_only:
        place = server.base / "home" / user / "Maildir"
        (place / "dovecot-acl").write_text("owner lr\n")


def _unlike(point: Point | None, first: Answer, mode: Mode) -> Iterator[str]:
    """The first run ended where it should, and nowhere else."""
    if point is None:
        if first.killed or (first.errors and not mode.read_only):
            yield f"The clean run ended oddly: {first}"
    elif not first.killed or first.died_at != point[0]:
        yield f"It did not die where it should: {first}"


def wrong(mode: Mode, given: Sequence[bytes], last: Answer) -> Iterator[str]:
    """What the data of a run that ended do not say as they should."""
    if last.killed or (last.errors and not mode.read_only):
        yield f"The last run ended oddly: {last}"
    wanted = Counter(
        (_subject(raw), end, mode.disposition, hashlib.sha256(raw).hexdigest())
        for raw, end in zip(given, ENDS, strict=True)
    )
    found = Counter((m.subject, m.end, m.disposition, m.sha256) for m in last.state.mails)
    if found != wanted:
        yield f"Mails: {sorted(found.elements())} instead of {sorted(wanted.elements())}"
    items = sorted(last.state.work_items)
    if items != sorted(_subject(given[n]) for n in (0, 2)):
        yield f"Work items: {items}"
    conversations = sorted(last.state.conversations)
    if conversations != sorted(_subject(raw) for raw in given[:3]):
        yield f"Mails of work items: {conversations}"


def wrong_on_server(
    mode: Mode, given: Sequence[bytes], server: Dovecot, user: str, *, twice: bool
) -> Iterator[str]:
    """What does not lie on the server as it should."""
    maildir = server.base / "home" / user / "Maildir"
    for place, wanted in ((maildir, mode.inbox), (maildir / ".Processed", mode.processed)):
        files = [p for name in ("new", "cur") for p in (place / name).glob("*")]
        there = Counter(path.read_bytes() for path in files)
        right = Counter(given) if wanted else Counter[bytes]()
        is_copy = place is not maildir and mode.copies_may_be_two and twice
        doubled = Counter({raw: 2 * count for raw, count in right.items()}) if is_copy else right
        if not right <= there <= doubled:
            yield f"{place.name} has {[path.name for path in files]}"
        flags = {path.name.partition(":2,")[2] for path in files if place is maildir}
        if flags - {mode.flags, "" if mode.protocol == "pop3" else mode.flags}:
            yield f"Flags are {flags}"


def _subject(raw: bytes) -> str:
    return raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()
