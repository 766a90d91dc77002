"""Reading Tickets, Cases and the mails that made neither (W-01, W-02)."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, WorkItem
from enate_desktop.mail.parsing import body_text
from enate_desktop.routing.explanation import Decision, from_stored
from enate_desktop.services.context import Context
from enate_desktop.services.route_tables import process_paths
from enate_desktop.storage.records import LedgerLine
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.storage.work_items import WorkItemFilter

__all__ = ["LedgerLine", "MailView", "WorkItemDetail", "WorkItemFilter", "WorkItemPage"]


@dataclass(frozen=True, slots=True)
class WorkItemPage:
    """Some of the work items, newest first, and how many there are altogether."""

    items: tuple[WorkItem, ...]
    total: int


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail with why it went where it went; ``text`` is plain and bounded."""

    intake_id: int
    received: datetime
    message: Message
    decisions: tuple[Decision, ...]
    text: str


@dataclass(frozen=True, slots=True)
class WorkItemDetail:
    """A work item with its mails, oldest first."""

    work_item: WorkItem
    mails: tuple[MailView, ...]


class WorkItemService:
    """Lists and details of work items and of mails by their end."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def page(
        self, wanted: WorkItemFilter | None = None, offset: int = 0, limit: int = 200
    ) -> WorkItemPage:
        """The newest work items that fit ``wanted``."""
        with self._context.database.read() as work:
            items, total = work.work_items.page(wanted or WorkItemFilter(), offset, limit)
            return WorkItemPage(_named(work, items), total)

    def detail(self, work_item_id: int) -> WorkItemDetail:
        """A work item with its conversation; NotFoundError when there is none of that id."""
        with self._context.database.read() as work:
            item = work.work_items.get(work_item_id)
            if item is None:
                raise NotFoundError("That work item does not exist.", "Read the list again.")
            mails = tuple(
                _mail_view(work, intake_id, received, (from_stored(explanation),))
                for intake_id, received, explanation in work.work_items.mails(work_item_id)
            )
            return WorkItemDetail(_named(work, (item,))[0], mails)

    def unhandled(self, limit: int = 1000) -> tuple[LedgerLine, ...]:
        """Mails that neither created nor joined a work item, newest first, with the reason."""
        return self._lines(End.UNHANDLED, limit)

    def counts(self) -> Counter[End]:
        """How many mails met which end, over all connectors."""
        with self._context.database.read() as work:
            return Counter(work.ledger.counts())

    def quarantine(self, limit: int = 1000) -> tuple[LedgerLine, ...]:
        """Mails that could not be processed, newest first."""
        return self._lines(End.QUARANTINED, limit)

    def recent_mails(self, limit: int = 200) -> tuple[LedgerLine, ...]:
        """The newest mails whose original is kept, whatever became of them."""
        with self._context.database.read() as work:
            return work.decisions.lines(None, limit)

    def mail(self, intake_id: int) -> MailView:
        """One mail with every decision about it."""
        with self._context.database.read() as work:
            decisions = tuple(
                from_stored(text) for _, text in work.decisions.explanations(intake_id)
            )
            line = work.decisions.received(intake_id)
            if line is None:
                raise NotFoundError("That mail does not exist.", "Read the list again.")
            return _mail_view(work, intake_id, line, decisions)

    def came_to(self, intake_id: int) -> int | None:
        """The id of the connector a mail came to; None when there is no mail of that id."""
        with self._context.database.read() as work:
            return work.decisions.connector_id(intake_id)

    def raw(self, intake_id: int) -> bytes:
        """The bytes of a mail exactly as the server gave them."""
        with self._context.database.read() as work:
            raw_mail_id = work.decisions.raw_mail_id(intake_id)
            if raw_mail_id is None and work.decisions.message(intake_id) is not None:
                days = work.facts.settings().keep_mail_days
                raise NotFoundError(
                    f"The original was removed after {days} days."
                    if days
                    else "The original was removed after the days it was to be kept.",
                    "What was decided and why is still here.",
                )
            if raw_mail_id is None:
                raise NotFoundError("The original of that mail is not kept.", "")
            return work.raw_mails.get(raw_mail_id)

    def process_paths(self) -> dict[int, str]:
        """The path of every process, for explanations."""
        with self._context.database.read() as work:
            return process_paths(work)

    def _lines(self, end: End, limit: int) -> tuple[LedgerLine, ...]:
        with self._context.database.read() as work:
            return work.decisions.lines(end, limit)


def _named(work: UnitOfWork, items: tuple[WorkItem, ...]) -> tuple[WorkItem, ...]:
    paths = process_paths(work)
    return tuple(replace(item, process=paths.get(item.process_id, "")) for item in items)


def _mail_view(
    work: UnitOfWork, intake_id: int, received: datetime, decisions: tuple[Decision, ...]
) -> MailView:
    message = work.decisions.message(intake_id) or Message(message_id="", fingerprint="")
    raw_mail_id = work.decisions.raw_mail_id(intake_id)
    text = body_text(work.raw_mails.get(raw_mail_id)) if raw_mail_id is not None else ""
    return MailView(intake_id, received, message, decisions, text)
