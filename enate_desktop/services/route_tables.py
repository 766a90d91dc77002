"""What decisions need of the configuration, read again only when it changed."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Process
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.routes import Route
from enate_desktop.domain.settings import Settings
from enate_desktop.routing.table import RouteTable
from enate_desktop.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Deciding:
    """One connector's compiled routes, the processes by id and the settings."""

    table: RouteTable
    processes: Mapping[int, Process]
    settings: Settings


class RouteTables:
    """One table per connector, for the newest configuration revision seen."""

    def __init__(self) -> None:
        """With nothing compiled yet."""
        self._known: dict[int, Deciding] = {}
        self._revision = -1
        self._lock = threading.Lock()

    def of(self, work: UnitOfWork, connector_id: int) -> Deciding:
        """What ``work`` sees of the configuration for a connector."""
        revision = work.facts.revision()
        with self._lock:
            if revision != self._revision:
                self._known.clear()
                self._revision = revision
            known = self._known.get(connector_id)
        if known is not None:
            # Settings change without a new revision of the configuration.
            return replace(known, settings=work.facts.settings())
        connector = work.connectors.get(connector_id)
        if connector is None:
            raise NotFoundError("That connector was deleted in the meantime.", "Nothing changed.")
        table = compiled_table(work, connector)
        deciding = Deciding(table, work.directory.process_map(), work.facts.settings())
        with self._lock:
            if self._revision == revision:
                self._known[connector_id] = deciding
        return deciding


def compiled_table(
    work: UnitOfWork, connector: Connector, order: Sequence[Route] | None = None
) -> RouteTable:
    """The routes of ``connector`` (or ``order`` in their place) with all they depend on."""
    own = {c.primary_address for c in work.connectors.all()}
    own |= {route.address for route in work.routes.of()} | {
        route.address for route in work.routes.outgoing()
    }
    return RouteTable.compile(
        connector,
        work.routes.of(connector.id) if order is None else order,
        work.companies.book(),
        revision=work.facts.revision(),
        blocked=work.facts.blocked(),
        own=frozenset(own),
    )


def process_paths(work: UnitOfWork) -> dict[int, str]:
    """The path of every process by its id, retired ones included."""
    return {key: process.path for key, process in work.directory.process_map().items()}


def numbered(order: Iterable[Route]) -> tuple[Route, ...]:
    """``order`` with positions that say what its places say."""
    return tuple(replace(route, position=place) for place, route in enumerate(order))
