"""The loop of one connector: look into its mailbox, stay where the server tells of new mail."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import CredentialError, EnateError, NotFoundError
from enate_desktop.mail.mailbox import BusyError, Mailbox, MailError, StoppedError
from enate_desktop.services.intake import Received
from enate_desktop.services.leases import LeaseLostError
from enate_desktop.worker.setbacks import Setbacks, growing_wait
from enate_desktop.worker.visit import PassResult, Services, Visit

__all__ = ["MailboxPoller", "PassResult", "Services"]

FULL_LOOK_SECONDS = 900.0
"""How long to rely on what the server tells, before the whole folder is compared again."""
LONGEST_WAIT = 540.0
"""How long one wait for new mail may be: servers and routers forget longer ones (RFC 2177)."""
_GRACE = 30.0
_STAYED = 60.0
_LONGEST_DOUBT = 5.0
_log = logging.getLogger(__name__)
Clock: TypeAlias = Callable[[], float]


class MailboxPoller:
    """Takes the mail of one connector in; runs in a thread of its own."""

    def __init__(
        self,
        connector_id: int,
        services: Services,
        received: Callable[[Received], None],
        looked: Callable[[int], None] = lambda _connector_id: None,
        clock: Clock = time.monotonic,
    ) -> None:
        """``received`` is called for every mail, ``looked`` after every look, in this thread."""
        self._connector_id = connector_id
        self._services = services
        self._received = received
        self._looked = looked
        self._clock = clock
        self._setbacks = Setbacks(connector_id, services)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._mailbox: Mailbox | None = None
        self._lock = threading.Lock()
        self._wait_ends: float | None = None
        self._push = True
        self._login_delay = 0
        self._short_stays = 0
        self._reference_log: list[str] = []

    def run(self) -> None:
        """Look again and again until stopped, switched off or the lease is lost."""
        failures = 0
        while not self._stop.is_set():
            self._wake.clear()
            # A stop sets this first, so that the line above cannot have taken its wake-up away.
            if self._stop.is_set():
                return
            self._short_stays = -1
            result = self._pass(stay=True)
            self._looked(self._connector_id)
            if result is None or isinstance(result.error, LeaseLostError):
                return
            failures = failures + 1 if result.error else 0
            self._wake.wait(self._rest(failures))

    def look(self) -> PassResult | None:
        """One pass; None when the connector is off or gone. Known errors are in the result."""
        return self._pass(stay=False)

    def once(self) -> PassResult | None:
        """The same, as the worker asks of every loop of its."""
        return self.look()

    def wake(self) -> None:
        """Look at once instead of at the next time; callable from any thread."""
        self._wake.set()
        with self._lock:
            if self._mailbox is not None:
                self._mailbox.wake()

    def stop(self) -> None:
        """End soon, whatever the server does; callable from any thread."""
        self._stop.set()
        self.reconnect()

    def reconnect(self) -> None:
        """Drop the connection, which may be dead, and look at once; callable from any thread."""
        self._wake.set()
        with self._lock:
            if self._mailbox is not None:
                self._mailbox.abort()

    def watch(self) -> None:
        """End a wait that is overdue, whatever holds it up; callable from any thread."""
        ends = self._wait_ends
        if ends is not None and self._clock() > ends:
            _log.warning("connector %d: a wait for mail did not end", self._connector_id)
            self.reconnect()
