"""The servers, the prepared data and the mails of the crash tests; runs one point at a time."""

import hashlib
import os
import secrets
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
from tests.company import connector, document, open_services, route
from tests.crash.events import Point
from tests.crash.job import Answer, Job
from tests.crash.modes import MODES, UNSURE, Mode
from tests.crash.zygote import Zygote
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink

ENDS = ("created", "appended", "created", "duplicate")
"""Of the mails of :func:`mails`."""


@dataclass(frozen=True)
class Outcome:
    """What a point led to: ``problems`` is empty when nothing was lost or done twice.

    ``met``: the process was killed at that point.
    """

    mode: str
    point: Point | None
    problems: tuple[str, ...]
    counts: dict[str, int]
    met: bool


@dataclass(frozen=True)
class Place:
    """Where a run happens: a mailbox, and the data that take it in."""

    server: Dovecot
    user: str
    former: str
    job: Job


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

    def __init__(self, pki: Pki, sink: SmtpSink, postgres: Postgres | None = None) -> None:
        """With ``postgres`` the data lie there, otherwise in files."""
        self._pki = pki
        self._sink = sink
        self._postgres = postgres
        self._name = secrets.token_hex(3)
        self._servers: dict[str, Dovecot] = {}
        self._prepared: dict[str, tuple[str, str]] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        # A killed process loses nothing that it wrote, synced or not: memory is as good and faster.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="crash-", dir=memory))
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
                made = Dovecot(self._pki, extra=f"mail_fsync = never\n{mode.server}")
                self._servers[mode.server] = self._stack.enter_context(made)
            return self._servers[mode.server]

    def run(self, mode: Mode, point: Point | None, zygote: Zygote) -> Outcome:
        """Killed at ``point``, if one is given, then run until all is quiet."""
        place = self._unmoved(mode, zygote)
        given = mails(f"{place.user}-{self._name}")
        place.server.fill(place.user, given)
        job = place.job
        first = zygote.do(replace(job, user=place.user, former_user=place.former, kill_at=point))
        last = zygote.do(replace(job, looks=2 if point is None else 1))
        problems = [*_unlike(point, first, mode), *wrong(mode, given, last)]
        problems += wrong_on_server(mode, given, place, twice=point is not None)
        if mode.outbox:
            problems += wrong_in_outbox(given, last, self._sink, unsure=first.died_at in UNSURE)
        self.forget(place)
        return Outcome(mode.name, point, tuple(problems), first.counts, first.killed)

    def place(self, mode: Mode, zygote: Zygote) -> Place:
        """An empty mailbox, and data that take it in by ``mode``."""
        place = self._unmoved(mode, zygote)
        moved = replace(place.job, looks=0, user=place.user, former_user=place.former)
        answer = zygote.do(moved)
        if answer.errors or answer.killed:
            raise RuntimeError(str(answer))
        return place

    def _unmoved(self, mode: Mode, zygote: Zygote) -> Place:
        """A place whose data name the former user still."""
        server = self.server(mode)
        data, former = self._data(mode, zygote)
        with self._lock:
            user = server.new_user()
        fill(server, user, (), mode)
        folder = self.folder / user / mode.name
        folder.mkdir(parents=True)
        port = server.pop3_port if mode.protocol == "pop3" else server.imap_port
        smtp_port = self._sink.port("none") if mode.outbox else 0
        job = Job(
            str(folder),
            protocol=mode.protocol,
            server_port=port,
            smtp_port=smtp_port,
            url=self._copied(data, folder),
        )
        return Place(server, user, former, job)

    def forget(self, place: Place) -> None:
        """Remove the data of a place."""
        shutil.rmtree(place.job.folder)
        if self._postgres is not None and place.job.url is not None:
            name = urlsplit(place.job.url).path.strip("/")
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
                    open_services(folder).close()
                else:
                    url = self._postgres.new_database()
                document = configuration(mode, server, user, self._sink)
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


