"""The first route that takes a mail, found at a cost that depends on the mail, not on the routes.

Routes that compete for a mail stand in one :class:`Bucket`. Each is filed under its most telling
rule: the one whose most common value is least common in the bucket. A mail asks only for the files
its own keys name; a file that is still large answers with bit sets instead of one by one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from enate_desktop.domain.routes import Route
from enate_desktop.routing.facts import IMPORTANT, Facts, Key, Keys, rule_values

_FEW = 24
_TELLING = (4, 3, 2, 5, 1)
"""Rules in the order preferred when equally common: senders, recipients, subject, company, type."""


class CompiledRoute:
    """A route with its rules as sets of keys; ``place`` counts through the connector's order."""

    __slots__ = ("keys", "place", "route", "tests", "values")

    def __init__(self, route: Route, place: int) -> None:
        self.route = route
        self.place = place
        self.values = rule_values(route.rules)
        self.tests: tuple[tuple[int, Keys], ...] = tuple(
            (rule, frozenset(key for key, _ in values)) for rule, values in self.values
        )

    def takes(self, facts: Facts) -> bool:
        """Whether every filled rule is true of the mail."""
        return all(not wanted.isdisjoint(facts.keys(rule)) for rule, wanted in self.tests)


class Bucket:
    """Routes that compete for the same mail, in their order."""

    __slots__ = ("_any", "_files", "_important", "routes")

    def __init__(self, routes: Sequence[CompiledRoute]) -> None:
        """``routes`` may contain disabled ones, which are kept but never found."""
        self.routes = tuple(routes)
        self._any: CompiledRoute | None = None
        self._important: CompiledRoute | None = None
        self._files: tuple[tuple[int, dict[Key, _File]], ...] = ()
        self._file(self._contenders())

    def first(self, facts: Facts) -> CompiledRoute | None:
        """The first enabled route that takes the mail."""
        best = self._any
        if self._important is not None and facts.keys(IMPORTANT):
            best = self._important
        for rule, files in self._files:
            keys = facts.keys(rule)
            if not keys:
                continue
            named = keys if len(keys) <= len(files) else files.keys() & keys
            for key in named:
                file = files.get(key)
                if file is not None:
                    found = file.first(facts, best)
                    if found is not None:
                        best = found
        return best

    def _contenders(self) -> list[CompiledRoute]:
        """Enabled routes whose rules differ, up to the first that takes everything."""
        seen: set[tuple[tuple[int, Keys], ...]] = set()
        contenders = []
        for route in self.routes:
            if not route.route.enabled or route.tests in seen:
                continue
            seen.add(route.tests)
            contenders.append(route)
            if not route.tests:
                break
        return contenders

    def _file(self, contenders: Iterable[CompiledRoute]) -> None:
        contenders = tuple(contenders)
        common: tuple[Counter[Key], ...] = tuple(Counter() for _ in range(6))
        for route in contenders:
            for rule, keys in route.tests:
                common[rule].update(keys)
        filed: dict[int, dict[Key, list[CompiledRoute]]] = {}
        for route in contenders:
            telling = _most_telling(route, common)
            if telling is not None:
                files = filed.setdefault(telling, {})
                for key in dict(route.tests)[telling]:
                    files.setdefault(key, []).append(route)
            elif route.tests:
                self._important = route
            else:
                self._any = route
        self._files = tuple(
            (rule, {key: _File(rule, found) for key, found in filed[rule].items()})
            for rule in sorted(filed)
        )


def _most_telling(route: CompiledRoute, common: Sequence[Counter[Key]]) -> int | None:
    best: tuple[int, int] | None = None
    chosen = None
    for rule, keys in route.tests:
        if rule == IMPORTANT:
            continue
        counts = common[rule]
        rank = (max(counts[key] for key in keys), _TELLING.index(rule))
        if best is None or rank < best:
            best, chosen = rank, rule
    return chosen


class _File:
    """The routes filed under one key of one rule, in their order."""

    __slots__ = ("_masks", "_routes", "_rule")

    def __init__(self, rule: int, routes: list[CompiledRoute]) -> None:
        self._rule = rule
        self._routes = routes
        self._masks: _Masks | None = None

    def first(self, facts: Facts, best: CompiledRoute | None) -> CompiledRoute | None:
        """The first route before ``best`` that takes a mail which has the key."""
        routes = self._routes
        limit = best.place if best is not None else routes[-1].place + 1
        if len(routes) > _FEW:
            if self._masks is None:
                self._masks = _Masks(routes, self._rule)
            found = self._masks.first(facts)
            return routes[found] if found >= 0 and routes[found].place < limit else None
        for route in routes:
            if route.place >= limit:
                return None
            for rule, wanted in route.tests:
                if rule != self._rule and wanted.isdisjoint(facts.keys(rule)):
                    break
            else:
                return route
        return None


class _Masks:
    """Bit sets over the routes of one file, one bit per route, lowest bit first in the order."""

    __slots__ = ("_all", "_by_rule")

    def __init__(self, routes: Sequence[CompiledRoute], given: int) -> None:
        """``given`` is the rule already known to be true."""
        self._all = (1 << len(routes)) - 1
        bits: dict[int, dict[Key, list[int]]] = {}
        filled: dict[int, list[int]] = {}
        for place, route in enumerate(routes):
            for rule, keys in route.tests:
                if rule != given:
                    filled.setdefault(rule, []).append(place)
                    by_key = bits.setdefault(rule, {})
                    for key in keys:
                        by_key.setdefault(key, []).append(place)
        self._by_rule = tuple(
            (
                rule,
                self._all & ~_mask(filled[rule]),
                {key: _mask(places) for key, places in by_key.items()},
            )
            for rule, by_key in bits.items()
        )

    def first(self, facts: Facts) -> int:
        """The number of the first route that takes the mail, or -1."""
        left = self._all
        for rule, unasked, masks in self._by_rule:
            keys = facts.keys(rule)
            true = unasked
            for key in keys if len(keys) <= len(masks) else masks.keys() & keys:
                true |= masks.get(key, 0)
            left &= true
            if not left:
                return -1
        return (left & -left).bit_length() - 1


def _mask(places: Sequence[int]) -> int:
    octets = bytearray(places[-1] // 8 + 1)
    for place in places:
        octets[place // 8] |= 1 << place % 8
    return int.from_bytes(octets, "little")
