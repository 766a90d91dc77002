"""Which route takes a mail at one connector (SPEC 3, 5 and M-04, M-05), without words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enate_desktop.domain.addresses import AddressPattern, without_tag
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block, Covers, Route
from enate_desktop.routing.explanation import Decision, Outcome, Result, RouteTrace
from enate_desktop.routing.facts import SUBJECT, MailFacts
from enate_desktop.routing.index import Bucket, CompiledRoute
from enate_desktop.routing.keywords import KeywordFinder


@dataclass(frozen=True, slots=True)
class BlockedAddress:
    """An address or domain that gets no automated email, or whose mail is spam (M-10)."""

    pattern: AddressPattern
    reject_as_spam: bool = False


class RouteMatcher:
    """The compiled routes of one connector; shared between threads, never changed."""

    def __init__(
        self,
        connector: Connector,
        routes: Sequence[Route],
        companies: CompanyBook,
        revision: int,
        blocked: Sequence[BlockedAddress],
        own: frozenset[str],
    ) -> None:
        """``routes`` is the whole order, the fallback last if there is one."""
        self.connector = connector
        self.companies = companies
        self.revision = revision
        self.blocked = tuple(blocked)
        self.compiled = tuple(CompiledRoute(route, place) for place, route in enumerate(routes))
        self.fallback = next((c for c in self.compiled if c.route.fallback), None)
        by_address: dict[str, list[CompiledRoute]] = {}
        wildcards: list[CompiledRoute] = []
        for compiled in self.compiled:
            if compiled.route.block is Block.NORMAL:
                by_address.setdefault(compiled.route.address, []).append(compiled)
            elif compiled.route.block is Block.WILDCARD:
                wildcards.append(compiled)
        self.buckets = {address: Bucket(found) for address, found in by_address.items()}
        self.wildcards = Bucket(wildcards)
        self.own_addresses = own | self.buckets.keys() | {connector.primary_address}
        self.finder = KeywordFinder(_keywords(self.compiled))
        self.differs = tuple(map(_not_asked, self.compiled))
        self.untried = _all_are(Result.NOT_EVALUATED, self.compiled)
        self.failed = _all_are(Result.RULE_FAILED, self.compiled)

    def match(self, message: Message, like: MailFacts | None = None) -> "Match":
        """Who takes the mail, without making decisions of it.

        ``like`` are facts of the same mail at another table: what does not depend on the table is
        taken from there.
        """
        if like is not None:
            facts = like.at(self.finder, self.companies)
        else:
            facts = MailFacts(message, message.recipients, self.finder, self.companies)
        recipients = facts.recipients
        known = self._known(recipients)
        taken: list[tuple[CompiledRoute | None, str | None]] = []
        for key in known:
            winner = self.buckets[key].first(facts)
            if winner is not None:
                taken.append((winner, key))
        if not taken:
            taken.append(self._as_a_whole(facts, known))
        return Match(facts, known, tuple(taken))

    def priority(self, compiled: CompiledRoute) -> int:
        """The Priority Order as shown: 1-based inside the block (R-06)."""
        if compiled.route.block is not Block.WILDCARD:
            return compiled.place + 1
        return compiled.place + 1 - self.wildcards.routes[0].place

    def knows(self, address: str) -> str | None:
        """The route address that means ``address`` (comparable form), plus tag or not (Q-8)."""
        if address in self.buckets:
            return address
        if "+" in address:
            plain = without_tag(address)
            if plain in self.buckets:
                return plain
        return None

    def is_primary(self, address: str) -> bool:
        """Whether ``address`` is the connector's own, plus tag or not."""
        primary = self.connector.primary_address
        return address == primary or ("+" in address and without_tag(address) == primary)

    def _known(self, recipients: Sequence[str]) -> tuple[str, ...]:
        found = (self.knows(address) for address in recipients)
        return tuple(dict.fromkeys(key for key in found if key is not None))

    def _as_a_whole(
        self, facts: MailFacts, known: Sequence[str]
    ) -> tuple[CompiledRoute | None, str | None]:
        if not known:
            wildcard = self.wildcards.first(facts)
            if wildcard is not None:
                return wildcard, None
        to_primary = any(map(self.is_primary, facts.recipients))
        primary = self.connector.primary_address if to_primary else None
        recipient = known[0] if known else primary
        return (self.fallback if self._covered(to_primary) else None), recipient

    def _covered(self, to_primary: bool) -> bool:
        fallback = self.connector.fallback
        return fallback is not None and (fallback.covers is Covers.ALL or to_primary)

    def decision_of(
        self, taken: CompiledRoute | None, recipient: str | None, message: Message
    ) -> Decision:
        """The decision that ``taken`` (None: nothing) took the mail, without words."""
        if taken is None:
            return Decision(recipient, Outcome.UNHANDLED, revision=self.revision)
        route = taken.route
        return Decision(
            recipient=recipient,
            outcome=Outcome.CREATED,
            route=route.name,
            route_id=route.id,
            block=route.block,
            process_id=route.process_id,
            category=route.category,
            test_mode=route.test_mode,
            automated_email=not self.silent_reason(route, message),
            rejected=self.is_spam(message),
            revision=self.revision,
        )

    def silent_reason(self, route: Route, message: Message) -> str:
        """Why no automated email is sent (M-08, M-10, O-04); empty when one is."""
        if not route.send_automated_emails:
            return "it is off in the route"
        if message.auto_generated:
            return f"the mail is automatic ({message.auto_generated})"
        sender = message.sender
        if not sender:
            return "the mail has no usable sender"
        if sender in self.own_addresses or without_tag(sender) in self.own_addresses:
            return f"{sender} is one of our own addresses"
        if any(blocked.pattern.matches(sender) for blocked in self.blocked):
            return f"{sender} is blocked"
        return ""

    def is_spam(self, message: Message) -> bool:
        """Whether a sender is blocked with "reject as spam" (M-10)."""
        return any(
            blocked.reject_as_spam and blocked.pattern.matches(sender)
            for blocked in self.blocked
            for sender in message.senders
        )


@dataclass(frozen=True, slots=True)
class Match:
    """What :meth:`RouteMatcher.match` found.

    ``known`` are the route addresses among To/CC; ``taken`` pairs each route that took the mail
    (None: unhandled) with the recipient it took it for.
    """

    facts: MailFacts
    known: tuple[str, ...]
    taken: tuple[tuple[CompiledRoute | None, str | None], ...]


def _keywords(routes: Iterable[CompiledRoute]) -> Iterable[str]:
    for route in routes:
        for rule, keys in route.tests:
            if rule == SUBJECT:
                yield from map(str, keys)


def _all_are(result: Result, routes: Iterable[CompiledRoute]) -> tuple[RouteTrace, ...]:
    return tuple(RouteTrace(c.route.name, c.route.id, result) for c in routes)


def _not_asked(compiled: CompiledRoute) -> RouteTrace:
    route = compiled.route
    result = Result.ADDRESS_DIFFERS if route.enabled else Result.OFF
    return RouteTrace(route.name, route.id, result)
