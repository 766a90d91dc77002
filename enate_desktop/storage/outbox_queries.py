"""Queries of the outbox: how deliveries are listed, filtered and counted as they are shown."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, func, not_, or_, select

from enate_desktop.domain.connectors import UseFor
from enate_desktop.domain.directory import Kind
from enate_desktop.domain.outbox import Delivery, DeliveryFilter, DeliveryState
from enate_desktop.domain.work_items import reference, reference_id
from enate_desktop.storage.mail_tables import WorkItemRow
from enate_desktop.storage.tables import ConnectorRow
from enate_desktop.storage.worker_tables import DeliveryRow, OutgoingMailRow

_WAITING = (DeliveryState.QUEUED, DeliveryState.RETRY)
# A delivery that waits for a connector that is off is shown so; nothing has to keep that in step.
_OFF = or_(
    ConnectorRow.enabled.is_(False),
    ConnectorRow.deleted.is_(True),
    ConnectorRow.use_for == UseFor.INCOMING,
)
_SHOWN = case(
    (DeliveryRow.state.in_(_WAITING) & _OFF, DeliveryState.DISABLED.value),
    else_=DeliveryRow.state,
)

_PER_STATE = (
    select(DeliveryRow.connector_id, DeliveryRow.state, func.count().label("number"))
    .group_by(DeliveryRow.connector_id, DeliveryRow.state)
    .subquery()
)
PER_CONNECTOR = select(
    ConnectorRow.id, ConnectorRow.name, _OFF.label("off"), _PER_STATE.c.state, _PER_STATE.c.number
).join(_PER_STATE, _PER_STATE.c.connector_id == ConnectorRow.id)
"""How many deliveries each connector has in each stored state."""


def rows(
    connection: Connection, wanted: DeliveryFilter, offset: int, limit: int
) -> tuple[Delivery, ...]:
    """Some of the deliveries that ``wanted`` means, newest first; counts nothing."""
    query = filtered(listing(), wanted).order_by(DeliveryRow.id.desc())
    found = connection.execute(query.offset(offset).limit(limit))
    return tuple(delivery(row) for row in found.mappings())


def waiting(connection: Connection) -> tuple[tuple[int, str, int], ...]:
    """Id and name of each connector that is off, with how many deliveries wait for it."""
    counts: Counter[tuple[int, str]] = Counter()
    for row in connection.execute(PER_CONNECTOR):
        if shown_state(row.state, off=row.off) is DeliveryState.DISABLED:
            counts[row.id, row.name] += row.number
    return tuple((key, name, number) for (key, name), number in counts.most_common())


def shown_state(state: str, *, off: bool) -> DeliveryState:
    """What :data:`_SHOWN` says, of a state already read."""
    stored = DeliveryState(state)
    return DeliveryState.DISABLED if off and stored in _WAITING else stored


def joined(query: Any) -> Select[Any]:  # noqa: ANN401  # a Select of whatever columns
    """A query over deliveries with their mails, connectors and work items."""
    made: Select[Any] = (
        query.select_from(DeliveryRow)
        .join(OutgoingMailRow, OutgoingMailRow.id == DeliveryRow.mail_id)
        .join(ConnectorRow, ConnectorRow.id == DeliveryRow.connector_id)
        .outerjoin(WorkItemRow, WorkItemRow.id == OutgoingMailRow.work_item_id)
    )
    return made


def listing() -> Select[Any]:
    """What :func:`delivery` needs of each."""
    return joined(
        select(
            DeliveryRow.id,
            DeliveryRow.connector_id,
            ConnectorRow.name.label("connector"),
            OutgoingMailRow.work_item_id,
            WorkItemRow.kind.label("item_kind"),
            OutgoingMailRow.kind,
            OutgoingMailRow.sender,
            DeliveryRow.recipient,
            OutgoingMailRow.subject,
            OutgoingMailRow.message_id,
            _SHOWN.label("state"),
            DeliveryRow.attempts,
            DeliveryRow.created,
            DeliveryRow.next_at,
            DeliveryRow.changed,
            DeliveryRow.error,
        )
    )


def filtered(query: Select[Any], wanted: DeliveryFilter) -> Select[Any]:
    """Only the deliveries that ``wanted`` means."""
    if wanted.state is not None:
        query = query.where(_in_state(wanted.state))
    if wanted.connector_id is not None:
        query = query.where(DeliveryRow.connector_id == wanted.connector_id)
    if wanted.work_item_id is not None:
        query = query.where(OutgoingMailRow.work_item_id == wanted.work_item_id)
    text = wanted.text.strip()
    named = reference_id(text)
    if named:
        return query.where(OutgoingMailRow.work_item_id == named[1])
    if text:
        query = query.where(
            or_(
                DeliveryRow.recipient.icontains(text, autoescape=True),
                OutgoingMailRow.subject.icontains(text, autoescape=True),
                OutgoingMailRow.sender.icontains(text, autoescape=True),
                OutgoingMailRow.message_id == text,
            )
        )
    return query


def _in_state(state: DeliveryState) -> ColumnElement[bool]:
    """What is shown as ``state``; by the stored state where that says it all, for an index."""
    every = DeliveryRow.connector_id.in_(select(ConnectorRow.id))
    if state is DeliveryState.DISABLED:
        return every & DeliveryRow.state.in_(_WAITING) & _OFF
    stored = DeliveryRow.state == state.value
    if state in _WAITING:
        return every & stored & not_(_OFF)
    # Nearly all are sent: they are better read in their order than looked for.
    return stored if state is DeliveryState.SENT else every & stored


def delivery(row: RowMapping) -> Delivery:
    """One delivery from a row of :func:`listing`."""
    facts: dict[str, Any] = {str(name): value for name, value in row.items()}
    kind, item = facts.pop("item_kind"), facts["work_item_id"]
    named = reference(Kind(kind), item) if kind and item is not None else ""
    return Delivery(**{**facts, "state": DeliveryState(facts["state"]), "reference": named})
