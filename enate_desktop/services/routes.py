"""Email routes: adding, changing, ordering, switching and deleting them (SPEC 3, 4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import Block, OutgoingRoute, Route, moved
from enate_desktop.routing.analysis.warnings import RouteWarning, find_warnings
from enate_desktop.services import route_edits as edits
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context
from enate_desktop.services.differences import differences
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """A connector with its whole order (normal, wildcard, fallback last) and outgoing routes."""

    connector: Connector
    routes: tuple[Route, ...]
    outgoing: tuple[OutgoingRoute, ...]


class RouteService:
    """Routes, grouped by connector."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def groups(self) -> tuple[RouteGroup, ...]:
        """Every connector with its routes, by connector name."""
        with self._context.database.read() as work:
            return route_groups(work)

    def group(self, connector_id: int) -> RouteGroup:
        """One connector with its routes; NotFoundError when it was deleted."""
        with self._context.database.read() as work:
            order = whole_order(work, connector_id)
            connector = work.connectors.get(connector_id)
            outgoing = tuple(r for r in work.routes.outgoing() if r.connector_id == connector_id)
        if connector is None:
            raise _no_connector()
        return RouteGroup(connector, order, outgoing)

    def save(self, route: Route) -> Route:
        """Add (id 0, at the end of its block) or replace a route; returns it as stored."""
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            return _stored(work, edits.save_route(self._context, work, route))

    def save_outgoing(
        self, route: OutgoingRoute, test: ConnectionTest | None = None
    ) -> OutgoingRoute:
        """Add (id 0) or replace an outgoing route; returns it as stored.

        ``test`` is the test just made of these very values (OutgoingTestService). A route that was
        not tested as saved is switched off, and cannot be switched on (R-02).
        """
        self._context.need(Permission.EDIT_ROUTES)
        passed = test.fingerprint if test is not None and test.ok else ""
        with self._context.database.write() as work:
            route_id = edits.save_outgoing(self._context, work, route, passed)
            return next(r for r in work.routes.outgoing() if r.id == route_id)

    def delete(self, route_ids: Collection[int]) -> Changes:
        """Remove routes; undone by :meth:`put_back`."""
        self._context.need(Permission.EDIT_ROUTES)
        touched = set()
        with self._context.database.write() as work:
            for route_id in route_ids:
                # Read one by one: each removal moves the ones behind it up.
                route = _stored(work, route_id)
                edits.delete_route(self._context, work, route)
                touched.add(route.connector_id)
        return Changes(routes=frozenset(touched))

    def put_back(self, routes: Iterable[Route]) -> Changes:
        """Bring deleted routes back with their ids and at their places (X-08)."""
        self._context.need(Permission.EDIT_ROUTES)
        touched = set()
        with self._context.database.write() as work:
            for route in sorted(routes, key=lambda r: (r.connector_id, r.position)):
                end = work.routes.next_position(route.connector_id, route.block)
                work.routes.add(replace(route, position=min(route.position, end)))
                edits.note_route(self._context, work, route, "restored", after=route)
                touched.add(route.connector_id)
        return Changes(routes=frozenset(touched))

    def delete_outgoing(self, route_id: int) -> Changes:
        """Remove an outgoing route."""
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            route = next((r for r in work.routes.outgoing() if r.id == route_id), None)
            if route is None:
                raise _gone()
            work.routes.delete_outgoing(route_id)
            self._context.note(
                work, "outgoing route", route_id, route.name, "deleted", before=route
            )
        return Changes(routes=frozenset((route.connector_id,)))

    def move(self, connector_id: int, route_ids: Collection[int], place: int) -> Changes:
        """Move routes, keeping their relative order, to ``place`` (0-based, after removal; R-06).

        Raises NotPermittedError (G-04) or RefusedError in words; nothing is changed then.
        """
        self._context.need(Permission.REORDER_ROUTES)
        with self._context.database.write() as work:
            before = whole_order(work, connector_id)
            after = moved(before, tuple(route_ids), place)
            self._write_order(work, route_ids, before, after)
        return Changes(routes=frozenset((connector_id,)))

    def reorder(self, connector_id: int, route_ids: Sequence[int]) -> Changes:
        """Give a connector's routes exactly this order (undo of a move; fallback left out).

        Raises RefusedError when routes came or went in the meantime or the blocks are mixed.
        """
        return self.reorder_all({connector_id: route_ids})

    def reorder_all(self, orders: Mapping[int, Sequence[int]]) -> Changes:
        """:meth:`reorder` for several connectors by id: all of them or none."""
        self._context.need(Permission.REORDER_ROUTES)
        with self._context.database.write() as work:
            for connector_id, route_ids in orders.items():
                self._reorder(work, connector_id, route_ids)
        return Changes(routes=frozenset(orders))

    def _reorder(self, work: UnitOfWork, connector_id: int, route_ids: Sequence[int]) -> None:
        before = whole_order(work, connector_id)
        known = {route.id: route for route in before}
        fallback = tuple(route for route in before if route.fallback)
        wanted = [key for key in route_ids if key > 0]
        if sorted(wanted) != sorted(route.id for route in before if not route.fallback):
            raise RefusedError(
                "Routes were added or deleted in the meantime.",
                "The order was left as it is.",
            )
        after = (*(known[key] for key in wanted), *fallback)
        blocks = [list(Block).index(route.block) for route in after]
        if blocks != sorted(blocks):
            raise RefusedError(
                "Wildcard routes always run after the normal ones.",
                "The order was left as it is.",
            )
        places = {route.id: number for number, route in enumerate(before)}
        changed = [r.id for number, r in enumerate(after) if places[r.id] != number]
        self._write_order(work, changed, before, after)

    def set_enabled(self, route_ids: Collection[int], enabled: bool) -> Changes:
        """Switch routes on or off (R-07)."""
        self._context.need(Permission.EDIT_ROUTES)
        touched = set()
        with self._context.database.write() as work:
            for route_id in route_ids:
                route = _stored(work, route_id)
                if route.enabled != enabled:
                    action = "switched on" if enabled else "switched off"
                    after = replace(route, enabled=enabled)
                    edits.note_route(self._context, work, route, action, before=route, after=after)
                touched.add(route.connector_id)
            work.routes.set_enabled(route_ids, enabled)
        return Changes(routes=frozenset(touched))

    def set_attention(self, route_ids: Collection[int], marked: bool) -> Changes:
        """Set or clear the mark For Attention of several routes, all of them or none (R-10)."""
        self._context.need(Permission.EDIT_ROUTES)
        touched = set()
        with self._context.database.write() as work:
            for route_id in route_ids:
                route = _stored(work, route_id)
                if route.for_attention != marked:
                    after = replace(route, for_attention=marked)
                    work.routes.update(after)
                    told = differences(route, after)
                    edits.note_route(
                        self._context, work, route, "changed", *told, before=route, after=after
                    )
                touched.add(route.connector_id)
        return Changes(routes=frozenset(touched))

    def warnings(self) -> Mapping[int, tuple[RouteWarning, ...]]:
        """The warnings of R-12 by route id (a fallback's is minus its connector's id)."""
        with self._context.database.read() as work:
            groups = tuple((g.connector, g.routes) for g in route_groups(work))
            found = find_warnings(groups, work.directory.process_map(), work.companies.book())
        by_route: dict[int, tuple[RouteWarning, ...]] = {}
        for warning in found:
            by_route[warning.route_id] = (*by_route.get(warning.route_id, ()), warning)
        return by_route

    def _write_order(
        self,
        work: UnitOfWork,
        moving: Collection[int],
        before: Sequence[Route],
        after: Sequence[Route],
    ) -> None:
        work.routes.set_order(before, after)
        edits.note_order(self._context, work, moving, before, after)


