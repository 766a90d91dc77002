"""Leases: of several workers on one database, one works on a mailbox at a time (MAIL 3.8)."""

import logging
import socket
import threading
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from enate_desktop.domain.connectors import Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.services.context import Context
from enate_desktop.services.people import operating_system_login
from enate_desktop.storage.database import Liveness
from enate_desktop.storage.leases import StoredLease
from enate_desktop.storage.unit_of_work import UnitOfWork

LASTS = timedelta(seconds=60)
"""How long a lease is good after its last renewal."""
DOUBT = timedelta(seconds=20)
"""How long, on a shared database, a renewed lease tells more than a missing sign of life.

That is about two heartbeats: a living worker whose connection broke shows itself again by then.
"""
_log = logging.getLogger(__name__)


class LeaseLostError(EnateError):
    """Another worker has taken over; nothing of the present transaction was written."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on ``name``, as long as nobody else has a higher ``epoch``."""

    name: str
    owner: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose worker holds a lease; ``since`` is UTC by the database's clock.

    ``owner`` tells one program from another of the same person.
    """

    host: str
    login: str
    since: datetime
    owner: str = ""


def lease_name(side: Side, connector_id: int) -> str:
    """How the lease of a mailbox (``incoming:7``) or a sender (``outgoing:7``) is called."""
    return f"{side}:{connector_id}"


class LeaseService:
    """The leases of one worker; all methods are safe in several threads."""

    def __init__(
        self,
        context: Context,
        folder: Path | None = None,
        lasts: timedelta = LASTS,
        doubt: timedelta = DOUBT,
    ) -> None:
        """As a new owner; ``lasts`` is how long a lease is good without being renewed.

        ``folder`` is the data folder, where a dead owner is known; close it then. With a file that
        is certain at once; on a shared database only ``doubt`` after the last renewal.
        """
        self._context = context
        self._folder = folder
        self._lasts = lasts
        # A locked file cannot be lost by a process that lives.
        self._doubt = doubt if context.database.shared else timedelta(0)
        self._owner = uuid.uuid4().hex
        self._host = socket.gethostname()
        self._login = operating_system_login()
        self._liveness: Liveness | None = None
        self._mine: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def owner(self) -> str:
        """By what name this worker holds its leases."""
        return self._owner

    def acquire(self, name: str) -> Lease | None:
        """The lease, or None while another living worker has it."""
        self._show_life()
        with self._context.database.read() as work:
            seen, now = work.leases.get(name), work.now()
        # Asked outside of every transaction: the answer may take as long as a network does.
        if self._is_taken(seen, now):
            return None
        with self._context.database.write() as work:
            present, now = work.leases.get(name), work.now()
            if present != seen and _lasts(present, now):
                return None
            epoch = 1 + (present.epoch if present else 0)
            work.leases.put(
                StoredLease(
                    name, self._owner, self._host, self._login, epoch, now, now + self._lasts
                )
            )
        with self._lock:
            self._mine[name] = epoch
        return Lease(name, self._owner, epoch)

    def renew(self, lease: Lease) -> None:
        """Let the lease last; LeaseLostError when somebody else has it now."""
        self._go_on_showing_life()
        with self._context.database.write() as work:
            present = _checked(work, lease)
            work.leases.put(replace(present, expires=work.now() + self._lasts))

    def renew_all(self) -> frozenset[str]:
        """Let every lease in use here last; returns the names that are still its own.

        One that could not be given back is in nobody's use, and runs out.
        """
        self._go_on_showing_life()
        with self._lock:
            names = tuple(self._mine)
        with self._context.database.write() as work:
            return work.leases.prolong(self._owner, names, work.now() + self._lasts)

    def release(self, lease: Lease) -> None:
        """Give the lease back, so that another worker need not wait; lost ones are no error."""
        with self._lock:
            if self._mine.get(lease.name) == lease.epoch:
                del self._mine[lease.name]
        with self._context.database.write() as work:
            present = work.leases.get(lease.name)
            if present is not None and _is(present, lease):
                work.leases.put(replace(present, owner="", expires=work.now()))

    def holder(self, name: str) -> Holder | None:
        """Who works on it now, this worker included; None: nobody."""
        with self._context.database.read() as work:
            present, now = work.leases.get(name), work.now()
        if present is None or not self._is_taken(present, now):
            return None
        return Holder(present.host, present.login, present.since, present.owner)

    def fenced(self, lease: Lease) -> Context:
        """The same context; its every write raises LeaseLostError once the lease is lost."""

        def fence(work: UnitOfWork) -> None:
            _checked(work, lease)

        return replace(self._context, database=self._context.database.fenced(fence))

    def close(self) -> None:
        """This worker ends, or rests: whoever wants its leases may take them at once."""
        with self._lock:
            if self._liveness is not None:
                self._liveness.close()
                self._liveness = None

    def _is_taken(self, lease: StoredLease | None, now: datetime) -> bool:
        if lease is None or not _lasts(lease, now):
            return False
        renewed = lease.expires - self._lasts
        return now - renewed < self._doubt or not self._is_dead(lease.owner)

    def _show_life(self) -> None:
        with self._lock:
            if self._folder is None:
                return
            if self._liveness is None:
                self._liveness = self._context.database.liveness(self._folder)
            self._context.database.show_life(self._liveness, self._owner)

    def _go_on_showing_life(self) -> None:
        try:
            self._show_life()
        except EnateError as error:
            # The renewal itself is a better sign of life.
            _log.warning("leases: %s", error.sentence())

    def _is_dead(self, owner: str) -> bool:
        with self._lock:
            known = self._liveness
        return known is not None and owner != self._owner and known.is_dead(owner)


def _checked(work: UnitOfWork, lease: Lease) -> StoredLease:
    present = work.leases.get(lease.name)
    # An expired lease that nobody took is as good as ever: nobody else can have written.
    if present is None or not _is(present, lease):
        raise LeaseLostError(
            "Another worker has taken over this mailbox.",
            "It goes on with the mail where this one stopped; nothing is done twice.",
        )
    return present


def _lasts(lease: StoredLease | None, now: datetime) -> bool:
    return lease is not None and bool(lease.owner) and lease.expires > now


def _is(present: StoredLease, lease: Lease) -> bool:
    return (present.owner, present.epoch) == (lease.owner, lease.epoch)
