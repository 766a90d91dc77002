"""A batch of mails decided in one transaction, each as if the ones before it were written."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Outcome
from enate_desktop.routing.linking import LinkTarget
from enate_desktop.services.answering import Plan, Wanted
from enate_desktop.services.known_work import StoredWork
from enate_desktop.services.outcomes import (
    Decided,
    apply_decisions,
    join,
    reference_of,
    takers,
)
from enate_desktop.services.route_tables import Deciding
from enate_desktop.services.taking_in import Received
from enate_desktop.storage.unit_of_work import UnitOfWork

_REFERENCES = 50
_NOT_PLANNED = "No automated email was sent: something unexpected happened. See the log."
_log = logging.getLogger(__name__)


class Batch:
    """Asks the store for all mails at once and writes what was decided at once.

    What could depend on a mail that is not written yet makes the batch write first, so the answers
    are those of one mail after the other.
    """

    def __init__(
        self, work: UnitOfWork, deciding: Deciding, mails: Sequence[tuple[int, Message]]
    ) -> None:
        """Ask through ``work`` about ``mails``: intake ids and messages."""
        self.work = work
        self._deciding = deciding
        self.open = work.deciding.open([intake_id for intake_id, _ in mails])
        messages = [message for _, message in mails]
        self.fingerprints = work.deciding.fingerprints([m.fingerprint for m in messages])
        self.asked = frozenset(chain.from_iterable(map(_ids, messages)))
        linked = {i for m in messages for i in (*m.in_reply_to, *m.references, *m.bounced)}
        self.message_ids = work.deciding.message_ids(linked & self.asked)
        self.issued = work.deciding.issued(self.asked)
        self._waiting: list[Decided] = []
        self._new_prints: set[str] = set()
        self._new_ids: set[str] = set()
        self.received: list[Received] = []
        self._created: list[tuple[Decided, int, int, str]] = []
        self.hits: Counter[int] = Counter()

    def known(self, intake_id: int, message: Message) -> "KnownInBatch":
        """What the decision about one mail of the batch may ask."""
        return KnownInBatch(self, message, intake_id)

    def add(self, mail: Decided) -> None:
        """A mail was decided; it is written later, together with others."""
        for decision in mail.decisions:
            if decision.outcome is Outcome.APPENDED and decision.work_item_id is not None:
                join(self.work, decision.work_item_id, mail.message)
        self._waiting.append(mail)
        self._new_prints.add(mail.message.fingerprint)
        self._new_ids.add(mail.message.message_id)
        self.hits.update(takers(mail.decisions))

    def flush(self) -> None:
        """Write what was decided so far."""
        mails, self._waiting = self._waiting, []
        if not mails:
            return
        outcomes = apply_decisions(self.work, self._deciding, mails)
        connector_id = self._deciding.table.connector.id
        for mail, items, references in zip(mails, outcomes.items, outcomes.references, strict=True):
            self.received.append(
                Received(connector_id, mail.intake_id, mail.end, mail.message.subject, references)
            )
            self._created += [
                (mail, place, item, reference_of(self._deciding, decision, item))
                for place, (item, decision) in enumerate(zip(items, mail.decisions, strict=True))
                if item is not None and decision.outcome is Outcome.CREATED
            ]
        self.fingerprints |= self._new_prints
        self.message_ids |= self._new_ids
        self._new_prints.clear()
        self._new_ids.clear()

    def answer(self, plan: Plan) -> None:
        """Plan the automated emails that are wanted, in the transaction of their work items.

        Keeps with each decision why nothing is sent. Raises EnateError; a bug of ours in ``plan``
        keeps no mail from becoming work.
        """
        wanted = [
            Wanted(mail.intake_id, item, reference, mail.message, mail.decisions[place])
            for mail, place, item, reference in self._created
            if mail.decisions[place].automated_email
        ]
        if not wanted:
            return
        try:
            with self.work.connection.begin_nested():
                answers = plan(self.work, self._deciding, wanted)
        except EnateError:
            raise
        except Exception:
            _log.exception("connector %d: no automated emails", self._deciding.table.connector.id)
            answers = [_NOT_PLANNED] * len(wanted)
        self.work.deciding.note_answers(
            [
                (one.intake_id, one.work_item_id, answer)
                for one, answer in zip(wanted, answers, strict=True)
                if answer
            ]
        )

    def knows_content(self, fingerprint: str) -> bool:
        """Whether a mail with that fingerprint is in the ledger, now that all of it is there."""
        if fingerprint in self._new_prints:
            self.flush()
        return fingerprint in self.fingerprints

    def knows_ids(self, ids: Iterable[str]) -> bool:
        """Whether one of the Message-IDs may belong to a mail in the ledger or to one of ours."""
        wanted = frozenset(ids)
        if not wanted.isdisjoint(self._new_ids):
            self.flush()
        if not wanted <= self.asked:
            return True
        return not (wanted.isdisjoint(self.message_ids) and wanted.isdisjoint(self.issued))


class KnownInBatch(StoredWork):
    """Asks the store only what the answers for the whole batch leave open."""

    def __init__(self, batch: Batch, message: Message, intake_id: int) -> None:
        """On behalf of ``message`` of ``batch``."""
        self._batch = batch
        self._seen = batch.knows_content(message.fingerprint)
        super().__init__(batch.work, message, intake_id if self._seen else None)

    def issued_by_us(self, message_id: str) -> bool:
        """Whether this system sent the mail of that Message-ID (M-01)."""
        if message_id in self._batch.asked:
            return message_id in self._batch.issued
        return super().issued_by_us(message_id)

    def taken_in(self, key: str) -> bool:
        """Whether a mail with this resolution key was taken in before (M-02)."""
        return self._seen and super().taken_in(key)

    def by_message_ids(self, ids: Sequence[str]) -> LinkTarget | None:
        """The work item one of these Message-IDs belongs to (M-03)."""
        return super().by_message_ids(ids) if self._batch.knows_ids(ids) else None

    def by_reference(self, text: str) -> LinkTarget | None:
        """The work item people call ``101203-T`` (M-03), one of this batch included."""
        self._batch.flush()
        return super().by_reference(text)


def _ids(message: Message) -> Iterable[str]:
    own = (message.message_id,) if message.message_id else ()
    return (
        *own,
        *message.in_reply_to[:_REFERENCES],
        *message.references[-_REFERENCES:],
        *message.bounced[:_REFERENCES],
    )
