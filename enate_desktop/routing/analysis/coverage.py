"""Which routes of a table get no mail, or not all of it, and who takes it instead (R-12, X-02)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block
from enate_desktop.routing.analysis.cells import Cells, Choice
from enate_desktop.routing.analysis.reached import Reached
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.routing.analysis.witness import People, witness
from enate_desktop.routing.facts import (
    COMPANIES,
    RECIPIENTS,
    RULE_NAMES,
    SENDERS,
    Facts,
    Key,
    MailFacts,
    address_keys,
)
from enate_desktop.routing.index import Bucket, CompiledRoute
from enate_desktop.routing.matching import RouteMatcher
from enate_desktop.routing.wording import listed

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Found:
    """What trying the cells of a route showed.

    ``reached`` is a cell whose mails come to the route, if there is one; ``winners`` are the routes
    that took the others; ``sure`` whether every cell was looked at.
    """

    reached: Choice | None
    winners: tuple[CompiledRoute, ...]
    sure: bool


class Coverage:
    """The warnings about the rules of one table."""

    def __init__(self, table: RouteMatcher) -> None:
        self._table = table
        self._cells = Cells(table)
        names = {
            key for c in table.compiled for rule, keys in c.tests if rule == SENDERS for key in keys
        }
        self._people = People(table.companies, frozenset(names))
        buckets = (*table.buckets.values(), table.wildcards)
        self._reached = {id(bucket): Reached() for bucket in buckets}
        self._with_companies = {
            id(bucket): next((c.place for c in bucket.routes if _asks_company(c)), None)
            for bucket in buckets
        }

    def warnings(self) -> Iterator[RouteWarning]:
        """Every warning, route by route in their order."""
        for route in self._table.compiled:
            if route.route.enabled and not route.route.fallback:
                warning = self._look_at(route)
                if warning is not None:
                    yield warning

    def _look_at(self, route: CompiledRoute) -> RouteWarning | None:
        bucket = self._cells.bucket(route)
        found = self._try(route, bucket)
        if found.reached is None:
            return self._unreached(route, bucket, found) if found.sure else None
        self._reached[id(bucket)].add(route, self._cells.least(route, found.reached))
        first = self._with_companies[id(bucket)]
        if first is not None and first <= route.place:
            suspected = self._with_contacts(route, bucket)
            if suspected is not None:
                return suspected
        return self._partly(route, bucket, found.reached)

    def _try(self, route: CompiledRoute, bucket: Bucket, fixed: Choice | None = None) -> _Found:
        winners: dict[int, CompiledRoute] = {}
        for choice in self._cells.choices(route, fixed):
            winner = bucket.first(self._cells.least(route, choice))
            if winner is None or winner is route:
                return _Found(choice, (), True)
            if not winners and fixed is None and self._cells.covers(winner, route):
                return _Found(None, (winner,), True)
            winners[winner.place] = winner
        ordered = tuple(winners[place] for place in sorted(winners))
        return _Found(None, ordered, self._cells.complete(route))

    def _unreached(self, route: CompiledRoute, bucket: Bucket, found: _Found) -> RouteWarning:
        if not found.winners:
            return self._impossible(route)
        covering = tuple(winner.route.id for winner in found.winners)
        shown = self._witness(route, bucket, self._cells.choices(route))
        if any(winner.tests == route.tests for winner in found.winners):
            twin = next(winner for winner in found.winners if winner.tests == route.tests)
            text = f"It asks the same as {self._named((twin,))}, which takes all of its mail."
            return RouteWarning(
                WarningKind.DUPLICATE, route.route.id, text, (twin.route.id,), witness=shown
            )
        text = (
            f"{self._named(found.winners)} {_verb(found.winners)} every mail this route would take."
        )
        return RouteWarning(
            WarningKind.NEVER_REACHED,
            route.route.id,
            text,
            covering,
            witness=shown,
            safe_place=self._safe_place(route, bucket, found.winners[0]),
        )

    def _impossible(self, route: CompiledRoute) -> RouteWarning:
        """A wildcard route that asks for an address with routes of its own (R-05)."""
        asked = [str(key) for key in dict(route.tests)[RECIPIENTS]]
        known = sorted({address for key in asked if (address := self._table.knows(key))})
        covering = tuple(c.route.id for a in known for c in self._table.buckets[a].routes)
        text = (
            "A wildcard route is tried only for a mail to addresses without a route, but its "
            f"recipient list asks for {' or '.join(known[:_SHOWN])}."
        )
        return RouteWarning(WarningKind.CONTRADICTORY, route.route.id, text, covering)

    def _with_contacts(self, route: CompiledRoute, bucket: Bucket) -> RouteWarning | None:
        """Whether the route gets nothing as companies and contacts are at present."""
        winners: dict[int, CompiledRoute] = {}
        shown: Message | None = None
        somebody = False
        for choice in self._cells.choices(route):
            for sender in self._people.senders(choice):
                somebody = True
                winner = bucket.first(self._from(route, choice, sender))
                if winner is None or winner is route:
                    return None
                winners[winner.place] = winner
                shown = shown or self._shown(route, bucket, choice, sender)
        if not self._cells.complete(route):
            return None
        if not somebody:
            return self._nobody(route)
        ordered = tuple(winners[place] for place in sorted(winners))
        text = (
            f"As companies and contacts are now, {self._named(ordered)} {_verb(ordered)} "
            "all of its mail."
        )
        covering = tuple(winner.route.id for winner in ordered)
        return RouteWarning(
            WarningKind.NEVER_REACHED, route.route.id, text, covering, proved=False, witness=shown
        )

    def _nobody(self, route: CompiledRoute) -> RouteWarning:
        asked = [int(key) for key in dict(route.tests)[COMPANIES]]
        names = sorted(self._table.companies.names.get(key, f"company {key}") for key in asked)
        companies = " or ".join(names[:_SHOWN])
        if any(rule == SENDERS for rule, _ in route.tests):
            text = f"Nobody on its sender list belongs to {companies}, as far as is known."
        else:
            text = f"No domain or contact of {companies} is known, so no sender belongs to it."
        return RouteWarning(WarningKind.CONTRADICTORY, route.route.id, text, proved=False)

    def _partly(self, route: CompiledRoute, bucket: Bucket, reached: Choice) -> RouteWarning | None:
        """Values of its lists that never count, because earlier routes take that mail."""
        dead: list[tuple[int, Key, str]] = []
        winners: dict[int, CompiledRoute] = {}
        for rule, values in route.values:
            for key, text in values if len(values) > 1 else ():
                found = self._value(route, bucket, reached, rule, key)
                if found.reached is None and found.sure and found.winners:
                    dead.append((rule, key, text))
                    winners.update((winner.place, winner) for winner in found.winners)
        if not dead:
            return None
        ordered = tuple(winners[place] for place in sorted(winners))
        rule, key, _ = dead[0]
        lost = [self._value_text(*value) for value in dead if value[0] == rule]
        count, take = ("counts" if len(lost) == 1 else "count"), _verb(ordered)
        text = (
            f'{listed(lost, _SHOWN)} in "{RULE_NAMES[rule]}" never {count}: '
            f"{self._named(ordered)} {take} that mail first."
        )
        covering = tuple(winner.route.id for winner in ordered)
        shown = self._witness(route, bucket, self._cells.choices(route, {rule: key}))
        return RouteWarning(
            WarningKind.PARTLY_SHADOWED, route.route.id, text, covering, witness=shown
        )

    def _value(
        self, route: CompiledRoute, bucket: Bucket, reached: Choice, rule: int, key: Key
    ) -> _Found:
        choice = {**reached, rule: key}
        if self._cells.possible(route, choice):
            winner = bucket.first(self._cells.least(route, choice))
            if winner is None or winner is route:
                return _Found(choice, (), True)
        return self._try(route, bucket, {rule: key})

    def _safe_place(self, route: CompiledRoute, bucket: Bucket, first: CompiledRoute) -> int | None:
        """The place of ``first``, if every route from there on still gets some mail."""
        lost = self._reached[id(bucket)].taken_by(route, first.place)
        return first.place if all(self._survives(other, bucket, route) for other in lost) else None

    def _survives(self, other: CompiledRoute, bucket: Bucket, moved: CompiledRoute) -> bool:
        for choice in self._cells.choices(other):
            facts = self._cells.least(other, choice)
            if not moved.takes(facts) and bucket.first(facts) is other:
                return True
        return False

    def _from(self, route: CompiledRoute, choice: Choice, sender: str) -> Facts:
        facts = self._cells.least(route, choice)
        keys = [facts.keys(rule) for rule in range(6)]
        keys[SENDERS] = address_keys((sender,)) if sender else frozenset()
        keys[COMPANIES] = self._people.companies_of(sender) if sender else frozenset()
        return Facts(keys)

    def _witness(
        self, route: CompiledRoute, bucket: Bucket, choices: Iterable[Choice]
    ) -> Message | None:
        for choice in choices:
            for sender in self._people.senders(choice):
                shown = self._shown(route, bucket, choice, sender)
                if shown is not None:
                    return shown
        return None

    def _shown(
        self, route: CompiledRoute, bucket: Bucket, choice: Choice, sender: str
    ) -> Message | None:
        """The mail of a cell, if the route's rules fit it and another route takes it."""
        written = {key: text for _, values in route.values for key, text in values}
        mail = witness(route, choice, sender, written)
        table = self._table
        facts = MailFacts(mail, mail.recipients, table.finder, table.companies)
        lost = route.takes(facts) and bucket.first(facts) not in (None, route)
        wild = route.route.block is Block.WILDCARD
        return mail if lost and not (wild and any(map(table.knows, mail.recipients))) else None

    def _named(self, routes: Sequence[CompiledRoute]) -> str:
        names = [f'"{c.route.name}" ({self._table.priority(c)})' for c in routes[:_SHOWN]]
        more = len(routes) - len(names)
        if more:
            return f"{', '.join(names)} and {more} more"
        return " and ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), names[-1]])

    def _value_text(self, rule: int, key: Key, text: str) -> str:
        return self._table.companies.names.get(int(key), str(key)) if rule == COMPANIES else text


def _asks_company(route: CompiledRoute) -> bool:
    return route.route.enabled and any(rule == COMPANIES for rule, _ in route.tests)


def _verb(routes: Sequence[CompiledRoute]) -> str:
    return "takes" if len(routes) == 1 else "together take"
