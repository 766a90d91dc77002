"""Which routes are known to get mail, by the least mail that comes to them (R-12)."""

from collections.abc import Iterator

from enate_desktop.routing.facts import Facts, Key
from enate_desktop.routing.index import CompiledRoute


class Reached:
    """The routes of one bucket that get mail, filed so that a rival looks at few of them."""

    def __init__(self) -> None:
        self._facts: dict[int, tuple[CompiledRoute, Facts]] = {}
        self._filed: dict[tuple[int, Key], list[int]] = {}

    def add(self, route: CompiledRoute, facts: Facts) -> None:
        """``route`` gets the mail of ``facts``; routes come in their order."""
        self._facts[route.place] = (route, facts)
        for rule in range(6):
            for key in facts.keys(rule):
                self._filed.setdefault((rule, key), []).append(route.place)

    def taken_by(self, rival: CompiledRoute, first: int) -> Iterator[CompiledRoute]:
        """The routes from place ``first`` on whose known mail ``rival`` would take."""
        for place in sorted(self._candidates(rival)):
            route, facts = self._facts[place]
            if place >= first and rival.takes(facts):
                yield route

    def _candidates(self, rival: CompiledRoute) -> set[int]:
        fewest = None
        for rule, keys in rival.tests:
            found = [self._filed[rule, key] for key in keys if (rule, key) in self._filed]
            size = sum(map(len, found))
            if fewest is None or size < fewest[0]:
                fewest = (size, found)
        return set(self._facts) if fewest is None else set().union(*fewest[1])
