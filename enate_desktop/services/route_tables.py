"""Compiled route tables, made again only when the configuration changed."""

import threading

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.routing.table import RouteTable
from enate_desktop.storage.unit_of_work import UnitOfWork


class RouteTables:
    """One table per connector, for the newest configuration revision seen."""

    def __init__(self) -> None:
        """With nothing compiled yet."""
        self._tables: dict[int, RouteTable] = {}
        self._revision = -1
        self._lock = threading.Lock()

    def of(self, work: UnitOfWork, connector_id: int) -> RouteTable:
        """The table of a connector as ``work`` sees the configuration."""
        revision = work.facts.revision()
        with self._lock:
            if revision != self._revision:
                self._tables.clear()
                self._revision = revision
            table = self._tables.get(connector_id)
        if table is not None:
            return table
        connector = work.connectors.get(connector_id)
        if connector is None:
            raise NotFoundError("That connector was deleted in the meantime.", "Nothing changed.")
        table = RouteTable.compile(
            connector,
            work.routes.of(connector_id),
            work.directory.company_book(),
            revision=revision,
        )
        with self._lock:
            if self._revision == revision:
                self._tables[connector_id] = table
        return table
