"""Bringing back routes, outgoing routes and the order of a connector (X-08)."""

from collections.abc import Mapping
from dataclasses import replace

from typing_extensions import override

from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.history import RouteOrder
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.services.changes import Changes
from enate_desktop.services.restorable import NONE, ComparedField, Restorable, listed
from enate_desktop.services.routes import RouteService
from enate_desktop.storage.unit_of_work import UnitOfWork

_MOST_TOLD = 6


class Routes(Restorable[Route]):
    """Incoming routes."""

    permission = Permission.EDIT_ROUTES

    @override
    def present(self, work: UnitOfWork, state: Route) -> Route | None:
        return work.routes.get(state.id)

    @override
    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        return {
            "process_id": {key: p.path for key, p in work.directory.process_map().items()},
            "connector_id": {c.id: c.name for c in work.connectors.all()},
            "companies": {company.id: company.name for company in work.companies.all()},
        }

    @override
    def change(self, now: Route, wanted: Route) -> Changes:
        service = RouteService(self.restoring)
        if wanted == replace(now, enabled=wanted.enabled):
            # Its other values may be unusable by now; switching it does not depend on them.
            return service.set_enabled([now.id], wanted.enabled)
        service.save(wanted)
        return Changes(routes=frozenset((now.connector_id, wanted.connector_id)))

    @override
    def remove(self, now: Route) -> Changes:
        return RouteService(self.restoring).delete([now.id])

    @override
    def bring_back(self, state: Route) -> Changes:
        return RouteService(self.restoring).put_back([state])

    @override
    def foresee(self, work: UnitOfWork, now: Route, wanted: Route) -> tuple[str, ...]:
        found = super().foresee(work, now, wanted)
        if now.connector_id != wanted.connector_id:
            found = (*found, "It goes to the end of its block there.")
        process = work.directory.process_map().get(wanted.process_id)
        if process is not None and process.retired:
            found = (*found, f"{process.label} is retired; the route keeps a warning.")
        return found

    @override
    def foresee_removal(self, work: UnitOfWork, now: Route) -> tuple[str, ...]:
        return (f'The route "{now.name}" is deleted. What it created stays.',)

    @override
    def foresee_return(self, work: UnitOfWork, state: Route) -> tuple[str, ...]:
        connector = work.connectors.get(state.connector_id)
        if connector is None or not connector.use_for.receives:
            raise _without_connector(state.name)
        if state.process_id not in work.directory.process_map():
            raise RefusedError(
                f'The route "{state.name}" cannot come back: its process is gone.',
                "Make a new route.",
            )
        state_words = "on" if state.enabled else "off"
        return (
            f'The route "{state.name}" comes back to {connector.name}, switched {state_words}.',
        )


class OutgoingRoutes(Restorable[OutgoingRoute]):
    """Outgoing routes; a changed address has to be tested before it may be used."""

    permission = Permission.EDIT_ROUTES

    @override
    def present(self, work: UnitOfWork, state: OutgoingRoute) -> OutgoingRoute | None:
        return next((route for route in work.routes.outgoing() if route.id == state.id), None)

    @override
    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        return {"connector_id": {c.id: c.name for c in work.connectors.all()}}

    @override
    def merge(
        self, now: OutgoingRoute, other: OutgoingRoute, wanted: OutgoingRoute
    ) -> OutgoingRoute:
        made = super().merge(now, other, wanted)
        tested = now.tested and made.address == now.address
        if wanted.enabled and not other.enabled and not tested:
            raise RefusedError(
                f'The outgoing route "{now.name}" stays off: it was not tested.',
                "Test the connection first, then enable it.",
            )
        return replace(made, tested=tested, enabled=made.enabled and tested)

    @override
    def change(self, now: OutgoingRoute, wanted: OutgoingRoute) -> Changes:
        RouteService(self.restoring).save_outgoing(wanted)
        return Changes(routes=frozenset((now.connector_id, wanted.connector_id)))

    @override
    def remove(self, now: OutgoingRoute) -> Changes:
        return RouteService(self.restoring).delete_outgoing(now.id)

    @override
    def bring_back(self, state: OutgoingRoute) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self.foresee_return(work, state)
            if self.present(work, state) is not None:
                raise is_there_already(state.name)
            route = replace(state, enabled=False, tested=False)
            work.routes.add_outgoing(route)
            self.restoring.note(
                work, "outgoing route", route.id, route.name, "restored", after=route
            )
            work.facts.next_revision()
        return Changes(routes=frozenset((state.connector_id,)))

    @override
    def foresee_removal(self, work: UnitOfWork, now: OutgoingRoute) -> tuple[str, ...]:
        return (f'The outgoing route "{now.name}" is deleted.',)

    @override
    def foresee_return(self, work: UnitOfWork, state: OutgoingRoute) -> tuple[str, ...]:
        connector = work.connectors.get(state.connector_id)
        if connector is None or not connector.use_for.sends:
            raise _without_connector(state.name)
        return (
            f'The outgoing route "{state.name}" comes back to {connector.name}, switched off.',
            "Test the connection before you enable it.",
        )


