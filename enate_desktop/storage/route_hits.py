"""Repository of the hit counters of routes."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from enate_desktop.storage.records import RouteCount
from enate_desktop.storage.tables import RouteCountRow, RouteHitRow

_COUNT = (
    update(RouteCountRow.__table__)  # type: ignore[arg-type]  # a Table at run time
    .where(RouteCountRow.route_id == bindparam("key"))
    .values(hits=RouteCountRow.hits + bindparam("more"), last_hit=bindparam("at"))
)
_DAY = (
    update(RouteHitRow.__table__)  # type: ignore[arg-type]
    .where(RouteHitRow.route_id == bindparam("key"), RouteHitRow.day == bindparam("on"))
    .values(hits=RouteHitRow.hits + bindparam("more"))
)


class RouteHitRepository:
    """How often routes took mails, by day."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add(self, hits: Mapping[int, int], at: datetime) -> None:
        """Count ``hits`` by route id, all of them at ``at`` (UTC)."""
        day = at.astimezone(UTC).date().isoformat()
        for key, more in hits.items():
            if not self._connection.execute(_DAY, {"key": key, "on": day, "more": more}).rowcount:
                row = {"route_id": key, "day": day, "hits": more}
                self._connection.execute(insert(RouteHitRow), row)
            if not self._connection.execute(_COUNT, {"key": key, "more": more, "at": at}).rowcount:
                self.begin(key, at, more)

    def counts(self) -> Mapping[int, RouteCount]:
        """The counters by route id; a route that never took a mail has none."""
        rows = self._connection.execute(select(RouteCountRow.__table__)).mappings()
        return {row["route_id"]: RouteCount(**row) for row in rows}

    def days(self, first: date) -> Mapping[int, Mapping[date, int]]:
        """Hits by route id and day, from ``first`` on."""
        found: dict[int, dict[date, int]] = {}
        rows = self._connection.execute(
            select(RouteHitRow.__table__).where(RouteHitRow.day >= first.isoformat())
        )
        for row in rows:
            found.setdefault(row.route_id, {})[date.fromisoformat(row.day)] = row.hits
        return found

    def reset(self, route_ids: Collection[int], at: datetime) -> None:
        """Count from nothing again."""
        for table in (RouteHitRow, RouteCountRow):
            self._connection.execute(delete(table).where(table.route_id.in_(route_ids)))
        for key in route_ids:
            self.begin(key, at)

    def begin(self, key: int, at: datetime, hits: int = 0) -> None:
        """Count a route from now on."""
        moment = at if hits else None
        row = {"route_id": key, "since": at, "hits": hits, "first_hit": moment, "last_hit": moment}
        self._connection.execute(insert(RouteCountRow), row)
