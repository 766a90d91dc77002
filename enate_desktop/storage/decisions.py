"""Repository of decisions and of what is shown about decided mails (M-12)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, func, insert, select

from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End
from enate_desktop.storage.encoding import message_value
from enate_desktop.storage.mail_tables import DecisionRow, IntakeRow, IssuedMessageRow
from enate_desktop.storage.records import LedgerLine
from enate_desktop.storage.tables import ConnectorRow

# Asked for every mail, so made once.
_ADD = insert(cast(Table, DecisionRow.__table__))
_KEY_TAKEN = select(DecisionRow.id).where(DecisionRow.key == bindparam("key"))
_ISSUED = select(IssuedMessageRow.message_id).where(
    IssuedMessageRow.message_id == bindparam("message_id")
)


class DecisionRepository:
    """Why mails went where they went."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add_all(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Keep decisions; an equal ``key`` is refused by the database (M-02)."""
        if rows:
            self._connection.execute(_ADD, [dict(row) for row in rows])

    def key_taken(self, key: str) -> bool:
        """Whether a mail was already taken in for this recipient."""
        return self._connection.execute(_KEY_TAKEN, {"key": key}).first() is not None

    def issued_by_us(self, message_id: str) -> bool:
        """Whether this system gave out the Message-ID (M-01)."""
        return self._connection.execute(_ISSUED, {"message_id": message_id}).first() is not None

    def lines(
        self, end: End | None, limit: int = 1000, *, deleted: bool = False, offset: int = 0
    ) -> tuple[LedgerLine, ...]:
        """The newest mails that met ``end``, or all that are kept whatever their end.

        ``deleted``: only those that a person put aside, the last one first, else only the others.
        """
        order = (IntakeRow.deleted_at.desc(), IntakeRow.id.desc())[0 if deleted else 1 :]
        reason = (
            select(DecisionRow.reason)
            .where(DecisionRow.intake_id == IntakeRow.id)
            .order_by(DecisionRow.id)
            .limit(1)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(
                IntakeRow.id.label("intake_id"),
                IntakeRow.connector_id,
                ConnectorRow.name.label("connector"),
                IntakeRow.received,
                IntakeRow.end,
                IntakeRow.sender,
                IntakeRow.subject,
                IntakeRow.message_id,
                func.coalesce(reason, IntakeRow.error).label("reason"),
                IntakeRow.size,
                IntakeRow.attempts,
                IntakeRow.deleted_at,
                IntakeRow.deleted_by,
            )
            .join(ConnectorRow, ConnectorRow.id == IntakeRow.connector_id)
            .where(
                IntakeRow.raw_mail_id.is_not(None) if end is None else IntakeRow.end == end,
                IntakeRow.deleted_at.is_not(None) if deleted else IntakeRow.deleted_at.is_(None),
            )
            .order_by(*order)
            .offset(offset)
            .limit(limit)
        )
        return tuple(LedgerLine(**{**row, "end": End(row["end"])}) for row in rows.mappings())

    def recent(self, connector_id: int, limit: int) -> tuple[tuple[int, Message], ...]:
        """The newest routed mails of a connector, oldest first: intake id and routable facts.

        Replies, duplicates and our own mail were not decided by the routes and are left out.
        """
        rows = self._connection.execute(
            select(IntakeRow.id, IntakeRow.facts)
            .where(
                IntakeRow.connector_id == connector_id,
                IntakeRow.end.in_((End.CREATED, End.UNHANDLED)),
                IntakeRow.facts != "",
            )
            .order_by(IntakeRow.id.desc())
            .limit(limit)
        ).all()
        return tuple((row.id, message_value(row.facts)) for row in reversed(rows))

    def message(self, intake_id: int) -> Message | None:
        """The routable facts of a decided mail, or None before its decision."""
        facts = self._connection.execute(
            select(IntakeRow.facts).where(IntakeRow.id == intake_id)
        ).scalar()
        return message_value(facts) if facts else None

    def received(self, intake_id: int) -> datetime | None:
        """When the server received a mail, or None when there is none of that id."""
        return self._connection.execute(
            select(IntakeRow.received).where(IntakeRow.id == intake_id)
        ).scalar()

    def connector_id(self, intake_id: int) -> int | None:
        """The connector a mail came to, or None when there is no mail of that id."""
        return self._connection.execute(
            select(IntakeRow.connector_id).where(IntakeRow.id == intake_id)
        ).scalar()

    def raw_mail_id(self, intake_id: int) -> int | None:
        """Where the bytes of a mail are kept."""
        return self._connection.execute(
            select(IntakeRow.raw_mail_id).where(IntakeRow.id == intake_id)
        ).scalar()

    def explanations(self, intake_id: int) -> tuple[tuple[int | None, str], ...]:
        """Work item id and stored explanation of each decision about a mail, in order."""
        rows = self._connection.execute(
            select(DecisionRow.work_item_id, DecisionRow.explanation)
            .where(DecisionRow.intake_id == intake_id)
            .order_by(DecisionRow.id)
        )
        return tuple((row.work_item_id, row.explanation) for row in rows)
