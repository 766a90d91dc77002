"""Repository of Tickets and Cases: making them, joining mail to them, listing them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    Table,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.work_items import State, WorkItem, reference_id
from enate_desktop.storage.mail_tables import (
    DecisionRow,
    IntakeRow,
    IssuedMessageRow,
    ParticipantRow,
    WorkItemRow,
)
from enate_desktop.storage.sql import insert_rows
from enate_desktop.storage.tables import ConnectorRow

# Run for every mail, so made once.
_ADD_PARTICIPANTS = insert(cast(Table, ParticipantRow.__table__))
_KIND = select(WorkItemRow.kind).where(WorkItemRow.id == bindparam("work_item_id"))


@dataclass(frozen=True, slots=True)
class WorkItemFilter:
    """Which work items to list; None means "do not care", ``text`` is looked for in the list."""

    text: str = ""
    kind: Kind | None = None
    state: State | None = None
    test_mode: bool | None = None
    connector_id: int | None = None


class WorkItemRepository:
    """Work items, their participants and the mails that belong to them."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add_all(self, items: Sequence[tuple[dict[str, object], Iterable[str]]]) -> list[int]:
        """Make work items with their participants at once; returns their ids in order."""
        ids = insert_rows(self._connection, WorkItemRow, [values for values, _ in items])
        rows = [
            {"work_item_id": key, "address": address}
            for key, (_, addresses) in zip(ids, items, strict=True)
            for address in dict.fromkeys(addresses)
            if address
        ]
        if rows:
            self._connection.execute(_ADD_PARTICIPANTS, rows)
        return ids

    def add_participants(self, work_item_id: int, addresses: Iterable[str]) -> None:
        """Remember who takes part; addresses that already do are passed over."""
        known = self.participants(work_item_id)
        self._insert_participants(work_item_id, (a for a in addresses if a not in known))

    def _insert_participants(self, work_item_id: int, addresses: Iterable[str]) -> None:
        rows = [
            {"work_item_id": work_item_id, "address": address}
            for address in dict.fromkeys(addresses)
            if address
        ]
        if rows:
            self._connection.execute(_ADD_PARTICIPANTS, rows)

    def participants(self, work_item_id: int) -> frozenset[str]:
        """The addresses that take part in a work item."""
        rows = self._connection.execute(
            select(ParticipantRow.address).where(ParticipantRow.work_item_id == work_item_id)
        )
        return frozenset(row.address for row in rows)

    def receive(self, work_item_id: int, state: State) -> None:
        """A mail was appended: the state it is in now, marked as new information (M-03)."""
        self._connection.execute(
            update(WorkItemRow)
            .where(WorkItemRow.id == work_item_id)
            .values(state=state, new_information=True)
        )

    def state(self, work_item_id: int) -> State | None:
        """The state of a work item, or None when there is none of that id."""
        value = self._connection.execute(
            select(WorkItemRow.state).where(WorkItemRow.id == work_item_id)
        ).scalar()
        return State(value) if value is not None else None

    def kind(self, work_item_id: int) -> Kind | None:
        """Ticket or Case, or None when there is none of that id."""
        value = self._connection.execute(_KIND, {"work_item_id": work_item_id}).scalar()
        return Kind(value) if value is not None else None

    def of_message_ids(
        self, message_ids: Sequence[str]
    ) -> tuple[tuple[int, State, str | None], ...]:
        """Id, state and recipient of every work item one of these Message-IDs belongs to."""
        if not message_ids:
            return ()
        taken = (
            select(DecisionRow.work_item_id)
            .join(IntakeRow, IntakeRow.id == DecisionRow.intake_id)
            .where(IntakeRow.message_id.in_(message_ids))
        )
        sent = select(IssuedMessageRow.work_item_id).where(
            IssuedMessageRow.message_id.in_(message_ids)
        )
        rows = self._connection.execute(
            select(WorkItemRow.id, WorkItemRow.state, WorkItemRow.recipient).where(
                or_(WorkItemRow.id.in_(taken), WorkItemRow.id.in_(sent))
            )
        )
        return tuple((row.id, State(row.state), row.recipient) for row in rows)

    def get(self, work_item_id: int) -> WorkItem | None:
        """One work item, or None; its process name is left to the caller."""
        query = _listing().where(WorkItemRow.id == work_item_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return _work_item(row) if row else None

    def page(
        self, wanted: WorkItemFilter, offset: int, limit: int
    ) -> tuple[tuple[WorkItem, ...], int]:
        """The newest first, and how many there are altogether."""
        rows = self._connection.execute(
            _filtered(_listing(), wanted)
            .order_by(WorkItemRow.id.desc())
            .offset(offset)
            .limit(limit)
        )
        items = tuple(_work_item(row) for row in rows.mappings())
        total = self._connection.execute(
            _filtered(select(func.count()).select_from(WorkItemRow), wanted)
        ).scalar_one()
        return items, total

    def mails(self, work_item_id: int) -> tuple[tuple[int, datetime, str], ...]:
        """Intake id, time received and explanation of the mails of a work item, oldest first."""
        rows = self._connection.execute(
            select(IntakeRow.id, IntakeRow.received, DecisionRow.explanation)
            .join(DecisionRow, DecisionRow.intake_id == IntakeRow.id)
            .where(DecisionRow.work_item_id == work_item_id)
            .order_by(DecisionRow.id)
        )
        return tuple((row[0], row[1], row[2]) for row in rows)


def _listing() -> Select[Any]:
    # Deleted connectors keep their row, so the join never hides a work item (C-10).
    return select(WorkItemRow.__table__, ConnectorRow.name.label("connector")).join(
        ConnectorRow, ConnectorRow.id == WorkItemRow.connector_id
    )


def _filtered(query: Select[Any], wanted: WorkItemFilter) -> Select[Any]:
    exact = {
        WorkItemRow.kind: wanted.kind,
        WorkItemRow.state: wanted.state,
        WorkItemRow.test_mode: wanted.test_mode,
        WorkItemRow.connector_id: wanted.connector_id,
    }
    for column, value in exact.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.text.strip():
        text = wanted.text.strip()
        reference = reference_id(text)
        query = query.where(
            or_(
                WorkItemRow.subject.icontains(text, autoescape=True),
                WorkItemRow.sender.icontains(text, autoescape=True),
                WorkItemRow.route_name.icontains(text, autoescape=True),
                WorkItemRow.id == (reference[1] if reference else 0),
            )
        )
    return query


def _work_item(row: RowMapping) -> WorkItem:
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
    )
