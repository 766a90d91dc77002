"""The warnings of R-12: what an administrator should know about the routes before mail does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from enate_desktop.domain.addresses import shown_domain
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import CompanyBook, Process
from enate_desktop.domain.routes import Block, Route
from enate_desktop.routing.analysis.coverage import Coverage
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.routing.table import RouteTable

__all__ = ["RouteWarning", "WarningKind", "find_warnings"]


def find_warnings(
    groups: Sequence[tuple[Connector, Sequence[Route]]],
    processes: Mapping[int, Process],
    companies: CompanyBook,
) -> tuple[RouteWarning, ...]:
    """Every warning about the routes of ``groups``, group by group in their order.

    A group's routes may contain its fallback or not; it is taken from the connector.
    """
    tables = [
        RouteTable.compile(connector, routes, companies)
        for connector, routes in groups
        if connector.use_for.receives
    ]
    mailboxes = _Mailboxes.of(tables)
    found: list[RouteWarning] = []
    for table in tables:
        found.extend(_connector_off(table))
        found.extend(Coverage(table).warnings())
        for compiled in table.compiled:
            if compiled.route.enabled:
                found.extend(_retired(compiled.route, processes))
                found.extend(mailboxes.warnings(table.connector, compiled.route))
    return tuple(found)


def _connector_off(table: RouteTable) -> Iterator[RouteWarning]:
    """One warning per connector, on its fallback, which every receiving connector has."""
    connector = table.connector
    waiting = sum(c.route.enabled and not c.route.fallback for c in table.compiled)
    if connector.enabled or not waiting or table.fallback is None:
        return
    routes = "its route gets" if waiting == 1 else f"its {waiting} routes get"
    text = f'Connector "{connector.name}" is off: {routes} no mail until it is enabled.'
    yield RouteWarning(WarningKind.CONNECTOR_OFF, table.fallback.route.id, text)


def _retired(route: Route, processes: Mapping[int, Process]) -> Iterator[RouteWarning]:
    process = processes.get(route.process_id)
    if process is not None and not process.retired:
        return
    name = f'"{process.path}" is retired' if process is not None else "Its process is gone"
    text = f"{name}; mail still becomes work there. Choose another process."
    yield RouteWarning(WarningKind.TARGET_RETIRED, route.id, text)


@dataclass(frozen=True, slots=True)
class _Mailboxes:
    """Which receiving connector has which address: as its own, or by an enabled route."""

    primary: Mapping[str, Connector]
    routed: Mapping[str, tuple[Connector, ...]]

    @classmethod
    def of(cls, tables: Sequence[RouteTable]) -> "_Mailboxes":
        routed: dict[str, tuple[Connector, ...]] = {}
        for table in tables:
            for address, bucket in table.buckets.items():
                if any(compiled.route.enabled for compiled in bucket.routes):
                    routed[address] = (*routed.get(address, ()), table.connector)
        return cls({t.connector.primary_address: t.connector for t in tables}, routed)

    def warnings(self, connector: Connector, route: Route) -> Iterator[RouteWarning]:
        """What is odd about the address of an enabled route."""
        if route.block is not Block.NORMAL:
            return
        others = [c.name for c in self.routed[route.address] if c.id != connector.id]
        if others:
            names = " and ".join(f'"{name}"' for name in others)
            text = f"{route.address} is also routed in {names}: the mailbox read first decides."
            yield RouteWarning(WarningKind.TWO_CONNECTORS, route.id, text)
            return
        owner = self.primary.get(route.address)
        if owner is not None and owner.id != connector.id:
            text = f'{route.address} is the address of connector "{owner.name}", not of this one.'
            yield RouteWarning(WarningKind.FOREIGN_ADDRESS, route.id, text)
        elif owner is None and not _same_domain(connector.primary_address, route.address):
            domain = shown_domain(connector.primary_address.rpartition("@")[2])
            text = (
                f"{route.address} is not at {domain} like this mailbox. "
                "Is it an alias of this mailbox?"
            )
            yield RouteWarning(WarningKind.FOREIGN_ADDRESS, route.id, text, proved=False)


def _same_domain(one: str, other: str) -> bool:
    return one.rpartition("@")[2] == other.rpartition("@")[2]
