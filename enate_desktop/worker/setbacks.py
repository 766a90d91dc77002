"""What a poller does about a failure: count it, only say it, or wait in silence (C-08)."""

import logging
import random

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError, StorageError
from enate_desktop.mail.mailbox import BusyError
from enate_desktop.services.conditions import DiskFullError
from enate_desktop.services.failures import Network, weighed
from enate_desktop.services.leases import LeaseLostError
from enate_desktop.worker.visit import Services

OFFLINE = (
    "This computer has no connection to the network. Mail stays safely on the server; we try again."
)
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 300.0
_BUSY_IN_SILENCE = 2
_log = logging.getLogger(__name__)


class Setbacks:
    """The failures of one connector."""

    def __init__(self, connector_id: int, services: Services) -> None:
        """With no failure so far."""
        self._connector_id = connector_id
        self._services = services
        self._busy = 0

    def none(self, connector: Connector, warning: str) -> None:
        """All went well; ``warning`` is what a person should know all the same."""
        self._busy = 0
        self._services.reach.note(_host(connector), Network.THERE)
        self._services.connectors.note_success(connector.id, warning)

    def note(self, connector: Connector | None, error: EnateError) -> EnateError:
        """Weigh ``error``; returns it, or what kept it from being noted."""
        _log.warning("connector %d: %s", self._connector_id, error.sentence())
        try:
            self._note(connector, error)
        except (LeaseLostError, StorageError) as another:
            _log.warning("connector %d: %s", self._connector_id, another.sentence())
            return another
        return error

    def _note(self, connector: Connector | None, error: EnateError) -> None:
        if isinstance(error, DiskFullError):
            self._services.tell(self._connector_id, error.sentence())
        if isinstance(error, StorageError | LeaseLostError):
            return
        failure = weighed(error)
        if connector is not None and self._services.reach.note(_host(connector), failure.network):
            self._services.tell(self._connector_id, OFFLINE)
            return
        busy = isinstance(error, BusyError)
        self._busy = self._busy + 1 if busy else 0
        if 0 < self._busy <= _BUSY_IN_SILENCE:
            return
        self._services.note_error(self._connector_id, error)
        self._services.connectors.note_failure(
            self._connector_id,
            error.sentence(),
            final=failure.final,
            counted=failure.counted and not busy,
            sign_in=failure.sign_in,
        )


def growing_wait(failures: int) -> float:
    """Seconds until the next try, from 5 to 300 with every failure, with jitter (C-08)."""
    wait = min(_FIRST_WAIT * 2.0 ** min(max(failures - 1, 0), 10), _LONGEST_WAIT)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, keeps no secret


def _host(connector: Connector) -> str:
    return connector.incoming.host.strip().lower() if connector.incoming else ""
