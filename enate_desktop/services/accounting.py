"""Nothing unaccounted: what every mailbox holds, and what became of each mail (X-05)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import InputError, RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.services.mailboxes import MailboxService
from enate_desktop.storage.mailbox_counts import MailboxCount
from enate_desktop.storage.records import Epoch
from enate_desktop.storage.unit_of_work import UnitOfWork

MOST_NAMED = 20
"""UIDs, or runs of them, that the details of a figure name."""
_SKIPPED = "It was new after the mailbox was rebuilt on the server, and skipped by choice."


@dataclass(frozen=True, slots=True)
class MailboxFigure:
    """The mails of one mailbox: ``on_server`` = ``accounted`` + ``waiting`` + ``unexplained``.

    ``at`` is the time of the last full look (UTC), None before the first. ``ends`` counts every
    mail ever seen, those that were there before the first enable (``before_first``) as skipped.
    ``held``: mails of a rebuilt mailbox wait for a person. ``details`` are sentences.
    """

    connector_id: int
    connector: str
    at: datetime | None
    on_server: int = 0
    accounted: int = 0
    waiting: int = 0
    unexplained: int = 0
    ends: Mapping[End, int] = field(default_factory=dict)
    before_first: int = 0
    held: bool = False
    details: tuple[str, ...] = ()


class Listing(Protocol):
    """The part of a mailbox that a check needs."""

    def open(self, *, examine: bool = False) -> FolderState:
        """Connect, sign in and open the folder; ``examine`` promises to change nothing."""

    def all_uids(self) -> tuple[int, ...]:
        """Every UID in the folder, ascending."""

    def close(self) -> None:
        """Sign out; never raises."""


class ListingSource(Protocol):
    """Opens the mailbox of a connector: MailboxService, or a fake in tests."""

    def of(self, connector: Connector) -> Listing:
        """The mailbox, not yet connected; raises EnateError when it cannot be had."""


class AccountingService:
    """The figures, and the choice about mailboxes that were rebuilt on their servers."""

    def __init__(self, context: Context, mailboxes: ListingSource | None = None) -> None:
        """Work with ``context``; ``mailboxes`` opens the mailbox that is to be checked."""
        self._context = context
        self._mailboxes: ListingSource = mailboxes or MailboxService(context)

    def figures(self) -> tuple[MailboxFigure, ...]:
        """One for each receiving connector, as of its last full look, in the order of names."""
        with self._context.database.read() as work:
            counts, held = work.mailbox_counts.all(), work.mailbox_counts.held()
            return tuple(
                _figure(work, connector, counts.get(connector.id), held)
                for connector in sorted(work.connectors.all(), key=lambda c: c.name.casefold())
                if connector.use_for.receives
            )

    def check(self, connector_id: int) -> MailboxFigure:
        """Ask the server now and keep the figure; nothing is changed there (EXAMINE).

        Raises InputError when the connector does not receive, NotPermittedError without "Handle
        mail" and MailError.
        """
        self._context.need(Permission.HANDLE_MAIL)
        with self._context.database.read() as work:
            connector = work.connectors.get(connector_id)
        if connector is None or not connector.use_for.receives:
            raise InputError("That connector does not receive mail.", "Nothing was asked.")
        mailbox = self._mailboxes.of(connector)
        try:
            validity = mailbox.open(examine=True).uidvalidity
            uids = mailbox.all_uids()
        finally:
            mailbox.close()
        with self._context.database.write() as work:
            lives = work.ledger.epochs(connector_id, mailbox_name(connector))
            life = next((life for life in lives if life.uidvalidity == validity), None)
            count = counted(work, life, uids) if life else _not_begun(connector_id, uids, lives)
            work.mailbox_counts.save(count)
            return _figure(work, connector, count, work.mailbox_counts.held())

    def take_held(self, connector_id: int) -> Changes:
        """Take the new mails of a rebuilt mailbox in; those known by content become duplicates.

        Raises RefusedError before all of its mails were compared.
        """
        return self._settle(connector_id, "mails of a rebuilt mailbox taken in", skip=False)

    def skip_held(self, connector_id: int) -> Changes:
        """Skip the new mails of a rebuilt mailbox; they stay on the server as they are.

        What came after it was rebuilt is decided. Raises RefusedError like :meth:`take_held`.
        """
        return self._settle(connector_id, "new mails of a rebuilt mailbox skipped", skip=True)

    def _settle(self, connector_id: int, action: str, *, skip: bool) -> Changes:
        self._context.need(Permission.HANDLE_MAIL)
        with self._context.database.write() as work:
            lives = work.rebuilt.held(connector_id)
            connector = work.connectors.get(connector_id)
            if not lives or connector is None:
                return NOTHING
            _check_compared(work, connector)
            number = 0
            for life in lives:
                if skip:
                    number += work.rebuilt.skip_new(life, _SKIPPED, datetime.now(UTC))
                else:
                    number += work.rebuilt.new_mails(life)
                work.rebuilt.hold(life, held=False)
            self._context.note(
                work,
                "connector",
                connector_id,
                connector.name,
                action,
                ("new mails", "", f"{number}"),
            )
        return Changes(
            conditions=frozenset((connector_id,)), worker=True, unhandled=True, work_items=True
        )


def _check_compared(work: UnitOfWork, connector: Connector) -> None:
    """Former lives are never compared again; what was not compared there is decided as usual."""
    lives = work.ledger.epochs(connector.id, mailbox_name(connector))
    if lives and lives[-1].held and not work.rebuilt.compared(lives[-1]):
        raise RefusedError(
            f"The mails of “{connector.name}” are still being compared with those known before.",
            "Nothing was decided. Choose again after the next complete look into the mailbox.",
        )


def counted(work: UnitOfWork, life: Epoch, uids: Collection[int]) -> MailboxCount:
    """What became of the mails ``uids``, all that the server lists, in one ``life``.

    A mail with a number above all that were seen came after the last look: it waits.
    """
    listed = frozenset(uids)
    ends = work.mailbox_counts.ends_of(life.id)
    before = {uid for uid in listed if 0 < uid <= life.baseline_uid and uid not in ends}
    pending = {uid for uid in listed if ends.get(uid) is End.PENDING}
    unseen = {uid for uid in listed - before if uid not in ends}
    highest = max(life.baseline_uid, life.last_uid, *ends, 0)
    fresh = {uid for uid in unseen if uid > highest}
    unexplained = unseen - fresh
    waiting = len(pending) + len(fresh)
    return MailboxCount(
        life.connector_id,
        datetime.now(UTC),
        on_server=len(listed),
        accounted=len(listed) - waiting - len(unexplained),
        waiting=waiting,
        unexplained=len(unexplained),
        before_first=len(before),
        details=_details(unexplained),
    )


def _not_begun(connector_id: int, uids: Collection[int], lives: Collection[Epoch]) -> MailboxCount:
    number = len(frozenset(uids))
    detail = "This mailbox was never taken in so far."
    if lives:
        detail = "This mailbox was rebuilt on the server since the last look."
    at = datetime.now(UTC)
    return MailboxCount(connector_id, at, number, 0, number, 0, details=(detail,))


def _details(uids: Iterable[int]) -> tuple[str, ...]:
    runs: list[list[int]] = []
    for uid in sorted(uids):
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    named = [f"{a}" if a == b else f"{a} to {b}" for a, b in runs[:MOST_NAMED]]
    if not named:
        return ()
    more = " and more" if len(runs) > MOST_NAMED else ""
    return (
        f"The server lists mails that were never taken in: UID {', '.join(named)}{more}.",
        "They are taken in at the next look; if not, the log says why.",
    )


def _figure(
    work: UnitOfWork, connector: Connector, count: MailboxCount | None, held: Mapping[int, int]
) -> MailboxFigure:
    ends = {end: n for end, n in work.ledger.counts(connector.id).items() if n}
    ends.pop(End.PENDING, None)
    details = count.details if count else ()
    if connector.id in held:
        details = (
            f"This mailbox was rebuilt on the server (UIDVALIDITY changed) and much of it would be"
            f" new. {held[connector.id]:,} mails wait until you take the new ones in or skip them.",
            *details,
        )
    if count is None:
        return MailboxFigure(
            connector.id,
            connector.name,
            None,
            ends=ends,
            held=connector.id in held,
            details=details,
        )
    if count.before_first:
        ends[End.SKIPPED] = ends.get(End.SKIPPED, 0) + count.before_first
    return MailboxFigure(
        connector.id,
        connector.name,
        count.at,
        count.on_server,
        count.accounted,
        count.waiting,
        count.unexplained,
        ends,
        count.before_first,
        connector.id in held,
        details,
    )
