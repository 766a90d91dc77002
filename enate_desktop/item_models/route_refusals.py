"""Why an order cannot be changed at the moment, in words and with the remedy (UI 3.5)."""

from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import Block, Route, allowed_positions, moved
from enate_desktop.item_models.route_columns import Sorting
from enate_desktop.item_models.route_group import RouteGroupRows


class Reason(StrEnum):
    """Which rule stands in the way; one message per reason is shown at a time."""

    PERMISSION = "permission"
    OUTGOING = "outgoing"
    SORTED = "sorted"
    SEARCHED = "searched"
    FILTERED = "filtered"
    FALLBACK = "fallback"
    OTHER_GROUP = "other group"
    OTHER_BLOCK = "other block"
    EDITING = "editing"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused move; ``remedy`` is the text of the button that makes it possible, or empty."""

    reason: Reason
    title: str
    message: str = ""
    remedy: str = ""
    group: int = 0


OTHER_GROUP = Refusal(
    Reason.OTHER_GROUP,
    "A route stays with its connector.",
    "To move it, open the route and change Connector.",
)
FALLBACK = Refusal(Reason.FALLBACK, "The fallback always runs last.")
PERMISSION = Refusal(
    Reason.PERMISSION,
    f'You need the permission "{Permission.REORDER_ROUTES}".',
    "Ask an administrator for it.",
    "Copy request",
)

NO_EDITING = Refusal(
    Reason.EDITING,
    f'You need the permission "{Permission.EDIT_ROUTES}".',
    "Ask an administrator for it.",
    "Copy request",
)
FALLBACK_ON = Refusal(
    Reason.LOCKED, "The fallback is always on.", "Its other settings are edited in its connector."
)
UNTESTED = Refusal(
    Reason.LOCKED,
    "Test the connection first.",
    "An outgoing route can be enabled after its address has passed a test.",
)


def order_refusal(group: RouteGroupRows, sorting: Sorting, *, permitted: bool) -> Refusal | None:
    """Why no route of the group can be moved now, or None (G-04, G-05)."""
    if not permitted:
        return PERMISSION
    if group.outgoing:
        return Refusal(
            Reason.OUTGOING,
            "Outgoing routes have no order.",
            "Each one is an address to send from.",
        )
    if not sorting.by_priority:
        return Refusal(
            Reason.SORTED,
            "Sort by Priority, ascending, to change the order.",
            f"The list is sorted by {sorting.words}; routes still run by priority.",
            "Sort by priority",
        )
    if group.filtered:
        return Refusal(
            Reason.FILTERED,
            "Show all routes to change the order.",
            "Hidden routes would make the new position unclear.",
            "Show all routes",
        )
    if group.search.active:
        return Refusal(
            Reason.SEARCHED,
            f"Clear the search in {group.connector.name} to change the order.",
            "Hidden routes would make the new position unclear.",
            "Clear search",
            group.key,
        )
    return None


def place_refusal(group: RouteGroupRows, ids: tuple[int, ...], place: int) -> Refusal | None:
    """Why the routes cannot go to ``place`` (0-based, after removal), or None (R-06)."""
    order = group.incoming_order
    try:
        moved(order, ids, place)
    except EnateError as error:
        return _in_words(error, order, ids)
    return None


def places(group: RouteGroupRows, ids: tuple[int, ...]) -> range | Refusal:
    """Where the routes may go inside their block, or why nowhere."""
    order = group.incoming_order
    try:
        return allowed_positions(order, ids)
    except EnateError as error:
        return _in_words(error, order, ids)


def _in_words(error: EnateError, order: tuple[Route, ...], ids: tuple[int, ...]) -> Refusal:
    if any(route.block is Block.FALLBACK for route in order if route.id in ids):
        return FALLBACK
    return Refusal(Reason.OTHER_BLOCK, error.title, error.message)
