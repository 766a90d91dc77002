"""The warnings of the routes as the tree shows them: how serious, and in which words (R-12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind


class Seriousness(IntEnum):
    """How a warning is marked; the lowest number is the most serious."""

    ERROR = 0
    WARNING = 1
    SUSPICION = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """Names of the shape and of the colour token of a seriousness."""

    shape: str
    token: str


MARKS = {
    Seriousness.ERROR: Mark("circle-x", "error"),
    Seriousness.WARNING: Mark("triangle-alert", "warning"),
    Seriousness.SUSPICION: Mark("circle-help", "secondary"),
}

_TAKEN = {
    WarningKind.NEVER_REACHED: "its mail",
    WarningKind.DUPLICATE: "its mail",
    WarningKind.PARTLY_SHADOWED: "some of its mail",
}


def seriousness(warning: RouteWarning) -> Seriousness:
    """A retired target is an error; what is not proved is only a suspicion."""
    if warning.kind is WarningKind.TARGET_RETIRED:
        return Seriousness.ERROR
    return Seriousness.WARNING if warning.proved else Seriousness.SUSPICION


def by_seriousness(warnings: Iterable[RouteWarning]) -> list[RouteWarning]:
    """The most serious first."""
    return sorted(warnings, key=seriousness)


def sentence(warning: RouteWarning) -> str:
    """``Never reached: "Payslips" (2) takes every mail this route would take.``"""
    kind = warning.kind.capitalize()
    if warning.kind is WarningKind.NEVER_REACHED and not warning.proved:
        kind = "Probably never reached"
    return f"{kind}: {warning.text}"


def tooltip(warnings: Sequence[RouteWarning]) -> str:
    """Every sentence, a line each."""
    return "\n".join(map(sentence, by_seriousness(warnings)))


def spoken(warning: RouteWarning, group: RouteGroupRows) -> str:
    """``Warning: never reached, route 2 takes its mail`` (UI 3.5)."""
    kind = warning.kind.value
    if warning.kind is WarningKind.NEVER_REACHED and not warning.proved:
        kind = "probably never reached"
    numbers = [group.number(key) for key in warning.covering if group.route(key) is not None]
    if warning.kind in _TAKEN and all(numbers) and numbers:
        routes = _routes([str(number) for number in numbers])
        take = "takes" if len(numbers) == 1 else "take"
        return f"Warning: {kind}, {routes} {take} {_TAKEN[warning.kind]}"
    return f"Warning: {kind}, {warning.text.rstrip('.')}"


def _routes(numbers: list[str]) -> str:
    if len(numbers) == 1:
        return f"route {numbers[0]}"
    return f"routes {', '.join(numbers[:-1])} and {numbers[-1]}"
