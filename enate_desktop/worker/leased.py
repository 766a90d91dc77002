"""A loop that only the holder of a lease runs: wait for it, work, give it back (MAIL 3.8)."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from enate_desktop.domain.errors import EnateError, RefusedError
from enate_desktop.services.leases import Holder, Lease, LeaseService

_RETRY = 2.0
_STEP = 0.1
_HELD = "Nothing was done here; new mail is taken in there. Stop that worker to fetch it here."
_log = logging.getLogger(__name__)


class Loop(Protocol):
    """What runs under the lease, in the thread of the leased loop."""

    def run(self) -> None:
        """Work until stopped, or until there is nothing to do any more."""

    def stop(self) -> None:
        """End soon; callable from any thread."""


L = TypeVar("L", bound=Loop)
R = TypeVar("R")


class HeldElsewhereError(RefusedError):
    """A living worker has the mailbox."""


class LeasedLoop(Generic[L]):
    """One loop and its lease; ``current`` is the loop while the lease is held.

    ``elsewhere`` says whose worker had the lease at the last try to get it, or None.
    """

    def __init__(
        self, name: str, leases: LeaseService, build: Callable[[Lease], L], retry: float = _RETRY
    ) -> None:
        """``build`` makes the loop for a lease; ``retry`` is seconds between tries to get it."""
        self.name = name
        self.current: L | None = None
        self.elsewhere: HeldElsewhereError | None = None
        self._leases = leases
        self._build = build
        self._retry = retry
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Work whenever the lease can be had, until stopped or the loop ends by itself."""
        while not self._stop.is_set():
            try:
                lease = self._leases.acquire(self.name)
                holder = self._leases.holder(self.name) if lease is None else None
                self.elsewhere = held_elsewhere(holder) if lease is None else None
                if lease is not None and self._work(lease, self._run) and not self._stop.is_set():
                    return
            except EnateError as error:
                _log.warning("%s: %s", self.name, error.sentence())
            except Exception:
                # A bug of ours must not end the thread: the mailbox would be left without a word.
                _log.exception("%s: unexpected", self.name)
            self._stop.wait(self._retry)

    def once(self, work: Callable[[L], R], patience: float) -> R | None:
        """What ``work`` makes of the loop; None when stopped.

        Waits for the lease up to ``patience`` seconds; HeldElsewhereError after that.
        """
        left = patience
        while (lease := self._leases.acquire(self.name)) is None:
            if left <= 0:
                raise held_elsewhere(self._leases.holder(self.name))
            left -= _STEP
            if self._stop.wait(_STEP):
                return None
        return self._work(lease, lambda loop, _lease: work(loop))

    def stop(self) -> None:
        """End soon; callable from any thread."""
        self._stop.set()
        with self._lock:
            if self.current is not None:
                self.current.stop()

    def lose(self) -> None:
        """The lease is lost: drop everything and wait for it again; callable from any thread."""
        self._lost.set()
        with self._lock:
            if self.current is not None:
                self.current.stop()

    def _run(self, loop: L, lease: Lease) -> bool:
        """Run the loop to its end; whether it was not the loss of the lease that ended it."""
        loop.run()
        if not self._lost.is_set() and not self._stop.is_set():
            self._leases.renew(lease)
        return not self._lost.is_set()

    def _work(self, lease: Lease, work: Callable[[L, Lease], R]) -> R | None:
        self._lost.clear()
        try:
            loop = self._build(lease)
            with self._lock:
                if self._stop.is_set():
                    return None
                self.current = loop
            return work(loop, lease)
        finally:
            with self._lock:
                self.current = None
            with suppress(EnateError):  # then it runs out: nobody renews it
                self._leases.release(lease)


def held_elsewhere(holder: Holder | None) -> HeldElsewhereError:
    """Whose worker has the mailbox, in words."""
    if holder is None:
        return HeldElsewhereError("Another worker has this mailbox.", _HELD)
    since = holder.since.astimezone()
    clock = (
        f"{since:%H:%M}"
        if since.date() == datetime.now().astimezone().date()
        else f"{since:%Y-%m-%d %H:%M}"
    )
    return HeldElsewhereError(
        f"Mail is being fetched by this program on {holder.host} ({holder.login}) since {clock}.",
        _HELD,
    )
