"""The loop of one connector that sends: claim, send, commit at once, and wait for more (O-03)."""

import contextlib
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import CredentialError, EnateError
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.mail.mailbox import ErrorKind, MailError, StoppedError
from enate_desktop.mail.smtp_errors import UncertainError
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.failures import weighed
from enate_desktop.services.leases import LeaseLostError
from enate_desktop.services.pauses import Pause
from enate_desktop.services.sending import OutgoingSession, SendingService
from enate_desktop.storage.sending import Claimed
from enate_desktop.worker.setbacks import growing_wait

PER_MINUTE = 60
"""Mails of one connector in a minute (MAIL 4 D 73); the rest waits."""
_REST, _MINUTE = 5.0, 60.0
_log = logging.getLogger(__name__)


class SessionSource(Protocol):
    """Opens connections to sending servers: Senders, or a fake in tests."""

    def open(self, connector: Connector, stopped: Callable[[], bool]) -> OutgoingSession:
        """A signed-in connection; raises EnateError."""

    def find_sent(
        self, connector: Connector, message_ids: Sequence[str], stopped: Callable[[], bool]
    ) -> Collection[str]:
        """Those Message-IDs that are known to lie in the folder for sent mail."""


@dataclass(frozen=True, slots=True)
class SenderServices:
    """What a sender works with; every write of it is refused once its lease is lost.

    ``claim`` names the lease with its epoch. ``paused``: the connectors that rest now.
    ``note_error`` keeps a failure with its server for the monitor.
    """

    sending: SendingService
    connectors: ConnectorService
    sessions: SessionSource
    claim: str
    paused: Callable[[], Mapping[int, Pause]] = dict
    note_error: Callable[[int, EnateError], None] = lambda _connector_id, _error: None


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that got into another state, as the sender reports it."""

    connector_id: int
    delivery_id: int
    state: DeliveryState


@dataclass(slots=True)
class SendResult:
    """What one pass did; ``waits``: seconds until more may be sent, None: nothing waits."""

    states: Counter[DeliveryState] = field(default_factory=Counter)
    error: EnateError | None = None
    waits: float | None = None
    off: bool = False


class OutboxSender:
    """Sends the mail of one connector; runs in a thread of its own."""

    def __init__(
        self,
        connector_id: int,
        services: SenderServices,
        sent: Callable[[Sent], None] = lambda _sent: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``sent`` is called in this thread for every delivery that got into another state."""
        self._connector_id = connector_id
        self._services = services
        self._sent = sent
        self._clock = clock
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._times: deque[float] = deque(maxlen=PER_MINUTE)
        self._session: OutgoingSession | None = None
        self._outcomes: dict[int, Callable[[], DeliveryState | None]] = {}
        """What became of deliveries, by id, until the database has taken it."""

    def run(self) -> None:
        """Send again and again until stopped, switched off or the lease is lost."""
        try:
            self._send_on()
        finally:
            with contextlib.suppress(EnateError):
                self._settle(SendResult())

    def _send_on(self) -> None:
        failures = 0
        while not self._stop.is_set():
            self._wake.clear()
            # A stop is set before its wake-up, so the line above has taken none away.
            if self._stop.is_set():
                return
            result = self.once()
            if result.off or isinstance(result.error, LeaseLostError):
                return
            failures = failures + 1 if result.error else 0
            rest = growing_wait(failures) if failures else min(result.waits or _REST, _REST)
            self._wake.wait(rest)

    def once(self) -> SendResult:
        """Send everything that is due over one connection; known errors are in the result."""
        result = SendResult()
        try:
            self._pass(result)
        except StoppedError:
            return result
        except EnateError as error:
            _log.warning("connector %d: %s", self._connector_id, error.sentence())
            result.error = error
        except Exception:
            # A bug of ours: said, logged, and tried again like a bad moment.
            _log.exception("connector %d: unexpected", self._connector_id)
            result.error = EnateError(
                "Something unexpected happened while mail was sent.",
                "What was not sent is kept in the outbox. See the log.",
            )
        finally:
            self._hang_up()
        return result

    def wake(self) -> None:
        """Look for mail to send at once; callable from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End soon, whatever the server does; callable from any thread."""
        self._stop.set()
        self._wake.set()

    def _pass(self, result: SendResult) -> None:
        services = self._services
        self._settle(result)
        connector = self._ready(result)
        if connector is None:
            return
        services.sending.recover(
            connector,
            lambda ids: services.sessions.find_sent(connector, ids, self._stop.is_set),
        )
        while not self._stop.is_set():
            present = self._ready(result)
            if present is None or present.version != connector.version or result.waits != 0.0:
                return
            if not self._may_send(result):
                return
            session = self._session or self._connect(present)
            mail = services.sending.claim(connector.id, services.claim)
            if mail is None:
                return
            self._deliver(connector, session, mail, result)

    def _ready(self, result: SendResult) -> Connector | None:
        """The connector if it may send now; tells in ``result`` when more is due."""
        seen = self._services.sending.outlook(self._connector_id)
        result.off, result.waits = seen.connector is None, None
        if result.off or seen.stopped or self._connector_id in self._services.paused():
            return None
        if seen.next_at is not None:
            result.waits = max((seen.next_at - seen.now).total_seconds(), 0.0)
        return seen.connector

    def _may_send(self, result: SendResult) -> bool:
        now = self._clock()
        if len(self._times) == PER_MINUTE and now - self._times[0] < _MINUTE:
            result.waits = _MINUTE - (now - self._times[0])
            return False
        self._times.append(now)
        return True

    def _connect(self, connector: Connector) -> OutgoingSession:
        services = self._services
        try:
            self._session = services.sessions.open(connector, self._stop.is_set)
        except StoppedError:
            raise
        except (MailError, CredentialError) as error:
            self._no_connection(connector, error)
            raise
        services.sending.trouble(connector.id, "")
        return self._session

    def _no_connection(self, connector: Connector, error: EnateError) -> None:
        """C-08: a refused sign-in stops the connector; intake goes on without a sending server."""
        services, failure = self._services, weighed(error)
        services.note_error(connector.id, error)
        failures = services.sending.trouble(connector.id, error.sentence())
        if failure.final or not connector.use_for.receives:
            services.connectors.note_failure(
                connector.id,
                error.sentence(),
                final=failure.final,
                counted=failure.counted and failures > 0,
                sign_in=failure.sign_in,
            )

    def _deliver(
        self, connector: Connector, session: OutgoingSession, mail: Claimed, result: SendResult
    ) -> None:
        sending = self._services.sending
        try:
            session.send(mail.sender, mail.recipient, mail.data)
        except UncertainError:
            self._hang_up()
            self._became(mail, lambda: sending.unsure(mail.id), result)
        except StoppedError:
            self._became(mail, lambda: sending.give_back(mail), result)
            raise
        except MailError as error:
            # A refused recipient leaves the connection in the middle of a mail.
            self._hang_up()
            self._refused(connector, mail, error, result)
        else:
            self._became(mail, lambda: sending.sent(mail.id), result)

    def _refused(
        self, connector: Connector, mail: Claimed, error: MailError, result: SendResult
    ) -> None:
        sending, told = self._services.sending, _told(error)
        if error.kind is ErrorKind.AUTHENTICATION:
            self._became(mail, lambda: sending.give_back(mail, told), result)
            self._no_connection(connector, error)
            raise error
        if error.kind is ErrorKind.PROTOCOL:
            self._became(mail, lambda: sending.failed(mail.id, told), result)
        else:
            self._became(mail, lambda: sending.put_off(mail, told), result)

    def _became(
        self, mail: Claimed, outcome: Callable[[], DeliveryState | None], result: SendResult
    ) -> None:
        self._outcomes[mail.id] = outcome
        self._settle(result)

    def _settle(self, result: SendResult) -> None:
        """Write what became of deliveries; what the database refuses stays for the next pass."""
        for delivery_id, outcome in list(self._outcomes.items()):
            state = outcome()
            del self._outcomes[delivery_id]
            if state is not None:
                result.states[state] += 1
                self._sent(Sent(self._connector_id, delivery_id, state))

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _told(error: MailError) -> str:
    words = f' The server said: "{error.server_words}"' if error.server_words else ""
    return f"{error.sentence()}{words}"
