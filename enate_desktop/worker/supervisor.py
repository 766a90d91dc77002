"""One thread per mailbox and per sender: started, stopped and woken as the configuration says."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import End
from enate_desktop.services.changes import Changes
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.context import Context
from enate_desktop.services.intake import Received
from enate_desktop.services.leases import Lease, LeaseService, lease_name
from enate_desktop.services.pauses import Pause, PauseService
from enate_desktop.worker.leased import LeasedLoop, Loop
from enate_desktop.worker.poller import MailboxPoller, PassResult, Services
from enate_desktop.worker.sender import SendResult
from enate_desktop.worker.upkeep import Chores, Pace, Upkeep

STOP_SECONDS = 5.0
"""How long a stop may take, however slow the servers are."""
PATIENCE = 25.0
"""Seconds that a single pass waits for a mailbox that another worker has.

Longer than a worker that was killed can be taken for a living one (services.leases.DOUBT).
"""


class Sender(Loop, Protocol):
    """Sends the queued mail of one connector; see worker.sender."""

    def once(self) -> SendResult:
        """One pass over what is due; what it did."""

    def wake(self) -> None:
        """Look at once; callable from any thread."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a worker is made of. ``receiving`` and ``sending`` work with a fenced context."""

    connectors: ConnectorService
    leases: LeaseService
    pauses: PauseService
    receiving: Callable[[Context], Services]
    sending: Callable[[int, Lease, Context, Callable[[object], None]], Sender] | None = None
    hourly: Sequence[Callable[[], object]] = ()
    pace: Pace = field(default_factory=Pace)
    patience: float = PATIENCE


Key = tuple[Side, int]