def configuration(mode: Mode, server: Dovecot, user: str, sink: SmtpSink) -> dict[str, Any]:
    """One connector that takes in the mailbox of ``user``, and answers if that is the mode."""
    pop3 = mode.protocol == "pop3"
    made = connector(routes=[route("Everything", send_automated_emails=mode.outbox)])
    if mode.outbox:
        made["use_for"] = "both"
        made["outgoing"] = {
            "service": "other_smtp",
            "host": "127.0.0.1",
            "port": sink.port("none"),
            "security": "none",
            "authentication": "none",
        }
    made["incoming"] |= {
        "service": "other_pop3" if pop3 else "other_imap",
        "port": server.pop3_port if pop3 else server.imap_port,
        "security": "none",
        "username": user,
        "first_intake": "all",
        "after_intake": mode.after,
    }
    return document(made)


def many_mails(name: str, count: int, first: int = 0) -> list[bytes]:
    """Mails that each create a work item."""
    return [_mail(name, number) for number in range(first, first + count)]


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
    elif first.killed and first.died_at != point[0]:
        yield f"It did not die where it should: {first}"
    # Answers to commands sent together may come as one: then a point is not met every time.
    elif not first.killed and (first.errors and not mode.read_only):
        yield f"It went wrong before the point: {first}"


def wrong(
    mode: Mode, given: Sequence[bytes], last: Answer, ends: Sequence[str] = ENDS
) -> Iterator[str]:
    """What the data of a run that ended do not say as they should."""
    if last.killed or (last.errors and not mode.read_only):
        yield f"The last run ended oddly: {last}"
    wanted = Counter(
        (_subject(raw), end, mode.disposition, hashlib.sha256(raw).hexdigest())
        for raw, end in zip(given, ends, strict=True)
    )
    found = Counter((m.subject, m.end, m.disposition, m.sha256) for m in last.state.mails)
    if found != wanted:
        yield f"Mails: {sorted(found.elements())} instead of {sorted(wanted.elements())}"
    items = sorted(last.state.work_items)
    made = zip(map(_subject, given), ends, strict=True)
    wanted_items = sorted(subject for subject, end in made if end == "created")
    if items != wanted_items:
        yield f"Work items: {items}"
    conversations = sorted(last.state.conversations)
    made = zip(map(_subject, given), ends, strict=True)
    if conversations != sorted(subject for subject, end in made if end != "duplicate"):
        yield f"Mails of work items: {conversations}"


def wrong_on_server(
    mode: Mode, given: Sequence[bytes], place: Place, *, twice: bool
) -> Iterator[str]:
    """What does not lie on the server as it should."""
    maildir = place.server.base / "home" / place.user / "Maildir"
    for box, wanted in ((maildir, mode.inbox), (maildir / ".Processed", mode.processed)):
        files = [p for name in ("new", "cur") for p in (box / name).glob("*")]
        there = Counter(path.read_bytes() for path in files)
        right = Counter(given) if wanted else Counter[bytes]()
        is_copy = box is not maildir and mode.copies_may_be_two and twice
        doubled = Counter({raw: 2 * count for raw, count in right.items()}) if is_copy else right
        if not right <= there <= doubled:
            yield f"{box.name} has {[path.name for path in files]}"
        flags = {path.name.partition(":2,")[2] for path in files if box is maildir}
        if flags - {mode.flags, "" if mode.protocol == "pop3" else mode.flags}:
            yield f"Flags are {flags}"


def wrong_in_outbox(
    given: Sequence[bytes], last: Answer, sink: SmtpSink, *, unsure: bool
) -> Iterator[str]:
    """What was not acknowledged exactly once; a twin is the same mail, and rare (RFC 1047)."""
    people = [_header(given[number], "From") for number in (0, 2)]
    if sorted(last.state.deliveries) != sorted((one, "sent") for one in people):
        yield f"Deliveries: {last.state.deliveries}"
    arrived = [sink.mails_to(one) for one in people]
    for mails_of_one in arrived:
        if len({taken.raw for taken in mails_of_one}) != 1:
            yield f"Arrived: {[taken.raw for taken in mails_of_one]}"
    count = sum(len(mails_of_one) for mails_of_one in arrived)
    if count > len(people) + unsure:
        yield f"{count} acknowledgements arrived"


def _subject(raw: bytes) -> str:
    return _header(raw, "Subject")


def _header(raw: bytes, name: str) -> str:
    return raw.partition(f"{name}: ".encode())[2].partition(b"\r\n")[0].decode()
