"""Repository of what the monitor shows: queues, counts by time, decided mails, worker errors."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Select, Table, bindparam, delete, func, select, text

from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import End
from enate_desktop.storage.mail_tables import DecisionRow, IntakeRow, WorkItemRow
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import ConnectorRow
from enate_desktop.storage.worker_tables import (
    DeliveryRow,
    LeaseRow,
    MailboxCountRow,
    WorkerErrorRow,
)

ERRORS_KEPT = 1000
"""Errors that are kept, over all connectors: the newest."""
_UNFINISHED = tuple(
    state for state in DeliveryState if state not in (DeliveryState.SENT, DeliveryState.DISCARDED)
)
_ERROR = cast(Table, WorkerErrorRow.__table__)
_CONNECTOR = cast(Table, ConnectorRow.__table__)
_INTAKE = cast(Table, IntakeRow.__table__)

# Asked every second or so while the monitor is open, so made once. Every one of them goes by the
# connector: that is what the indexes of the big tables begin with.
_OF_CONNECTORS = _INTAKE.c.connector_id.in_(select(_CONNECTOR.c.id))
_WITH_END = (
    select(_INTAKE.c.connector_id, func.count())
    .where(_OF_CONNECTORS, _INTAKE.c.end == bindparam("wanted"), _INTAKE.c.deleted_at.is_(None))
    .group_by(_INTAKE.c.connector_id)
)
_TROUBLED = (
    select(func.count())
    .select_from(_INTAKE)
    .where(_OF_CONNECTORS, _INTAKE.c.end == End.PENDING, _INTAKE.c.error != "")
)
_TAKEN_SINCE = (
    select(_INTAKE.c.connector_id, func.count())
    .where(_OF_CONNECTORS, _INTAKE.c.taken >= bindparam("since"))
    .group_by(_INTAKE.c.connector_id)
)
_TAKEN_BETWEEN = (
    select(func.count())
    .select_from(_INTAKE)
    .where(
        _OF_CONNECTORS,
        _INTAKE.c.taken >= bindparam("since"),
        _INTAKE.c.taken < bindparam("until"),
    )
)
_UNSENT = (
    select(DeliveryRow.connector_id, DeliveryRow.state, func.count())
    .where(
        DeliveryRow.connector_id.in_(select(_CONNECTOR.c.id)), DeliveryRow.state.in_(_UNFINISHED)
    )
    .group_by(DeliveryRow.connector_id, DeliveryRow.state)
)
_ERRORS_SINCE = (
    select(_ERROR.c.connector_id, func.count())
    .where(_ERROR.c.at >= bindparam("since"))
    .group_by(_ERROR.c.connector_id)
)
_ERROR_TIMES = select(_ERROR.c.at).where(_ERROR.c.at >= bindparam("since")).order_by(_ERROR.c.at)
_LAST_ERRORS = select(_ERROR).where(
    _ERROR.c.id.in_(select(func.max(_ERROR.c.id)).group_by(_ERROR.c.connector_id))
)
_NEWEST_ERROR = select(func.max(_ERROR.c.id))
_NEWEST_INTAKE = select(func.max(_INTAKE.c.id))
_LAST_DECISION = select(func.max(DecisionRow.id))
_SCHEMA = text("SELECT version_num FROM alembic_version")
_NEWEST_DELIVERY = select(func.max(DeliveryRow.id))
_UNSENT_MOVED = select(func.max(DeliveryRow.changed)).where(
    DeliveryRow.connector_id.in_(select(_CONNECTOR.c.id)), DeliveryRow.state.in_(_UNFINISHED)
)
_OWNERS = select(LeaseRow.name, LeaseRow.owner)
_FIGURES = select(func.max(MailboxCountRow.at))


@dataclass(frozen=True, slots=True)
class WorkerError:
    """A failure with a server, as the person saw it; ``field`` may name what to mend."""

    id: int
    at: datetime
    connector_id: int
    side: str
    title: str
    message: str
    field: str
    server_words: str

    @property
    def sentence(self) -> str:
        """Title and message as one text."""
        return f"{self.title} {self.message}".strip()


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail of the ledger; ``decisions`` are work item kind and id, reason and explanation."""

    intake_id: int
    connector_id: int
    uid: int
    subject: str
    taken: datetime
    decided: datetime | None
    end: End
    error: str
    decisions: tuple[tuple[str | None, int | None, str, str], ...]


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which mails to list; None means all. ``before_id``: only older ones than that intake id."""

    connector_id: int | None = None
    end: End | None = None
    before_id: int | None = None


class MonitorRepository:
    """Cheap questions about large tables, and the errors of the worker."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def with_end(self, end: End) -> Mapping[int, int]:
        """How many mails with this end no one put aside, by connector; meant for the rare ends."""
        return self._by_connector(_WITH_END, wanted=end)

    def troubled(self) -> int:
        """How many mails wait for another try to decide them."""
        return int(self._connection.execute(_TROUBLED).scalar_one())

    def taken_since(self, since: datetime) -> Mapping[int, int]:
        """How many mails were taken in since then, by connector."""
        return self._by_connector(_TAKEN_SINCE, since=since)

    def taken_between(self, since: datetime, until: datetime) -> int:
        """How many mails were taken in, ``until`` not included."""
        found = self._connection.execute(_TAKEN_BETWEEN, {"since": since, "until": until})
        return int(found.scalar_one())

    def unsent(self) -> Mapping[int, Counter[DeliveryState]]:
        """How many deliveries that are not done are in which state, by connector."""
        counts: dict[int, Counter[DeliveryState]] = {}
        for connector_id, state, number in self._connection.execute(_UNSENT):
            counts.setdefault(connector_id, Counter())[DeliveryState(state)] = number
        return counts

    def kind_of_data(self) -> str:
        """The database and the revision of its schema: ``sqlite, schema 0003``."""
        revision = self._connection.execute(_SCHEMA).scalar()
        return f"{self._connection.dialect.name}, schema {revision}"

    def mails(self, wanted: MailFilter, limit: int) -> tuple[TakenMail, ...]:
        """The mails taken in last, newest first."""
        columns = ("connector_id", "uid", "subject", "taken", "decided", "end", "error")
        rows = self._connection.execute(
            _filtered(select(_INTAKE.c.id, *(_INTAKE.c[name] for name in columns)), wanted)
            .order_by(_INTAKE.c.id.desc())
            .limit(limit)
        ).all()
        decisions = self._decisions([row.id for row in rows])
        return tuple(
            TakenMail(
                row.id,
                **{name: getattr(row, name) for name in columns if name != "end"},
                end=End(row.end),
                decisions=tuple(decisions.get(row.id, ())),
            )
            for row in rows
        )

    def note_error(self, error: WorkerError) -> None:
        """Keep an error (its id is given now) and forget the oldest beyond the limit."""
        names = ("at", "connector_id", "side", "title", "message", "field", "server_words")
        values = {name: getattr(error, name) for name in names}
        newest = insert_row(self._connection, WorkerErrorRow, values)
        self._connection.execute(delete(_ERROR).where(_ERROR.c.id <= newest - ERRORS_KEPT))

    def errors(self, connector_id: int | None = None, limit: int = 200) -> tuple[WorkerError, ...]:
        """The newest errors of a connector or of all, newest first."""
        query = select(_ERROR).order_by(_ERROR.c.id.desc()).limit(limit)
        if connector_id is not None:
            query = query.where(_ERROR.c.connector_id == connector_id)
        return tuple(_error(row) for row in self._connection.execute(query).mappings())

    def last_errors(self) -> Mapping[int, WorkerError]:
        """The newest error of every connector that had one."""
        rows = self._connection.execute(_LAST_ERRORS).mappings()
        return {row["connector_id"]: _error(row) for row in rows}

    def errors_since(self, since: datetime) -> Mapping[int, int]:
        """How many errors there were since then, by connector."""
        return self._by_connector(_ERRORS_SINCE, since=since)

    def error_times(self, since: datetime) -> tuple[datetime, ...]:
        """When errors came since then, in order."""
        return tuple(self._connection.execute(_ERROR_TIMES, {"since": since}).scalars())

    def newest(self) -> Mapping[str, object]:
        """What moves when mail, deliveries, leases or figures do; to compare, not to read."""
        one = self._connection.execute
        return {
            "intake": one(_NEWEST_INTAKE).scalar(),
            "decision": one(_LAST_DECISION).scalar(),
            "error": one(_NEWEST_ERROR).scalar(),
            "delivery": (one(_NEWEST_DELIVERY).scalar(), one(_UNSENT_MOVED).scalar()),
            "leases": frozenset((row[0], row[1]) for row in one(_OWNERS)),
            "figure": one(_FIGURES).scalar(),
        }

    def _by_connector(self, query: Select[Any], **values: object) -> Mapping[int, int]:
        return {row[0]: row[1] for row in self._connection.execute(query, values)}

    def _decisions(
        self, ids: Collection[int]
    ) -> Mapping[int, list[tuple[str | None, int | None, str, str]]]:
        rows = self._connection.execute(
            select(
                DecisionRow.intake_id,
                WorkItemRow.kind,
                DecisionRow.work_item_id,
                DecisionRow.reason,
                DecisionRow.explanation,
            )
            .outerjoin(WorkItemRow, WorkItemRow.id == DecisionRow.work_item_id)
            .where(DecisionRow.intake_id.in_(ids))
            .order_by(DecisionRow.id)
        )
        found: dict[int, list[tuple[str | None, int | None, str, str]]] = {}
        for row in rows:
            facts = (row.kind, row.work_item_id, row.reason, row.explanation)
            found.setdefault(row.intake_id, []).append(facts)
        return found


def _filtered(query: Select[Any], wanted: MailFilter) -> Select[Any]:
    if wanted.connector_id is not None:
        query = query.where(_INTAKE.c.connector_id == wanted.connector_id)
    if wanted.end is not None:
        query = query.where(_INTAKE.c.end == wanted.end)
    if wanted.before_id is not None:
        query = query.where(_INTAKE.c.id < wanted.before_id)
    return query


def _error(row: RowMapping) -> WorkerError:
    return WorkerError(**{name: row[name] for name in WorkerError.__dataclass_fields__})
