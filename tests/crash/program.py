"""The real program of the crash tests: its own services and servers, watched from outside."""

import hashlib
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from sqlalchemy import text

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.people import SYSTEM
from enate_desktop.mail.mailbox import Mailbox
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.acknowledgements import plan
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.intake import IntakeService
from enate_desktop.services.leases import Lease, LeaseService, lease_name
from enate_desktop.services.live_mailboxes import UNSEEN
from enate_desktop.services.mailboxes import MailboxService
from enate_desktop.services.sending import OutgoingSession, Senders, SendingService
from enate_desktop.wiring import Services, build_services
from enate_desktop.worker.poller import MailboxPoller
from enate_desktop.worker.poller import Services as PollerServices
from enate_desktop.worker.sender import OutboxSender, SenderServices
from tests.company import HERE, open_services
from tests.crash.events import Events, Watched
from tests.crash.job import Answer, Job, Mail, State
from tests.crash.relay import Relay
from tests.crash.watched_database import watched


def opened(job: Job) -> Services:
    """The services on the data of ``job``."""
    return build_services(Path(job.folder), login="anna", trusted_keyrings=HERE, url=job.url)


def rehearse() -> None:
    """Load and set up, once for all children, what is loaded late."""
    with TemporaryDirectory() as folder, closing(open_services(Path(folder))) as services:
        state(services)
        read_message(b"Subject: x\r\n\r\nText.\r\n")


def prepare(job: Job) -> Answer:
    """Import the configuration of ``job``, test its connectors and enable them."""
    with closing(opened(job)) as services:
        services.exchange.import_(job.prepare or {}, Path(job.folder))
        for connector in services.connectors.all():
            test = services.testing.run(connector, {}, lambda _stage: None, threading.Event())
            services.connectors.enable(connector.id, test)
    return Answer()


def run(job: Job, events: Events) -> Answer:
    """Look as often as the job says, then tell what the data say."""
    with closing(opened(job)) as services:
        if job.former_user:
            _change_user(services, job.former_user, job.user)
        errors = _work(services, job, events)
        return Answer(counts=dict(events.counts), errors=errors, state=state(services))


def _work(services: Services, job: Job, events: Events) -> tuple[str, ...]:
    database = watched(services.context.database, events)
    system = replace(services.context, database=database).acting_as(SYSTEM)
    # The one before was killed: a shared database need not doubt it.
    leases = LeaseService(system, Path(job.folder), doubt=timedelta(0))
    relays = Relays(job, events)
    errors = []
    try:
        for _ in range(job.looks):
            for connector in services.connectors.all():
                errors += _receive(leases, connector, relays)
                if connector.use_for.sends:
                    errors += _send(leases, connector, relays)
    finally:
        leases.close()
    return tuple(errors)


def _receive(leases: LeaseService, connector: Connector, relays: "Relays") -> list[str]:
    lease = _acquired(leases, lease_name(Side.INCOMING, connector.id))
    fenced = leases.fenced(lease)
    parts = PollerServices(
        ConnectorService(fenced),
        IntakeService(fenced, plan=plan),
        WatchedMailboxes(MailboxService(fenced), relays),
    )
    result = MailboxPoller(connector.id, parts, lambda _received: None).look()
    leases.release(lease)
    return [result.error.sentence()] if result is not None and result.error is not None else []


def _send(leases: LeaseService, connector: Connector, relays: "Relays") -> list[str]:
    lease = _acquired(leases, lease_name(Side.OUTGOING, connector.id))
    fenced = leases.fenced(lease)
    parts = SenderServices(
        SendingService(fenced),
        ConnectorService(fenced),
        WatchedSenders(Senders(fenced), relays),
        claim=f"{lease.name}/{lease.epoch}",
    )
    result = OutboxSender(connector.id, parts).once()
    leases.release(lease)
    return [result.error.sentence()] if result.error is not None else []


