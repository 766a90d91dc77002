"""The columns of the Email Routes tree, and sorting as a view of the order (G-08)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.services.route_hits import NO_HITS, RouteHits

AnyRoute = Route | OutgoingRoute
"""What a row of the tree may be."""

SortKey = tuple[object, ...]


class Column(IntEnum):
    """The columns in their stored order; new ones are appended, never inserted."""

    PRIORITY = 0
    ADDRESS = 1
    NAME = 2
    CREATES = 3
    CATEGORY = 4
    ATTENTION = 5
    AUTO = 6
    MODE = 7
    ENABLED = 8
    HITS = 9


TITLES: dict[Column, str] = {
    Column.PRIORITY: "Priority (1 first)",
    Column.ADDRESS: "Email address",
    Column.NAME: "Route",
    Column.CREATES: "Creates",
    Column.CATEGORY: "Category",
    Column.ATTENTION: "For attention",
    Column.AUTO: "Auto emails",
    Column.MODE: "Mode",
    Column.ENABLED: "On",
    Column.HITS: "Hits 7 d",
}
"""What the header says."""

COLUMNS = tuple(Column)


@dataclass(frozen=True, slots=True)
class Sorting:
    """How every group is shown; the routes run by priority whatever it is."""

    column: Column = Column.PRIORITY
    descending: bool = False

    @property
    def by_priority(self) -> bool:
        """Whether the list shows the order in which routes are tried."""
        return self.column is Column.PRIORITY and not self.descending

    def after_click(self, column: Column) -> "Sorting":
        """The next step of a header click: ascending, descending, back to priority."""
        if column is not self.column:
            return Sorting(column)
        return Sorting() if self.descending else Sorting(column, descending=True)

    @classmethod
    def named(cls, column: object, descending: object) -> "Sorting":
        """The sorting with a column of that name; by priority for any other value."""
        if isinstance(column, str) and column in Column.__members__:
            return cls(Column[column], descending is True)
        return cls()

    @property
    def words(self) -> str:
        """``Email address, ascending``."""
        title = "Priority" if self.column is Column.PRIORITY else TITLES[self.column]
        return f"{title}, {self._direction}"

    def header(self, column: Column) -> str:
        """A column's title, with an arrow when the list is sorted by it.

        Words and arrow are ours because Fusion draws ascending as a triangle that points down.
        """
        if self.by_priority or column is not self.column:
            return TITLES[column]
        title = "Priority" if column is Column.PRIORITY else TITLES[column]
        return f"{title} {'↓' if self.descending else '↑'}"

    def spoken_header(self, column: Column) -> str:
        """``Route, sorted ascending``, for tooltips and screen readers."""
        return (
            f"{TITLES[column]}, sorted {self._direction}"
            if column is self.column
            else (TITLES[column])
        )

    @property
    def _direction(self) -> str:
        return "descending" if self.descending else "ascending"


_DIGITS = re.compile(r"(\d+)")


def natural(text: str) -> SortKey:
    """A sort key in which ``Route 2`` stands before ``Route 10``; case does not count."""
    parts = _DIGITS.split(text.casefold())
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def sort_key(
    column: Column, book: ProcessBook, hits: Mapping[int, RouteHits]
) -> Callable[[AnyRoute], SortKey]:
    """The key of a column other than priority; ascending puts On, Test and marked routes first."""
    return lambda route: _sort_key(route, column, book, hits)


def _sort_key(
    route: AnyRoute, column: Column, book: ProcessBook, hits: Mapping[int, RouteHits]
) -> SortKey:
    match column:
        case Column.HITS:
            return (hits.get(route.id, NO_HITS).week if isinstance(route, Route) else 0,)
        case Column.ADDRESS:
            return natural(route.address)
        case Column.NAME:
            return natural(route.name)
        case Column.ENABLED:
            return (not route.enabled,)
    if isinstance(route, OutgoingRoute):
        return natural(route.description) if column is Column.CREATES else ()
    match column:
        case Column.CREATES:
            return natural(book.of(route.process_id).shown)
        case Column.CATEGORY:
            return (route.category is None, *natural(route.category or ""))
        case Column.ATTENTION:
            return (not route.for_attention,)
        case Column.AUTO:
            return (not route.send_automated_emails,)
        case _:
            return (not route.test_mode,)
