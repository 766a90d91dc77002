"""Repository of the lasting numbers that POP3 mails get from us: the protocol has names only."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, delete, select, update

from enate_desktop.storage.mail_tables import EpochRow, IntakeRow, Pop3NumberRow, RawMailRow
from enate_desktop.storage.sql import insert_rows

REMEMBERED = timedelta(days=90)
"""How long the names of a mail that vanished from the server are kept, at least (MAIL 3.5)."""
_REFRESHED = timedelta(days=1)
_PART = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NumberedMail:
    """One mail of a POP3 mailbox with the names it goes by."""

    number: int
    uidl: str
    content: str
    last_seen: datetime

    @property
    def refresh_due(self) -> bool:
        """Whether it is time to note that the mail is still there."""
        return datetime.now(UTC) - self.last_seen > _REFRESHED


class Pop3NumberRepository:
    """Numbers ascend in the order in which mails were first seen; names are unique in a mailbox."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def known(
        self, connector_id: int, mailbox: str, uidls: Collection[str]
    ) -> dict[str, NumberedMail]:
        """The mails that go by these names, by ``uidl``."""
        return {mail.uidl: mail for mail in self._find(connector_id, mailbox, uidls, "uidl")}

    def uidls(self, connector_id: int, mailbox: str) -> frozenset[str]:
        """Every ``uidl`` that a mail of that mailbox goes by."""
        row = Pop3NumberRow
        found = self._connection.execute(
            select(row.uidl).where(
                row.connector_id == connector_id, row.mailbox == mailbox, row.uidl.is_not(None)
            )
        )
        return frozenset(uidl for (uidl,) in found if uidl)

    def by_content(self, connector_id: int, mailbox: str) -> frozenset[int]:
        """The numbers of the mails of that mailbox that go by a ``content``."""
        row = Pop3NumberRow
        found = self._connection.execute(
            select(row.id).where(
                row.connector_id == connector_id, row.mailbox == mailbox, row.content.is_not(None)
            )
        )
        return frozenset(number for (number,) in found)

    def seen(self, numbers: Collection[int]) -> None:
        """These mails are still on the server."""
        self._set(numbers, last_seen=datetime.now(UTC))

    def numbers(
        self, connector_id: int, mailbox: str, names: Sequence[tuple[str, str]]
    ) -> tuple[int, ...]:
        """The number of every mail in this order; new ones get new numbers, ascending.

        A mail is named ``(uidl, content)``, either of them empty where it is not known. It is found
        by its ``uidl``, else by its ``content``, and then goes by both.
        """
        by_uidl = self.known(connector_id, mailbox, [uidl for uidl, _ in names if uidl])
        contents = [content for _, content in names if content]
        by_content = {m.content: m for m in self._find(connector_id, mailbox, contents, "content")}
        now = datetime.now(UTC)
        found: list[int | None] = []
        fresh: list[dict[str, object]] = []
        for uidl, content in names:
            mail = by_uidl.get(uidl) or by_content.get(content)
            found.append(None if mail is None else mail.number)
            if mail is not None:
                self._rename(mail, uidl, content, by_content)
                continue
            fresh.append(
                {
                    "connector_id": connector_id,
                    "mailbox": mailbox,
                    "uidl": uidl or None,
                    "content": content or None,
                    "last_seen": now,
                }
            )
        self.seen([number for number in found if number is not None])
        if fresh:
            self._forget_vanished(connector_id, mailbox, now - REMEMBERED)
        made = iter(insert_rows(self._connection, Pop3NumberRow, fresh))
        return tuple(next(made) if number is None else number for number in found)

    def forget(self, numbers: Collection[int]) -> None:
        """Whatever goes by the names of these mails from now on is another mail."""
        self._set(numbers, uidl=None, content=None)

    def kept(
        self, connector_id: int, mailbox: str, uidvalidity: int, numbers: Collection[int]
    ) -> Mapping[int, str]:
        """The SHA-256 (hex) of the mails that were taken in whole under these numbers."""
        found: dict[int, str] = {}
        for part in _parts(numbers):
            rows = self._connection.execute(
                select(IntakeRow.uid, RawMailRow.sha256)
                .join(EpochRow, EpochRow.id == IntakeRow.epoch_id)
                .join(RawMailRow, RawMailRow.id == IntakeRow.raw_mail_id)
                .where(
                    EpochRow.connector_id == connector_id,
                    EpochRow.mailbox == mailbox,
                    EpochRow.uidvalidity == uidvalidity,
                    IntakeRow.uid.in_(part),
                    IntakeRow.complete.is_(True),
                )
            )
            found |= {row.uid: row.sha256 for row in rows}
        return found

    def _find(
        self, connector_id: int, mailbox: str, names: Collection[str], column: str
    ) -> Iterator[NumberedMail]:
        row = Pop3NumberRow
        for part in _parts(names):
            rows = self._connection.execute(
                select(row.id, row.uidl, row.content, row.last_seen).where(
                    row.connector_id == connector_id,
                    row.mailbox == mailbox,
                    getattr(row, column).in_(part),
                )
            )
            for number, uidl, content, last_seen in rows:
                yield NumberedMail(number, uidl or "", content or "", last_seen)

    def _rename(
        self,
        mail: NumberedMail,
        uidl: str,
        content: str,
        by_content: Mapping[str, NumberedMail],
    ) -> None:
        if uidl and mail.uidl != uidl:
            self._set([mail.number], uidl=uidl)
        if content and not mail.content and content not in by_content:
            self._set([mail.number], content=content)

    def _forget_vanished(self, connector_id: int, mailbox: str, before: datetime) -> None:
        self._connection.execute(
            delete(Pop3NumberRow).where(
                Pop3NumberRow.connector_id == connector_id,
                Pop3NumberRow.mailbox == mailbox,
                Pop3NumberRow.last_seen < before,
            )
        )

    def _set(self, numbers: Collection[int], **values: object) -> None:
        for part in _parts(numbers):
            self._connection.execute(
                update(Pop3NumberRow).where(Pop3NumberRow.id.in_(part)).values(**values)
            )


def _parts(values: Collection[T]) -> Iterator[list[T]]:
    whole = list(values)
    for start in range(0, len(whole), _PART):
        yield whole[start : start + _PART]
