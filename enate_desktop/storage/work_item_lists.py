"""Repository of lists of work items: a page of a million opens as fast as one of a hundred."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    func,
    or_,
    select,
)

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import Automated, State, WorkItem, reference_id
from enate_desktop.storage.mail_tables import WorkItemRow
from enate_desktop.storage.tables import ConnectorRow
from enate_desktop.storage.worker_tables import DeliveryRow, OutgoingMailRow

COUNTED = 10_000
"""Further than this no list is counted; one that is filtered ends at a tenth of it."""
_WINDOW = 20_000
_AT_ONCE = 5_000
_BEYOND = 2**62
_ITEM = WorkItemRow.__table__.c
_STATES = {
    Automated.SENT: (DeliveryState.SENT,),
    Automated.FAILED: (DeliveryState.FAILED,),
    Automated.WAITING: (
        DeliveryState.QUEUED,
        DeliveryState.SENDING,
        DeliveryState.RETRY,
        DeliveryState.UNKNOWN,
    ),
}
_LATER: tuple[Automated, ...] = (Automated.FAILED, Automated.WAITING, Automated.SENT)
"""Of several recipients the worst is told."""
_DELIVERIES = (
    select(OutgoingMailRow.work_item_id, DeliveryRow.state)
    .join(DeliveryRow, DeliveryRow.mail_id == OutgoingMailRow.id)
    .where(OutgoingMailRow.work_item_id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class WorkItemFilter:
    """Which work items to list; None means "do not care", ``text`` is looked for in the list.

    ``process_ids`` are any of these processes, ``route_id`` is minus the connector's for its
    fallback, ``fallback`` whether a fallback made it, ``since`` the earliest time of creation.
    """

    text: str = ""
    kind: Kind | None = None
    state: State | None = None
    test_mode: bool | None = None
    connector_id: int | None = None
    process_ids: tuple[int, ...] | None = None
    route_id: int | None = None
    fallback: bool | None = None
    since: datetime | None = None
    automated: Automated | None = None

    @property
    def is_quick(self) -> bool:
        """Whether the index answers alone: else rows are read, which takes its time."""
        named = bool(self.text) and reference_id(self.text) is not None
        return (not self.text.strip() or named) and self.automated is None

    @property
    def is_instant(self) -> bool:
        """Whether the newest that fit are found at once, however many work items there are."""
        return self.is_quick and self == WorkItemFilter(text=self.text, test_mode=False)


class WorkItemLists:
    """Pages of work items by key, newest first."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def page(
        self,
        wanted: WorkItemFilter,
        before: int | None,
        limit: int,
        cancelled: Callable[[], bool],
    ) -> tuple[tuple[WorkItem, ...], bool]:
        """The newest that are older than the work item ``before``, and whether there are more.

        ``cancelled`` is asked now and then and ends the search with what was found so far.
        """
        ids = list(islice(self._ids(wanted, before, limit + 1, cancelled), limit + 1))
        return self.items(ids[:limit]), len(ids) > limit

    def count(self, wanted: WorkItemFilter) -> tuple[int, bool]:
        """How many there are, and whether that is all: counting ends at :data:`COUNTED`."""
        if not wanted.is_quick:
            raise ValueError("counting these would read every row")
        modes = (False, True) if wanted.test_mode is None else (wanted.test_mode,)
        most = COUNTED if wanted.is_instant else COUNTED // 10
        parts = (self._query(wanted, mode, None, most + 1) for mode in modes)
        counts = (select(func.count()).select_from(part.subquery()) for part in parts)
        found = sum(self._connection.execute(count).scalar_one() for count in counts)
        return min(found, most), found <= most

    def get(self, work_item_id: int) -> WorkItem | None:
        """One work item, or None; its process name is left to the caller."""
        return next(iter(self.items((work_item_id,))), None)

    def followers(self, work_item_id: int) -> tuple[WorkItem, ...]:
        """The work items that follow one, oldest first."""
        query = select(_ITEM.id).where(_ITEM.follows_id == work_item_id).order_by(_ITEM.id)
        ids = list(self._connection.execute(query.limit(_AT_ONCE)).scalars())
        return tuple(reversed(self.items(ids)))

    def items(self, ids: Sequence[int]) -> tuple[WorkItem, ...]:
        """The work items of these ids that there are, newest first."""
        found: list[WorkItem] = []
        ordered = sorted(ids, reverse=True)
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            automated = self._automated(some)
            rows = self._connection.execute(
                _LISTING.order_by(_ITEM.id.desc()), {"ids": some}
            ).mappings()
            found += [_work_item(row, automated.get(row["id"], Automated.NOT)) for row in rows]
        return tuple(found)

    def _ids(
        self,
        wanted: WorkItemFilter,
        before: int | None,
        limit: int,
        cancelled: Callable[[], bool],
    ) -> Iterator[int]:
        modes = (False, True) if wanted.test_mode is None else (wanted.test_mode,)
        if not wanted.is_quick:
            yield from self._searched(wanted, before, limit, cancelled)
            return
        parts = [self._listed(wanted, mode, before, limit) for mode in modes]
        yield from merge(*parts, reverse=True)

    def _listed(
        self, wanted: WorkItemFilter, mode: bool, before: int | None, limit: int
    ) -> Sequence[int]:
        query = self._query(wanted, mode, before, limit)
        return self._connection.execute(query).scalars().all()

    def _query(
        self, wanted: WorkItemFilter, mode: bool, before: int | None, limit: int
    ) -> Select[Any]:
        query = select(_ITEM.id).where(_ITEM.test_mode == mode, *_in_index(wanted))
        if before is not None:
            query = query.where(_ITEM.id < before)
        if wanted.since is not None:
            # "+ 0" keeps SQLite from looking for the least id along the ids.
            first = self._connection.execute(
                select(func.min(_ITEM.id + 0)).where(
                    _ITEM.test_mode == mode, _ITEM.created >= wanted.since
                )
            ).scalar()
            query = query.where(
                _ITEM.id >= (first if first is not None else _BEYOND), _ITEM.created >= wanted.since
            )
        return query.order_by(_ITEM.id.desc()).limit(limit)

    def _searched(
        self,
        wanted: WorkItemFilter,
        before: int | None,
        limit: int,
        cancelled: Callable[[], bool],
    ) -> Iterator[int]:
        """Row by row, a window of ids at a time, so that it can be ended in between."""
        top = before
        if top is None:
            top = (self._connection.execute(select(func.max(_ITEM.id))).scalar() or 0) + 1
        exact_case = self._connection.dialect.name != "sqlite"
        tests = [*_in_index(wanted), *_in_rows(wanted, exact_case)]
        if wanted.test_mode is not None:
            # The index would lead through all rows of the mode, not through this window.
            tests.append(_ITEM.test_mode.is_(wanted.test_mode))
        found = 0
        while top > 1 and found < limit and not cancelled():
            bottom = max(1, top - _WINDOW)
            query = (
                select(_ITEM.id)
                .where(_ITEM.id >= bottom, _ITEM.id < top, *tests)
                .order_by(_ITEM.id.desc())
                .limit(limit - found)
            )
            for key in self._connection.execute(query).scalars():
                found += 1
                yield key
            top = bottom

    def _automated(self, ids: Iterable[int]) -> dict[int, Automated]:
        found: dict[int | None, set[str]] = {}
        for item, state in self._connection.execute(_DELIVERIES, {"ids": list(ids)}):
            found.setdefault(item, set()).add(state)
        return {
            item: next((a for a in _LATER if states & set(_STATES[a])), Automated.NOT)
            for item, states in found.items()
            if item is not None
        }


