"""Repository of repairs: which mails could be routed again, and what was decided anew (X-07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, Handling
from enate_desktop.storage.encoding import message_value
from enate_desktop.storage.history_states import state_text, state_value
from enate_desktop.storage.mail_tables import DecisionRow, IntakeRow, RepairRow
from enate_desktop.storage.sql import insert_row

_AT_ONCE = 500
_DECISIONS = (
    select(
        DecisionRow.id,
        DecisionRow.intake_id,
        DecisionRow.work_item_id,
        DecisionRow.replaces_id,
        DecisionRow.explanation,
        RepairRow.at,
        RepairRow.who,
        RepairRow.undone,
    )
    .outerjoin(RepairRow, RepairRow.decision_id == DecisionRow.id)
    .where(DecisionRow.intake_id.in_(bindparam("ids", expanding=True)))
    .order_by(DecisionRow.id)
)


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One decision about a mail; ``at`` and ``who`` only where a repair made it."""

    id: int
    intake_id: int
    work_item_id: int | None
    replaces_id: int | None
    explanation: str
    at: datetime | None = None
    who: str = ""
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a repair did with one decision; see mail_tables.RepairRow."""

    intake_id: int
    decision_id: int
    work_item_id: int
    before: Handling | None
    after: Handling
    replaced_id: int | None = None


class RepairRepository:
    """Decisions that were made anew, and the mails they could be made of."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def decided_since(
        self, connector_id: int, since: datetime, limit: int
    ) -> tuple[tuple[int, Message], ...]:
        """The newest mails the routes of a connector decided since then, newest first.

        Replies, duplicates and our own mail were not decided by the routes; what a person put
        aside stays aside.
        """
        rows = self._connection.execute(
            select(IntakeRow.id, IntakeRow.facts)
            .where(
                IntakeRow.connector_id == connector_id,
                IntakeRow.end.in_((End.CREATED, End.UNHANDLED)),
                IntakeRow.decided >= since,
                IntakeRow.deleted_at.is_(None),
                IntakeRow.facts != "",
            )
            .order_by(IntakeRow.id.desc())
            .limit(limit)
        )
        return tuple((row.id, message_value(row.facts)) for row in rows)

    def mails(self, intake_ids: Sequence[int]) -> dict[int, tuple[int, End, Message]]:
        """Connector, end and facts of those mails that the routes decided, by id."""
        found: dict[int, tuple[int, End, Message]] = {}
        for start in range(0, len(intake_ids), _AT_ONCE):
            rows = self._connection.execute(
                select(IntakeRow.id, IntakeRow.connector_id, IntakeRow.end, IntakeRow.facts).where(
                    IntakeRow.id.in_(intake_ids[start : start + _AT_ONCE]),
                    IntakeRow.end.in_((End.CREATED, End.UNHANDLED)),
                    IntakeRow.deleted_at.is_(None),
                    IntakeRow.facts != "",
                )
            )
            found |= {r.id: (r.connector_id, End(r.end), message_value(r.facts)) for r in rows}
        return found

    def decisions(self, intake_ids: Sequence[int]) -> dict[int, list[StoredDecision]]:
        """Every decision about these mails, in the order they were made."""
        found: dict[int, list[StoredDecision]] = {}
        for start in range(0, len(intake_ids), _AT_ONCE):
            some = {"ids": list(intake_ids[start : start + _AT_ONCE])}
            for row in self._connection.execute(_DECISIONS, some):
                one = StoredDecision(*row[:5], row.at, row.who or "", row.undone)
                found.setdefault(one.intake_id, []).append(one)
        return found

    def add_decision(self, values: Mapping[str, object]) -> int:
        """Keep a decision beside those that are there; returns its id."""
        return insert_row(self._connection, DecisionRow, values)

    def add(self, change_id: int, at: datetime, who: str, steps: Sequence[Step]) -> None:
        """Remember what a repair did, so that it can be taken back."""
        for step in steps:
            insert_row(
                self._connection,
                RepairRow,
                {
                    "change_id": change_id,
                    "intake_id": step.intake_id,
                    "decision_id": step.decision_id,
                    "work_item_id": step.work_item_id,
                    "replaced_id": step.replaced_id,
                    "at": at,
                    "who": who,
                    "before": state_text(step.before),
                    "after": state_text(step.after) or "",
                },
            )

    def last_steps(self, intake_ids: Sequence[int]) -> tuple[Step, ...]:
        """The steps of the newest repair of these mails that was not taken back."""
        newest = self._connection.execute(
            select(RepairRow.change_id)
            .where(RepairRow.intake_id.in_(intake_ids), RepairRow.undone.is_(None))
            .order_by(RepairRow.id.desc())
            .limit(1)
        ).scalar()
        rows = self._connection.execute(
            select(RepairRow.__table__)
            .where(RepairRow.change_id == newest, RepairRow.undone.is_(None))
            .order_by(RepairRow.id)
        ).mappings()
        return tuple(
            Step(
                row["intake_id"],
                row["decision_id"],
                row["work_item_id"],
                _handling(row["before"]),
                _handling(row["after"]) or _broken(),
                row["replaced_id"],
            )
            for row in rows
        )

    def take_back(self, decision_id: int, now: datetime) -> None:
        """A decision made anew stands no longer; the same mail may be decided so again."""
        self._connection.execute(
            update(RepairRow)
            .where(RepairRow.decision_id == decision_id, RepairRow.undone.is_(None))
            .values(undone=now)
        )
        self._connection.execute(
            update(DecisionRow).where(DecisionRow.id == decision_id).values(key=None)
        )

    def set_end(self, intake_id: int, end: End) -> None:
        """A mail that was left unhandled became work after all, or is unhandled again."""
        self._connection.execute(
            update(IntakeRow)
            .where(
                IntakeRow.id == intake_id,
                or_(IntakeRow.end == End.CREATED, IntakeRow.end == End.UNHANDLED),
            )
            .values(end=end)
        )


def standing(decisions: Sequence[StoredDecision]) -> tuple[StoredDecision, ...]:
    """Those of a mail's decisions that were neither corrected by a repair nor taken back."""
    made = [one for one in decisions if one.undone is None]
    corrected = {one.replaces_id for one in made}
    return tuple(one for one in made if one.id not in corrected)


def _handling(text: str | None) -> Handling | None:
    value = state_value(text)
    return value if isinstance(value, Handling) else None


def _broken() -> Handling:
    raise ValueError("a repair without what it did")
