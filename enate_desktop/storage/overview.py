"""Repository of the start page: what the last hours brought, and how sending fares."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, case, func, select

from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import End
from enate_desktop.storage.mail_tables import IntakeRow, WorkItemRow
from enate_desktop.storage.tables import ConditionRow, ConnectorRow
from enate_desktop.storage.worker_tables import DeliveryRow

_CONNECTORS = select(cast(Table, ConnectorRow.__table__).c.id)
# Asked every second at most while mail comes in, so made once; each goes by an index that begins
# with the connector or the kind of item and ends with the time.
_ENDS = (
    select(IntakeRow.end, func.count())
    .where(IntakeRow.connector_id.in_(_CONNECTORS), IntakeRow.taken >= bindparam("since"))
    .group_by(IntakeRow.end)
)
_CREATED = (
    select(
        WorkItemRow.test_mode,
        func.count(),
        func.coalesce(func.sum(case((WorkItemRow.route_id < 0, 1), else_=0)), 0),
    )
    .where(
        WorkItemRow.test_mode.in_((False, True)),
        WorkItemRow.created >= bindparam("since"),
        WorkItemRow.replaced_by_id.is_(None),
    )
    .group_by(WorkItemRow.test_mode)
)
_SENT = select(func.count()).where(
    DeliveryRow.connector_id.in_(_CONNECTORS),
    DeliveryRow.state == DeliveryState.SENT,
    DeliveryRow.changed >= bindparam("since"),
)
_TROUBLE = select(ConditionRow.connector_id, ConditionRow.sending_reason).where(
    ConditionRow.sending_reason != ""
)
_ANY_MAIL = select(IntakeRow.id).limit(1)


@dataclass(frozen=True, slots=True)
class Created:
    """Work items made since a moment; ``fallback`` of the live ones no route took (W-04)."""

    live: int = 0
    fallback: int = 0
    test: int = 0


class OverviewRepository:
    """Counts of late, cheap beside any number of older rows."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def ends_since(self, since: datetime) -> Counter[End]:
        """What became of the mails that were taken in since then."""
        rows = self._connection.execute(_ENDS, {"since": since})
        return Counter({End(end): number for end, number in rows})

    def created_since(self, since: datetime) -> Created:
        """The work items made since then that no repair replaced."""
        rows = self._connection.execute(_CREATED, {"since": since})
        found = {bool(test): (number, int(fallback)) for test, number, fallback in rows}
        live, fallback = found.get(False, (0, 0))
        return Created(live, fallback, found.get(True, (0, 0))[0])

    def sent_since(self, since: datetime) -> int:
        """How many automated emails left since then."""
        return int(self._connection.execute(_SENT, {"since": since}).scalar_one())

    def sending_trouble(self) -> Mapping[int, str]:
        """Why sending does not work, by connector id; those that send well have none."""
        return {row[0]: row[1] for row in self._connection.execute(_TROUBLE)}

    def any_mail(self) -> bool:
        """Whether a mail was ever seen."""
        return self._connection.execute(_ANY_MAIL).first() is not None
