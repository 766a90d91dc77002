"""Where a step up, down, to the top or to the bottom takes the selected routes (G-06)."""

from enum import StrEnum

from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_refusals import Refusal


class Step(StrEnum):
    """The four moves that need no position; the value is what a menu says."""

    TOP = "Move to top"
    UP = "Move up"
    DOWN = "Move down"
    BOTTOM = "Move to bottom"


def target(forest: RouteForest, key: int, ids: tuple[int, ...], step: Step) -> int | Refusal | None:
    """The place (0-based, after removal) a step leads to; None when the routes stand there."""
    places = forest.places(key, ids)
    if isinstance(places, Refusal):
        return places
    moving = set(ids)
    order = [route.id for route in forest.groups[key].incoming_order]
    rows = [row for row, route_id in enumerate(order) if route_id in moving]
    above_last = sum(1 for route_id in order[: rows[-1]] if route_id not in moving)
    wanted = {
        Step.TOP: places.start,
        Step.UP: rows[0] - 1,
        Step.DOWN: above_last + 1,
        Step.BOTTOM: places.stop - 1,
    }[step]
    place = min(max(wanted, places.start), places.stop - 1)
    rest = [route_id for route_id in order if route_id not in moving]
    chosen = [route_id for route_id in order if route_id in moving]
    return None if [*rest[:place], *chosen, *rest[place:]] == order else place


def neighbours(forest: RouteForest, key: int, ids: tuple[int, ...], place: int) -> str:
    """Between which routes a place lies, in words: ``between "Urgent" and "France"``."""
    group = forest.groups[key]
    rest = [route for route in group.incoming_order if route.id not in ids and not route.fallback]
    above = rest[place - 1].name if 0 < place <= len(rest) else ""
    below = rest[place].name if place < len(rest) else ""
    if above and below:
        return f'between "{above}" and "{below}"'
    if below:
        return f'above "{below}"'
    return f'below "{above}"' if above else "the only route"
