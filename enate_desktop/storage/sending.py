"""Repository of what a sender does with the deliveries of its connector (MAIL 3.6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from enate_desktop.domain.connectors import Health
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.storage.tables import ConditionRow
from enate_desktop.storage.worker_tables import DeliveryRow, OutgoingMailRow

AGAIN = "!again"
"""Ends the claim of a delivery that may have left before: it is sent once more, never twice."""
_WAITING = (DeliveryState.QUEUED, DeliveryState.RETRY)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is being sent now; ``attempts`` counts this one too."""

    id: int
    sender: str
    recipient: str
    message_id: str
    data: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """A delivery that may have left; ``again``: it was already sent a second time."""

    id: int
    message_id: str
    again: bool


class SendingRepository:
    """Deliveries of one connector, from due to done."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def next_due(self, connector_id: int) -> datetime | None:
        """When the next delivery is due; None: none waits."""
        return self._connection.execute(
            select(func.min(DeliveryRow.next_at)).where(
                DeliveryRow.connector_id == connector_id, DeliveryRow.state.in_(_WAITING)
            )
        ).scalar()

    def claim(self, connector_id: int, claim: str, now: datetime) -> Claimed | None:
        """Take the delivery that is due first for ``claim``; None: none is due."""
        row = self._connection.execute(
            select(
                DeliveryRow.id,
                DeliveryRow.recipient,
                DeliveryRow.attempts,
                DeliveryRow.claim,
                OutgoingMailRow.sender,
                OutgoingMailRow.message_id,
                OutgoingMailRow.data,
            )
            .join(OutgoingMailRow, OutgoingMailRow.id == DeliveryRow.mail_id)
            .where(
                DeliveryRow.connector_id == connector_id,
                DeliveryRow.state.in_(_WAITING),
                DeliveryRow.next_at <= now,
            )
            .order_by(DeliveryRow.next_at, DeliveryRow.id)
            .limit(1)
        ).first()
        if row is None:
            return None
        attempts, again = row.attempts + 1, AGAIN if row.claim.endswith(AGAIN) else ""
        self._change(
            row.id,
            state=DeliveryState.SENDING,
            attempts=attempts,
            claim=f"{claim}{again}",
            changed=now,
        )
        return _claimed(row, attempts)

    def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        now: datetime,
        *,
        error: str = "",
        next_at: datetime | None = None,
        attempts: int | None = None,
        again: bool | None = None,
        expected: DeliveryState | None = None,
    ) -> None:
        """A delivery got into ``state``; what is None stays as it is.

        ``expected``: nothing changes when somebody has meanwhile put it into another state.
        """
        values: dict[str, object] = {"state": state, "changed": now, "error": error}
        if next_at is not None:
            values["next_at"] = next_at
        if attempts is not None:
            values["attempts"] = attempts
        if again is not None:
            values["claim"] = AGAIN if again else ""
        self._change(delivery_id, expected, **values)

    def in_flight(self, connector_id: int) -> bool:
        """Whether a delivery of a connector is being sent, or was when its sender ended."""
        query = select(DeliveryRow.id).where(
            DeliveryRow.connector_id == connector_id, DeliveryRow.state == DeliveryState.SENDING
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def leave_unsure(self, connector_id: int, now: datetime, error: str) -> int:
        """What was left in the middle of being sent may have left; returns how many."""
        changed = self._connection.execute(
            update(DeliveryRow)
            .where(
                DeliveryRow.connector_id == connector_id,
                DeliveryRow.state == DeliveryState.SENDING,
            )
            .values(state=DeliveryState.UNKNOWN, changed=now, error=error)
        )
        return int(changed.rowcount)

    def unsent(self, connector_id: int) -> int:
        """How many deliveries wait for a connector."""
        query = select(func.count()).where(
            DeliveryRow.connector_id == connector_id, DeliveryRow.state.in_(_WAITING)
        )
        return int(self._connection.execute(query).scalar_one())

    def give_up(self, connector_id: int, now: datetime, reason: str, unsure: str) -> None:
        """Nobody sends for a connector any more: what waits failed for ``reason``.

        What is being sent may have left, and gets ``unsure`` as its error.
        """
        ends = (
            ((DeliveryState.SENDING,), DeliveryState.UNKNOWN, unsure),
            (_WAITING, DeliveryState.FAILED, reason),
        )
        for before, after, error in ends:
            self._connection.execute(
                update(DeliveryRow)
                .where(DeliveryRow.connector_id == connector_id, DeliveryRow.state.in_(before))
                .values(state=after, changed=now, error=error)
            )

    def unsure(self, connector_id: int) -> tuple[Unsure, ...]:
        """The deliveries of which nobody knows whether they left, oldest first."""
        rows = self._connection.execute(
            select(DeliveryRow.id, DeliveryRow.claim, OutgoingMailRow.message_id)
            .join(OutgoingMailRow, OutgoingMailRow.id == DeliveryRow.mail_id)
            .where(
                DeliveryRow.connector_id == connector_id,
                DeliveryRow.state == DeliveryState.UNKNOWN,
            )
            .order_by(DeliveryRow.id)
        )
        return tuple(Unsure(r.id, r.message_id, r.claim.endswith(AGAIN)) for r in rows)

    def failures(self, connector_id: int) -> int:
        """Failed attempts in a row to reach the sending server."""
        found = self._connection.execute(
            select(ConditionRow.sending_failures).where(ConditionRow.connector_id == connector_id)
        ).scalar()
        return found or 0

    def note(self, connector_id: int, reason: str, failures: int) -> None:
        """How sending fares: the trouble in a sentence, or empty."""
        values = {"sending_reason": reason, "sending_failures": failures}
        mine = ConditionRow.connector_id == connector_id
        changed = self._connection.execute(update(ConditionRow).where(mine).values(**values))
        if not changed.rowcount:
            self._connection.execute(
                insert(ConditionRow).values(connector_id=connector_id, health=Health.IDLE, **values)
            )

    def _change(
        self, delivery_id: int, expected: DeliveryState | None = None, **values: object
    ) -> None:
        change = update(DeliveryRow).where(DeliveryRow.id == delivery_id)
        if expected is not None:
            change = change.where(DeliveryRow.state == expected)
        self._connection.execute(change.values(**values))


def _claimed(row: Row[*tuple[Any, ...]], attempts: int) -> Claimed:
    return Claimed(
        id=row.id,
        sender=row.sender,
        recipient=row.recipient,
        message_id=row.message_id,
        data=row.data,
        attempts=attempts,
    )
