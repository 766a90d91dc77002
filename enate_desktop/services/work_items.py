"""Reading Tickets, Cases and the mails that made neither (W-01, W-02)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.work_items import End, WorkItem
from enate_desktop.services.context import Context
from enate_desktop.services.route_tables import process_paths
from enate_desktop.services.work_item_views import MailView, WorkItemDetail, detail_of, mail_view
from enate_desktop.services.work_item_views import named as _named
from enate_desktop.storage.records import LedgerLine
from enate_desktop.storage.work_item_lists import COUNTED, WorkItemFilter

__all__ = ["COUNTED", "LedgerLine", "MailView", "WorkItemDetail", "WorkItemFilter", "WorkItemPage"]


@dataclass(frozen=True, slots=True)
class WorkItemPage:
    """Some of the work items, newest first; ``more`` says whether there are older ones.

    ``total`` is how many fit altogether; where it is not ``exact`` there are more than that.
    """

    items: tuple[WorkItem, ...]
    total: int
    exact: bool = True
    more: bool = False


def _never() -> bool:
    return False


class WorkItemService:
    """Lists and details of work items and of mails by their end."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def page(
        self,
        wanted: WorkItemFilter | None = None,
        limit: int = 200,
        *,
        before: int | None = None,
        cancelled: Callable[[], bool] = _never,
    ) -> WorkItemPage:
        """The newest work items that fit ``wanted``, older than the work item ``before``.

        A filter that is not ``is_quick`` reads rows and takes its time: ask in the background;
        ``cancelled`` ends it with what was found so far. ``total`` counts from the newest only.
        """
        wanted = wanted or WorkItemFilter()
        with self._context.database.read() as work:
            items, more = work.work_item_lists.page(wanted, before, limit, cancelled)
            total, exact = len(items), not more
            if more and wanted.is_quick and before is None:
                total, exact = work.work_item_lists.count(wanted)
            return WorkItemPage(_named(work, items), total, exact, more)

    def detail(self, work_item_id: int) -> WorkItemDetail:
        """A work item with its conversation; NotFoundError when there is none of that id."""
        with self._context.database.read() as work:
            item = work.work_item_lists.get(work_item_id)
            if item is None:
                raise NotFoundError("That work item does not exist.", "Read the list again.")
            return detail_of(work, item)

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
            received = work.decisions.received(intake_id)
            if received is None:
                raise NotFoundError("That mail does not exist.", "Read the list again.")
            return mail_view(work, intake_id, received)

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
