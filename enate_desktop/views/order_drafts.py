"""Orders that are held back for review: shown in the tree, not yet saved (UI 3.5)."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.routes import Block, Route
from enate_desktop.services.proposals import Proposal
from enate_desktop.services.routes import RouteGroup

_BLOCKS = list(Block)


class OrderDrafts(QObject):
    """Keeps, for each connector whose order was changed, the order as it would be saved.

    ``changed`` carries the id of the connector whose order on screen is another now.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.holding = False
        self._orders: dict[int, tuple[int, ...]] = {}
        self._saved: dict[int, tuple[Route, ...]] = {}

    @property
    def connector_ids(self) -> tuple[int, ...]:
        """The connectors with an order that is not saved."""
        return tuple(self._orders)

    def order(self, connector_id: int) -> tuple[int, ...] | None:
        """The ids in the drafted order without the fallback, or None where there is no draft."""
        return self._orders.get(connector_id)

    def set_order(self, connector_id: int, route_ids: Sequence[int] | None) -> None:
        """Draft this order; the saved one, or None, ends the draft."""
        wanted = tuple(key for key in route_ids or () if key > 0)
        if route_ids is None or wanted == _ids(self._saved.get(connector_id, ())):
            self._orders.pop(connector_id, None)
        else:
            self._orders[connector_id] = wanted
        self.changed.emit(connector_id)

    def forget(self) -> None:
        """Discard every draft."""
        drafted = list(self._orders)
        self._orders.clear()
        for connector_id in drafted:
            self.changed.emit(connector_id)

    def applied(self, group: RouteGroup) -> RouteGroup:
        """``group`` as the draft orders it; what came or went meanwhile is taken care of."""
        key = group.connector.id
        self._saved[key] = group.routes
        wanted = self._orders.get(key)
        if wanted is None:
            return group
        routes = _ordered(group.routes, wanted)
        if _ids(routes) == _ids(group.routes):
            del self._orders[key]
        else:
            self._orders[key] = _ids(routes)
        return replace(group, routes=routes)

    def keep_only(self, connector_ids: Collection[int]) -> None:
        """Let go of the drafts of connectors that are gone."""
        for known in (self._orders, self._saved):
            for key in known.keys() - set(connector_ids):
                del known[key]

    def saved(self) -> Mapping[int, tuple[Route, ...]]:
        """The saved orders as they were read last, by connector id; a copy."""
        return dict(self._saved)

    def proposals(self) -> tuple[Proposal, ...]:
        """The saved and the drafted order of every connector with a draft."""
        return tuple(
            Proposal(key, self._saved[key], _ordered(self._saved[key], wanted))
            for key, wanted in self._orders.items()
            if key in self._saved
        )

    def moved_count(self) -> int:
        """How few routes have to be moved to get from the saved orders to the drafted ones."""
        return sum(
            len(_ids(proposal.after)) - _longest_run(_ids(proposal.before), _ids(proposal.after))
            for proposal in self.proposals()
        )

    def state(self) -> dict[str, object]:
        """What is to be remembered between sessions."""
        orders = {str(key): list(order) for key, order in self._orders.items()}
        return {"holding": self.holding, "orders": orders}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up what :meth:`state` gave; anything else is passed over."""
        self.holding = state.get("holding") is True
        orders = state.get("orders")
        if not isinstance(orders, dict):
            return
        for key, order in orders.items():
            ids = isinstance(order, list) and all(isinstance(one, int) for one in order)
            if ids and str(key).isdecimal():
                self.set_order(int(key), order)


def _ids(routes: Sequence[Route]) -> tuple[int, ...]:
    return tuple(route.id for route in routes if not route.fallback)


def _ordered(routes: Sequence[Route], wanted: Sequence[int]) -> tuple[Route, ...]:
    """``routes`` in the order ``wanted``, block by block; unknown ones at the end of theirs."""
    places = {key: place for place, key in enumerate(wanted)}
    last = len(wanted)
    return tuple(sorted(routes, key=lambda r: (_BLOCKS.index(r.block), places.get(r.id, last))))


def _longest_run(before: Sequence[int], after: Sequence[int]) -> int:
    """How many routes keep their order among each other (the longest increasing run)."""
    places = {key: place for place, key in enumerate(before)}
    tails: list[int] = []
    for key in after:
        place = places[key]
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
    return len(tails)