def _acquired(leases: LeaseService, name: str) -> Lease:
    """The lease of a worker that may have been killed a moment ago."""
    deadline = time.monotonic() + 10
    while (lease := leases.acquire(name)) is None:
        assert time.monotonic() < deadline, f"{name} is still taken by a dead worker"
    return lease


class Relays:
    """The relays of a run, and what it is watched by."""

    def __init__(self, job: Job, events: Events) -> None:
        self.events = events
        self.protocol = job.protocol
        self.incoming = Relay(job.protocol, job.server_port, events)
        self.outgoing = Relay("smtp", job.smtp_port, events) if job.smtp_port else None


class WatchedSenders:
    """Opens real connections to the sending server, through a relay and with moments."""

    def __init__(self, inner: Senders, relays: Relays) -> None:
        self._inner = inner
        self._relays = relays

    def open(self, connector: Connector, stopped: Callable[[], bool]) -> OutgoingSession:
        """The session behind the relay."""
        assert connector.outgoing is not None
        assert self._relays.outgoing is not None
        outgoing = replace(connector.outgoing, port=self._relays.outgoing.port)
        session = self._inner.open(replace(connector, outgoing=outgoing), stopped)
        return cast(OutgoingSession, Watched(session, self._relays.events, "smtp"))

    def find_sent(
        self, connector: Connector, message_ids: Sequence[str], stopped: Callable[[], bool]
    ) -> Collection[str]:
        """As the program asks it."""
        return self._inner.find_sent(connector, message_ids, stopped)


class WatchedMailboxes:
    """Opens the real mailbox, through a relay and with a moment around every call."""

    def __init__(self, inner: MailboxService, relays: Relays) -> None:
        self._inner = inner
        self._relays = relays

    def of(self, connector: Connector) -> Mailbox:
        """The mailbox behind the relay."""
        assert connector.incoming is not None
        incoming = replace(connector.incoming, port=self._relays.incoming.port)
        mailbox = self._inner.of(replace(connector, incoming=incoming))
        return cast(Mailbox, Watched(mailbox, self._relays.events, self._relays.protocol))


def state(services: Services) -> State:
    """What the data say: every mail of the ledger, every work item and its mails."""
    with services.context.database.read() as work:
        rows = work.connection.execute(
            text('SELECT subject, "end", disposition, raw_mail_id FROM intake ORDER BY id')
        ).all()
        raws = {row.raw_mail_id: b"" for row in rows if row.raw_mail_id is not None}
        digests = {key: hashlib.sha256(work.raw_mails.get(key)).hexdigest() for key in raws}
        items = work.connection.execute(text("SELECT subject FROM work_items ORDER BY id"))
        conversations = work.connection.execute(
            text(
                "SELECT intake.subject FROM decisions JOIN intake ON intake.id = intake_id"
                " WHERE work_item_id IS NOT NULL ORDER BY decisions.id"
            )
        )
        deliveries = work.connection.execute(
            text("SELECT recipient, state FROM deliveries ORDER BY id")
        )
        return State(
            tuple(
                Mail(row.subject, row.end, row.disposition, digests.get(row.raw_mail_id, ""))
                for row in rows
            ),
            tuple(row.subject for row in items),
            tuple(row.subject for row in conversations),
            tuple((row.recipient, row.state) for row in deliveries),
        )


def _change_user(services: Services, former: str, user: str) -> None:
    """Prepared data read the mailbox of ``user`` from now on, into which nobody looked so far."""
    with services.context.database.write() as work:
        for table, column in (
            ("connectors", "incoming"),
            ("connectors", "outgoing"),
            ("mailbox_epochs", "mailbox"),
        ):
            work.connection.execute(
                text(f"UPDATE {table} SET {column} = replace({column}, :former, :user)"),
                {"former": former, "user": user},
            )
        work.connection.execute(
            text("UPDATE mailbox_epochs SET uidvalidity = :unseen, baseline_uid = 0, last_uid = 0"),
            {"unseen": UNSEEN},
        )
