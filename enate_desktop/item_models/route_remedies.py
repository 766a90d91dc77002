"""What can be done about the warnings of a route, each with its button's words (UI 3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_text import is_held
from enate_desktop.item_models.route_warnings import by_seriousness
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind

_NAME = 28
"""Characters of a route's name that a button shows."""


class RemedyKind(StrEnum):
    """What a button below the tree does."""

    COMPARE = "compare"
    MOVE = "move"
    DISABLE = "disable"
    EDIT = "edit"
    CONNECTOR = "connector"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button for one warning; ``place`` is where a move leads, ``reason`` why it is disabled."""

    kind: RemedyKind
    text: str
    warning: RouteWarning
    place: int = 0
    reason: str = ""


_USELESS = (WarningKind.NEVER_REACHED, WarningKind.DUPLICATE, WarningKind.CONTRADICTORY)
_EDITED = {
    WarningKind.TARGET_RETIRED: "Choose another process",
    WarningKind.CONTRADICTORY: "Edit the rules",
    WarningKind.PARTLY_SHADOWED: "Edit the rules",
    WarningKind.FOREIGN_ADDRESS: "Edit the address",
    WarningKind.TWO_CONNECTORS: "Edit the address",
}


def remedies(
    forest: RouteForest, group: RouteGroupRows, route: Route, *, may_edit: bool, no_edit: str
) -> tuple[Remedy, ...]:
    """The ways to mend what the warnings of ``route`` say, each kind once, the best first.

    ``no_edit`` says why routes cannot be edited, where ``may_edit`` is False.
    """
    found: dict[RemedyKind, Remedy] = {}
    for warning in by_seriousness(forest.warnings_of(route)):
        for remedy in _of(forest, group, route, warning):
            found.setdefault(remedy.kind, remedy)
    changing = (RemedyKind.DISABLE, RemedyKind.EDIT)
    return tuple(
        Remedy(each.kind, each.text, each.warning, each.place, no_edit)
        if each.kind in changing and not may_edit
        else each
        for each in (found[kind] for kind in RemedyKind if kind in found)
    )


def _of(
    forest: RouteForest, group: RouteGroupRows, route: Route, warning: RouteWarning
) -> Sequence[Remedy]:
    made = []
    if any(group.route(key) is not None for key in warning.covering):
        made.append(Remedy(RemedyKind.COMPARE, "Compare", warning))
    if warning.safe_place is not None:
        made.append(_move(forest, group, route, warning, warning.safe_place))
    if warning.kind in _USELESS and route.enabled and not route.fallback:
        made.append(Remedy(RemedyKind.DISABLE, "Disable", warning))
    if warning.kind is WarningKind.CONNECTOR_OFF or (warning.kind in _EDITED and route.fallback):
        made.append(Remedy(RemedyKind.CONNECTOR, "Open the connector", warning))
    elif warning.kind in _EDITED:
        made.append(Remedy(RemedyKind.EDIT, _EDITED[warning.kind], warning))
    return made


def _move(
    forest: RouteForest, group: RouteGroupRows, route: Route, warning: RouteWarning, place: int
) -> Remedy:
    """The safe place counts in the saved order, so a held one has to be saved first."""
    rest = [each for each in group.incoming_order if each.id != route.id]
    if is_held(group, forest) or place >= len(rest):
        reason = "Save or discard the changed order first."
        return Remedy(RemedyKind.MOVE, "Move up", warning, reason=reason)
    name = rest[place].name
    shown = name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"
    return Remedy(RemedyKind.MOVE, f'Move above "{shown}"', warning, place)
