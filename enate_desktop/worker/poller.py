"""The loop of one connector: look into its mailbox, stay where the server tells of new mail."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import CredentialError, EnateError, NotFoundError
from enate_desktop.mail.mailbox import BusyError, Mailbox, MailError, StoppedError
from enate_desktop.services.intake import Received
from enate_desktop.services.leases import LeaseLostError
from enate_desktop.services.pauses import Pause
from enate_desktop.worker.setbacks import Setbacks, growing_wait
from enate_desktop.worker.stay import Stay
from enate_desktop.worker.visit import PassResult, Services, Visit

__all__ = ["MailboxPoller", "PassResult", "Services"]

LONG_STAY = 60.0
"""Seconds of waiting after which a lost connection is nothing unusual."""
_NOTED_EVERY = 5.0
_log = logging.getLogger(__name__)


class MailboxPoller:
    """Takes the mail of one connector in; runs in a thread of its own."""

    def __init__(
        self,
        connector_id: int,
        services: Services,
        received: Callable[[Received], None],
        looked: Callable[[int], None] = lambda _connector_id: None,
        clock: Callable[[], float] = time.monotonic,
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
        self._lock = threading.Lock()
        self._mailbox: Mailbox | None = None
        self._stay: Stay | None = None
        self._push = True
        self._login_delay = 0
        self._lost = 0
        self._again_in: float | None = None
        self._next_look: datetime | None = None

    @property
    def busy(self) -> bool:
        """Whether it is at its mailbox now and does more than wait there for mail."""
        with self._lock:
            return self._mailbox is not None and self._stay is None

    @property
    def next_look(self) -> datetime | None:
        """When it looks next (UTC) if nobody asks; None while it looks or the server tells."""
        return self._next_look

    def run(self) -> None:
        """Look again and again until stopped, switched off or the lease is lost."""
        failures = 0
        while not self._stop.is_set():
            self._wake.clear()
            # A stop is set before its wake-up, so the line above has taken none away.
            if self._stop.is_set():
                return
            result = self._pass(stay=True)
            self._looked(self._connector_id)
            if result is None or isinstance(result.error, LeaseLostError):
                return
            failures = failures + 1 if result.error else 0
            if self._stop.is_set():
                return
            seconds = self._rest(failures)
            self._next_look = datetime.now(UTC) + timedelta(seconds=seconds)
            self._wake.wait(seconds)
            self._next_look = None

    def look(self) -> PassResult | None:
        """One pass; None when the connector is off or gone. Known errors are in the result."""
        return self._pass(stay=False)

    def check_now(self) -> None:
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
        with self._lock:
            overdue = self._stay is not None and self._stay.overdue
        if overdue:
            _log.warning("connector %d: a wait for mail did not end", self._connector_id)
            self.reconnect()

    def _pass(self, *, stay: bool) -> PassResult | None:
        result = PassResult()
        connector: Connector | None = None
        try:
            connector = self._watched()
            if connector is None:
                return None
            pause = self._services.paused().get(connector.id)
            if pause is not None:
                result.paused = paused_words(pause)
                return result
            with self._visit(connector, result) as visit:
                visit.decide_left_behind()
                visit.everything()
                if self._stop.is_set():
                    return result
                self._login_delay = visit.folder.login_delay
                self._setbacks.none(connector, visit.warning)
                if stay and self._push and visit.folder.push and not visit.held:
                    self._looked(connector.id)
                    self._wait_in(visit)
        except StoppedError:
            return result
        except NotFoundError:
            return None
        except EnateError as error:
            result.error = self._setbacks.note(connector, error)
        except Exception:
            # A bug of ours: said, logged, and tried again at the next look like a bad moment.
            _log.exception("connector %d: unexpected", self._connector_id)
            result.error = EnateError(
                "Something unexpected happened while mail was taken in.",
                "No mail is lost: what was not taken in is still on the server. See the log.",
            )
        return result

    def _watched(self) -> Connector | None:
        """The connector as it is now; None when no mail is taken in for it."""
        connector = self._services.connectors.get(self._connector_id)
        return connector if connector.enabled and connector.use_for.receives else None

    @contextmanager
    def _visit(self, connector: Connector, result: PassResult) -> Iterator[Visit]:
        def report(received: Received) -> None:
            if self._stay is None:
                result.references += received.references
            self._received(received)

        mailbox = self._services.mailboxes.of(connector)
        with self._lock:
            if self._stop.is_set():
                raise StoppedError
            self._mailbox = mailbox
        visit = Visit(mailbox, connector, self._services, report, self._stop.is_set)
        try:
            yield visit
        except LeaseLostError:
            # Another worker is at it: nothing more is said to the server, not even good-bye.
            mailbox.abort()
            raise
        finally:
            result.ends = visit.ends
            with self._lock:
                self._mailbox = None
            mailbox.close()

    def _wait_in(self, visit: Visit) -> None:
        """Stay connected and take in what the server tells of, until there is a reason to leave.

        A connection that is lost while it waits is no trouble: the next look tells (MAIL 4 G 142).
        """
        stay = Stay(visit, self._services, self._clock, self._wake)
        began = noted = self._clock()
        with self._lock:
            self._stay = stay
        try:
            while self._may_stay(visit.connector):
                stay.once(partial(self._may_stay, visit.connector))
                if self._clock() - noted >= _NOTED_EVERY:
                    noted = self._clock()
                    self._setbacks.none(visit.connector, visit.warning)
                self._looked(visit.connector.id)
        except BusyError as error:
            self._push = False
            _log.info("connector %d: %s", self._connector_id, error.sentence())
        except (MailError, CredentialError) as error:
            self._lost = 0 if self._clock() - began >= LONG_STAY else self._lost + 1
            self._again_in = growing_wait(self._lost) if self._lost else 0.0
            _log.info("connector %d: waiting ended: %s", self._connector_id, error.sentence())
        finally:
            with self._lock:
                self._stay = None

    def _may_stay(self, former: Connector) -> bool:
        """Whether the connector is as it was; if not, the next look begins at once."""
        if self._stop.is_set():
            return False
        present = self._watched()
        paused = self._connector_id in self._services.paused()
        if present is not None and present.version == former.version and not paused:
            return True
        self._wake.set()
        return False

    def _rest(self, failures: int) -> float:
        """Seconds until the next look."""
        if failures:
            return growing_wait(failures)
        again_in, self._again_in = self._again_in, None
        if again_in is not None:
            return again_in
        return float(max(self._services.intake.settings().poll_seconds, self._login_delay))


def paused_words(pause: Pause) -> str:
    """A pause in a sentence."""
    if pause.until is None:
        return f"Paused by {pause.by} until somebody resumes it. Mail stays on the server."
    until = pause.until.astimezone()
    return f"Paused by {pause.by} until {until:%Y-%m-%d %H:%M}. Mail stays on the server."
