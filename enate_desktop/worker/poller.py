"""The loop of one connector: fetch, make durable, decide, tell the server; pure Python."""

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError, NotFoundError, StorageError
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import BusyError, Mailbox, RemoteMail, StoppedError, UndoneError
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.failures import weighed
from enate_desktop.services.intake import (
    IntakeService,
    Received,
    Undecided,
    changes_server,
    to_store,
)
from enate_desktop.storage.records import Epoch, NewMail

BATCH_MAILS = 200
BATCH_BYTES = 8 << 20
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 300.0
_BUSY_IN_SILENCE = 2
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PassResult:
    """What one look into a mailbox did."""

    ends: Counter[End] = field(default_factory=Counter)
    references: list[str] = field(default_factory=list)
    error: EnateError | None = None


class MailboxSource(Protocol):
    """Opens the mailbox of a connector: MailboxService, or a fake in tests."""

    def of(self, connector: Connector) -> Mailbox:
        """The mailbox, not yet connected; raises EnateError when it cannot be had."""


@dataclass(frozen=True, slots=True)
class Services:
    """What a poller works with."""

    connectors: ConnectorService
    intake: IntakeService
    mailboxes: MailboxSource


class MailboxPoller:
    """Takes the mail of one connector in; runs in a thread of its own."""

    def __init__(
        self,
        connector_id: int,
        services: Services,
        received: Callable[[Received], None],
        looked: Callable[[int], None] = lambda _connector_id: None,
    ) -> None:
        """``received`` is called for every mail, ``looked`` after every look, in this thread."""
        self._connector_id = connector_id
        self._services = services
        self._received = received
        self._looked = looked
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._mailbox: Mailbox | None = None
        self._warning = ""
        self._login_delay = 0
        self._busy = 0
        self._lock = threading.Lock()

    def run(self) -> None:
        """Look again and again until stopped or switched off."""
        failures = 0
        while not self._stop.is_set():
            result = self.look()
            self._looked(self._connector_id)
            if result is None:
                return
            failures = failures + 1 if result.error else 0
            self._wake.wait(self._pause(failures))
            self._wake.clear()

    def look(self) -> PassResult | None:
        """One pass; None when the connector is off or gone. Known errors are in the result."""
        result = PassResult()
        try:
            connector = self._services.connectors.get(self._connector_id)
            if not connector.enabled or not connector.use_for.receives:
                return None
            self._decide_left_behind(connector, result)
            self._take_in(connector, result)
            self._services.connectors.note_success(connector.id, self._warning)
            self._busy = 0
        except StoppedError:
            return result
        except NotFoundError:
            return None
        except EnateError as error:
            result.error = error
            self._note(error)
        except Exception:
            # A bug of ours: said, logged, and tried again at the next look like a bad moment.
            _log.exception("connector %d: unexpected", self._connector_id)
            result.error = EnateError(
                "Something unexpected happened while mail was taken in.",
                "No mail is lost: what was not taken in is still on the server. See the log.",
            )
        return result

    def check_now(self) -> None:
        """Look at once instead of at the next time; callable from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End soon, whatever the server does; callable from any thread."""
        self._stop.set()
        self._wake.set()
        with self._lock:
            if self._mailbox is not None:
                self._mailbox.abort()

    def _take_in(self, connector: Connector, result: PassResult) -> None:
        mailbox = self._services.mailboxes.of(connector)
        with self._lock:
            if self._stop.is_set():
                return
            self._mailbox = mailbox
        tried: set[int] = set()
        try:
            more = self._session(mailbox, connector, result, tried)
            while more:
                # Never more than the first list asked for: a server may make up new mails for ever.
                more = min(more - 1, self._session(mailbox, connector, result, tried))
        finally:
            with self._lock:
                self._mailbox = None
            mailbox.close()

    def _session(
        self, mailbox: Mailbox, connector: Connector, result: PassResult, tried: set[int]
    ) -> int:
        """Open the mailbox and take in what it has; returns how many sessions the rest needs."""
        intake = self._services.intake
        folder = mailbox.open(examine=not changes_server(connector.after_intake))
        self._warning, self._login_delay = folder.warning, folder.login_delay
        epoch = intake.epoch(connector, folder)
        # The whole folder every time: a late or out-of-order UID must not be overlooked.
        uids = mailbox.all_uids()
        intake.give_up_vanished(epoch, uids)
        wanted = sorted(intake.unknown(epoch, uids) - tried)
        now = wanted[: folder.most_mails] if folder.most_mails else wanted
        tried.update(now)
        undated = not folder.by_date.isdisjoint(now)
        before = intake.skipped_before(connector, epoch, by_date=undated) if now else None
        for mails in self._batches(mailbox, now, before):
            self._keep_and_decide(mailbox, connector, epoch, mails, result)
            if self._stop.is_set():
                return 0
        self._acknowledge(mailbox, connector, epoch)
        left = 0 if folder.login_delay else len(wanted) - len(now)
        return -(-left // (folder.most_mails or 1))

    def _batches(
        self, mailbox: Mailbox, uids: Sequence[int], before: datetime | None
    ) -> Iterator[list[NewMail]]:
        """New mails, skipped ones included, in batches small enough for one transaction."""
        if not uids:
            return
        wanted = frozenset(uids)
        remote: Sequence[RemoteMail] = [
            m for m in mailbox.new_mails(uids[0] - 1) if m.uid in wanted
        ]
        if before is not None:
            remote = mailbox.dated(remote)
        limit = self._services.intake.settings().max_mail_megabytes << 20
        batch: list[NewMail] = []
        for mail in self._fetched(mailbox, remote, before, limit):
            batch.append(mail)
            size = sum(len(m.raw or b"") for m in batch)
            if len(batch) >= BATCH_MAILS or size >= BATCH_BYTES:
                yield batch
                batch = []
        if batch:
            yield batch

    def _fetched(
        self, mailbox: Mailbox, remote: Sequence[RemoteMail], before: datetime | None, limit: int
    ) -> Iterator[NewMail]:
        for run, kind in _runs(remote, before, limit):
            if kind == "old":
                yield from (to_store(m, None, skipped_before=before) for m in run)
            elif kind == "large":
                for mail in run:
                    headers = mailbox.headers(mail)
                    yield to_store(mail, headers, complete=False)
            else:
                for mail, raw in mailbox.fetch(run):
                    there = raw is None and mail.uid in mailbox.all_uids()
                    # Only now the date is known of a server that gives no header lines.
                    yield to_store(mail, raw, skipped_before=before, still_there=there)

    def _keep_and_decide(
        self,
        mailbox: Mailbox,
        connector: Connector,
        epoch: Epoch,
        mails: Sequence[NewMail],
        result: PassResult,
    ) -> None:
        kept = self._services.intake.store(connector, epoch, mails)
        mailbox.stored([mail.uid for mail in mails if mail.raw is not None])
        result.ends.update(m.end for _, m in kept if m.raw is None and m.end is not End.PENDING)
        stored = [
            Undecided(intake_id, mail.raw, mail.received, complete=mail.complete)
            for intake_id, mail in kept
            if mail.raw is not None
        ]
        for received in self._services.intake.decide(connector.id, stored) if stored else ():
            self._report(received, result)

    def _decide_left_behind(self, connector: Connector, result: PassResult) -> None:
        for pending in self._services.intake.pending(connector.id):
            received = self._services.intake.retry(pending)
            if received is not None:
                self._report(received, result)

    def _report(self, received: Received, result: PassResult) -> None:
        result.ends[received.end] += 1
        result.references += received.references
        self._received(received)

    def _acknowledge(self, mailbox: Mailbox, connector: Connector, epoch: Epoch) -> None:
        uids = self._services.intake.owed(epoch)
        if not uids:
            return
        try:
            mailbox.acknowledge(uids, connector.after_intake)
        except UndoneError as error:
            self._warning = error.sentence()
            _log.warning("connector %d: %s", self._connector_id, self._warning)
        else:
            self._services.intake.settle(epoch, uids)

    def _note(self, error: EnateError) -> None:
        """Count what the server or the sign-in is to blame for (C-08)."""
        _log.warning("connector %d: %s", self._connector_id, error.sentence())
        if isinstance(error, StorageError):
            return
        busy = isinstance(error, BusyError)
        self._busy = self._busy + 1 if busy else 0
        if 0 < self._busy <= _BUSY_IN_SILENCE:
            return
        failure = weighed(error)
        self._services.connectors.note_failure(
            self._connector_id,
            error.sentence(),
            final=failure.final,
            counted=failure.counted and not busy,
            sign_in=failure.sign_in,
        )

    def _pause(self, failures: int) -> float:
        """Seconds until the next look; growing with every failure, with jitter (C-08)."""
        if not failures:
            return float(max(self._services.intake.settings().poll_seconds, self._login_delay))
        wait = min(_FIRST_WAIT * 2.0 ** min(failures - 1, 10), _LONGEST_WAIT)
        return wait * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, keeps no secret


def _runs(
    remote: Iterable[RemoteMail], before: datetime | None, limit: int
) -> Iterator[tuple[list[RemoteMail], str]]:
    """Neighbours that are fetched alike: ``old``, ``large`` or ``usual``."""
    run: list[RemoteMail] = []
    kind = ""
    for mail in remote:
        old = before is not None and mail.received < before
        now = "old" if old else "large" if mail.size > limit else "usual"
        if run and now != kind:
            yield run, kind
            run = []
        run.append(mail)
        kind = now
    if run:
        yield run, kind
