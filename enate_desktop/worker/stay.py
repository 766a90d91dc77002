"""The wait at an open mailbox until its server tells of new mail (RFC 2177)."""

import threading
from collections.abc import Callable

from enate_desktop.worker.visit import Services, Visit

FULL_LOOK_SECONDS = 900.0
"""How long to rely on what the server tells, before the whole folder is compared again."""
LONGEST_WAIT = 540.0
"""Seconds of one wait: servers and routers forget quiet connections."""
_GRACE = 60.0
_LONGEST_DOUBT = 5.0


class Stay:
    """Waits and takes in, over and over; made when everything there was is taken in."""

    def __init__(
        self,
        visit: Visit,
        services: Services,
        clock: Callable[[], float],
        wake: threading.Event,
    ) -> None:
        """``wake`` is set when somebody wants the whole folder looked at now."""
        self._visit = visit
        self._services = services
        self._clock = clock
        self._wake = wake
        self._due = clock() + FULL_LOOK_SECONDS
        self._wait_ends: float | None = None
        self._in_vain = 0

    @property
    def overdue(self) -> bool:
        """Whether a wait has lasted longer than it was asked to; for other threads."""
        ends = self._wait_ends
        return ends is not None and self._clock() > ends

    def once(self, may_go_on: Callable[[], bool]) -> None:
        """One wait and what follows from it, if that ``may_go_on``; raises what mailboxes raise."""
        poll = float(self._services.intake.settings().poll_seconds)
        if self._visit.incomplete:
            self._due = min(self._due, self._clock() + poll)
        changed = self._wait(max(0.0, min(poll, LONGEST_WAIT, self._due - self._clock())))
        if not may_go_on():
            return
        if self._wake.is_set() or self._clock() >= self._due:
            self._wake.clear()
            self._visit.look_over()
            self._due = self._clock() + FULL_LOOK_SECONDS
            self._visit.decide_left_behind()
        elif not self._visit.arrived() and changed:
            self._in_vain += 1
            # A server that always calls must not keep this computer busy.
            self._wake.wait(min(0.1 * 2.0 ** min(self._in_vain - 2, 6), _LONGEST_DOUBT))
        else:
            self._in_vain = 0
            self._visit.decide_left_behind()

    def _wait(self, seconds: float) -> bool:
        if self._wake.is_set():
            return True
        self._wait_ends = self._clock() + seconds + _GRACE
        try:
            return self._visit.mailbox.wait(seconds)
        finally:
            self._wait_ends = None