class Orders(Restorable[RouteOrder]):
    """The order of a connector's routes, for those that still exist."""

    permission = Permission.REORDER_ROUTES

    @override
    def present(self, work: UnitOfWork, state: RouteOrder) -> RouteOrder | None:
        if work.connectors.get(state.connector_id) is None:
            return None
        ids = tuple(route.id for route in work.routes.of(state.connector_id))
        return RouteOrder(state.connector_id, ids)

    @override
    def merge(self, now: RouteOrder, other: RouteOrder, wanted: RouteOrder) -> RouteOrder:
        return replace(now, route_ids=arranged(now.route_ids, wanted.route_ids))

    @override
    def change(self, now: RouteOrder, wanted: RouteOrder) -> Changes:
        return RouteService(self.restoring).reorder(now.connector_id, wanted.route_ids)

    @override
    def rows(
        self,
        work: UnitOfWork,
        before: RouteOrder | None,
        after: RouteOrder | None,
        now: RouteOrder | None,
    ) -> tuple[ComparedField, ...]:
        """One row for each route whose place differs, in the order before."""
        places = [
            {key: str(n) for n, key in enumerate(side.route_ids, 1)} if side else {}
            for side in (before, after, now)
        ]
        names = {route.id: route.name for route in work.routes.of()}
        found = []
        for key in dict.fromkeys(key for side in places for key in side):
            was, became, present = (side.get(key, NONE) for side in places)
            if len({was, became, present}) > 1:
                name = names.get(key) or work.history.last_name("route", key)
                found.append(ComparedField(name, was, became, present))
        return tuple(found)

    @override
    def foresee(self, work: UnitOfWork, now: RouteOrder, wanted: RouteOrder) -> tuple[str, ...]:
        rows = self.rows(work, now, wanted, wanted)
        told = [f"{row.field}: {row.before} → {row.after}" for row in rows[:_MOST_TOLD]]
        if len(rows) > _MOST_TOLD:
            told.append(f"{len(rows) - _MOST_TOLD} more routes get another place.")
        return tuple(told)

    @override
    def left_out(self, work: UnitOfWork, now: RouteOrder, wanted: RouteOrder) -> tuple[str, ...]:
        names = {route.id: route.name for route in work.routes.of()}
        new = [names[key] for key in now.route_ids if key not in wanted.route_ids]
        gone = [
            names.get(key) or work.history.last_name("route", key)
            for key in wanted.route_ids
            if key not in now.route_ids
        ]
        found = []
        if new:
            found.append(f"Added since, and left where they are now: {listed(new)}.")
        if gone:
            found.append(f"Not here any more, and left out: {listed(gone)}.")
        return tuple(found)


def arranged(now: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """``now`` with the ids that ``wanted`` knows in its order; the others keep their places."""
    present, known = set(now), set(wanted)
    sequence = iter([key for key in wanted if key in present])
    return tuple(next(sequence) if key in known else key for key in now)


def is_there_already(name: str) -> RefusedError:
    """What was deleted has come back meanwhile."""
    return RefusedError(f'"{name}" is there already.', "Nothing was changed.")


def _without_connector(name: str) -> NotFoundError:
    return NotFoundError(
        f'The route "{name}" cannot come back: its connector is gone.',
        "Restore the connector first.",
    )
