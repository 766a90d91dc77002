"""The thread that keeps leases alive, notices a suspended computer and begins hourly chores."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from enate_desktop.domain.errors import EnateError

HEARTBEAT = 10.0
"""Seconds between two renewals of the leases (MAIL 3.8)."""
_GAP = 30.0
_HOUR = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, in seconds, and by which clocks; injected by tests."""

    heartbeat: float = HEARTBEAT
    tick: float = 2.0
    gap: float = _GAP
    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Chores:
    """``beat`` at every heartbeat, ``tick`` in between, ``resumed`` after a gap in time."""

    beat: Callable[[], None]
    tick: Callable[[], None]
    resumed: Callable[[], None]
    hourly: Sequence[Callable[[], object]] = ()


class Upkeep:
    """A thread, started and stopped as often as wanted."""

    def __init__(self, chores: Chores, pace: Pace) -> None:
        """Not started yet."""
        self._chores = chores
        self._pace = pace
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._hourly: threading.Thread | None = None
        self._hour = float("-inf")

    def start(self) -> None:
        """Begin, unless it has begun."""
        if self._thread is None:
            # An event of its own: a former thread that did not end in time stays stopped.
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._stop,), name="worker-upkeep", daemon=True
            )
            self._thread.start()

    def stop(self, seconds: float) -> bool:
        """End; whether it ended within that time."""
        thread, self._thread = self._thread, None
        self._stop.set()
        if thread is None:
            return True
        end = time.monotonic() + seconds
        thread.join(seconds)
        if self._hourly is not None:
            self._hourly.join(max(0.0, end - time.monotonic()))
        return not thread.is_alive() and not (self._hourly and self._hourly.is_alive())

    def _run(self, stop: threading.Event) -> None:
        pace = self._pace
        wall, monotonic = pace.wall(), pace.monotonic()
        beat = monotonic
        while not stop.wait(pace.tick):
            passed = max(pace.wall() - wall, pace.monotonic() - monotonic)
            wall, monotonic = pace.wall(), pace.monotonic()
            # Either clock may stand still in a suspended computer; a leap of one is no harm.
            resumed = passed > pace.tick + pace.gap
            if resumed or monotonic - beat >= pace.heartbeat:
                beat = monotonic
                self._do(self._chores.beat)
            if resumed:
                _log.info("this computer was away for %.0f seconds", passed)
                self._do(self._chores.resumed)
            self._do(self._chores.tick)
            if monotonic - self._hour >= _HOUR:
                self._hour = monotonic
                self._begin_hourly(stop)

    def _begin_hourly(self, stop: threading.Event) -> None:
        """In a thread of its own: no lease may run out for a long chore."""

        def run() -> None:
            for chore in self._chores.hourly:
                if not stop.is_set():
                    self._do(chore)

        if self._hourly is None or not self._hourly.is_alive():
            self._hourly = threading.Thread(target=run, name="worker-hourly", daemon=True)
            self._hourly.start()

    def _do(self, chore: Callable[[], object]) -> None:
        try:
            chore()
        except EnateError as error:
            _log.warning("upkeep: %s", error.sentence())
        except Exception:
            # A bug of ours in one chore must not let every lease run out.
            _log.exception("upkeep")
