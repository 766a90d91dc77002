"""The outbox as a person sees it: listed, sent again, discarded, started after a stop (O-03)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.outbox import Delivery, DeliveryFilter, DeliveryPage, DeliveryState
from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.storage import outbox_queries
from enate_desktop.storage.unit_of_work import UnitOfWork

RETRIED = (
    DeliveryState.FAILED,
    DeliveryState.RETRY,
    DeliveryState.UNKNOWN,
    DeliveryState.DISCARDED,
)
"""What a person may send again; what is sent or being sent is not."""
DISCARDED = (
    DeliveryState.QUEUED,
    DeliveryState.RETRY,
    DeliveryState.UNKNOWN,
    DeliveryState.FAILED,
)
EVERYTHING = DeliveryFilter()


class Waiting(NamedTuple):
    """A connector that is off, and how many mails wait for it."""

    connector_id: int
    connector: str
    mails: int


class OutboxService:
    """Deliveries of automated emails."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def page(
        self, wanted: DeliveryFilter = EVERYTHING, offset: int = 0, limit: int = 200
    ) -> DeliveryPage:
        """Some deliveries, newest first, and how many there are altogether."""
        with self._context.database.read() as work:
            return work.outbox.page(wanted, offset, limit)

    def rows(
        self, wanted: DeliveryFilter = EVERYTHING, offset: int = 0, limit: int = 200
    ) -> tuple[Delivery, ...]:
        """Some deliveries, newest first; counts nothing."""
        with self._context.database.read() as work:
            return outbox_queries.rows(work.connection, wanted, offset, limit)

    def counts(self) -> Counter[DeliveryState]:
        """How many deliveries there are in each state."""
        with self._context.database.read() as work:
            return work.outbox.counts()

    def waiting(self) -> tuple[Waiting, ...]:
        """The connectors that are off although mails wait for them, the most mails first."""
        with self._context.database.read() as work:
            return tuple(Waiting(*one) for one in outbox_queries.waiting(work.connection))

    def of_work_item(self, work_item_id: int) -> tuple[Delivery, ...]:
        """The deliveries that tell of a work item, oldest first."""
        with self._context.database.read() as work:
            wanted = DeliveryFilter(work_item_id=work_item_id)
            return tuple(reversed(work.outbox.page(wanted, 0, 1000).items))

    def mail(self, delivery_id: int) -> bytes:
        """The mail as it goes over the wire; NotFoundError when there is no such delivery."""
        with self._context.database.read() as work:
            data = work.outbox.data(delivery_id)
        if data is None:
            raise NotFoundError("That email is not in the outbox.", "Nothing was changed.")
        return data

    def retry(self, ids: Iterable[int]) -> Changes:
        """Send deliveries again that failed, wait, may have left or were discarded.

        One whose connector was deleted stays as it is; RefusedError when there is no other.
        """
        return self._move(ids, RETRIED, "sent again")

    def discard(self, ids: Iterable[int]) -> Changes:
        """Never send deliveries that did not leave; one that is being sent stays as it is."""
        return self._move(ids, DISCARDED, "discarded")

    def stopped(self) -> str:
        """Why nothing is sent at all, in a sentence for a banner; empty when it is sent."""
        with self._context.database.read() as work:
            return work.outbox.stopped()

    def start_again(self) -> Changes:
        """Let sending go on after it was stopped because of too many emails."""
        self._context.need(Permission.HANDLE_MAIL)
        with self._context.database.write() as work:
            if not work.outbox.stopped():
                return NOTHING
            work.outbox.start(work.now())
            self._context.note(work, "outbox", 0, "Outbox", "sending started again")
        return Changes(outbox=True, worker=True)

    def _move(self, ids: Iterable[int], states: tuple[DeliveryState, ...], action: str) -> Changes:
        self._context.need(Permission.HANDLE_MAIL)
        with self._context.database.write() as work:
            now, moved = work.now(), False
            found = work.outbox.get(ids)
            if action == "sent again":
                found = _with_connector(work, found)
            for one in found:
                change = work.outbox.requeue if action == "sent again" else work.outbox.discard
                if change((one.id,), states, now):
                    name = f"{one.subject} ({one.recipient})"
                    self._context.note(work, "delivery", one.id, name, action)
                    moved = True
        return Changes(outbox=True) if moved else NOTHING


def _with_connector(work: UnitOfWork, some: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Those that somebody can send; RefusedError when nobody can send any of them."""
    present = {connector.id for connector in work.connectors.all()}
    kept = tuple(one for one in some if one.connector_id in present)
    if some and not kept:
        raise RefusedError(
            "The connector that was to send it was deleted.",
            "Nothing was changed. Bring the connector back on the Activity page, then try again.",
        )
    return kept
