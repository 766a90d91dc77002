"""What the routes page does to routes: every change goes over the undo stack (X-08)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_columns import AnyRoute
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.services.routes import RouteService
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.order_commands import DiscardDrafts, HoldMove, SaveOrders
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.route_commands import (
    AddRoute,
    DeleteOutgoing,
    DeleteRoutes,
    MoveRoutes,
    RouteCommand,
    RouteDesk,
    SaveOutgoing,
    SaveRoute,
    ToggleRoutes,
)
from enate_desktop.views.route_marks import ClearMarks


class RouteWork(QObject):
    """Makes commands of what was asked for.

    ``done`` carries the text of what was done and a callable that takes it back; ``changed`` the
    Changes, also of undo and redo; ``failed`` the EnateError of a refusal, after which everything
    is as it was. What an editor saves fails quietly: the editor shows :attr:`failure` itself.
    """

    done = Signal(str, object)
    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, service: RouteService, forest: RouteForest, drafts: OrderDrafts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self.stack = QUndoStack(self)
        self._forest = forest
        self._failure: EnateError | None = None
        self._pushing = False
        self._desk = RouteDesk(service, self._on_changed, self._on_failed)

    def move(self, key: int, ids: tuple[int, ...], place: int) -> bool:
        """Move routes of a group to a place (0-based, after removal)."""
        order = self._forest.groups[key].incoming_order
        drafted = self._drafts.order(order[0].connector_id) is not None
        if not (self._drafts.holding or drafted):
            return self._push(MoveRoutes(self._desk, order, ids, place))
        try:
            command = HoldMove(self._drafts, order, ids, place)
        except EnateError as error:
            self.failed.emit(error)
            return False
        self.stack.push(command)
        return True

    def save_drafts(self) -> bool:
        """Save every order that was held back; whether that worked."""
        return self._push(SaveOrders(self._desk, self._drafts))

    def discard_drafts(self) -> None:
        """Give up every order that was held back."""
        command = DiscardDrafts(self._drafts)
        self.stack.push(command)
        self.done.emit(command.text(), self._taking_back(self.stack.index() - 1))

    def toggle(self, key: int, ids: tuple[int, ...]) -> None:
        """Switch routes on, or off when all of them are on."""
        group = self._forest.groups[key]
        routes = [route for route in group.routes if route.id in ids]
        enabled = not all(route.enabled for route in routes)
        incoming = tuple(route for route in routes if isinstance(route, Route))
        if incoming:
            self._push(ToggleRoutes(self._desk, incoming, enabled=enabled))
        for route in routes:
            if isinstance(route, OutgoingRoute) and route.enabled != enabled:
                self._push(SaveOutgoing(self._desk, route, replace(route, enabled=enabled)))

    def delete(self, key: int, ids: tuple[int, ...]) -> None:
        """Delete routes of a group; the fallback stays."""
        routes = [route for route in self._forest.groups[key].routes if route.id in ids]
        incoming = tuple(r for r in routes if isinstance(r, Route) and not r.fallback)
        if incoming:
            self._push(DeleteRoutes(self._desk, incoming))
        for route in routes:
            if isinstance(route, OutgoingRoute):
                self._push(DeleteOutgoing(self._desk, route))

    def clear_marks(self, routes: Sequence[Route]) -> None:
        """Take the mark For Attention off these routes."""
        if routes:
            self._push(ClearMarks(self._desk, tuple(routes)))

    def duplicate(self, key: int, route_id: int) -> Route | OutgoingRoute | None:
        """Add a copy that is off, right below the original where one may reorder."""
        group = self._forest.groups[key]
        route = group.route(route_id)
        copy: Route | OutgoingRoute | None = None
        if isinstance(route, OutgoingRoute):
            name = f"{route.name} (copy)"
            anew = replace(route, id=0, name=name, enabled=False, tested=False, version=1)
            copy = self.save_outgoing(None, anew)
        elif route is not None and not route.fallback:
            name = f"{route.name} (copy)"
            new = replace(route, id=0, name=name, enabled=False, for_attention=False, version=1)
            # A place in an order that is not saved yet means nothing to the saved one.
            drafted = self._drafts.order(route.connector_id) is not None
            reorder = self._forest.may_reorder and not drafted
            copy = self.add(new, group.number(route_id) if reorder else None)
        if copy is None and self._failure is not None:
            self.failed.emit(self._failure)
        return copy

    def add(self, route: Route, place: int | None = None) -> Route | None:
        """Add a route; returns it as stored, or None when it was refused."""
        command = AddRoute(self._desk, route, place)
        return command.saved if self._push(command, quiet=True) else None

    def save(self, before: Route, after: Route) -> Route | None:
        """Save a route; returns it as stored, or None when it was refused."""
        command = SaveRoute(self._desk, before, after)
        return command.saved if self._push(command, quiet=True) else None

    def save_outgoing(
        self,
        before: OutgoingRoute | None,
        after: OutgoingRoute,
        test: ConnectionTest | None = None,
    ) -> OutgoingRoute | None:
        """Save or add an outgoing route, with a ``test`` just passed of it.

        Returns it as stored, or None when it was refused.
        """
        command = SaveOutgoing(self._desk, before, after, test)
        return command.saved if self._push(command, quiet=True) else None

    def stored(self, route: AnyRoute) -> AnyRoute | None:
        """The stored twin of a route, read anew; None when it is gone or cannot be read."""
        try:
            group = self._desk.service.group(route.connector_id)
        except EnateError:
            return None
        same = group.outgoing if isinstance(route, OutgoingRoute) else group.routes
        return next((one for one in same if one.id == route.id), None)

    @property
    def failure(self) -> EnateError | None:
        """Why the last change was refused, or None."""
        return self._failure

    def _push(self, command: RouteCommand, *, quiet: bool = False) -> bool:
        text = command.text()
        self._failure, self._pushing = None, True
        self.stack.push(command)
        self._pushing = False
        if self.failure is not None:
            if not quiet:
                self.failed.emit(self.failure)
            return False
        self.done.emit(text, self._taking_back(self.stack.index() - 1))
        return True

    def _taking_back(self, index: int) -> Callable[[], None]:
        return lambda: self.stack.setIndex(index)

    def _on_changed(self, changes: object) -> None:
        self.changed.emit(changes)

    def _on_failed(self, error: EnateError) -> None:
        self._failure = error
        if not self._pushing:
            self.failed.emit(error)  # an undo or a redo was refused
