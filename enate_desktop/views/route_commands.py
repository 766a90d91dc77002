"""Undoable changes of routes: each holds ids and values, and asks the service (X-08)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from enate_desktop.domain.errors import EnateError, StaleError
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.routes import RouteService
from enate_desktop.services.testing import ConnectionTest


@dataclass(frozen=True, slots=True)
class RouteDesk:
    """What every command works with: the service, and whom to tell how it went."""

    service: RouteService
    changed: Callable[[Changes], object]
    failed: Callable[[EnateError], object]

    def route(self, route: Route) -> Route:
        """The stored twin of a route; StaleError when somebody else has changed it."""
        for stored in self.service.group(route.connector_id).routes:
            if stored.id == route.id:
                if _content(stored) != _content(route):
                    raise _stale(route.name)
                return stored
        raise _stale(route.name)

    def outgoing(self, route: OutgoingRoute) -> OutgoingRoute:
        """The same for an outgoing route."""
        for stored in self.service.group(route.connector_id).outgoing:
            if stored.id == route.id:
                if replace(stored, version=0) != replace(route, version=0):
                    raise _stale(route.name)
                return stored
        raise _stale(route.name)


class RouteCommand(QUndoCommand):
    """A change that ceases to exist when the service refuses it; the text is the toast's too."""

    def __init__(self, desk: RouteDesk, text: str) -> None:
        super().__init__(text)
        self._desk = desk

    @override
    def redo(self) -> None:
        self._attempt(self.do)

    @override
    def undo(self) -> None:
        self._attempt(self.take_back)

    def do(self) -> Changes:
        """Make the change; raises EnateError. The base itself changes nothing."""
        return NOTHING

    def take_back(self) -> Changes:
        """Unmake the change; raises EnateError."""
        return NOTHING

    def _attempt(self, step: Callable[[], Changes]) -> None:
        try:
            changes = step()
        except EnateError as error:
            self.setObsolete(True)
            self._desk.failed(error)
        else:
            self._desk.changed(changes)


class MoveRoutes(RouteCommand):
    """Routes of one connector to another place; taken back by the whole order before it."""

    def __init__(
        self, desk: RouteDesk, order: tuple[Route, ...], route_ids: tuple[int, ...], place: int
    ) -> None:
        names = [route.name for route in order if route.id in route_ids]
        what = f'"{names[0]}"' if len(names) == 1 else f"{len(names)} routes"
        super().__init__(desk, f"Moved {what} to {place + 1}.")
        self._connector_id = order[0].connector_id
        self._before = tuple(route.id for route in order)
        self._route_ids = route_ids
        self._place = place

    @override
    def do(self) -> Changes:
        return self._desk.service.move(self._connector_id, self._route_ids, self._place)

    @override
    def take_back(self) -> Changes:
        return self._desk.service.reorder(self._connector_id, self._before)


class SaveRoute(RouteCommand):
    """New values of a route; the first save is checked against the version that was read."""

    def __init__(self, desk: RouteDesk, before: Route, after: Route) -> None:
        super().__init__(desk, f'Saved "{after.name.strip()}".')
        self._before = before
        self._after = after
        self._is_first = True

    @property
    def saved(self) -> Route:
        """The route as stored, after the first save."""
        return self._after

    @override
    def do(self) -> Changes:
        version = self._before.version
        if not self._is_first:
            version = self._desk.route(self._before).version
        self._after = self._desk.service.save(replace(self._after, version=version))
        self._is_first = False
        return self._touched()

    @override
    def take_back(self) -> Changes:
        stored = self._desk.route(self._after)
        if self._before.connector_id != self._after.connector_id:
            # Back to its old place too, which saving alone would not give it.
            self._desk.service.delete((stored.id,))
            self._desk.service.put_back((self._before,))
        else:
            self._desk.service.save(replace(self._before, version=stored.version))
        return self._touched()

    def _touched(self) -> Changes:
        return Changes(routes=frozenset((self._before.connector_id, self._after.connector_id)))


