"""Undoable changes of orders that are held back, and saving them all at once (UI 3.5, X-08)."""

from collections.abc import Mapping

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from enate_desktop.domain.routes import Route, moved
from enate_desktop.services.changes import Changes
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.route_commands import RouteCommand, RouteDesk


class HoldMove(QUndoCommand):
    """Routes of one connector to another place in the draft; RefusedError when that is no place."""

    def __init__(
        self,
        drafts: OrderDrafts,
        order: tuple[Route, ...],
        route_ids: tuple[int, ...],
        place: int,
    ) -> None:
        names = [route.name for route in order if route.id in route_ids]
        what = f'"{names[0]}"' if len(names) == 1 else f"{len(names)} routes"
        super().__init__(f"Moved {what} to {place + 1}, not saved yet.")
        self._drafts = drafts
        self._connector_id = order[0].connector_id
        # None where there was no draft: a saved order may be another one by then.
        self._before = drafts.order(self._connector_id)
        self._after = tuple(route.id for route in moved(order, route_ids, place))

    @override
    def redo(self) -> None:
        self._drafts.set_order(self._connector_id, self._after)

    @override
    def undo(self) -> None:
        self._drafts.set_order(self._connector_id, self._before)


class DiscardDrafts(QUndoCommand):
    """Every drafted order away, and back."""

    def __init__(self, drafts: OrderDrafts) -> None:
        super().__init__("Discarded the changed order.")
        self._drafts = drafts
        self._orders = {key: drafts.order(key) for key in drafts.connector_ids}

    @override
    def redo(self) -> None:
        self._drafts.forget()

    @override
    def undo(self) -> None:
        for key, order in self._orders.items():
            self._drafts.set_order(key, order)


class SaveOrders(RouteCommand):
    """The drafted orders become the saved ones; taken back by the orders before them."""

    def __init__(self, desk: RouteDesk, drafts: OrderDrafts) -> None:
        count = len(drafts.connector_ids)
        super().__init__(desk, "Saved the order." if count == 1 else f"Saved {count} orders.")
        self._drafts = drafts
        proposals = drafts.proposals()
        self._before = {p.connector_id: _ids(p.before) for p in proposals}
        self._after = {p.connector_id: _ids(p.after) for p in proposals}

    @override
    def do(self) -> Changes:
        changes = self._put(self._after)
        for key in self._after:
            self._drafts.set_order(key, None)
        return changes

    @override
    def take_back(self) -> Changes:
        return self._put(self._before)

    def _put(self, orders: Mapping[int, tuple[int, ...]]) -> Changes:
        return self._desk.service.reorder_all(orders)


def _ids(routes: tuple[Route, ...]) -> tuple[int, ...]:
    return tuple(route.id for route in routes)