# Deleted connectors keep their row, so the join never hides a work item (C-10).
_LISTING: Select[Any] = (
    select(WorkItemRow.__table__, ConnectorRow.name.label("connector"))
    .join(ConnectorRow, ConnectorRow.id == WorkItemRow.connector_id)
    .where(_ITEM.id.in_(bindparam("ids", expanding=True)))
)


def _in_index(wanted: WorkItemFilter) -> list[ColumnElement[bool]]:
    """What the index of lists holds; "+ 0" keeps a narrower index from being taken."""
    tests: list[ColumnElement[bool]] = []
    named = reference_id(wanted.text)
    if named is not None:
        tests += [_ITEM.id == named[1], _ITEM.kind == named[0]]
    if wanted.kind is not None:
        tests.append(_ITEM.kind == wanted.kind)
    if wanted.state is not None:
        closed = wanted.state is State.CLOSED
        tests.append((_ITEM.state + "" if closed else _ITEM.state) == wanted.state)
    if wanted.connector_id is not None:
        tests.append(_ITEM.connector_id + 0 == wanted.connector_id)
    if wanted.process_ids is not None:
        tests.append((_ITEM.process_id + 0).in_(wanted.process_ids))
    if wanted.route_id is not None:
        tests.append(_ITEM.route_id == wanted.route_id)
    if wanted.fallback is not None:
        tests.append(_ITEM.route_id < 0 if wanted.fallback else _ITEM.route_id >= 0)
    return tests


def _in_rows(wanted: WorkItemFilter, exact_case: bool) -> Iterator[ColumnElement[bool]]:
    """``exact_case``: whether LIKE tells capitals apart; lowering them costs as much again."""
    text = wanted.text.strip()
    if text and reference_id(text) is None:
        columns = (_ITEM.subject, _ITEM.sender, _ITEM.route_name)
        yield or_(
            *(
                column.icontains(text, autoescape=True)
                if exact_case
                else column.contains(text, autoescape=True)
                for column in columns
            )
        )
    if wanted.since is not None:
        yield _ITEM.created >= wanted.since
    if wanted.automated is not None:
        mails = (
            select(OutgoingMailRow.id)
            .join(DeliveryRow, DeliveryRow.mail_id == OutgoingMailRow.id)
            .where(OutgoingMailRow.work_item_id == _ITEM.id)
        )
        if wanted.automated is Automated.NOT:
            left = [s for states in _STATES.values() for s in states]
            yield ~mails.where(DeliveryRow.state.in_(left)).exists()
        else:
            yield mails.where(DeliveryRow.state.in_(_STATES[wanted.automated])).exists()


def _work_item(row: RowMapping, automated: Automated) -> WorkItem:
    return WorkItem(
        id=row["id"],
        kind=Kind(row["kind"]),
        process_id=row["process_id"],
        process="",
        category=row["category"],
        state=State(row["state"]),
        test_mode=row["test_mode"],
        sender=row["sender"],
        subject=row["subject"],
        route=row["route_name"],
        connector=row["connector"],
        connector_id=row["connector_id"],
        message_id=row["message_id"],
        recipient=row["recipient"],
        created=row["created"],
        new_information=row["new_information"],
        automated=automated,
        route_id=row["route_id"],
        follows_id=row["follows_id"],
        replaced_by_id=row["replaced_by_id"],
    )