class AddRoute(RouteCommand):
    """A new route at the end of its block, or at ``place`` in the whole order."""

    def __init__(self, desk: RouteDesk, route: Route, place: int | None = None) -> None:
        super().__init__(desk, f'Added "{route.name.strip()}".')
        self._route = route
        self._place = place

    @property
    def saved(self) -> Route:
        """The route as stored, with its id."""
        return self._route

    @override
    def do(self) -> Changes:
        service = self._desk.service
        if self._route.id:
            return service.put_back((self._route,))
        self._route = service.save(self._route)
        changes = Changes(routes=frozenset((self._route.connector_id,)))
        if self._place is not None:
            try:
                service.move(self._route.connector_id, (self._route.id,), self._place)
            except EnateError:
                # What the screen refuses must not be stored.
                service.delete((self._route.id,))
                self._route = replace(self._route, id=0)
                raise
            self._route = self._desk.route(self._route)
        return changes

    @override
    def take_back(self) -> Changes:
        self._route = self._desk.route(self._route)
        return self._desk.service.delete((self._route.id,))


class DeleteRoutes(RouteCommand):
    """Routes away, and back at their places."""

    def __init__(self, desk: RouteDesk, routes: tuple[Route, ...]) -> None:
        what = f'"{routes[0].name}"' if len(routes) == 1 else f"{len(routes)} routes"
        super().__init__(desk, f"Deleted {what}.")
        self._routes = routes

    @override
    def do(self) -> Changes:
        self._routes = tuple(self._desk.route(route) for route in self._routes)
        return self._desk.service.delete(tuple(route.id for route in self._routes))

    @override
    def take_back(self) -> Changes:
        return self._desk.service.put_back(self._routes)


class ToggleRoutes(RouteCommand):
    """Routes on or off; those that stood so already stay so when it is taken back."""

    def __init__(self, desk: RouteDesk, routes: tuple[Route, ...], *, enabled: bool) -> None:
        changing = tuple(route for route in routes if route.enabled != enabled)
        what = f'"{changing[0].name}"' if len(changing) == 1 else f"{len(changing)} routes"
        super().__init__(desk, f"Switched {what} {'on' if enabled else 'off'}.")
        self._route_ids = tuple(route.id for route in changing)
        self._enabled = enabled

    @override
    def do(self) -> Changes:
        return self._desk.service.set_enabled(self._route_ids, self._enabled)

    @override
    def take_back(self) -> Changes:
        return self._desk.service.set_enabled(self._route_ids, not self._enabled)


class SaveOutgoing(RouteCommand):
    """A new outgoing route (``before`` None) or new values of one."""

    def __init__(
        self,
        desk: RouteDesk,
        before: OutgoingRoute | None,
        after: OutgoingRoute,
        test: ConnectionTest | None = None,
    ) -> None:
        """``test`` is the one just passed of ``after``, or None."""
        verb = "Saved" if before is not None else "Added"
        super().__init__(desk, f'{verb} "{after.name.strip()}".')
        self._before = before
        self._after = after
        self._version = after.version
        self._test = test

    @property
    def saved(self) -> OutgoingRoute:
        """The route as stored."""
        return self._after

    @override
    def do(self) -> Changes:
        route = replace(self._after, version=self._version)
        self._after = self._desk.service.save_outgoing(route, self._test)
        return self._touched()

    @override
    def take_back(self) -> Changes:
        stored = self._desk.outgoing(self._after)
        if self._before is None:
            self._desk.service.delete_outgoing(stored.id)
            self._after, self._version = replace(self._after, id=0, enabled=False), 1
        else:
            before = replace(self._before, version=stored.version)
            self._version = self._desk.service.save_outgoing(before).version
        return self._touched()

    def _touched(self) -> Changes:
        return Changes(routes=frozenset((self._after.connector_id,)))


class DeleteOutgoing(RouteCommand):
    """An outgoing route away; it comes back switched off, because it has to be tested again."""

    def __init__(self, desk: RouteDesk, route: OutgoingRoute) -> None:
        super().__init__(desk, f'Deleted "{route.name}".')
        self._route = route

    @override
    def do(self) -> Changes:
        return self._desk.service.delete_outgoing(self._route.id)

    @override
    def take_back(self) -> Changes:
        anew = replace(self._route, id=0, enabled=False, tested=False, version=1)
        self._route = self._desk.service.save_outgoing(anew)
        return Changes(routes=frozenset((self._route.connector_id,)))


def _content(route: Route) -> Route:
    """What makes a route the same, whatever happened around it."""
    return replace(route, version=0, position=0)


def _stale(name: str) -> StaleError:
    return StaleError(
        f'Somebody else changed the route "{name}" in the meantime.',
        "Nothing of theirs was overwritten.",
    )
