"""Taking mail in: bytes first (T1), then one decision in one transaction (T2), then the server."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from enate_desktop.domain.connectors import AfterIntake, Connector, FirstIntake, IntakeAction
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.settings import Settings
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.mail.parsing import read_message
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.explanation import DETAILS_KEPT, Decision
from enate_desktop.services.context import Context
from enate_desktop.services.known_work import StoredWork
from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.services.outcomes import apply_decisions, end_of, takers
from enate_desktop.services.route_tables import Deciding, RouteTables
from enate_desktop.storage.ledger import MOST_ATTEMPTS
from enate_desktop.storage.records import Epoch, NewMail, Pending
from enate_desktop.storage.unit_of_work import UnitOfWork

MOST_INTERRUPTIONS = 10
"""Times the program may end while it decides a mail before the mail itself is suspected."""
_CLOCKS_DIFFER = timedelta(hours=1)
_GONE = "It was removed from the server before it could be fetched."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A stored mail that waits for its decision; ``last_try``: on nothing but its bytes."""

    intake_id: int
    raw: bytes
    received: datetime
    complete: bool = True
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that met its end, as the worker reports it."""

    connector_id: int
    intake_id: int
    end: End
    subject: str
    references: tuple[str, ...]


class IntakeService:
    """What the poller asks for; every method is one short transaction without network."""

    def __init__(
        self, context: Context, read: Callable[[bytes, datetime | None], Message] = read_message
    ) -> None:
        """Work with ``context``; ``read`` makes a message of a mail's bytes."""
        self._context = context
        self._tables = RouteTables()
        self._read = read

    def settings(self) -> Settings:
        """The present settings."""
        with self._context.database.read() as work:
            return work.facts.settings()

    def epoch(self, connector: Connector, folder: FolderState) -> Epoch:
        """The life of the folder that ``folder`` shows; begun when it is new to us.

        First contact honours the choice of C-12. A changed UIDVALIDITY starts from nothing: mails
        known by their content become duplicates.
        """
        mailbox = mailbox_name(connector)
        with self._context.database.read() as work:
            epochs = work.ledger.epochs(connector.id, mailbox)
        for epoch in epochs:
            if epoch.uidvalidity == folder.uidvalidity:
                return epoch
        first = not epochs and connector.start_from.choice is FirstIntake.NEW
        baseline = max(folder.uidnext - 1, 0) if first else 0
        with self._context.database.write() as work:
            return work.ledger.open_epoch(connector.id, mailbox, folder.uidvalidity, baseline)

    def unknown(self, epoch: Epoch, uids: Sequence[int]) -> frozenset[int]:
        """Those of ``uids`` that were never seen and were not there before the first enable."""
        with self._context.database.read() as work:
            known = work.ledger.uids(epoch.id)
        return frozenset(uid for uid in uids if uid > epoch.baseline_uid and uid not in known)

    def give_up_vanished(self, epoch: Epoch, uids: Sequence[int]) -> None:
        """Give mails that were never delivered their end, now that ``uids`` are all there is."""
        with self._context.database.read() as work:
            lost = work.ledger.undelivered(epoch) - frozenset(uids)
        if lost:
            with self._context.database.write() as work:
                work.ledger.give_up(epoch, lost, _GONE)

    def skipped_before(
        self, connector: Connector, epoch: Epoch, *, by_date: bool = False
    ) -> datetime | None:
        """Mail received earlier than this is skipped by choice (C-12); None: take everything.

        ``by_date``: some of the mails cannot be told from old ones by their numbers.
        """
        if connector.start_from.choice is FirstIntake.SINCE:
            return connector.start_from.since
        if connector.start_from.choice is FirstIntake.ALL:
            return None
        with self._context.database.read() as work:
            first = work.ledger.epochs(connector.id, epoch.mailbox)[0]
        # Only a rebuilt mailbox needs the time: in its first life the baseline UID is exact.
        if first.id != epoch.id:
            return first.opened.replace(microsecond=0)
        return first.opened - _CLOCKS_DIFFER if by_date else None

    def store(
        self, connector: Connector, epoch: Epoch, mails: Sequence[NewMail]
    ) -> tuple[tuple[int, NewMail], ...]:
        """T1: make the bytes durable; returns each mail with its ledger id.

        What another worker stored in the meantime is left out: it is theirs to decide.
        """
        owed = connector.after_intake.action is not IntakeAction.KEEP
        with self._context.database.write() as work:
            known = work.ledger.uids(epoch.id)
            mine = [mail for mail in mails if mail.uid not in known]
            ids = work.ledger.add(epoch, mine, "pending" if owed else "none")
        return tuple(zip(ids, mine, strict=True))

    def pending(self, connector_id: int) -> tuple[Pending, ...]:
        """Stored mails without an end, oldest first; left behind by a crash or an error."""
        with self._context.database.read() as work:
            return work.ledger.pending(connector_id)

    def retry(self, pending: Pending) -> Received | None:
        """Decide a mail that was left behind; counted first, so that a crash counts too."""
        with self._context.database.write() as work:
            work.ledger.count_attempt(pending.intake_id)
            raw = work.raw_mails.get(pending.raw_mail_id)
        # A program that was killed says little about the mail it was at; an error says a lot.
        most = MOST_ATTEMPTS if pending.failed else MOST_INTERRUPTIONS
        last = pending.attempts + 1 >= most
        mail = Undecided(pending.intake_id, raw, pending.received, pending.complete, last)
        return next(iter(self.decide(pending.connector_id, [mail])), None)

    def decide(self, connector_id: int, mails: Sequence[Undecided]) -> list[Received]:
        """T2: give stored mails their end, in one transaction; what is left out is retried later.

        If one of them raises, each is decided by itself. A mail that cannot be read is decided on
        nothing but its bytes at the last attempt, and quarantined when even that does not work
        (M-11). Raises StorageError.
        """
        try:
            return self._decide(connector_id, mails)
        except EnateError:
            raise
        except Exception:
            if len(mails) > 1:
                return [one for mail in mails for one in self.decide(connector_id, [mail])]
            # A bug of ours must not lose a mail or stop the next one.
            _log.exception("mail %d was not decided", mails[0].intake_id)
            return self._give_up(connector_id, mails[0])

    def owed(self, epoch: Epoch) -> tuple[int, ...]:
        """UIDs the server must still be told about."""
        with self._context.database.read() as work:
            return work.ledger.owed(epoch.id)

    def settle(self, epoch: Epoch, uids: Sequence[int]) -> None:
        """The server was told."""
        with self._context.database.write() as work:
            work.ledger.settle(epoch.id, uids)

    def explain(self, raw: bytes, connector_id: int) -> tuple[Message, tuple[Decision, ...]]:
        """What would happen to a mail at a connector, on or off; nothing is changed (SPEC 11)."""
        message = read_message(raw)
        with self._context.database.read() as work:
            deciding = self._tables.of(work, connector_id)
            return message, _decisions(work, deciding, message)

    def _decide(self, connector_id: int, mails: Sequence[Undecided]) -> list[Received]:
        messages = [
            _bare(mail) if mail.last_try else self._read(mail.raw, mail.received) for mail in mails
        ]
        done = []
        hits: Counter[int] = Counter()
        with self._context.database.write() as work:
            deciding = self._tables.of(work, connector_id)
            enabled = _first_enabled(work, deciding.table.connector)
            for mail, message in zip(mails, messages, strict=True):
                decisions = _decisions(work, deciding, message, DETAILS_KEPT, mail.intake_id)
                if enabled is not None and mail.received < enabled:
                    decisions = tuple(replace(one, automated_email=False) for one in decisions)
                end = end_of(decisions)
                note = "" if mail.complete else "Too large to fetch: routed by its headers."
                # First, so that of two workers only one goes on.
                if not work.ledger.finish(mail.intake_id, end, message, note):
                    continue
                references = apply_decisions(work, deciding, mail.intake_id, message, decisions)
                hits.update(takers(decisions))
                done.append(
                    Received(connector_id, mail.intake_id, end, message.subject, references)
                )
            work.route_hits.add(hits, datetime.now(UTC))
        return done

    def _give_up(self, connector_id: int, mail: Undecided) -> list[Received]:
        with self._context.database.write() as work:
            if not mail.last_try:
                work.ledger.note_error(mail.intake_id, "It could not be processed.")
                return []
            reason = f"It could not be processed after {MOST_ATTEMPTS} tries."
            work.ledger.finish(mail.intake_id, End.QUARANTINED, None, reason)
        return [Received(connector_id, mail.intake_id, End.QUARANTINED, "", ())]


