"""Repository of the ledger: what was seen on which server, how it was decided, what is owed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update

from enate_desktop.domain.work_items import End
from enate_desktop.storage.ledger_statements import (
    COUNT_ATTEMPT,
    DECIDED_AND_OWED,
    KNOWN,
    PENDING,
)
from enate_desktop.storage.mail_tables import EpochRow, IntakeRow
from enate_desktop.storage.raw_mails import RawMailRepository
from enate_desktop.storage.records import Epoch, NewMail, Pending
from enate_desktop.storage.sql import insert_row, insert_rows

MOST_ATTEMPTS = 3
"""Tries to fetch or decide a mail before it is kept in quarantine (M-11)."""


class LedgerRepository:
    """The memory of mails taken in (MAIL 3.1)."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def epochs(self, connector_id: int, mailbox: str) -> tuple[Epoch, ...]:
        """The lives of a folder, oldest first."""
        table = EpochRow.__table__
        rows = self._connection.execute(
            select(table)
            .where(table.c.connector_id == connector_id, table.c.mailbox == mailbox)
            .order_by(table.c.id)
        )
        return tuple(Epoch(**row) for row in rows.mappings())

    def open_epoch(
        self,
        connector_id: int,
        mailbox: str,
        uidvalidity: int,
        baseline_uid: int,
        *,
        held: bool = False,
    ) -> Epoch:
        """Begin a new life of a folder; mail up to ``baseline_uid`` is skipped by choice.

        ``held``: none of its mails is decided before it is known how many of them are new.
        """
        values: dict[str, object] = {
            "connector_id": connector_id,
            "mailbox": mailbox,
            "uidvalidity": uidvalidity,
            "opened": datetime.now(UTC),
            "baseline_uid": baseline_uid,
            "last_uid": baseline_uid,
            "held": held,
        }
        insert_row(self._connection, EpochRow, values)
        return self.epochs(connector_id, mailbox)[-1]

    def uids(self, epoch_id: int) -> frozenset[int]:
        """Every UID of this life that is accounted for; undelivered mails are still wanted."""
        rows = self._connection.execute(
            select(IntakeRow.uid).where(
                IntakeRow.epoch_id == epoch_id,
                (IntakeRow.end != End.PENDING) | IntakeRow.raw_mail_id.is_not(None),
            )
        )
        return frozenset(row.uid for row in rows)

    def known(self, epoch_id: int, uids: Collection[int]) -> frozenset[int]:
        """Those of ``uids`` that are accounted for in this life; undelivered ones are wanted."""
        return frozenset(
            uid
            for part in _parts(uids, 500)
            for uid in self._connection.execute(KNOWN, {"epoch": epoch_id, "some": part}).scalars()
        )

    def add(self, epoch: Epoch, mails: Sequence[NewMail], disposition: str) -> tuple[int, ...]:
        """T1: keep the bytes and one row for each mail, move the cursor; returns the row ids."""
        raws = [mail.raw for mail in mails if mail.raw is not None]
        raw_ids = iter(RawMailRepository(self._connection).add(raws) if raws else ())
        undelivered = self._undelivered(epoch.id, [mail.uid for mail in mails])
        taken = datetime.now(UTC)
        rows: list[dict[str, object]] = [
            {
                "connector_id": epoch.connector_id,
                "epoch_id": epoch.id,
                "uid": mail.uid,
                "received": mail.received,
                "taken": taken,
                "raw_mail_id": None if mail.raw is None else next(raw_ids),
                "size": mail.size,
                "complete": mail.complete,
                "end": mail.end,
                "error": mail.error,
                # What is here in part only stays on the server as it is (MAIL 4 A 12).
                "disposition": disposition if mail.raw is not None and mail.complete else "none",
            }
            for mail in mails
        ]
        fresh = [row for row in rows if row["uid"] not in undelivered]
        made = iter(insert_rows(self._connection, IntakeRow, fresh))
        ids = [
            self._try_again(undelivered[mail.uid], row) if mail.uid in undelivered else next(made)
            for mail, row in zip(mails, rows, strict=True)
        ]
        highest = max((mail.uid for mail in mails), default=0)
        self._connection.execute(
            update(EpochRow)
            .where(EpochRow.id == epoch.id, EpochRow.last_uid < highest)
            .values(last_uid=highest)
        )
        return tuple(ids)

    def undelivered(self, epoch: Epoch) -> frozenset[int]:
        """UIDs of mails that the server listed but did not hand over so far."""
        rows = self._connection.execute(
            select(IntakeRow.uid).where(
                IntakeRow.connector_id == epoch.connector_id,
                IntakeRow.end == End.PENDING,
                IntakeRow.epoch_id == epoch.id,
                IntakeRow.raw_mail_id.is_(None),
            )
        )
        return frozenset(row.uid for row in rows)

    def give_up(self, epoch: Epoch, uids: Collection[int], error: str) -> None:
        """End undelivered mails as skipped, because they are no longer on the server."""
        for part in _parts(uids):
            self._connection.execute(
                update(IntakeRow)
                .where(
                    IntakeRow.epoch_id == epoch.id,
                    IntakeRow.uid.in_(part),
                    IntakeRow.end == End.PENDING,
                    IntakeRow.raw_mail_id.is_(None),
                )
                .values(end=End.SKIPPED, error=error)
            )

    def _undelivered(self, epoch_id: int, uids: Sequence[int]) -> dict[int, Pending]:
        """Rows of mails the server listed but did not hand over, by UID."""
        rows = self._connection.execute(
            select(
                IntakeRow.uid,
                IntakeRow.id,
                IntakeRow.connector_id,
                IntakeRow.received,
                IntakeRow.attempts,
            ).where(
                IntakeRow.epoch_id == epoch_id,
                IntakeRow.end == End.PENDING,
                IntakeRow.raw_mail_id.is_(None),
                IntakeRow.uid.between(min(uids, default=0), max(uids, default=0)),
            )
        )
        return {
            r.uid: Pending(r.id, r.connector_id, 0, r.received, r.attempts, True, True)
            for r in rows
        }

    def _try_again(self, row: Pending, values: dict[str, object]) -> int:
        """Once more for an undelivered mail; after the last try it lies in quarantine (M-11)."""
        given_up = values["raw_mail_id"] is None and row.attempts + 1 >= MOST_ATTEMPTS
        if values["end"] is End.PENDING and given_up:
            values["end"] = End.QUARANTINED
        attempts = 1 if values["raw_mail_id"] is not None else row.attempts + 1
        self._connection.execute(
            update(IntakeRow)
            .where(IntakeRow.id == row.intake_id)
            .values(**values, attempts=attempts)
        )
        return row.intake_id

    def pending(self, connector_id: int, limit: int = 500) -> tuple[Pending, ...]:
        """Stored mails that wait for a decision: those tried least often first, oldest first.

        So a mail that ends the program keeps no other from being decided. Mails of a held life
        are left out.
        """
        rows = self._connection.execute(PENDING, {"connector": connector_id, "most": limit})
        return tuple(
            Pending(r[0], r[1], int(r[2] or 0), r[3], r[4], r[5], bool(r[6]), r[7]) for r in rows
        )

    def count_attempts(self, intake_ids: Iterable[int]) -> None:
        """Count a try before the risky step, so that a crash counts too (MAIL 3.1 I8)."""
        if rows := [{"intake_id": key} for key in intake_ids]:
            self._connection.execute(COUNT_ATTEMPT, rows)

    def owed(self, epoch_id: int, *, copied: bool = False) -> tuple[int, ...]:
        """UIDs of decided mails whose server-side action is still to be done, ascending.

        ``copied``: only those whose copy in the target folder the server has confirmed.
        """
        states = ["copied"] if copied else ["pending", "copied"]
        rows = self._connection.execute(DECIDED_AND_OWED, {"epoch": epoch_id, "states": states})
        return tuple(rows.scalars())

    def settle(self, epoch_id: int, uids: Collection[int], *, copied: bool = False) -> None:
        """The server was told about these mails; ``copied``: they are still to be removed."""
        for part in _parts(uids):
            self._connection.execute(
                update(IntakeRow)
                .where(IntakeRow.epoch_id == epoch_id, IntakeRow.uid.in_(part))
                .values(disposition="copied" if copied else "done")
            )

    def put_aside(self, intake_ids: Collection[int], login: str, at: datetime) -> int:
        """Delete mails from the lists of ``unhandled`` and ``quarantined``; returns how many.

        They keep their end and their bytes and can be brought back.
        """
        return sum(
            self._connection.execute(
                update(IntakeRow)
                .where(
                    IntakeRow.id.in_(part),
                    IntakeRow.end.in_((End.UNHANDLED, End.QUARANTINED)),
                    IntakeRow.deleted_at.is_(None),
                )
                .values(deleted_at=at, deleted_by=login)
            ).rowcount
            for part in _parts(intake_ids)
        )

    def bring_back(self, intake_ids: Collection[int]) -> int:
        """Undo :meth:`put_aside`; returns how many mails were put aside."""
        return sum(
            self._connection.execute(
                update(IntakeRow)
                .where(IntakeRow.id.in_(part), IntakeRow.deleted_at.is_not(None))
                .values(deleted_at=None, deleted_by="")
            ).rowcount
            for part in _parts(intake_ids)
        )

    def counts(self, connector_id: int | None = None) -> Mapping[End, int]:
        """How many mails of a connector, or of all, met which end."""
        query = select(IntakeRow.end, func.count()).group_by(IntakeRow.end)
        if connector_id is not None:
            query = query.where(IntakeRow.connector_id == connector_id)
        rows = self._connection.execute(query)
        return {End(end): number for end, number in rows}


def _parts(values: Iterable[int], size: int = 5000) -> Iterable[list[int]]:
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]
