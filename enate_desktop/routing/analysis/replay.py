"""Stored mails through two tables: which would go elsewhere, and from where to where (X-01)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision
from enate_desktop.routing.table import RouteTable

_LOOK_UP_EVERY = 32
NOTHING = "No work item"
"""Where a recipient goes for which only the other table makes something."""
UNHANDLED = "Unhandled"


@dataclass(frozen=True, slots=True)
class Difference:
    """A mail that the two tables send to different places; the decisions are without words."""

    mail_id: int
    message: Message
    old: tuple[Decision, ...]
    new: tuple[Decision, ...]

    def moves(self, process_name: Callable[[int], str] = str) -> tuple[tuple[str, str], ...]:
        """From → to for every recipient whose place differs.

        Processes are named only where routes of the same name need telling apart.
        """
        kept = {_place(made) for made in self.old} & {_place(made) for made in self.new}
        left = [made for made in self.old if _place(made) not in kept]
        came = [made for made in self.new if _place(made) not in kept]
        shared = {made.recipient for made in left} & {made.recipient for made in came}
        pairs = [
            (one, other) for one in left for other in came
            if one.recipient == other.recipient
        ]  # fmt: skip
        others = zip_longest(
            (made for made in left if made.recipient not in shared),
            (made for made in came if made.recipient not in shared),
        )
        return tuple(_labels(one, other, process_name) for one, other in (*pairs, *others))


@dataclass(frozen=True, slots=True)
class Move:
    """All mails that go from one place to another, in the order they were replayed."""

    source: str
    target: str
    mail_ids: tuple[int, ...]


def replay(
    messages: Iterable[tuple[int, Message]],
    old: RouteTable,
    new: RouteTable,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Difference]:
    """The mails that ``new`` decides otherwise than ``old``, one by one as they are found.

    A difference is another route (by name), process, category, block, mode or recipient. Replies
    join their work item before any routing (M-03), so the caller leaves them out. ``cancelled`` is
    asked now and then and ends the replay.
    """
    for number, (mail_id, message) in enumerate(messages):
        if number % _LOOK_UP_EVERY == 0 and cancelled():
            return
        before = old.match(message)
        after = new.match(message, before.facts)
        one, other = old.decisions(before), new.decisions(after)
        if list(map(_place, one)) != list(map(_place, other)):
            yield Difference(mail_id, message, one, other)


def grouped(
    differences: Iterable[Difference], process_name: Callable[[int], str] = str
) -> tuple[Move, ...]:
    """The differences as "from → to", the most frequent first."""
    found: dict[tuple[str, str], list[int]] = {}
    for difference in differences:
        for pair in dict.fromkeys(difference.moves(process_name)):
            found.setdefault(pair, []).append(difference.mail_id)
    moves = [Move(source, target, tuple(ids)) for (source, target), ids in found.items()]
    return tuple(sorted(moves, key=lambda move: -len(move.mail_ids)))


def _place(made: Decision) -> tuple[object, ...]:
    return (
        made.recipient,
        made.route,
        made.block,
        made.process_id,
        made.category,
        made.test_mode,
        made.rejected,
    )


def _labels(
    one: Decision | None, other: Decision | None, process_name: Callable[[int], str]
) -> tuple[str, str]:
    source, target = _label(one), _label(other)
    if source != target or one is None or other is None:
        return source, target
    details = [_details(made, process_name) for made in (one, other)]
    if details[0] == details[1]:
        details = [[str(one.recipient or "no recipient")], [str(other.recipient or "no recipient")]]
    told = [part for part in zip(*details, strict=True) if part[0] != part[1]]
    return (
        f"{source} ({_listed([part[0] for part in told])})",
        f"{target} ({_listed([part[1] for part in told])})",
    )


def _label(made: Decision | None) -> str:
    if made is None:
        return NOTHING
    return UNHANDLED if made.route is None else made.route


def _details(made: Decision, process_name: Callable[[int], str]) -> list[str]:
    process = process_name(made.process_id) if made.process_id is not None else "no process"
    block = made.block.value if made.block else "no route"
    spam = "spam" if made.rejected else "no spam"
    return [
        process,
        made.category or "no category",
        "test" if made.test_mode else "live",
        block,
        spam,
    ]


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts)
