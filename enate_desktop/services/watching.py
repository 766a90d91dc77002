"""Notices what others changed in the same data, so that every view can read it again (S-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from enate_desktop.domain.connectors import Condition
from enate_desktop.domain.history import HistoryEntry
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import End
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.storage.pauses import Pause
from enate_desktop.storage.unit_of_work import UnitOfWork

_ABOUT_CONNECTORS = frozenset(("connector",))
_ABOUT_ROUTES = frozenset(("route", "outgoing route"))


@dataclass(frozen=True, slots=True)
class _Marks:
    """What moves when something is changed; none of it grows with the amount of mail."""

    history: int
    newest: Mapping[str, object]
    undecided: Mapping[int, int]
    unhandled: Mapping[int, int]
    quarantined: Mapping[int, int]
    conditions: Mapping[int, Condition]
    pauses: Mapping[int, Pause]
    unsent: Mapping[int, Mapping[DeliveryState, int]]


class ChangeWatch:
    """Asked now and then by one thread; the first answer is that nothing changed.

    What this program did itself is told as well: that costs a second reading, no more, while
    leaving it out could hide what somebody else did at the same moment.
    """

    def __init__(self, context: Context) -> None:
        """Work with ``context``; look from now on."""
        self._context = context
        self._mark = context.database.change_mark()
        self._seen = self._marks()

    def changes(self) -> Changes:
        """Everything that was committed since the last time; cheap when that is nothing."""
        mark = self._context.database.change_mark()
        if mark == self._mark:
            return NOTHING
        before, now = self._seen, self._marks()
        told = self._told(before, now)
        # Only now: what was committed while this was read is found the next time.
        self._mark, self._seen = mark, now
        return told

    def _marks(self) -> _Marks:
        with self._context.database.read() as work:
            return _read(work)

    def _told(self, before: _Marks, now: _Marks) -> Changes:
        with self._context.database.read() as work:
            entries = work.history.after(before.history) if now.history > before.history else ()
            routes = _routes(work, entries)
        decided = now.newest["decision"] != before.newest["decision"]
        unhandled = (now.unhandled, now.quarantined) != (before.unhandled, before.quarantined)
        other = {entry.kind for entry in entries} - _ABOUT_CONNECTORS - _ABOUT_ROUTES
        return Changes(
            connectors=frozenset(e.subject_id for e in entries if e.kind in _ABOUT_CONNECTORS),
            routes=routes,
            conditions=_moved(before.conditions, now.conditions)
            | _moved(before.pauses, now.pauses),
            directory=bool(other),
            work_items=decided,
            unhandled=unhandled,
            outbox=_outbox(now) != _outbox(before),
            worker=_worker(now) != _worker(before),
        )


def _read(work: UnitOfWork) -> _Marks:
    return _Marks(
        history=work.history.newest_id(),
        newest=work.monitor.newest(),
        undecided=work.monitor.with_end(End.PENDING),
        unhandled=work.monitor.with_end(End.UNHANDLED),
        quarantined=work.monitor.with_end(End.QUARANTINED),
        conditions={connector.id: connector.condition for connector in work.connectors.all()},
        pauses=work.pauses.at(work.now()),
        unsent=work.monitor.unsent(),
    )


def _outbox(marks: _Marks) -> tuple[object, ...]:
    return marks.unsent, marks.newest["delivery"]


def _worker(marks: _Marks) -> tuple[object, ...]:
    found = [marks.newest[name] for name in ("intake", "error", "leases", "figure")]
    return (marks.pauses, marks.undecided, *found)


def _routes(work: UnitOfWork, entries: Iterable[HistoryEntry]) -> frozenset[int]:
    """The connectors whose routes may have changed: a route that is gone tells no longer whose."""
    entries = tuple(entries)
    if any(entry.kind in _ABOUT_ROUTES for entry in entries):
        return frozenset(connector.id for connector in work.connectors.all())
    return frozenset(e.subject_id for e in entries if e.kind in _ABOUT_CONNECTORS)


def _moved(before: Mapping[int, object], now: Mapping[int, object]) -> frozenset[int]:
    keys = before.keys() | now.keys()
    return frozenset(key for key in keys if before.get(key) != now.get(key))
