"""Repository of T2: what a batch of mails asks before it is decided, and the ends it gets."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End
from enate_desktop.storage.encoding import message_text
from enate_desktop.storage.mail_tables import DecisionRow, IntakeRow, IssuedMessageRow
from enate_desktop.storage.records import Pending
from enate_desktop.storage.tables import ContactRow

_MAIL = IntakeRow.__table__
_TAKEN_IN = (End.CREATED, End.APPENDED, End.UNHANDLED)
_FACTS = ("end", "error", "decided", "fingerprint", "message_id", "sender", "subject", "facts")
# Asked for every mail or batch, so made once.
_FINISH = (
    update(_MAIL)  # type: ignore[arg-type]  # a Table at run time
    .where(_MAIL.c.id == bindparam("intake_id"), _MAIL.c.end == End.PENDING)
    .values({name: bindparam(f"new_{name}") for name in _FACTS})
)
_OPEN = select(_MAIL.c.id).where(
    _MAIL.c.id.in_(bindparam("some", expanding=True)), _MAIL.c.end == End.PENDING
)
_FINGERPRINTS = select(_MAIL.c.fingerprint).where(
    _MAIL.c.fingerprint.in_(bindparam("some", expanding=True))
)
_MESSAGE_IDS = select(_MAIL.c.message_id).where(
    _MAIL.c.message_id.in_(bindparam("some", expanding=True))
)
_ISSUED = select(IssuedMessageRow.message_id).where(
    IssuedMessageRow.message_id.in_(bindparam("some", expanding=True))
)
_CONTACTS = select(ContactRow.address).where(
    ContactRow.address.in_(bindparam("some", expanding=True))
)
_ANSWERED = (
    update(DecisionRow.__table__)  # type: ignore[arg-type]
    .where(
        DecisionRow.intake_id == bindparam("mail"), DecisionRow.work_item_id == bindparam("item")
    )
    .values(acknowledgement=bindparam("why"))
)
_RESTORE_ATTEMPTS = (
    update(_MAIL)  # type: ignore[arg-type]
    .where(_MAIL.c.id == bindparam("intake_id"), _MAIL.c.end == End.PENDING)
    .values(attempts=bindparam("former"))
)
_THIS, _OTHER = _MAIL.alias("this"), _MAIL.alias("other")
_READ_BEFORE = (
    select(_OTHER.c.id)
    # The sum keeps SQLite from reading every mail of the connector: few look alike.
    .join(_THIS, _THIS.c.connector_id == _OTHER.c.connector_id + 0)
    .where(
        _THIS.c.id == bindparam("intake_id"),
        _OTHER.c.fingerprint == bindparam("fingerprint"),
        _OTHER.c.epoch_id != _THIS.c.epoch_id,
        _OTHER.c.end.in_(_TAKEN_IN),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Ending:
    """The one end of a mail; ``message`` is None where nothing of it could be read."""

    intake_id: int
    end: End
    message: Message | None
    error: str = ""


class DecidingRepository:
    """Questions and answers of one transaction in which mails get their ends."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def open(self, intake_ids: Collection[int]) -> frozenset[int]:
        """Those of the mails that have no end yet."""
        return frozenset(key for key in self._found(_OPEN, intake_ids) if isinstance(key, int))

    def fingerprints(self, some: Collection[str]) -> set[str]:
        """Those of ``some`` fingerprints that mails in the ledger have."""
        return set(map(str, self._found(_FINGERPRINTS, some)))

    def message_ids(self, some: Collection[str]) -> set[str]:
        """Those of ``some`` Message-IDs that mails in the ledger have."""
        return set(map(str, self._found(_MESSAGE_IDS, some)))

    def issued(self, some: Collection[str]) -> set[str]:
        """Those of ``some`` Message-IDs that this system gave out."""
        return set(map(str, self._found(_ISSUED, some)))

    def contacts(self, some: Collection[str]) -> set[str]:
        """Those of ``some`` addresses that are contacts."""
        return set(map(str, self._found(_CONTACTS, some)))

    def finish(self, endings: Sequence[Ending]) -> None:
        """Give open mails their ends; what has an end keeps it."""
        now = datetime.now(UTC)
        rows = [_row(ending, now) for ending in endings]
        if rows:
            self._connection.execute(_FINISH, rows)

    def note_answers(self, answers: Sequence[tuple[int, int, str]]) -> None:
        """Keep why a decision led to no automated email: intake id, work item id, sentence."""
        if answers:
            rows = [{"mail": mail, "item": item, "why": why} for mail, item, why in answers]
            self._connection.execute(_ANSWERED, rows)

    def note_error(self, intake_id: int, error: str) -> None:
        """Keep why a try did not succeed."""
        self._connection.execute(
            update(IntakeRow).where(IntakeRow.id == intake_id).values(error=error)
        )

    def read_before(self, intake_id: int, fingerprint: str) -> bool:
        """Whether the same mail was taken in in another life of its connector's mailbox."""
        values = {"intake_id": intake_id, "fingerprint": fingerprint}
        return self._connection.execute(_READ_BEFORE, values).first() is not None

    def open_again(self, intake_id: int) -> Pending | None:
        """Let a quarantined mail whose bytes are here wait for a decision once more.

        None for any other, and for one that was discarded.
        """
        mail = IntakeRow
        changed = self._connection.execute(
            update(mail)
            .where(
                mail.id == intake_id,
                mail.end == End.QUARANTINED,
                mail.deleted_at.is_(None),
                mail.raw_mail_id.is_not(None),
            )
            .values(end=End.PENDING, attempts=0, error="", decided=None)
        )
        if changed.rowcount != 1:
            return None
        row = self._connection.execute(
            select(mail.connector_id, mail.raw_mail_id, mail.received, mail.complete).where(
                mail.id == intake_id
            )
        ).one()
        return Pending(
            intake_id, row.connector_id, row.raw_mail_id, row.received, 0, row.complete, False
        )

    def put_back(self, intake_id: int, reason: str) -> None:
        """Put a mail that was opened again and got no end into quarantine as it was."""
        self._connection.execute(
            update(IntakeRow)
            .where(IntakeRow.id == intake_id, IntakeRow.end == End.PENDING)
            .values(end=End.QUARANTINED, error=reason, decided=datetime.now(UTC))
        )

    def restore_attempts(self, mails: Sequence[Pending]) -> None:
        """Let tries that told nothing about the mails not count."""
        rows = [{"intake_id": mail.intake_id, "former": mail.attempts} for mail in mails]
        if rows:
            self._connection.execute(_RESTORE_ATTEMPTS, rows)

    def _found(self, query: Select[Any], some: Collection[object]) -> Iterator[object]:
        values = list(dict.fromkeys(some))
        for start in range(0, len(values), 5000):
            part = values[start : start + 5000]
            yield from self._connection.execute(query, {"some": part}).scalars()


def _row(ending: Ending, now: datetime) -> dict[str, object]:
    message = ending.message
    return {
        "intake_id": ending.intake_id,
        "new_end": ending.end,
        "new_error": ending.error,
        "new_decided": now,
        "new_fingerprint": message.fingerprint if message else "",
        "new_message_id": message.message_id if message else "",
        "new_sender": message.sender if message else "",
        "new_subject": message.subject if message else "",
        "new_facts": message_text(message) if message else "",
    }
