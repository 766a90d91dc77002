"""Repository of the outbox: mails of ours and how far each delivery got (O-03)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from enate_desktop.domain.outbox import Delivery, DeliveryFilter, DeliveryPage, DeliveryState
from enate_desktop.storage.mail_tables import IssuedMessageRow
from enate_desktop.storage.outbox_queries import (
    PER_CONNECTOR,
    delivery,
    filtered,
    joined,
    listing,
    rows,
    shown_state,
)
from enate_desktop.storage.sql import insert_rows
from enate_desktop.storage.tables import Meta
from enate_desktop.storage.worker_tables import DeliveryRow, OutgoingMailRow

_STOPPED = "sending_stopped"
_STARTED = "sending_started"
# Asked for every batch of mails, so made once.
_ADD_DELIVERIES = insert(cast(Table, DeliveryRow.__table__))
_ADD_ISSUED = insert(cast(Table, IssuedMessageRow.__table__))
_TO_ADDRESSES = (
    select(DeliveryRow.recipient, func.count())
    .where(
        DeliveryRow.recipient.in_(bindparam("recipients", expanding=True)),
        DeliveryRow.created > bindparam("since"),
    )
    .group_by(DeliveryRow.recipient)
)
_SINCE = select(func.count()).where(
    DeliveryRow.created > bindparam("since"), DeliveryRow.created <= bindparam("until")
)
_OLDEST = select(func.min(DeliveryRow.created))
_META = select(Meta.value).where(Meta.key == bindparam("wanted"))


class OutboxRepository:
    """Mails of ours, one delivery for each recipient."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add(self, mails: Sequence[tuple[Mapping[str, object], Sequence[str]]]) -> None:
        """Queue finished mails, each for its recipients, and remember their Message-IDs (M-01)."""
        if not mails:
            return
        ids = insert_rows(self._connection, OutgoingMailRow, [values for values, _ in mails])
        self._connection.execute(
            _ADD_DELIVERIES,
            [
                {
                    "mail_id": key,
                    "connector_id": values["connector_id"],
                    "recipient": recipient,
                    "state": DeliveryState.QUEUED,
                    "attempts": 0,
                    "created": values["created"],
                    "next_at": values["created"],
                    "changed": values["created"],
                    "error": "",
                    "claim": "",
                }
                for key, (values, recipients) in zip(ids, mails, strict=True)
                for recipient in recipients
            ],
        )
        self._connection.execute(
            _ADD_ISSUED,
            [
                {"message_id": values["message_id"], "work_item_id": values["work_item_id"]}
                for values, _ in mails
            ],
        )

    def sent_to(self, recipients: Iterable[str], since: datetime) -> Counter[str]:
        """How many mails each of the addresses was written since then (O-04)."""
        wanted = {"recipients": list(recipients), "since": since}
        return Counter({r[0]: r[1] for r in self._connection.execute(_TO_ADDRESSES, wanted)})

    def between(self, since: datetime, until: datetime) -> int:
        """How many deliveries were made after ``since``, up to ``until``."""
        bounds = {"since": since, "until": until}
        return int(self._connection.execute(_SINCE, bounds).scalar_one())

    def oldest(self) -> datetime | None:
        """When the first delivery of all was made, or None."""
        return self._connection.execute(_OLDEST).scalar()

    def page(self, wanted: DeliveryFilter, offset: int, limit: int) -> DeliveryPage:
        """Some of the deliveries that ``wanted`` means, newest first, and how many there are."""
        found = rows(self._connection, wanted, offset, limit)
        return DeliveryPage(found, self._total(wanted))

    def get(self, ids: Iterable[int]) -> tuple[Delivery, ...]:
        """The deliveries of these ids that there are, oldest first."""
        query = listing().where(DeliveryRow.id.in_(list(ids))).order_by(DeliveryRow.id)
        return tuple(delivery(row) for row in self._connection.execute(query).mappings())

    def counts(self) -> Counter[DeliveryState]:
        """How many deliveries there are in each state."""
        counts: Counter[DeliveryState] = Counter()
        for row in self._connection.execute(PER_CONNECTOR):
            counts[shown_state(row.state, off=row.off)] += row.number
        return counts

    def data(self, delivery_id: int) -> bytes | None:
        """The mail of a delivery, ready for the wire, or None."""
        return self._connection.execute(
            select(OutgoingMailRow.data)
            .join(DeliveryRow, DeliveryRow.mail_id == OutgoingMailRow.id)
            .where(DeliveryRow.id == delivery_id)
        ).scalar()

    def requeue(self, ids: Iterable[int], states: Iterable[DeliveryState], now: datetime) -> int:
        """Send those of ``ids`` that are in one of ``states`` anew; returns how many."""
        values = {"state": DeliveryState.QUEUED, "attempts": 0, "next_at": now, "claim": ""}
        return self._move(ids, states, {**values, "changed": now, "error": ""})

    def discard(self, ids: Iterable[int], states: Iterable[DeliveryState], now: datetime) -> int:
        """Never send those of ``ids`` that are in one of ``states``; returns how many."""
        return self._move(ids, states, {"state": DeliveryState.DISCARDED, "changed": now})

    def bounced(self, message_ids: Sequence[str], recipients: Sequence[str], reason: str) -> int:
        """Mails of ours came back: their deliveries failed after all; returns how many.

        Those to ``recipients`` alone. A report may know only where a recipient's mail was forwarded
        to: then it counts for a mail to one recipient, and for nobody where there are several.
        """
        if not message_ids:
            return 0
        mails = select(OutgoingMailRow.id).where(OutgoingMailRow.message_id.in_(message_ids))
        came_back = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING)
        lost: ColumnElement[bool] = DeliveryRow.mail_id.in_(mails)
        named = lost & DeliveryRow.recipient.in_(recipients)
        found = self._connection.execute(select(DeliveryRow.recipient).where(lost)).scalars().all()
        if len(found) > 1 or not set(found).isdisjoint(recipients):
            lost = named
        changed = self._connection.execute(
            update(DeliveryRow)
            .where(lost, DeliveryRow.state.in_(came_back))
            .values(state=DeliveryState.FAILED, error=reason, claim="")
        )
        return int(changed.rowcount)

    def stopped(self) -> str:
        """Why nothing is sent at all, or an empty text."""
        return self._connection.execute(_META, {"wanted": _STOPPED}).scalar() or ""

    def started(self) -> datetime | None:
        """When a person last let sending go on."""
        value = self._connection.execute(_META, {"wanted": _STARTED}).scalar()
        return datetime.fromisoformat(value) if value else None

    def stop(self, reason: str) -> None:
        """Send nothing from now on."""
        self._put(_STOPPED, reason)

    def start(self, now: datetime) -> None:
        """Let sending go on."""
        self._put(_STOPPED, "")
        self._put(_STARTED, now.isoformat())

    def _total(self, wanted: DeliveryFilter) -> int:
        # Counting a million through every join takes seconds; by connector and state an index does.
        if replace(wanted, state=None) == DeliveryFilter():
            counts = self.counts()
            return counts.total() if wanted.state is None else counts[wanted.state]
        query = filtered(joined(select(func.count())), wanted)
        return int(self._connection.execute(query).scalar_one())

    def _put(self, key: str, value: str) -> None:
        self._connection.execute(delete(Meta).where(Meta.key == key))
        self._connection.execute(insert(Meta).values(key=key, value=value))

    def _move(
        self, ids: Iterable[int], states: Iterable[DeliveryState], values: Mapping[str, object]
    ) -> int:
        changed = self._connection.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id.in_(list(ids)), DeliveryRow.state.in_(list(states)))
            .values(**values)
        )
        return int(changed.rowcount)
