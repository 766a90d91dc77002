"""Repository of unhandled mails that wait for a person: found, counted and opened again (W-01)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End
from enate_desktop.storage.encoding import message_value
from enate_desktop.storage.mail_tables import DecisionRow, IntakeRow, WorkItemRow
from enate_desktop.storage.tables import ConnectorRow

_WAITS = (IntakeRow.end == End.UNHANDLED, IntakeRow.deleted_at.is_(None))
_AT_A_TIME = 5000
_TAKEN_BY_ANOTHER = select(DecisionRow.id).where(
    DecisionRow.key == bindparam("key"), DecisionRow.intake_id != bindparam("intake_id")
)


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """An unhandled mail that was not put aside, with the explanation it was left with."""

    intake_id: int
    connector_id: int
    received: datetime
    complete: bool
    message: Message
    explanation: str


class WaitingMailRepository:
    """Mails that no route took and that nobody has dealt with yet."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def some(self, intake_ids: Collection[int]) -> tuple[WaitingMail, ...]:
        """Those of the mails that still wait, oldest first."""
        wanted = sorted(set(intake_ids))
        return tuple(
            mail
            for start in range(0, len(wanted), _AT_A_TIME)
            for mail in self._mails(
                _mails().where(IntakeRow.id.in_(wanted[start : start + _AT_A_TIME]))
            )
        )

    def of_connector(self, connector_id: int, limit: int) -> tuple[WaitingMail, ...]:
        """The newest that came to a connector, newest first."""
        query = _mails(newest_first=True).where(IntakeRow.connector_id == connector_id)
        return tuple(self._mails(query.limit(limit)))

    def count(self, end: End, *, deleted: bool = False) -> int:
        """How many mails met ``end`` and were put aside, or were not."""
        aside = IntakeRow.deleted_at
        query = (
            select(func.count())
            .select_from(IntakeRow)
            .where(
                # So that the index is used and not every mail is looked at.
                IntakeRow.connector_id.in_(select(ConnectorRow.id)),
                IntakeRow.end == end,
                aside.is_not(None) if deleted else aside.is_(None),
            )
        )
        return self._connection.execute(query).scalar_one()

    def taken_by_another(self, key: str, intake_id: int) -> bool:
        """Whether another mail than this one was taken in under a resolution key (M-02)."""
        values = {"key": key, "intake_id": intake_id}
        return self._connection.execute(_TAKEN_BY_ANOTHER, values).first() is not None

    def subject_of(self, work_item_id: int) -> str:
        """The subject of a work item, or an empty text when there is none of that id."""
        query = select(WorkItemRow.subject).where(WorkItemRow.id == work_item_id)
        return self._connection.execute(query).scalar() or ""

    def reopen(self, intake_ids: Collection[int]) -> None:
        """Let waiting mails be decided anew in this very transaction: no end, no decision."""
        wanted = sorted(set(intake_ids))
        for start in range(0, len(wanted), _AT_A_TIME):
            part = wanted[start : start + _AT_A_TIME]
            self._connection.execute(delete(DecisionRow).where(DecisionRow.intake_id.in_(part)))
            self._connection.execute(
                update(IntakeRow)
                .where(IntakeRow.id.in_(part), *_WAITS)
                .values(end=End.PENDING, error="", decided=None)
            )

    def _mails(self, query: Select[Any]) -> Iterator[WaitingMail]:
        for row in self._connection.execute(query):
            yield WaitingMail(
                row.id,
                row.connector_id,
                row.received,
                row.complete,
                message_value(row.facts),
                row.explanation or "",
            )


def _mails(*, newest_first: bool = False) -> Select[Any]:
    explanation = (
        select(DecisionRow.explanation)
        .where(DecisionRow.intake_id == IntakeRow.id)
        .order_by(DecisionRow.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            IntakeRow.id,
            IntakeRow.connector_id,
            IntakeRow.received,
            IntakeRow.complete,
            IntakeRow.facts,
            explanation.label("explanation"),
        )
        .where(*_WAITS, IntakeRow.facts != "")
        .order_by(IntakeRow.id.desc() if newest_first else IntakeRow.id)
    )
