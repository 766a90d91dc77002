"""How often each route took a mail: the counters beside the routes (UI 3.5)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from enate_desktop.domain.people import Permission
from enate_desktop.services.context import Context
from enate_desktop.services.routes import route_groups
from enate_desktop.storage.records import RouteCount

SHOWN_DAYS = 7
UNUSED_DAYS = 30
"""An enabled route that took nothing for so long is said to be unused."""


@dataclass(frozen=True, slots=True)
class RouteHits:
    """``days`` are the hits of the last seven days (UTC), oldest first; ``count`` of all time.

    ``count`` is None for a fallback that never took a mail.
    """

    days: tuple[int, ...]
    count: RouteCount | None = None

    @property
    def week(self) -> int:
        """Hits of the last seven days."""
        return sum(self.days)

    def unused(self, now: datetime) -> bool:
        """Whether it took nothing for 30 days, although it was counted for so long."""
        if self.count is None:
            return False
        limit = now - timedelta(days=UNUSED_DAYS)
        return self.count.since <= limit and (self.count.last_hit or self.count.since) <= limit


NO_HITS = RouteHits((0,) * SHOWN_DAYS)
"""Of a route that is not counted yet."""


class RouteHitService:
    """Reading and resetting the counters."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def counters(self, now: datetime | None = None) -> Mapping[int, RouteHits]:
        """The counters by route id; a route without any is left out."""
        today = (now or datetime.now(UTC)).astimezone(UTC).date()
        days = [today - timedelta(days=back) for back in reversed(range(SHOWN_DAYS))]
        with self._context.database.read() as work:
            counts = work.route_hits.counts()
            recent = work.route_hits.days(days[0])
        return {
            key: RouteHits(tuple(recent.get(key, {}).get(day, 0) for day in days), counts.get(key))
            for key in {*counts, *recent}
        }

    def reset(self, route_ids: Collection[int]) -> None:
        """Count from nothing again; what was counted is told in the history."""
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            counts = work.route_hits.counts()
            names = {r.id: r.name for group in route_groups(work) for r in group.routes}
            wanted = [key for key in route_ids if key in names]
            work.route_hits.reset(wanted, datetime.now(UTC))
            for key in wanted:
                hits = counts[key].hits if key in counts else 0
                change = ("hits", str(hits), "0")
                kind, subject = ("route", key) if key > 0 else ("connector", -key)
                self._context.note(work, kind, subject, names[key], "counters reset", change)
