"""All groups of the Email Routes tree, and what may be done with them; no Qt in here."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.route_columns import AnyRoute, Sorting
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_refusals import (
    FALLBACK,
    OTHER_GROUP,
    Refusal,
    order_refusal,
    place_refusal,
    places,
)
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.routing.analysis.warning_kinds import RouteWarning
from enate_desktop.services.route_hits import NO_HITS, RouteHits


class RouteForest:
    """Groups by key in their order, with the sorting and the names that all of them share."""

    def __init__(self, book: ProcessBook | None = None) -> None:
        self.book = book or ProcessBook()
        self.sorting = Sorting()
        self.only = ShowOnly.ALL
        self.warnings: Mapping[int, Sequence[RouteWarning]] = {}
        self.hits: Mapping[int, RouteHits] = {}
        self.may_reorder = True
        self.drafts: frozenset[tuple[bool, int]] = frozenset()
        self.held: frozenset[int] = frozenset()
        self.groups: dict[int, RouteGroupRows] = {}
        self.keys: list[int] = []
        self.row_of: dict[int, int] = {}

    def add(self, group: RouteGroupRows) -> None:
        """Take a new group; it is shown once its key is among ``keys``."""
        self.recount(group)
        group.children = self.arranged(group)
        self.groups[group.key] = group

    def keep(self, keys: Iterable[int]) -> None:
        """Let go of every other group."""
        self.groups = {key: self.groups[key] for key in keys}

    def renumber(self) -> None:
        """Bring ``row_of`` in line with ``keys``."""
        self.row_of = {key: row for row, key in enumerate(self.keys)}

    def arranged(self, group: RouteGroupRows) -> list[int]:
        """The children a group shows for the sorting and its search."""
        return group.arranged(self.sorting, self.book, self.hits, self._filter())

    def take_warnings(self, warnings: Mapping[int, Sequence[RouteWarning]]) -> tuple[int, ...]:
        """Keep these instead of the former ones; the keys of the groups that look different now."""
        old, self.warnings = self.warnings, warnings
        changed = {key for key in {*old, *warnings} if old.get(key) != warnings.get(key)}
        touched = [g for g in self.groups.values() if not g.outgoing and g.has_any(changed)]
        for group in touched:
            self.recount(group)
        return tuple(group.key for group in touched)

    def recount(self, group: RouteGroupRows) -> None:
        """Find out anew which routes of a group have warnings and which are marked."""
        incoming = group.incoming_order
        group.warned = sum(1 for route in incoming if route.id in self.warnings)
        group.marked = tuple(route for route in incoming if route.for_attention)

    def marked(self) -> tuple[Route, ...]:
        """The routes that are marked For Attention (R-10), group by group."""
        return tuple(route for key in self.keys for route in self.groups[key].marked)

    def warnings_of(self, route: AnyRoute) -> Sequence[RouteWarning]:
        """The warnings of a route; outgoing routes have none."""
        return self.warnings.get(route.id, ()) if isinstance(route, Route) else ()

    def hits_of(self, route: AnyRoute) -> RouteHits | None:
        """How often a route took a mail; None for an outgoing route."""
        return self.hits.get(route.id, NO_HITS) if isinstance(route, Route) else None

    def order_refusal(self, key: int) -> Refusal | None:
        """Why the order of a group cannot be changed now, or None (G-04, G-05)."""
        return order_refusal(self.groups[key], self.sorting, permitted=self.may_reorder)

    def places(self, key: int, ids: tuple[int, ...]) -> range | Refusal:
        """Where routes of a group may go (0-based, after removal), or why nowhere."""
        return self.order_refusal(key) or places(self.groups[key], ids)

    def move_refusal(self, key: int, ids: tuple[int, ...]) -> Refusal | None:
        """Why a move of these routes cannot even begin, or None."""
        where = self.places(key, ids)
        return where if isinstance(where, Refusal) else None

    def place_of(self, key: int, ids: Sequence[int], row: int) -> int:
        """The place (0-based, after removal) that a drop before child ``row`` means.

        Below the fallback means the last place above it; ``row`` -1, the group itself, the first.
        """
        group = self.groups[key]
        fallback = group.fallback
        fixed = {*ids, fallback.id} if fallback is not None else set(ids)
        above = group.children[: max(row, 0)]
        return sum(1 for child in above if child not in fixed and group.route(child) is not None)

    def drop_refusal(self, key: int, ids: tuple[int, ...], target: int, row: int) -> Refusal | None:
        """Why routes of group ``key`` cannot be dropped before child ``row`` of ``target``."""
        if key not in self.groups:
            return OTHER_GROUP
        refusal = self.order_refusal(key)
        if refusal is not None:
            return refusal
        fallback = self.groups[key].fallback
        if fallback is not None and fallback.id in ids:
            return FALLBACK
        if target != key:
            return OTHER_GROUP
        return place_refusal(self.groups[key], ids, self.place_of(key, ids, row))

    def _filter(self) -> Callable[[AnyRoute], bool] | None:
        match self.only:
            case ShowOnly.WARNINGS:
                return lambda route: bool(self.warnings_of(route))
            case ShowOnly.ATTENTION:
                return lambda route: isinstance(route, Route) and route.for_attention
        return None