class Supervisor:
    """Runs the pollers and senders of one process. Reports arrive in their threads."""

    def __init__(
        self,
        workshop: Workshop,
        received: Callable[[Received], None] = lambda _received: None,
        looked: Callable[[int], None] = lambda _connector_id: None,
        sent: Callable[[object], None] = lambda _sent: None,
    ) -> None:
        """Report every mail to ``received``, every look to ``looked``, every delivery to ``sent``.

        After :meth:`once`, ``outbox`` is what every sender did, by connector.
        """
        self.outbox: dict[int, SendResult | EnateError] = {}
        self._shop = workshop
        self._received = received
        self._looked = looked
        self._sent = sent
        self._running: dict[Key, tuple[LeasedLoop[Any], threading.Thread]] = {}
        self._paused: Mapping[int, Pause] = {}
        chores = Chores(self._beat, self._tick, self._resumed, workshop.hourly)
        self._upkeep = Upkeep(chores, workshop.pace)
        self._goes_on = self._has_ended = False
        self._lock = threading.Lock()

    @property
    def running(self) -> frozenset[int]:
        """The connectors whose mailboxes are watched now, here or by the worker waited for."""
        return frozenset(key for side, key in self._alive() if side is Side.INCOMING)

    @property
    def senders(self) -> frozenset[int]:
        """The connectors whose automated emails are sent now, here or by the worker waited for."""
        return frozenset(key for side, key in self._alive() if side is Side.OUTGOING)

    @property
    def busy(self) -> frozenset[int]:
        """The connectors whose mailboxes are looked into at this moment."""
        found = self._at_work().items()
        return frozenset(key for key, worker in found if worker.busy)

    @property
    def owner(self) -> str:
        """By what name this worker holds its leases."""
        return self._shop.leases.owner

    def next_looks(self) -> Mapping[int, datetime]:
        """When each mailbox is looked into next (UTC), for those that rest until then."""
        found = ((key, worker.next_look) for key, worker in self._at_work().items())
        return {key: moment for key, moment in found if moment is not None}

    def refresh(self) -> None:
        """Start what was enabled and stop what was switched off; call it after every change.

        After :meth:`stop` it does nothing.
        """
        wanted = self._wanted()
        self._stop([key for key in self._keys() if key not in wanted], _deadline())
        self._start(wanted - self._alive())
        with self._lock:
            if self._has_ended:
                return
            self._goes_on = True
            self._upkeep.start()
        self._tick()

    def tell_expiring(self) -> Changes:
        """Note in the history which certificates near their end (C-04); cheap, so call it often."""
        return self._shop.connectors.note_expiring(datetime.now(UTC))

    def check_now(self, connector_id: int | None = None) -> tuple[EnateError, ...]:
        """Let one connector, or all, look at once; returns why mailboxes are not looked into here.

        That is whose worker has them.
        """
        elsewhere: list[EnateError] = []
        for (side, key), loop in self._loops().items():
            if connector_id not in (None, key):
                continue
            if (worker := loop.current) is not None:
                worker.check_now() if side is Side.INCOMING else worker.wake()
            elif side is Side.INCOMING and (held := loop.elsewhere) is not None:
                elsewhere.append(held)
        return tuple(elsewhere)

    def stop(self) -> bool:
        """End every poller and sender and give their leases back; whether all ended in time."""
        deadline = _deadline()
        with self._lock:
            self._has_ended = True
        ended = self._stop(self._keys(), deadline)
        ended = self._upkeep.stop(max(0.0, deadline - time.monotonic())) and ended
        self._shop.leases.close()
        return ended

    def once(self) -> dict[int, PassResult]:
        """One look into every enabled mailbox, side by side, so that none delays another.

        Then every sender sends what is due. A mailbox that another worker keeps has that as error.
        """
        self.tell_expiring()
        self._upkeep.start()
        results: dict[int, PassResult] = {}
        try:
            wanted = sorted(self._wanted())
            self._side_by_side((key for side, key in wanted if side is Side.INCOMING), results)
            for side, key in wanted:
                if side is Side.OUTGOING:
                    self._send(key)
        finally:
            self._upkeep.stop(STOP_SECONDS)
            self._shop.leases.close()
        return results

    def _side_by_side(self, keys: Iterable[int], results: dict[int, PassResult]) -> None:
        def look(key: int) -> None:
            loop = self._loop((Side.INCOMING, key))
            with self._lock:
                self._running[Side.INCOMING, key] = (loop, threading.current_thread())
            try:
                result = loop.once(MailboxPoller.look, self._shop.patience)
            except EnateError as error:
                result = PassResult(error=error)
            if result is not None:
                results[key] = result

        threads = [threading.Thread(target=look, args=(key,), name=f"look-{key}") for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send(self, key: int) -> None:
        loop = self._loop((Side.OUTGOING, key))
        try:
            result = loop.once(lambda sender: sender.once(), self._shop.patience)
            if result is not None:
                self.outbox[key] = result
        except EnateError as error:
            self.outbox[key] = error

    def _wanted(self) -> set[Key]:
        return {key for one in self._shop.connectors.all() if one.enabled for key in self._of(one)}

    def _of(self, connector: Connector) -> Iterable[Key]:
        if connector.use_for.receives:
            yield Side.INCOMING, connector.id
        if connector.use_for.sends and self._shop.sending is not None:
            yield Side.OUTGOING, connector.id

    def _loop(self, key: Key) -> LeasedLoop[Any]:
        side, connector_id = key

        def build(lease: Lease) -> MailboxPoller | Sender:
            context = self._shop.leases.fenced(lease)
            if side is Side.OUTGOING and self._shop.sending is not None:
                return self._shop.sending(connector_id, lease, context, self._sent)
            services = self._shop.receiving(context)
            return MailboxPoller(connector_id, services, self._on_received, self._looked)

        return LeasedLoop(lease_name(side, connector_id), self._shop.leases, build)

    def _on_received(self, received: Received) -> None:
        if received.end is End.CREATED:
            self._wake_senders()
        self._received(received)

    def _wake_senders(self) -> None:
        for (side, _), loop in self._loops().items():
            if side is Side.OUTGOING and (sender := loop.current) is not None:
                sender.wake()

    def _beat(self) -> None:
        working = [loop for loop in self._loops().values() if loop.current is not None]
        held = self._shop.leases.renew_all()
        for loop in working:
            if loop.name not in held:
                loop.lose()

    def _tick(self) -> None:
        """What other threads and programs changed: pauses, connectors, waits that do not end."""
        paused = self._shop.pauses.paused()
        former, self._paused = self._paused, paused
        for key in {*paused, *former}:
            if paused.get(key) != former.get(key):
                self.check_now(key)
        for worker in self._at_work().values():
            worker.watch()
        if self._goes_on and (ended := frozenset(self._keys()) - self._alive()):
            self._start(self._wanted() & ended)

    def _resumed(self) -> None:
        for worker in self._at_work().values():
            worker.reconnect()
        self._wake_senders()

    def _at_work(self) -> dict[int, MailboxPoller]:
        loops = self._loops().items()
        found = ((key, loop.current) for (side, key), loop in loops if side is Side.INCOMING)
        return {key: worker for key, worker in found if worker is not None}

    def _loops(self) -> dict[Key, LeasedLoop[Any]]:
        with self._lock:
            return {key: loop for key, (loop, _) in self._running.items()}

    def _keys(self) -> list[Key]:
        return list(self._loops())

    def _alive(self) -> frozenset[Key]:
        with self._lock:
            return frozenset(key for key, (_, thread) in self._running.items() if thread.is_alive())

    def _start(self, keys: Iterable[Key]) -> None:
        for key in keys:
            loop = self._loop(key)
            thread = threading.Thread(target=loop.run, name=f"{key[0]}-{key[1]}", daemon=True)
            with self._lock:
                former = self._running.get(key)
                if self._has_ended or (former is not None and former[1].is_alive()):
                    continue
                self._running[key] = (loop, thread)
                thread.start()

    def _stop(self, keys: Iterable[Key], deadline: float) -> bool:
        with self._lock:
            stopping = [self._running.pop(key) for key in keys if key in self._running]
        for loop, _ in stopping:
            loop.stop()
        for _, thread in stopping:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for _, thread in stopping)


def _deadline() -> float:
    """Until when, by the monotonic clock, all threads together may take to end."""
    return time.monotonic() + STOP_SECONDS
