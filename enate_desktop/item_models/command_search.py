"""What can be searched for and run by name, and which of it fits what is typed (UI 3.17)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

_WORD = re.compile(r"\w+")
ROUTES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Command:
    """One line: what it is called, what kind of thing it is, and what happens on Enter.

    ``also`` is searched but not shown; ``reason`` says why it cannot be run now; ``many`` marks
    things there may be thousands of, of which at most 50 are shown and none before one types.
    """

    title: str
    kind: str
    run: Callable[[], object] = field(compare=False)
    keys: str = ""
    also: str = ""
    reason: str = ""
    many: bool = False

    @property
    def name(self) -> str:
        """By which it is remembered as recently used."""
        return f"{self.kind}: {self.title}"


def found(commands: Iterable[Command], text: str, recent: Sequence[str]) -> list[Command]:
    """What fits, best first: recently used, words that begin so, then words that hold it.

    ``recent`` are names, newest first. Several words must all fit.
    """
    wanted = text.casefold().split()
    places = {name: place for place, name in enumerate(recent)}
    fitting = []
    for command in commands:
        if command.many and not wanted:
            continue
        rank = _rank(command, wanted)
        if rank is not None:
            fitting.append(((rank, places.get(command.name, len(places))), command))
    fitting.sort(key=lambda pair: pair[0])
    shown, many = [], 0
    for _, command in fitting:
        many += command.many
        if not command.many or many <= ROUTES_SHOWN:
            shown.append(command)
    return shown


def _rank(command: Command, wanted: Sequence[str]) -> int | None:
    """0 when words of the title begin so, 1 when others do, 2 when one holds it, else None."""
    title = command.title.casefold()
    whole = f"{title} {command.also.casefold()} {command.kind.casefold()}"
    if not all(part in whole for part in wanted):
        return None
    if _all_begin(title, wanted):
        return 0
    return 1 if _all_begin(whole, wanted) else 2


def _all_begin(text: str, wanted: Sequence[str]) -> bool:
    words = [text, *text.split(), *_WORD.findall(text)]
    return all(any(word.startswith(part) for word in words) for part in wanted)
