"""The start page: what needs a person, what the last day brought, which routes are dead."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from enate_desktop.domain.history import HistoryChange, HistoryFilter
from enate_desktop.domain.work_items import End
from enate_desktop.services.attention import Attention, AttentionKind, Severity
from enate_desktop.services.attention_connectors import about_connectors
from enate_desktop.services.attention_mails import about_mails
from enate_desktop.services.conditions import free_bytes
from enate_desktop.services.context import Context
from enate_desktop.services.dead_routes import DeadReason, DeadRoute, RouteHealth
from enate_desktop.services.throughput import Span, Throughput, ThroughputCounter
from enate_desktop.storage.overview import Created

__all__ = [
    "Attention",
    "AttentionKind",
    "DeadReason",
    "DeadRoute",
    "LastProblem",
    "Numbers",
    "OverviewService",
    "Progress",
    "Severity",
]

_DAY = timedelta(days=1)
_LOW_BYTES = 500 << 20
_STEPS_IN_AN_HOUR = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """The last 24 hours; ``created`` keeps live and test work items apart (W-04)."""

    mails: int
    created: Created
    appended: int
    unhandled: int
    sent: int
    throughput: Throughput

    @property
    def hours(self) -> tuple[int, ...]:
        """Mails by the hour, oldest first; 24 of them."""
        mails, step = self.throughput.mails, _STEPS_IN_AN_HOUR
        return tuple(sum(mails[at : at + step]) for at in range(0, len(mails), step))


@dataclass(frozen=True, slots=True)
class LastProblem:
    """The newest trouble that anything had; ``at`` is UTC."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a new installation has come."""

    connectors: int = 0
    tested: bool = False
    fallback: bool = False
    routed: bool = False
    mails: bool = False

    @property
    def is_new(self) -> bool:
        """Whether there is nothing at all yet."""
        return not self.connectors and not self.mails


class OverviewService:
    """Everything the start page shows; nothing of it changes anything."""

    def __init__(
        self,
        context: Context,
        folder: Path | None = None,
        free_bytes: Callable[[Path], int] = free_bytes,
    ) -> None:
        """Work with ``context``; ``folder`` is where space is needed, as ``free_bytes`` tells."""
        self._context = context
        self._folder = folder
        self._free_bytes = free_bytes
        self._routes = RouteHealth(context)
        self._throughput = ThroughputCounter(context)
        self._counting = threading.Lock()

    def attention(self) -> tuple[Attention, ...]:
        """What needs a person, the most urgent first; what was solved is not told any more."""
        found = list(self._routes.attention())
        with self._context.database.read() as work:
            found += about_connectors(work, work.now())
            found += about_mails(work)
        free = self._free_bytes(self._folder) if self._folder is not None else _LOW_BYTES
        if free < _LOW_BYTES:
            words = f"The disk is nearly full: {free >> 20:,} MB are left."
            more = "When it is full, mail stays on the server. Free some space."
            found.append(
                Attention(AttentionKind.DISK, Severity.ERROR, words, "Show", "monitor", detail=more)
            )
        return tuple(sorted(found, key=lambda line: line.rank))

    def last_problem(self) -> LastProblem | None:
        """The newest error with a server, solved or not."""
        with self._context.database.read() as work:
            newest = work.monitor.errors(limit=1)
        return LastProblem(newest[0].at, newest[0].sentence) if newest else None

    def numbers(self, now: datetime | None = None) -> Numbers:
        """The 24 hours before ``now`` (UTC)."""
        until = now or datetime.now(UTC)
        since = until - _DAY
        with self._context.database.read() as work:
            ends = work.overview.ends_since(since)
            created = work.overview.created_since(since)
            sent = work.overview.sent_since(since)
        with self._counting:
            throughput = self._throughput.count(Span.DAY, until)
        return Numbers(
            mails=ends.total(),
            created=created,
            appended=ends[End.APPENDED],
            unhandled=ends[End.UNHANDLED],
            sent=sent,
            throughput=throughput,
        )

    def dead_routes(self, now: datetime | None = None) -> tuple[DeadRoute, ...]:
        """Enabled routes that no mail uses, each with why."""
        return self._routes.dead(now or datetime.now(UTC))

    def recent_changes(self, limit: int = 5) -> tuple[HistoryChange, ...]:
        """The newest changes of the configuration, newest first."""
        with self._context.database.read() as work:
            return work.history.page(HistoryFilter(), limit)

    def progress(self) -> Progress:
        """How far the installation has come, for the first steps."""
        with self._context.database.read() as work:
            connectors = work.connectors.all()
            receiving = [c for c in connectors if c.use_for.receives]
            return Progress(
                connectors=len(connectors),
                tested=any(c.tested_fingerprint for c in connectors),
                fallback=any(c.fallback is not None for c in receiving),
                routed=bool(work.routes.of()),
                mails=work.overview.any_mail(),
            )
