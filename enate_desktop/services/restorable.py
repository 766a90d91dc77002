"""How a kind of thing is compared with what it was, and brought back to it (X-08)."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from enate_desktop.domain.errors import RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context
from enate_desktop.services.differences import merged, told
from enate_desktop.services.field_words import field_words, value_words
from enate_desktop.storage.unit_of_work import UnitOfWork

S = TypeVar("S")
NONE = "–"
_EMPTY = {None, "", "off", NONE}


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field in words: before the change, after it, and now (empty where that is not known)."""

    field: str
    before: str
    after: str
    now: str = ""

    @property
    def changed_since(self) -> bool:
        """Whether somebody changed it again."""
        return bool(self.now) and self.now != self.after


class Restorable(ABC, Generic[S]):
    """One kind of thing; ``S`` is what the history keeps of it."""

    permission: Permission

    def __init__(self, context: Context) -> None:
        """``context`` is that of the person who restores."""
        self.context = context
        self.restoring = context.restoring()

    @abstractmethod
    def present(self, work: UnitOfWork, state: S) -> S | None:
        """The same thing as it is now, or None when it is gone."""

    @abstractmethod
    def change(self, now: S, wanted: S) -> Changes:
        """Give it these values; raises EnateError."""

    def remove(self, now: S) -> Changes:
        """Take it away, as if it had never been made; raises EnateError."""
        raise RefusedError("It cannot be removed.", f"Nothing was changed. ({now!r})")

    def bring_back(self, state: S) -> Changes:
        """Bring it back after it was deleted; raises EnateError."""
        raise RefusedError("It cannot be brought back.", f"Nothing was changed. ({state!r})")

    def merge(self, now: S, other: S, wanted: S) -> S:
        """``now`` with what the change made of it as ``wanted``; raises EnateError."""
        return merged(now, other, wanted)

    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        """Words for the values of fields that hold ids."""
        return {}

    def rows(
        self, work: UnitOfWork, before: S | None, after: S | None, now: S | None
    ) -> tuple[ComparedField, ...]:
        """The fields that the change made differ; of what came or went, those that were filled."""
        words = self.names(work)
        was, became, present = (
            told(state, **words) if state is not None else {} for state in (before, after, now)
        )
        return tuple(
            ComparedField(
                field_words(field),
                *(value_words(field, side.get(field, NONE)) for side in (was, became, present)),
            )
            for field in {**became, **was}
            if was.get(field, NONE) != became.get(field, NONE)
            and ((was and became) or {was.get(field), became.get(field)} - _EMPTY)
        )

    def foresee(self, work: UnitOfWork, now: S, wanted: S) -> tuple[str, ...]:
        """What giving it these values does, in sentences."""
        rows = self.rows(work, now, wanted, now)
        return tuple(f"{row.field}: {row.before} → {row.after}" for row in rows)

    def left_out(self, work: UnitOfWork, now: S, wanted: S) -> tuple[str, ...]:
        """What cannot be as it was, although the rest can, in sentences."""
        return ()

    def foresee_removal(self, work: UnitOfWork, now: S) -> tuple[str, ...]:
        """What its removal does, in sentences; raises EnateError when it is refused."""
        return ("It is removed.",)

    def foresee_return(self, work: UnitOfWork, state: S) -> tuple[str, ...]:
        """What its return does, in sentences; raises EnateError when it is refused."""
        return ("It comes back.",)


def listed(names: Sequence[str], most: int = 5) -> str:
    """``"A", "B" and 3 more``."""
    shown = ", ".join(f'"{name}"' for name in names[:most])
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return shown + more
