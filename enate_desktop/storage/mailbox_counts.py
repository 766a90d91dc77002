"""Repository of the figures of mailboxes: what a server holds and what became of it (X-05)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select

from enate_desktop.domain.work_items import End
from enate_desktop.storage.mail_tables import EpochRow, IntakeRow
from enate_desktop.storage.worker_tables import MailboxCountRow

# By connector and end first: that index finds the few that wait among all mails.
_HELD = (
    select(EpochRow.connector_id, func.count(IntakeRow.id))
    .outerjoin(
        IntakeRow,
        and_(
            IntakeRow.connector_id == EpochRow.connector_id,
            IntakeRow.end == End.PENDING,
            IntakeRow.epoch_id == EpochRow.id,
        ),
    )
    .where(EpochRow.held.is_(True))
    .group_by(EpochRow.connector_id)
)


@dataclass(frozen=True, slots=True)
class MailboxCount:
    """One full look: ``on_server`` mails, each accounted for, waiting or unexplained.

    ``before_first`` of the accounted ones were there before the first enable. ``details`` are
    sentences about the unexplained ones.
    """

    connector_id: int
    at: datetime
    on_server: int
    accounted: int
    waiting: int
    unexplained: int
    before_first: int = 0
    details: tuple[str, ...] = ()


class MailboxCountRepository:
    """The newest figure of each connector."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def save(self, count: MailboxCount) -> None:
        """Keep ``count`` in place of the former figure of its connector."""
        table = MailboxCountRow
        self._connection.execute(delete(table).where(table.connector_id == count.connector_id))
        values = {name: getattr(count, name) for name in MailboxCount.__slots__}
        values["details"] = json.dumps(count.details, ensure_ascii=False)
        self._connection.execute(insert(table), values)

    def all(self) -> Mapping[int, MailboxCount]:
        """The newest figures by connector id; one that was never looked at has none."""
        rows = self._connection.execute(select(MailboxCountRow.__table__)).mappings()
        return {
            row["connector_id"]: MailboxCount(
                **{**row, "details": tuple(json.loads(row["details"] or "[]"))}
            )
            for row in rows
        }

    def held(self) -> Mapping[int, int]:
        """How many stored mails wait for a person to decide about a rebuilt mailbox, by connector.

        A connector whose mailbox is not held has no entry.
        """
        rows = self._connection.execute(_HELD)
        return {row[0]: row[1] for row in rows}

    def ends_of(self, epoch_id: int) -> Mapping[int, End]:
        """The end of every mail in one life of a mailbox by UID, PENDING ones included."""
        rows = self._connection.execute(
            select(IntakeRow.uid, IntakeRow.end).where(IntakeRow.epoch_id == epoch_id)
        )
        return {uid: End(end) for uid, end in rows}
