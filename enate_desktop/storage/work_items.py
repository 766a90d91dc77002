"""Repository of Tickets and Cases: making them, joining mail to them, changing them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, func, insert, or_, select, update

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.work_items import Handling, State, WorkItem
from enate_desktop.storage.mail_tables import (
    DecisionRow,
    IntakeRow,
    IssuedMessageRow,
    ParticipantRow,
    WorkItemRow,
)
from enate_desktop.storage.sql import insert_rows
from enate_desktop.storage.work_item_lists import WorkItemLists

# Run for every mail, so made once.
_ADD_PARTICIPANTS = insert(cast(Table, ParticipantRow.__table__))
_KIND = select(WorkItemRow.kind).where(WorkItemRow.id == bindparam("work_item_id"))


_HANDLING = select(
    WorkItemRow.id,
    WorkItemRow.process_id,
    WorkItemRow.category,
    WorkItemRow.test_mode,
    WorkItemRow.route_id,
    WorkItemRow.route_name,
    WorkItemRow.replaced_by_id,
    WorkItemRow.state,
).where(WorkItemRow.id == bindparam("work_item_id"))


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
        return WorkItemLists(self._connection).get(work_item_id)

    def mails(self, work_item_id: int) -> tuple[tuple[int, datetime], ...]:
        """Intake id and time received of the mails of a work item, in the order they came."""
        rows = self._connection.execute(
            select(IntakeRow.id, IntakeRow.received)
            .join(DecisionRow, DecisionRow.intake_id == IntakeRow.id)
            .where(DecisionRow.work_item_id == work_item_id)
            .group_by(IntakeRow.id, IntakeRow.received)
            .order_by(func.min(DecisionRow.id))
        )
        return tuple((row[0], row[1]) for row in rows)

    def handling(self, work_item_id: int) -> Handling | None:
        """What people and repairs may change of a work item, as it is now; None without one."""
        row = self._connection.execute(_HANDLING, {"work_item_id": work_item_id}).one_or_none()
        if row is None:
            return None
        return Handling(
            row.id,
            State(row.state),
            row.process_id,
            row.category,
            row.test_mode,
            row.route_id,
            row.route_name,
            row.replaced_by_id,
        )

    def change(self, now: Handling) -> None:
        """Give a work item these values."""
        self._connection.execute(
            update(WorkItemRow)
            .where(WorkItemRow.id == now.id)
            .values(
                state=now.state,
                process_id=now.process_id,
                category=now.category,
                test_mode=now.test_mode,
                route_id=now.route_id,
                route_name=now.route,
                replaced_by_id=now.replaced_by_id,
            )
        )

    def seen(self, work_item_ids: Sequence[int]) -> int:
        """Somebody looked at what was new in these; returns in how many there was something."""
        changed = self._connection.execute(
            update(WorkItemRow)
            .where(WorkItemRow.id.in_(work_item_ids), WorkItemRow.new_information.is_(True))
            .values(new_information=False)
        )
        return int(changed.rowcount)
