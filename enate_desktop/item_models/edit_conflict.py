"""Two people changed one thing: what each of them changed, and the two put together (S-01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from enate_desktop.services.differences import differences, in_words
from enate_desktop.services.field_words import field_words, value_words

_CERTIFICATES = ("ca_certificate",)
T = TypeVar("T")


class Whose(Enum):
    """Which of two values is kept."""

    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody changed: as it was stored before, as theirs, as mine, in words."""

    path: str
    label: str
    before: str
    theirs: str
    mine: str
    suggested: Whose

    @property
    def both_changed(self) -> bool:
        """Whether a person has to choose: both changed it, and differently."""
        return self.before not in (self.theirs, self.mine)


def conflict(before: T, theirs: T, mine: T, **shown: Mapping[int, str]) -> tuple[Difference, ...]:
    """Every field in which ``theirs`` and ``mine`` differ; what only one changed is suggested.

    ``shown`` gives words for values of a field, such as process names by id.
    """
    found = []
    for path, their_words, my_words in differences(theirs, mine, **shown):
        was = in_words(_value(before, path), shown.get(path.rpartition(".")[2], {}))
        changed_by_them = _value(before, path) != _value(theirs, path)
        changed_by_me = _value(before, path) != _value(mine, path)
        suggested = Whose.THEIRS if changed_by_them and not changed_by_me else Whose.MINE
        found.append(
            Difference(
                path,
                field_words(path),
                before=_short(path, was),
                theirs=_short(path, their_words),
                mine=_short(path, my_words),
                suggested=suggested,
            )
        )
    return tuple(found)


def merged(theirs: T, mine: T, mine_kept: Sequence[str]) -> T:
    """``theirs``, with my value of these fields; it can be saved over theirs."""
    result: T = theirs
    for path in mine_kept:
        result = _with_value(result, path.split("."), mine)
    return result


def _short(path: str, words: str) -> str:
    if path.rpartition(".")[2] in _CERTIFICATES:
        return "–" if words in ("", "–") else "a certificate"
    return value_words(path, words) or "–"


def _value(thing: object, path: str) -> object:
    for name in path.split("."):
        thing = getattr(thing, name, None)
    return thing


def _with_value(thing: Any, names: Sequence[str], source: Any) -> Any:  # noqa: ANN401  # any part
    name, *rest = names
    theirs, mine = getattr(thing, name), getattr(source, name)
    if rest and is_dataclass(theirs) and is_dataclass(mine):
        mine = _with_value(theirs, rest, mine)
    return replace(thing, **{name: mine})
