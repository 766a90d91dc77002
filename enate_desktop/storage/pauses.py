"""Repository of pauses: which connectors rest because a person said so, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from enate_desktop.domain.connectors import Health
from enate_desktop.storage.tables import ConditionRow

_TABLE = ConditionRow.__table__
# Asked at every look and before every mail that is sent, so made once.
_PAUSED = select(_TABLE.c.connector_id, _TABLE.c.paused_until, _TABLE.c.paused_by).where(
    _TABLE.c.paused_by != "",
    _TABLE.c.paused_until.is_(None) | (_TABLE.c.paused_until > bindparam("moment")),
)


@dataclass(frozen=True, slots=True)
class Pause:
    """``until`` (UTC) is None for one that lasts until somebody resumes; ``by`` is a login."""

    until: datetime | None
    by: str


class PauseRepository:
    """Pauses by connector."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def at(self, moment: datetime) -> Mapping[int, Pause]:
        """The pauses that last beyond ``moment``, by connector id."""
        rows = self._connection.execute(_PAUSED, {"moment": moment})
        return {row.connector_id: Pause(row.paused_until, row.paused_by) for row in rows}

    def put(self, connector_id: int, pause: Pause | None) -> None:
        """Pause a connector in place of what was; None: no longer."""
        values: dict[str, object] = {
            "paused_until": pause.until if pause else None,
            "paused_by": pause.by if pause else "",
        }
        changed = self._connection.execute(
            update(ConditionRow).where(ConditionRow.connector_id == connector_id).values(**values)
        )
        if not changed.rowcount and pause is not None:
            self._connection.execute(
                insert(ConditionRow).values(connector_id=connector_id, health=Health.IDLE, **values)
            )
