"""Routes that no mail uses: by logic, by their target, by traffic (R-12)."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from enate_desktop.domain.routes import Route
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.services.attention import Attention, AttentionKind, Severity, counted
from enate_desktop.services.context import Context
from enate_desktop.services.route_hits import UNUSED_DAYS, RouteHits
from enate_desktop.services.routes import RouteGroup, RouteService, route_groups

_TOLD_ONE_BY_ONE = 3
"""Warnings of one kind in one connector; more of them become one line."""
_ONE = {
    WarningKind.NEVER_REACHED: "can never be reached",
    WarningKind.DUPLICATE: "is a duplicate of another route",
    WarningKind.CONTRADICTORY: "has rules that no mail can fit",
    WarningKind.TARGET_RETIRED: "leads to a process that is retired",
}
_SEVERAL = {
    WarningKind.NEVER_REACHED: "can never be reached",
    WarningKind.DUPLICATE: "are duplicates of other routes",
    WarningKind.CONTRADICTORY: "have rules that no mail can fit",
    WarningKind.TARGET_RETIRED: "lead to processes that are retired",
}


class DeadReason(StrEnum):
    """Why a route is dead."""

    LOGIC = "logic"
    TARGET = "target"
    TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class DeadRoute:
    """An enabled route of no use, and why in a sentence."""

    route: Route
    connector: str
    reason: DeadReason
    sentence: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The routes and their warnings at one revision of the configuration."""

    groups: tuple[RouteGroup, ...]
    warnings: Mapping[int, tuple[RouteWarning, ...]]


class RouteHealth:
    """Warnings cost seconds with thousands of routes, so they are kept for each revision."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context
        self._routes = RouteService(context)
        self._lock = threading.Lock()
        self._revision = -1
        self._known = _Known((), {})

    def attention(self) -> Iterator[Attention]:
        """One line for each route that is wrong, or for many of a connector together."""
        known = self._read()
        for group in known.groups:
            for kind, words in _ONE.items():
                found = [
                    (route, warning)
                    for route in group.routes
                    for warning in known.warnings.get(route.id, ())
                    if warning.kind is kind
                ]
                name = group.connector.name
                if len(found) > _TOLD_ONE_BY_ONE:
                    text = f'{counted(len(found), "route")} of "{name}" {_SEVERAL[kind]}.'
                    yield _line(text, group.connector.id)
                    continue
                for route, warning in found:
                    text = f'Route "{route.name}" of "{name}" {words}.'
                    if route.fallback:
                        text = f'The fallback of "{name}" {words}.'
                    yield _line(text, _target(route), warning)

    def dead(self, now: datetime) -> tuple[DeadRoute, ...]:
        """Every dead route: by logic, then by target, then by traffic; each one once."""
        known = self._read()
        with self._context.database.read() as work:
            counts = work.route_hits.counts()
            at_work = {c.id for c in work.connectors.all() if c.enabled}
        found: dict[int, DeadRoute] = {}
        for group in known.groups:
            for route in group.routes:
                if not route.enabled or route.fallback:
                    continue
                hits = RouteHits((), counts.get(route.id))
                unused = route.connector_id in at_work and hits.unused(now)
                dead = _dead(route, group.connector.name, known.warnings.get(route.id, ()), unused)
                if dead is not None:
                    found[route.id] = dead
        order = tuple(DeadReason)
        return tuple(sorted(found.values(), key=lambda dead: order.index(dead.reason)))

    def _read(self) -> _Known:
        with self._lock:
            with self._context.database.read() as work:
                revision = work.facts.revision()
                if revision == self._revision:
                    return self._known
                groups = route_groups(work)
            # What is saved between the two readings has a later revision and is read again.
            self._known = _Known(groups, self._routes.warnings())
            self._revision = revision
            return self._known


def _line(text: str, target: object, warning: RouteWarning | None = None) -> Attention:
    page = "connectors" if isinstance(target, tuple) else "routes"
    detail = warning.text if warning is not None else ""
    return Attention(
        AttentionKind.ROUTE, Severity.WARNING, text, "Show", page, target, detail=detail
    )


def _target(route: Route) -> object:
    return (route.connector_id, "fallback") if route.fallback else route


def _dead(
    route: Route, connector: str, warnings: tuple[RouteWarning, ...], unused: bool
) -> DeadRoute | None:
    by_kind = {warning.kind: warning for warning in warnings}
    for kind in (WarningKind.NEVER_REACHED, WarningKind.DUPLICATE, WarningKind.CONTRADICTORY):
        if kind in by_kind:
            return DeadRoute(route, connector, DeadReason.LOGIC, by_kind[kind].text)
    if WarningKind.TARGET_RETIRED in by_kind:
        text = by_kind[WarningKind.TARGET_RETIRED].text
        return DeadRoute(route, connector, DeadReason.TARGET, text)
    if unused:
        text = f"It took no mail for {UNUSED_DAYS} days or more."
        return DeadRoute(route, connector, DeadReason.TRAFFIC, text)
    return None