def route_groups(work: UnitOfWork) -> tuple[RouteGroup, ...]:
    """Every connector with its routes, read inside a transaction that is open."""
    by_connector: dict[int, list[Route]] = {}
    for route in work.routes.of():
        by_connector.setdefault(route.connector_id, []).append(route)
    outgoing: dict[int, list[OutgoingRoute]] = {}
    for extra in work.routes.outgoing():
        outgoing.setdefault(extra.connector_id, []).append(extra)
    groups = []
    for connector in work.connectors.all():
        routes = by_connector.get(connector.id, [])
        if connector.fallback_route is not None:
            routes = [*routes, connector.fallback_route]
        groups.append(RouteGroup(connector, tuple(routes), tuple(outgoing.get(connector.id, ()))))
    return tuple(groups)


def whole_order(work: UnitOfWork, connector_id: int) -> tuple[Route, ...]:
    """One connector's routes in order, fallback last."""
    connector = work.connectors.get(connector_id)
    if connector is None:
        raise _no_connector()
    fallback = connector.fallback_route
    return (*work.routes.of(connector_id), *((fallback,) if fallback else ()))


def _stored(work: UnitOfWork, route_id: int) -> Route:
    if route_id < 0:
        raise RefusedError(
            "The fallback is edited in its connector.", "It cannot be switched off or deleted."
        )
    route = work.routes.get(route_id)
    if route is None:
        raise _gone()
    return route


def _no_connector() -> NotFoundError:
    return NotFoundError("That connector does not exist any more.", "Nothing was changed.")


def _gone() -> NotFoundError:
    return NotFoundError("That route was deleted in the meantime.", "Nothing was changed.")
