"""One thread per enabled connector: started, stopped and woken as the configuration says."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from enate_desktop.services.changes import Changes
from enate_desktop.services.intake import Received
from enate_desktop.worker.poller import MailboxPoller, PassResult, Services

STOP_SECONDS = 5.0
"""How long a stop may take, however slow the servers are."""


class Supervisor:
    """Runs the pollers of one process. Reports arrive in the pollers' threads."""

    def __init__(
        self,
        services: Services,
        received: Callable[[Received], None] = lambda _received: None,
        looked: Callable[[int], None] = lambda _connector_id: None,
    ) -> None:
        """Report every mail to ``received`` and every finished look to ``looked``."""
        self._services = services
        self._received = received
        self._looked = looked
        self._running: dict[int, tuple[MailboxPoller, threading.Thread]] = {}

    @property
    def running(self) -> frozenset[int]:
        """The connectors whose mailboxes are watched now."""
        return frozenset(key for key, (_, thread) in self._running.items() if thread.is_alive())

    def refresh(self) -> None:
        """Start what was enabled and stop what was switched off; call it after every change."""
        wanted = {
            connector.id
            for connector in self._services.connectors.all()
            if connector.enabled and connector.use_for.receives
        }
        self._stop(key for key in list(self._running) if key not in wanted)
        for key in wanted - self.running:
            poller = self._poller(key)
            thread = threading.Thread(target=poller.run, name=f"mailbox-{key}", daemon=True)
            self._running[key] = (poller, thread)
            thread.start()

    def tell_expiring(self) -> Changes:
        """Note in the history which certificates near their end (C-04); cheap, so call it often."""
        return self._services.connectors.note_expiring(datetime.now(UTC))

    def check_now(self, connector_id: int | None = None) -> None:
        """Let one connector, or all, look at once."""
        for key, (poller, _) in self._running.items():
            if connector_id in (None, key):
                poller.check_now()

    def stop(self) -> bool:
        """End every poller; whether all ended within five seconds."""
        return self._stop(list(self._running))

    def once(self) -> dict[int, PassResult]:
        """One look into every enabled mailbox, side by side, so that none delays another."""
        self.tell_expiring()
        results: dict[int, PassResult] = {}
        threads = []

        def look(key: int) -> None:
            result = self._poller(key).look()
            if result is not None:
                results[key] = result

        for connector in self._services.connectors.all():
            if connector.enabled and connector.use_for.receives:
                name = f"mailbox-{connector.id}"
                threads.append(threading.Thread(target=look, args=(connector.id,), name=name))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def _poller(self, connector_id: int) -> MailboxPoller:
        return MailboxPoller(connector_id, self._services, self._received, self._looked)

    def _stop(self, keys: Iterable[int]) -> bool:
        stopping = [self._running.pop(key) for key in list(keys)]
        for poller, _ in stopping:
            poller.stop()
        for _, thread in stopping:
            thread.join(STOP_SECONDS)
        return not any(thread.is_alive() for _, thread in stopping)
