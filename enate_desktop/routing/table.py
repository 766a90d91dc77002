"""All routes of one connector, ready to decide where a mail goes (SPEC 3, 5 and M-04 to M-06)."""

from collections.abc import Iterable, Sequence

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block, Route
from enate_desktop.routing.explain import explained
from enate_desktop.routing.explanation import Decision
from enate_desktop.routing.index import CompiledRoute
from enate_desktop.routing.matching import BlockedAddress, Match, RouteMatcher

__all__ = ["BlockedAddress", "RouteTable"]

_BLOCKS = tuple(Block)


class RouteTable(RouteMatcher):
    """The compiled routes of one connector and its answers."""

    def __init__(
        self,
        connector: Connector,
        routes: Sequence[Route],
        companies: CompanyBook,
        revision: int,
        blocked: Sequence[BlockedAddress],
        own: frozenset[str],
    ) -> None:
        """Use :meth:`compile`."""
        super().__init__(connector, routes, companies, revision, blocked, own)
        self._ready: dict[tuple[int, str | None, bool], Decision] = {}

    @classmethod
    def compile(
        cls,
        connector: Connector,
        routes: Iterable[Route],
        companies: CompanyBook,
        *,
        revision: int = 0,
        blocked: Sequence[BlockedAddress] = (),
        own: frozenset[str] = frozenset(),
    ) -> "RouteTable":
        """The table of ``connector``; ``routes`` in any order, the fallback comes from it.

        ``own`` are addresses of ours beyond this connector's: no automated email goes to them.
        """
        given = [route for route in routes if not route.fallback]
        ordered = sorted(given, key=lambda route: (_BLOCKS.index(route.block), route.position))
        fallback = connector.fallback_route
        if fallback is not None:
            ordered.append(fallback)
        return cls(connector, ordered, companies, revision, blocked, own)

    def decide(
        self, message: Message, explain: bool = False, details: int | None = None
    ) -> tuple[Decision, ...]:
        """One decision per To/CC address a route took, else one for the mail as a whole.

        ``reason`` and ``trace`` are filled only with ``explain``: words cost far more than the
        decision itself. ``details`` limits the failed routes that show their rules.
        """
        found = self.match(message)
        return explained(self, found, details) if explain else self.decisions(found)

    def decisions(self, found: Match) -> tuple[Decision, ...]:
        """The decisions of a match, without words."""
        message = found.facts.message
        return tuple(self._decision(message, taken, key) for taken, key in found.taken)

    def _decision(
        self, message: Message, taken: CompiledRoute | None, recipient: str | None
    ) -> Decision:
        if self.blocked or taken is None:
            return self.decision_of(taken, recipient, message)
        automated = not self.silent_reason(taken.route, message)
        key = (taken.place, recipient, automated)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = self.decision_of(taken, recipient, message)
        return ready
