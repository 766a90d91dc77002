"""Taking mail in: bytes first (T1), then one decision in one transaction (T2), then the server."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from enate_desktop.domain.connectors import Connector, FirstIntake, IntakeAction
from enate_desktop.domain.errors import EnateError, StorageError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.settings import Settings
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.mail.parsing import read_message
from enate_desktop.routing.explanation import Decision
from enate_desktop.services import reconciling
from enate_desktop.services.accounting import counted
from enate_desktop.services.answering import Plan, no_answer
from enate_desktop.services.context import Context
from enate_desktop.services.deciding import decide_batch, decisions_about
from enate_desktop.services.known_work import StoredWork
from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.services.route_tables import RouteTables
from enate_desktop.services.taking_in import (
    GONE,
    Received,
    Undecided,
    bare_message,
    changes_server,
    to_store,
)
from enate_desktop.storage.deciding import Ending
from enate_desktop.storage.ledger import MOST_ATTEMPTS
from enate_desktop.storage.records import Epoch, NewMail, Pending

__all__ = ["IntakeService", "Received", "Undecided", "changes_server", "to_store"]

MOST_INTERRUPTIONS = 10
"""Times the program may end while it decides a mail before the mail itself is suspected."""
_MOST_PENDING = 100_000
_CLOCKS_DIFFER = timedelta(hours=1)
_log = logging.getLogger(__name__)


class IntakeService:
    """What the poller asks for; every method is one short transaction without network."""

    def __init__(
        self,
        context: Context,
        read: Callable[[bytes, datetime | None], Message] = read_message,
        plan: Plan = no_answer,
    ) -> None:
        """Work with ``context``; ``read`` makes a message of a mail's bytes.

        ``plan`` queues automated emails in the transaction that makes their work items.
        """
        self._context = context
        self._plan = plan
        self._tables = RouteTables()
        self._read = read

    def settings(self) -> Settings:
        """The present settings."""
        with self._context.database.read() as work:
            return work.facts.settings()

    def epoch(self, connector: Connector, folder: FolderState) -> Epoch:
        """The life of the folder that ``folder`` shows; begun when it is new to us.

        First contact honours the choice of C-12. A changed UIDVALIDITY starts from nothing and is
        held until :meth:`reconcile` has compared its mails with those that are known; the server
        is told nothing more about mails of the former life.
        """
        mailbox = mailbox_name(connector)
        with self._context.database.read() as work:
            epochs = work.ledger.epochs(connector.id, mailbox)
        for epoch in epochs:
            if epoch.uidvalidity == folder.uidvalidity:
                return self._with_baseline(epoch, folder)
        first = not epochs and connector.start_from.choice is FirstIntake.NEW
        # Where UIDs do not last they tell nothing of a mail's age; its date does.
        baseline = max(folder.uidnext - 1, 0) if first and folder.uidvalidity else 0
        with self._context.database.write() as work:
            life = work.ledger.open_epoch(
                connector.id,
                mailbox,
                folder.uidvalidity,
                baseline,
                held=reconciling.is_rebuilt(epochs),
            )
            work.rebuilt.nothing_owed(life)
            return life

    def unknown(
        self, epoch: Epoch, uids: Sequence[int], listed: Sequence[RemoteMail] = ()
    ) -> frozenset[int]:
        """Those of ``uids`` that were never seen and were not there before the first enable.

        ``listed``: all mails as the server lists them, to be given where UIDs do not last
        (UIDVALIDITY 0). One that differs from what is known under its UID is another mail.
        """
        if listed and not epoch.uidvalidity:
            with self._context.database.write() as work:
                work.rebuilt.renumber(epoch, {m.uid: (m.size, m.received) for m in listed})
        with self._context.database.read() as work:
            known = work.ledger.uids(epoch.id)
        return frozenset(uid for uid in uids if uid > epoch.baseline_uid and uid not in known)

    def give_up_vanished(self, epoch: Epoch, uids: Sequence[int]) -> None:
        """Give mails that were never delivered their end, now that ``uids`` are all there is."""
        with self._context.database.read() as work:
            lost = work.ledger.undelivered(epoch) - frozenset(uids)
        if lost:
            with self._context.database.write() as work:
                work.ledger.give_up(epoch, lost, GONE)

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
        return first.opened - _CLOCKS_DIFFER if by_date or not epoch.uidvalidity else None

    def store(
        self, connector: Connector, epoch: Epoch, mails: Sequence[NewMail]
    ) -> tuple[tuple[int, NewMail], ...]:
        """T1: make the bytes durable; returns each mail with its ledger id.

        What another worker stored in the meantime is left out: it is theirs to decide.
        """
        owed = connector.after_intake.action is not IntakeAction.KEEP
        with self._context.database.write() as work:
            known = work.ledger.known(epoch.id, [mail.uid for mail in mails])
            mine = [mail for mail in mails if mail.uid not in known]
            ids = work.ledger.add(epoch, mine, "pending" if owed else "none")
        return tuple(zip(ids, mine, strict=True))

    def pending(self, connector_id: int) -> tuple[Pending, ...]:
        """Stored mails without an end, oldest first; left behind by a crash or an error."""
        with self._context.database.read() as work:
            return work.ledger.pending(connector_id, _MOST_PENDING)

    def retry(self, *some: Pending) -> list[Received]:
        """Decide mails of one connector that were left behind, in one transaction.

        Their tries are counted first, so that a crash counts too. A refusal of the database does
        not count: it says nothing about a mail. Each is then tried by itself, and what is refused
        even so is left for later. Raises StorageError when nothing can be written at all.
        """
        try:
            return self._retry(some)
        except StorageError as error:
            with self._context.database.write() as work:
                work.deciding.restore_attempts(some)
            if len(some) > 1:
                return [received for one in some for received in self.retry(one)]
            _log.warning("mail %d: %s", some[0].intake_id, error.sentence())
            return []

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

    def reconcile(self, epoch: Epoch) -> bool:
        """Compare a life of a rebuilt mailbox with former ones, once all its mails are stored.

        True: much of it would be new, so nothing may be decided before a person says so. Else
        all of it is :meth:`pending` from now on, and what is known becomes duplicates.
        """
        return epoch.held and reconciling.reconcile(self._context, epoch, self._read)

    def account(self, epoch: Epoch, uids: Sequence[int]) -> None:
        """Keep what became of the mails ``uids``, all that the server lists, after a full look."""
        with self._context.database.write() as work:
            work.mailbox_counts.save(counted(work, epoch, uids))

    def owed(self, epoch: Epoch, *, copied: bool = False) -> tuple[int, ...]:
        """UIDs the server must still be told about; ``copied``: those it must not copy again."""
        with self._context.database.read() as work:
            return work.ledger.owed(epoch.id, copied=copied)

    def settle(self, epoch: Epoch, uids: Sequence[int], *, copied: bool = False) -> None:
        """The server was told; ``copied``: it has copied the mails, but not removed them."""
        with self._context.database.write() as work:
            work.ledger.settle(epoch.id, uids, copied=copied)

    def explain(self, raw: bytes, connector_id: int) -> tuple[Message, tuple[Decision, ...]]:
        """What would happen to a mail at a connector, on or off; nothing is changed (SPEC 11)."""
        message = read_message(raw)
        with self._context.database.read() as work:
            deciding = self._tables.of(work, connector_id)
            return message, decisions_about(deciding, message, StoredWork(work, message))

    def _retry(self, some: Sequence[Pending]) -> list[Received]:
        with self._context.database.write() as work:
            work.ledger.count_attempts(one.intake_id for one in some)
            raws = [work.raw_mails.get(one.raw_mail_id) for one in some]
        mails = [
            Undecided(one.intake_id, raw, one.received, one.complete, _is_last(one))
            for one, raw in zip(some, raws, strict=True)
        ]
        return self.decide(some[0].connector_id, mails) if some else []

    def _decide(self, connector_id: int, mails: Sequence[Undecided]) -> list[Received]:
        messages = [
            bare_message(mail) if mail.last_try else self._read(mail.raw, mail.received)
            for mail in mails
        ]
        with self._context.database.write() as work:
            deciding = self._tables.of(work, connector_id)
            return decide_batch(work, deciding, list(zip(mails, messages, strict=True)), self._plan)

    def _with_baseline(self, epoch: Epoch, folder: FolderState) -> Epoch:
        """A server that counts backwards must not hide new mail below the baseline (row 92)."""
        if not 0 < folder.uidnext <= epoch.baseline_uid:
            return epoch
        _log.warning("mailbox %s: UIDNEXT went backwards to %d", epoch.mailbox, folder.uidnext)
        with self._context.database.write() as work:
            return work.rebuilt.lower_baseline(epoch, folder.uidnext - 1)

    def _give_up(self, connector_id: int, mail: Undecided) -> list[Received]:
        with self._context.database.write() as work:
            if not mail.last_try:
                work.deciding.note_error(mail.intake_id, "It could not be processed.")
                return []
            reason = f"It could not be processed after {MOST_ATTEMPTS} tries."
            work.deciding.finish([Ending(mail.intake_id, End.QUARANTINED, None, reason)])
        return [Received(connector_id, mail.intake_id, End.QUARANTINED, "", ())]


def _is_last(pending: Pending) -> bool:
    # A program that was killed says little about the mail it was at; an error says a lot.
    most = MOST_ATTEMPTS if pending.failed else MOST_INTERRUPTIONS
    return pending.attempts + 1 >= most