def _decisions(
    work: UnitOfWork,
    deciding: Deciding,
    message: Message,
    details: int | None = None,
    intake_id: int | None = None,
) -> tuple[Decision, ...]:
    return decide_mail(
        message,
        deciding.table,
        StoredWork(work, message, intake_id),
        link_by_subject=deciding.settings.link_by_subject,
        details=details,
    )


def _first_enabled(work: UnitOfWork, connector: Connector) -> datetime | None:
    """Mail that was received earlier is never answered automatically (C-12)."""
    epochs = work.ledger.epochs(connector.id, mailbox_name(connector))
    return epochs[0].opened.replace(microsecond=0) if epochs else None


def _bare(mail: Undecided) -> Message:
    """A mail of which nothing is known but its bytes."""
    digest = hashlib.sha256(mail.raw).hexdigest()
    return Message(
        message_id=f"<{digest}@missing.local>",
        fingerprint=digest,
        subject="(this mail could not be read)",
        incomplete=True,
        notes=("It could not be read; the original is attached.",),
        size=len(mail.raw),
    )


def to_store(
    mail: RemoteMail,
    raw: bytes | None,
    *,
    skipped_before: datetime | None = None,
    complete: bool = True,
    still_there: bool = False,
) -> NewMail:
    """A fetched mail as T1 keeps it: skipped by choice when it is too old, or gone meanwhile.

    A mail that is ``still_there`` although the server did not deliver it stays wanted.
    """
    if skipped_before is not None and mail.received < skipped_before:
        return NewMail(mail.uid, mail.received, mail.size, None, end=End.SKIPPED)
    if raw is None and still_there:
        error = "The server lists this mail but does not deliver it whole."
        return NewMail(mail.uid, mail.received, mail.size, None, error=error)
    if raw is None:
        return NewMail(mail.uid, mail.received, mail.size, None, end=End.SKIPPED, error=_GONE)
    return NewMail(mail.uid, mail.received, mail.size or len(raw), raw, complete=complete)


def changes_server(after: AfterIntake) -> bool:
    """Whether the mailbox must be opened for writing."""
    return after.action is not IntakeAction.KEEP
