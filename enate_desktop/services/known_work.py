"""What the decision asks of the store: which mails and work items are already known."""

from collections.abc import Sequence

from enate_desktop.domain.addresses import without_tag
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import State, reference, reference_id
from enate_desktop.routing.linking import LinkTarget
from enate_desktop.storage.unit_of_work import UnitOfWork


class StoredWork:
    """Answers from inside one transaction, so that nothing changes between question and use."""

    def __init__(self, work: UnitOfWork, message: Message, intake_id: int | None = None) -> None:
        """Ask through ``work`` on behalf of ``message``, which lies in the ledger as ``intake_id``.

        One that its connector read before, in another life of the mailbox, was taken in whatever
        the routes say of it today.
        """
        self._work = work
        self._read_before = intake_id is not None and work.deciding.read_before(
            intake_id, message.fingerprint
        )
        self._recipients = frozenset(map(without_tag, message.recipients))

    def issued_by_us(self, message_id: str) -> bool:
        """Whether this system sent the mail of that Message-ID (M-01)."""
        return self._work.decisions.issued_by_us(message_id)

    def taken_in(self, key: str) -> bool:
        """Whether a mail with this resolution key was taken in before (M-02)."""
        return self._read_before or self._work.decisions.key_taken(key)

    def by_message_ids(self, ids: Sequence[str]) -> LinkTarget | None:
        """The work item one of these Message-IDs belongs to (M-03).

        A mail to two routed addresses made two: the one of an address that is written to now comes
        first, then one that is not closed, then the newest.
        """
        found = self._work.work_items.of_message_ids(ids)
        if not found:
            return None
        best = max(
            found,
            key=lambda item: (item[2] in self._recipients, item[1] is not State.CLOSED, item[0]),
        )
        return self._target(best[0])

    def by_reference(self, text: str) -> LinkTarget | None:
        """The work item people call ``101203-T`` (M-03)."""
        named = reference_id(text)
        if named is None or self._work.work_items.kind(named[1]) is not named[0]:
            return None
        return self._target(named[1])

    def _target(self, work_item_id: int) -> LinkTarget | None:
        state = self._work.work_items.state(work_item_id)
        kind = self._work.work_items.kind(work_item_id)
        if state is None or kind is None:
            return None
        return LinkTarget(
            work_item_id=work_item_id,
            reference=reference(kind, work_item_id),
            state=state,
            participants=self._work.work_items.participants(work_item_id),
        )
