"""How many mails came in per minute, quarter of an hour or hour; what is over is counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from enate_desktop.services.context import Context
from enate_desktop.storage.unit_of_work import UnitOfWork

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SETTLED = timedelta(seconds=30)
"""After that no mail is entered any more with an earlier time: transactions are short."""


class Span(Enum):
    """How far back to look: the seconds of one step and how many steps there are."""

    HOUR = (60, 60)
    DAY = (900, 96)
    WEEK = (3600, 168)

    @property
    def step(self) -> timedelta:
        """The time one bar stands for."""
        return timedelta(seconds=self.value[0])

    @property
    def steps(self) -> int:
        """The number of bars."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Throughput:
    """Mails taken in and errors met, step by step, oldest first; ``start`` is UTC."""

    span: Span
    start: datetime
    mails: tuple[int, ...]
    errors: tuple[int, ...]


class ThroughputCounter:
    """Counts steps; those that are over are remembered, so that a week costs two questions."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``; used by one thread at a time."""
        self._context = context
        self._known: dict[tuple[Span, datetime], int] = {}

    def count(self, span: Span, now: datetime) -> Throughput:
        """The steps up to the one ``now`` lies in."""
        last = _EPOCH + (now - _EPOCH) // span.step * span.step
        starts = [last - span.step * back for back in reversed(range(span.steps))]
        with self._context.database.read() as work:
            mails = tuple(self._mails(work, span, start, now) for start in starts)
            errors = _counted(work.monitor.error_times(starts[0]), starts[0], span)
        self._known = {
            key: number
            for key, number in self._known.items()
            if key[0] is not span or key[1] >= starts[0]
        }
        return Throughput(span, starts[0], mails, errors)

    def _mails(self, work: UnitOfWork, span: Span, start: datetime, now: datetime) -> int:
        key = (span, start)
        if key not in self._known:
            end = start + span.step
            number = work.monitor.taken_between(start, end)
            if end + _SETTLED > now:
                return number
            self._known[key] = number
        return self._known[key]


def _counted(times: Iterable[datetime], start: datetime, span: Span) -> tuple[int, ...]:
    counts = [0] * span.steps
    for at in times:
        place = (at - start) // span.step
        if 0 <= place < span.steps:
            counts[place] += 1
    return tuple(counts)
