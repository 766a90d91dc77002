"""Repository of leases: who works on which mailbox or sender now, by the database's clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from enate_desktop.storage.worker_tables import LeaseRow

_TABLE = LeaseRow.__table__
# Asked in every transaction of the worker, so made once.
_OF = select(_TABLE).where(_TABLE.c.name == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class StoredLease:
    """A row of ``leases``; ``owner`` is empty once it was given back. Times are UTC."""

    name: str
    owner: str
    host: str
    login: str
    epoch: int
    since: datetime
    expires: datetime


class LeaseRepository:
    """Leases by name; ``epoch`` grows with every new owner and never falls."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def get(self, name: str) -> StoredLease | None:
        """The lease of that name, or None when nobody ever had it."""
        row = self._connection.execute(_OF, {"wanted": name}).mappings().first()
        return StoredLease(**row) if row else None

    def put(self, lease: StoredLease) -> None:
        """Keep ``lease`` in place of the one of its name."""
        values = {
            "owner": lease.owner,
            "host": lease.host,
            "login": lease.login,
            "epoch": lease.epoch,
            "since": lease.since,
            "expires": lease.expires,
        }
        changed = self._connection.execute(
            update(LeaseRow).where(LeaseRow.name == lease.name).values(**values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(LeaseRow).values(name=lease.name, **values))

    def prolong(self, owner: str, names: Collection[str], expires: datetime) -> frozenset[str]:
        """Let those of ``names`` that ``owner`` has last until then; returns their names."""
        own = and_(LeaseRow.owner == owner, LeaseRow.name.in_(names))
        self._connection.execute(update(LeaseRow).where(own).values(expires=expires))
        rows = self._connection.execute(select(LeaseRow.name).where(own))
        return frozenset(row.name for row in rows)

    def end_all(self) -> None:
        """Nobody holds a lease any more; what a worker does under an old one is refused."""
        self._connection.execute(update(LeaseRow).values(owner="", epoch=LeaseRow.epoch + 1))

    def live(self, now: datetime) -> tuple[StoredLease, ...]:
        """The leases that somebody holds at ``now``."""
        rows = self._connection.execute(
            select(_TABLE).where(_TABLE.c.owner != "", _TABLE.c.expires > now)
        )
        return tuple(StoredLease(**row) for row in rows.mappings())
