"""The least a mail must have to fit a route, as keys: what warnings are proved with (R-12).

A route asks for one of several values in each filled rule. Choosing one value per rule gives a
*cell*; the mails of a route are the mails of its cells. Every rule only ever asks that something be
there, never that it be absent, so a route that takes the least mail of a cell takes all of them:
trying the least mail of every cell proves where all mails of a route go.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from enate_desktop.domain.routes import Block
from enate_desktop.routing.facts import (
    RECIPIENTS,
    SENDERS,
    SUBJECT,
    Facts,
    Key,
    Keys,
    address_keys,
)
from enate_desktop.routing.index import Bucket, CompiledRoute
from enate_desktop.routing.keywords import ANYWHERE, is_word
from enate_desktop.routing.matching import RouteMatcher

MOST_CELLS = 512
_NOTHING: Keys = frozenset()
_PADDING = "\ua66e\ua64b\u10d0\u13a0"
"""Letters no key word is likely to contain; one beside a key word makes it part of a word."""

Choice = Mapping[int, Key]
"""One value, as a key, for each filled rule of a route."""


class Cells:
    """The cells of the routes of one table; companies count as facts of their own.

    Whose company a sender is depends on contacts, which come and go: here a mail may have any
    company, so what is proved stays true whatever the contacts are.
    """

    def __init__(self, table: RouteMatcher) -> None:
        self._table = table
        self._least: dict[tuple[int, Key], Keys] = {}
        words = {
            str(k)[1:] for c in table.compiled for r, ks in c.tests if r == SUBJECT for k in ks
        }
        used = set("".join(words))
        self._pad = next((letter for letter in _PADDING if letter not in used), "")

    def bucket(self, route: CompiledRoute) -> Bucket:
        """The routes ``route`` competes with."""
        if route.route.block is Block.WILDCARD:
            return self._table.wildcards
        return self._table.buckets[route.route.address]

    def choices(self, route: CompiledRoute, fixed: Choice | None = None) -> Iterator[Choice]:
        """Up to :data:`MOST_CELLS` cells, those with the values ``fixed`` only."""
        fixed = fixed or {}
        rules = [rule for rule, _ in route.values]
        values = [
            (fixed[rule],) if rule in fixed else tuple(key for key, _ in found)
            for rule, found in route.values
        ]
        cells = (dict(zip(rules, chosen, strict=True)) for chosen in product(*values))
        return (cell for cell in islice(cells, MOST_CELLS) if self.possible(route, cell))

    def complete(self, route: CompiledRoute) -> bool:
        """Whether :meth:`choices` lists every cell of the route."""
        count = 1
        for _, values in route.values:
            count *= len(values)
        return count <= MOST_CELLS

    def possible(self, route: CompiledRoute, choice: Choice) -> bool:
        """Whether a mail of that cell can come to the route at all.

        A wildcard route is not tried for a mail to an address that has a route (R-05).
        """
        if route.route.block is not Block.WILDCARD:
            return True
        wanted = str(choice.get(RECIPIENTS, "."))
        return wanted[0] in "@." or self._table.knows(wanted) is None

    def least(self, route: CompiledRoute, choice: Choice) -> Facts:
        """The keys of the least mail of a cell."""
        keys: list[Keys] = [_NOTHING] * 6
        for rule, key in choice.items():
            keys[rule] = self.least_keys(rule, key)
        keys[RECIPIENTS] = keys[RECIPIENTS] | self._own(route)
        return Facts(keys)

    def least_keys(self, rule: int, key: Key) -> Keys:
        """The keys every mail has that has ``key``, and some mail has no others."""
        found = self._least.get((rule, key))
        if found is None:
            found = self._least[rule, key] = self._work_out(rule, key)
        return found

    def covers(self, earlier: CompiledRoute, route: CompiledRoute) -> bool:
        """Whether ``earlier`` takes every mail of every cell of ``route``."""
        asked = dict(route.tests)
        own = self._own(route)
        for rule, wanted in earlier.tests:
            if rule == RECIPIENTS and not wanted.isdisjoint(own):
                continue
            keys = asked.get(rule)
            if keys is None or any(wanted.isdisjoint(self.least_keys(rule, key)) for key in keys):
                return False
        return True

    def _own(self, route: CompiledRoute) -> Keys:
        """The keys of the route's own address, written with a plus tag that nobody lists."""
        if route.route.block is Block.WILDCARD:
            return _NOTHING
        address = route.route.address
        keys = self._least.get((-1, address))
        if keys is None:
            domain = "@" + address.rpartition("@")[2]
            keys = address_keys((address,)) if "+" in address else _domain_keys(domain)
            self._least[-1, address] = keys
        return keys

    def _work_out(self, rule: int, key: Key) -> Keys:
        if rule in (RECIPIENTS, SENDERS):
            text = str(key)
            return _domain_keys(text) if text[0] in "@." else address_keys((text,))
        if rule == SUBJECT:
            return self._table.finder.keys_in(self._least_subject(str(key)))
        return frozenset((key,))

    def _least_subject(self, key: str) -> str:
        """A subject with the key word, inside a longer word where the rule allows that."""
        text = key[1:]
        if key[0] != ANYWHERE:
            return text
        before = self._pad if is_word(text[0]) else ""
        return before + text + (self._pad if is_word(text[-1]) else "")


def _domain_keys(key: str) -> Keys:
    """What every address of ``@domain`` or of the sub-domains ``.domain`` has."""
    keys: set[Key] = {key}
    above = key[1:].partition(".")[2]
    while above:
        keys.add("." + above)
        above = above.partition(".")[2]
    return keys
