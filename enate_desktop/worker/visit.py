"""One stay in a mailbox: fetch what is new, make it durable, decide it, tell the server."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState, Mailbox, MailError, RemoteMail, UndoneError
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.intake import (
    IntakeService,
    Received,
    Undecided,
    changes_server,
    to_store,
)
from enate_desktop.services.pauses import Pause
from enate_desktop.services.taking_in import BATCH_BYTES, BATCH_MAILS, portions
from enate_desktop.storage.records import Epoch, NewMail
from enate_desktop.worker.reach import Reachability

HELD = (
    "This mailbox was rebuilt on the server and much of it would be new. Its mails are kept"
    " undecided: take the new ones in or skip them."
)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PassResult:
    """What one look into a mailbox did; ``paused`` is a sentence when it was not looked into."""

    ends: Counter[End] = field(default_factory=Counter)
    references: list[str] = field(default_factory=list)
    error: EnateError | None = None
    paused: str = ""


class MailboxSource(Protocol):
    """Opens the mailbox of a connector: MailboxService, or a fake in tests."""

    def of(self, connector: Connector) -> Mailbox:
        """The mailbox, not yet connected; raises EnateError when it cannot be had."""


@dataclass(frozen=True, slots=True)
class Services:
    """What a poller works with; every write of it is refused once its lease is lost.

    ``paused``: the connectors that rest now. ``check_room`` raises DiskFullError when the disk has
    too little room. ``tell`` shows a sentence about a connector that fares as before;
    ``note_error`` keeps a failure with its server for the monitor.
    """

    connectors: ConnectorService
    intake: IntakeService
    mailboxes: MailboxSource
    paused: Callable[[], Mapping[int, Pause]] = dict
    check_room: Callable[[], None] = lambda: None
    tell: Callable[[int, str], None] = lambda _connector_id, _sentence: None
    note_error: Callable[[int, EnateError], None] = lambda _connector_id, _error: None
    reach: Reachability = field(default_factory=Reachability)


class Visit:
    """Takes in what one mailbox holds, over as many connections as its server wants."""

    def __init__(
        self,
        mailbox: Mailbox,
        connector: Connector,
        services: Services,
        report: Callable[[Received], None],
        stopped: Callable[[], bool],
    ) -> None:
        """``report`` is called for every mail that met its end; ``stopped`` between batches."""
        self.mailbox = mailbox
        self.connector = connector
        self.ends: Counter[End] = Counter()
        self.warning = ""
        self.incomplete = False
        """Whether a mail is still wanted that the server did not hand over."""
        self._services = services
        self._report = report
        self._stopped = stopped
        self._folder: FolderState | None = None
        self._epoch: Epoch | None = None
        self._highest = 0

    @property
    def folder(self) -> FolderState:
        """The folder as it was when it was opened last."""
        if self._folder is None:
            raise RuntimeError("the mailbox was not opened")
        return self._folder

    @property
    def held(self) -> bool:
        """Whether the mails of a rebuilt mailbox wait for a person."""
        return self._opened_epoch().held

    def everything(self) -> None:
        """Open the mailbox, again and again if need be, and take in all that is not known."""
        tried: set[int] = set()
        more = self._session(tried)
        while more:
            # Never more than the first list asked for: a server may make up new mails for ever.
            more = min(more - 1, self._session(tried))

    def look_over(self) -> None:
        """Compare the whole folder with the ledger, on the connection that is open."""
        self._take_in_all(self._opened_epoch(), set())

    def arrived(self) -> bool:
        """Take in what has come since the last look, without asking for the rest; if any."""
        epoch = self._opened_epoch()
        mails = [m for m in self.mailbox.new_mails(self._highest) if m.uid > self._highest]
        if not mails:
            return False
        self.warning = self.folder.warning
        self._take_in(epoch, mails)
        self._highest = max(mail.uid for mail in mails)
        self._acknowledge(epoch)
        return True

    def _opened_epoch(self) -> Epoch:
        if self._epoch is None:
            raise RuntimeError("the mailbox was not opened")
        return self._epoch

    def _session(self, tried: set[int]) -> int:
        """Open the mailbox and take in what it has; returns how many sessions the rest needs."""
        examine = not changes_server(self.connector.after_intake)
        self._folder = self.mailbox.open(examine=examine)
        self._epoch = self._services.intake.epoch(self.connector, self._folder)
        return self._take_in_all(self._epoch, tried)

    def _take_in_all(self, epoch: Epoch, tried: set[int]) -> int:
        intake, folder = self._services.intake, self.folder
        self.warning = folder.warning
        # The whole folder every time: a late or out-of-order UID must not be overlooked.
        uids = self.mailbox.all_uids()
        self._highest = max(epoch.baseline_uid, *uids, 0)
        self.incomplete = False
        intake.give_up_vanished(epoch, uids)
        # Where UIDs do not last, a mail is known by what the list tells of it.
        listed = () if epoch.uidvalidity else self.mailbox.new_mails(0)
        wanted = sorted(intake.unknown(epoch, uids, listed) - tried)
        now = wanted[: folder.most_mails] if folder.most_mails else wanted
        tried.update(now)
        if now:
            asked = frozenset(now)
            self._take_in(epoch, [m for m in self.mailbox.new_mails(now[0] - 1) if m.uid in asked])
        if self._stopped():
            return 0
        left = len(wanted) - len(now)
        if not left:
            self._end_of_look(epoch, uids)
        self._acknowledge(epoch)
        return 0 if folder.login_delay else -(-left // (folder.most_mails or 1))

    def _end_of_look(self, epoch: Epoch, uids: Sequence[int]) -> None:
        """Everything is stored: of a rebuilt mailbox it shows now how much of it is new."""
        if epoch.held and self._services.intake.reconcile(epoch):
            self.warning = HELD
        elif epoch.held:
            self._epoch = replace(epoch, held=False)
            self.decide_left_behind()
        self._services.intake.account(epoch, uids)

    def decide_left_behind(self) -> None:
        """Decide stored mails that a crash, an error or a rebuilt mailbox left without an end."""
        for portion in portions(self._services.intake.pending(self.connector.id)):
            if self._stopped():
                return
            for received in self._services.intake.retry(*portion):
                self._tell(received)

    def _take_in(self, epoch: Epoch, remote: Sequence[RemoteMail]) -> None:
        undated = not self.folder.by_date.isdisjoint(mail.uid for mail in remote)
        before = self._services.intake.skipped_before(self.connector, epoch, by_date=undated)
        for mails in self._batches(remote, before):
            self._keep_and_decide(epoch, mails)
            if self._stopped():
                return

    def _batches(
        self, remote: Sequence[RemoteMail], before: datetime | None
    ) -> Iterator[list[NewMail]]:
        """The mails, skipped ones included, in batches small enough for one transaction."""
        if before is not None:
            remote = self.mailbox.dated(remote)
        limit = self._services.intake.settings().max_mail_megabytes << 20
        self._services.check_room()
        batch: list[NewMail] = []
        size = 0
        for mail in self._fetched(remote, before, limit):
            batch.append(mail)
            size += len(mail.raw or b"")
            if len(batch) >= BATCH_MAILS or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
                self._services.check_room()
        if batch:
            yield batch

    def _fetched(
        self, remote: Sequence[RemoteMail], before: datetime | None, limit: int
    ) -> Iterator[NewMail]:
        for run, kind in _runs(remote, before, limit):
            if kind == "old":
                yield from (to_store(m, None, skipped_before=before) for m in run)
            elif kind == "large":
                for mail in run:
                    headers = self.mailbox.headers(mail)
                    yield to_store(mail, headers, complete=False)
            else:
                for mail, raw in self.mailbox.fetch(run):
                    there = raw is None and mail.uid in self.mailbox.all_uids()
                    self.incomplete = self.incomplete or there
                    # Only now the date is known of a server that gives no header lines.
                    yield to_store(mail, raw, skipped_before=before, still_there=there)

    def _keep_and_decide(self, epoch: Epoch, mails: Sequence[NewMail]) -> None:
        kept = self._services.intake.store(self.connector, epoch, mails)
        self.mailbox.stored([mail.uid for mail in mails if mail.raw is not None])
        self.ends.update(m.end for _, m in kept if m.raw is None and m.end is not End.PENDING)
        stored = [
            Undecided(intake_id, mail.raw, mail.received, complete=mail.complete)
            for intake_id, mail in kept
            if mail.raw is not None
        ]
        if epoch.held or not stored:
            return
        for received in self._services.intake.decide(self.connector.id, stored):
            self._tell(received)

    def _tell(self, received: Received) -> None:
        self.ends[received.end] += 1
        self._report(received)

    def _acknowledge(self, epoch: Epoch) -> None:
        intake = self._services.intake
        uids = intake.owed(epoch)
        if not uids:
            return
        known = frozenset(intake.owed(epoch, copied=True))
        copied = set(known)
        try:
            self.mailbox.acknowledge(uids, self.connector.after_intake, copied)
        except MailError as error:
            # What is in the target folder must not be copied there again (MAIL 3.4).
            if fresh := sorted(copied - known):
                intake.settle(epoch, fresh, copied=True)
            if not isinstance(error, UndoneError):
                raise
            self.warning = error.sentence()
            _log.warning("connector %d: %s", self.connector.id, self.warning)
        else:
            intake.settle(epoch, uids)


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
