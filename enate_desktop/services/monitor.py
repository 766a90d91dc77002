"""What the worker does, mailbox by mailbox: states, counts, the mails and errors of late (C-08)."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import MailError
from enate_desktop.services.context import Context
from enate_desktop.services.diagnostics import diagnostics_text
from enate_desktop.services.leases import Holder, lease_name
from enate_desktop.services.log_lines import LogLine, tail
from enate_desktop.services.monitor_lines import MailLine, mail_line
from enate_desktop.services.throughput import Span, Throughput, ThroughputCounter
from enate_desktop.storage.mailbox_counts import MailboxCount
from enate_desktop.storage.monitor import MailFilter, WorkerError
from enate_desktop.storage.pauses import Pause
from enate_desktop.storage.unit_of_work import UnitOfWork

__all__ = [
    "ConnectorStatus",
    "LogLine",
    "MailFilter",
    "MailLine",
    "MonitorService",
    "Overview",
    "Span",
    "Throughput",
    "WorkerError",
]

_RETRIED = (DeliveryState.RETRY, DeliveryState.UNKNOWN)
_LOST = (DeliveryState.FAILED, DeliveryState.DISABLED)
_WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING, *_RETRIED)


@dataclass(frozen=True, slots=True)
class ConnectorStatus:
    """One line of the monitor; ``queue`` are mails to decide and deliveries to send.

    ``figure`` is what the server held at the last full look; ``held`` how many mails of a rebuilt
    mailbox wait for a person; ``holder`` whose worker has the mailbox.
    """

    connector: Connector
    queue: int = 0
    today: int = 0
    errors: int = 0
    last_error: WorkerError | None = None
    pause: Pause | None = None
    holder: Holder | None = None
    held: int = 0
    figure: MailboxCount | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole of the monitor's upper half at ``now`` (UTC); totals are over all connectors."""

    now: datetime
    connectors: tuple[ConnectorStatus, ...]
    queue: int
    in_progress: int
    retry: int
    failed: int
    unhandled: int
    quarantined: int
    retry_limit: int
    free_bytes: int | None


class MonitorService:
    """Cheap reading for the monitor; the worker tells it of the errors it meets."""

    def __init__(self, context: Context, folder: Path | None = None) -> None:
        """Work with ``context``; ``folder`` has the log and is where space is needed."""
        self._context = context
        self._folder = folder
        self._throughput = ThroughputCounter(context)
        self._counting = threading.Lock()

    def note(self, connector_id: int, side: str, error: EnateError) -> None:
        """Keep what went wrong with a server; ``side`` is ``incoming`` or ``outgoing``."""
        words = error.server_words if isinstance(error, MailError) else ""
        noted = WorkerError(
            0, datetime.now(UTC), connector_id, side, error.title, error.message, error.field, words
        )
        with self._context.database.write() as work:
            work.monitor.note_error(noted)

    def overview(self, today: datetime) -> Overview:
        """Everything at this moment; ``today`` is when the person's day began (UTC)."""
        with self._context.database.read() as work:
            pending = work.monitor.with_end(End.PENDING)
            unsent = work.monitor.unsent()
            deliveries = sum(unsent.values(), Counter[DeliveryState]())
            troubled = work.monitor.troubled()
            quarantined = sum(work.monitor.with_end(End.QUARANTINED).values())
            return Overview(
                now=work.now(),
                connectors=tuple(_statuses(work, today, pending, unsent)),
                queue=sum(pending.values()) - troubled + deliveries[DeliveryState.QUEUED],
                in_progress=deliveries[DeliveryState.SENDING],
                retry=troubled + sum(deliveries[state] for state in _RETRIED),
                failed=quarantined + sum(deliveries[state] for state in _LOST),
                unhandled=sum(work.monitor.with_end(End.UNHANDLED).values()),
                quarantined=quarantined,
                retry_limit=work.facts.settings().retry_limit,
                free_bytes=self._free_bytes(),
            )

    def throughput(self, span: Span) -> Throughput:
        """Mails and errors over the last hour, day or week."""
        with self._counting:
            return self._throughput.count(span, datetime.now(UTC))

    def mails(self, wanted: MailFilter, limit: int = 200) -> tuple[MailLine, ...]:
        """The mails taken in last, newest first; go on with ``before_id`` of the last one."""
        with self._context.database.read() as work:
            names = {connector.id: connector.name for connector in work.connectors.all()}
            return tuple(mail_line(mail, names) for mail in work.monitor.mails(wanted, limit))

    def errors(self, connector_id: int | None = None, limit: int = 200) -> tuple[WorkerError, ...]:
        """The newest errors with servers, newest first."""
        with self._context.database.read() as work:
            return work.monitor.errors(connector_id, limit)

    def names(self) -> Mapping[int, str]:
        """The connectors' names by id."""
        with self._context.database.read() as work:
            return {connector.id: connector.name for connector in work.connectors.all()}

    def log(self, limit: int = 500) -> tuple[LogLine, ...]:
        """The last lines of this program's log, oldest first."""
        if self._folder is None:
            return ()
        return tail(self._folder, self.names(), limit)

    def diagnostics(self, include_addresses: bool = False) -> str:
        """What support needs about data and worker, without secrets.

        Addresses, hosts and user names are replaced by placeholders unless they are wanted.
        """
        with self._context.database.read() as work:
            return diagnostics_text(work, self._context, include_addresses=include_addresses)

    def _free_bytes(self) -> int | None:
        try:
            return shutil.disk_usage(self._folder).free if self._folder else None
        except OSError:
            return None


def _statuses(
    work: UnitOfWork,
    today: datetime,
    pending: Mapping[int, int],
    unsent: Mapping[int, Counter[DeliveryState]],
) -> Iterable[ConnectorStatus]:
    taken, failed = work.monitor.taken_since(today), work.monitor.errors_since(today)
    last, now = work.monitor.last_errors(), work.now()
    pauses, figures = work.pauses.at(now), work.mailbox_counts.all()
    held = work.mailbox_counts.held()
    for connector in work.connectors.all():
        key = connector.id
        to_send = unsent.get(key, Counter[DeliveryState]())
        yield ConnectorStatus(
            connector,
            queue=pending.get(key, 0) + sum(to_send[state] for state in _WAITING),
            today=taken.get(key, 0),
            errors=failed.get(key, 0),
            last_error=last.get(key),
            pause=pauses.get(key),
            holder=_holder(work, connector, now),
            held=held.get(key, 0),
            figure=figures.get(key),
        )


def _holder(work: UnitOfWork, connector: Connector, now: datetime) -> Holder | None:
    side = Side.INCOMING if connector.use_for.receives else Side.OUTGOING
    lease = work.leases.get(lease_name(side, connector.id))
    if lease is None or not lease.owner or lease.expires <= now:
        return None
    return Holder(lease.host, lease.login, lease.since, lease.owner)
