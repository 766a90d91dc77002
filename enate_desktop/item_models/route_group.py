"""One group of the Email Routes tree: a connector's routes in one direction, arranged for show."""

from collections.abc import Callable, Mapping
from functools import cached_property

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_columns import AnyRoute, Column, Sorting, sort_key
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_search import NO_SEARCH
from enate_desktop.services.route_hits import RouteHits

SEARCH_ROW = -(2**40)
"""Key of the row that holds the search fields."""
NO_HIT_ROW = SEARCH_ROW - 1
"""Key of the row that says that the search found nothing."""
EMPTY_ROW = SEARCH_ROW - 2
"""Key of the row that says that there is no route yet."""
NO_FALLBACK_ROW = SEARCH_ROW - 3
"""Key of the row that says that unmatched mail is left unhandled."""
SENTENCES = frozenset((NO_HIT_ROW, EMPTY_ROW, NO_FALLBACK_ROW))
"""Keys of the rows that hold a sentence, which may read otherwise after any change."""


def group_key(connector_id: int, *, outgoing: bool) -> int:
    """The internal id of a group's rows: small, positive, and another one for each direction."""
    return connector_id * 2 + outgoing


class RouteGroupRows:
    """A connector row and its children; children are route ids and the keys above."""

    def __init__(
        self, connector: Connector, routes: tuple[AnyRoute, ...], *, outgoing: bool
    ) -> None:
        self.connector = connector
        self.outgoing = outgoing
        self.key = group_key(connector.id, outgoing=outgoing)
        self.search = NO_SEARCH
        self.search_open = False
        self.filtered = False
        self.warned = 0
        self.marked: tuple[Route, ...] = ()
        self.children: list[int] = []
        self._routes = routes
        self._by_id: dict[int, AnyRoute] = {route.id: route for route in routes}

    @property
    def routes(self) -> tuple[AnyRoute, ...]:
        """The whole order, fallback last."""
        return self._routes

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {route.id: number for number, route in enumerate(self._routes, 1)}

    @property
    def fallback(self) -> Route | None:
        """The fallback route, if the connector has one."""
        last = self._routes[-1] if self._routes else None
        return last if isinstance(last, Route) and last.fallback else None

    @property
    def movable(self) -> int:
        """How many routes have a number."""
        return len(self._routes) - (self.fallback is not None)

    @property
    def narrowed(self) -> bool:
        """Whether a search or the page's filter hides routes, so that positions are unclear."""
        return self.filtered or self.search.active

    @property
    def shown(self) -> int:
        """How many routes search and filter leave, the fallback not counted."""
        fallback = self.fallback.id if self.fallback is not None else 0
        edges = {*self.children[:1], *self.children[-3:]}  # rows without a number stand there
        return len(self.children) - sum(k not in self._by_id or k == fallback for k in edges)

    @property
    def incoming_order(self) -> tuple[Route, ...]:
        """The order as the domain's rules want it; empty for an outgoing group."""
        return tuple(route for route in self._routes if isinstance(route, Route))

    def has_any(self, ids: set[int]) -> bool:
        """Whether one of these routes is in the group."""
        return not self._by_id.keys().isdisjoint(ids)

    def route(self, key: int) -> AnyRoute | None:
        """The route of a child key; None for the search row and the rows with a sentence."""
        return self._by_id.get(key)

    def number(self, route_id: int) -> int:
        """The Priority Order of a route, from 1; 0 for the fallback and in an outgoing group."""
        fallback = self.fallback
        if self.outgoing or (fallback is not None and fallback.id == route_id):
            return 0
        return self._numbers[route_id]

    def replace(self, connector: Connector, routes: tuple[AnyRoute, ...]) -> frozenset[int]:
        """Take newer values; says which routes are shown differently now.

        Routes that are gone can still be asked for until :meth:`forget` is called.
        """
        old, numbers = self._by_id, self._numbers
        self.connector = connector
        self._routes = routes
        self.__dict__.pop("_numbers", None)
        changed = frozenset(
            route.id
            for number, route in enumerate(routes, 1)
            if route.id in old and (old[route.id] != route or numbers[route.id] != number)
        )
        self._by_id = {**old, **{route.id: route for route in routes}}
        return changed

    def forget(self) -> None:
        """Let go of routes that are no longer in the order."""
        self._by_id = {route.id: route for route in self._routes}

    def arranged(
        self,
        sorting: Sorting,
        book: ProcessBook,
        hits: Mapping[int, RouteHits],
        keeps: Callable[[AnyRoute], bool] | None = None,
    ) -> list[int]:
        """The children for a sorting and the search in force: fallback last in every one (G-08).

        ``keeps`` is the page's filter, which holds besides the search.
        """
        self.filtered = keeps is not None
        fallback = self.fallback
        shown = [route for route in self._routes if route is not fallback]
        for stays in (keeps, self.search.test(book) if self.search.active else None):
            if stays is not None:
                shown = [route for route in shown if stays(route)]
                fallback = fallback if fallback is not None and stays(fallback) else None
        if sorting.column is not Column.PRIORITY:
            shown.sort(key=sort_key(sorting.column, book, hits), reverse=sorting.descending)
        elif sorting.descending:
            shown.reverse()
        rows = [SEARCH_ROW] if self.search_open else []
        rows += [route.id for route in shown]
        if self.search.active and not shown and fallback is None:
            rows.append(NO_HIT_ROW)
        elif not self.movable and not self.filtered:
            rows.append(EMPTY_ROW)
        if fallback is not None:
            rows.append(fallback.id)
        if self.fallback is None and not self.outgoing and not self.filtered:
            rows.append(NO_FALLBACK_ROW)
        return rows


def groups_of(
    connector: Connector, routes: tuple[Route, ...], outgoing: tuple[OutgoingRoute, ...]
) -> Mapping[int, tuple[AnyRoute, ...]]:
    """The groups of a connector by key: one per direction it is used for.

    A connector for both shows its outgoing group once it has an outgoing route.
    """
    groups: dict[int, tuple[AnyRoute, ...]] = {}
    if connector.use_for.receives:
        groups[group_key(connector.id, outgoing=False)] = routes
    if outgoing or not connector.use_for.receives:
        groups[group_key(connector.id, outgoing=True)] = outgoing
    return groups
