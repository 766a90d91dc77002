"""Repository of mailboxes that were rebuilt on their servers: which mails are new (MAIL 3.4, 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    not_,
    select,
    update,
)

from enate_desktop.domain.work_items import End
from enate_desktop.storage.mail_tables import EpochRow, IntakeRow
from enate_desktop.storage.records import Epoch

_MAIL = IntakeRow.__table__
_EARLIER, _OLD = _MAIL.alias("earlier"), EpochRow.__table__.alias("old")
_SET_FINGERPRINT = (
    update(_MAIL)  # type: ignore[arg-type]  # a Table at run time
    .where(_MAIL.c.id == bindparam("intake_id"))
    .values(fingerprint=bindparam("print"))
)
_MOVE_ASIDE = (
    update(_MAIL)  # type: ignore[arg-type]
    .where(_MAIL.c.id == bindparam("intake_id"))
    .values(uid=-_MAIL.c.id, disposition="none")
)


class RebuiltRepository:
    """What is known of the mails in a new life of a mailbox, before any of them is decided."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def held(self, connector_id: int) -> tuple[Epoch, ...]:
        """The lives of a connector's mailboxes that wait for a person, oldest first."""
        rows = self._connection.execute(
            select(EpochRow.__table__)
            .where(EpochRow.connector_id == connector_id, EpochRow.held.is_(True))
            .order_by(EpochRow.id)
        )
        return tuple(Epoch(**row) for row in rows.mappings())

    def hold(self, life: Epoch, *, held: bool) -> None:
        """Let the mails of a life wait for a person, or no longer."""
        self._connection.execute(update(EpochRow).where(EpochRow.id == life.id).values(held=held))

    def nothing_owed(self, life: Epoch) -> None:
        """The server is told nothing more about mails of the lives before ``life``."""
        before = select(EpochRow.id).where(
            EpochRow.connector_id == life.connector_id,
            EpochRow.mailbox == life.mailbox,
            EpochRow.id < life.id,
        )
        self._connection.execute(
            update(IntakeRow)
            .where(IntakeRow.epoch_id.in_(before), IntakeRow.disposition.in_(("pending", "copied")))
            .values(disposition="none")
        )

    def unread(self, life: Epoch, limit: int) -> Sequence[tuple[int, int]]:
        """Intake and raw mail ids of stored mails whose fingerprint is not known yet."""
        rows = self._connection.execute(
            select(IntakeRow.id, IntakeRow.raw_mail_id)
            .where(
                IntakeRow.epoch_id == life.id,
                IntakeRow.end == End.PENDING,
                IntakeRow.raw_mail_id.is_not(None),
                IntakeRow.fingerprint == "",
            )
            .order_by(IntakeRow.id)
            .limit(limit)
        )
        return [(row.id, row.raw_mail_id) for row in rows]

    def set_fingerprints(self, prints: Mapping[int, str]) -> None:
        """Keep fingerprints by intake id, ahead of the decisions."""
        if prints:
            rows = [{"intake_id": key, "print": value} for key, value in prints.items()]
            self._connection.execute(_SET_FINGERPRINT, rows)

    def total(self, life: Epoch) -> int:
        """How many mails the life has, whatever became of them."""
        return self._count(IntakeRow.epoch_id == life.id)

    def new_mails(self, life: Epoch) -> int:
        """How many waiting mails were in no earlier life of the mailbox."""
        return self._count(_waiting(life), not_(_seen_before(life)))

    def recognised(self, life: Epoch) -> int:
        """How many waiting mails were there in an earlier life."""
        return self._count(_waiting(life), _seen_before(life))

    def compared(self, life: Epoch) -> bool:
        """Whether all that was in the mailbox when the life began is stored and was compared.

        No fingerprint is kept before everything is stored, so the first one tells.
        """
        known = self._count(_waiting(life), IntakeRow.fingerprint != "")
        left = self._count(_waiting(life), IntakeRow.fingerprint == "", _was_there(life))
        return bool(known) and not left

    def skip_new(self, life: Epoch, reason: str, at: datetime) -> int:
        """Skip the waiting mails that were in no earlier life; they stay on the server.

        Neither mail that was received since the life began nor mail that was not compared is
        skipped. Returns how many were.
        """
        return self._connection.execute(
            update(IntakeRow)
            .where(
                _waiting(life),
                not_(_seen_before(life)),
                _was_there(life),
                IntakeRow.fingerprint != "",
            )
            .values(end=End.SKIPPED, error=reason, disposition="none", decided=at)
        ).rowcount

    def renumber(self, epoch: Epoch, listed: Mapping[int, tuple[int, datetime]]) -> int:
        """Where UIDs do not last: move rows aside whose UID names another mail today.

        ``listed`` has size and time of receipt by UID. Nothing is owed for what was moved, and its
        mail is known again by its content. Returns how many rows were moved.
        """
        rows = self._connection.execute(
            select(IntakeRow.id, IntakeRow.uid, IntakeRow.size, IntakeRow.received).where(
                IntakeRow.epoch_id == epoch.id, IntakeRow.uid > 0
            )
        )
        moved = [
            row.id
            for row in rows
            if row.uid in listed and listed[row.uid] != (row.size, row.received)
        ]
        if moved:
            self._connection.execute(_MOVE_ASIDE, [{"intake_id": key} for key in moved])
        return len(moved)

    def lower_baseline(self, life: Epoch, uid: int) -> Epoch:
        """The server counts from less than at the first enable: mail above ``uid`` is new."""
        self._connection.execute(
            update(EpochRow).where(EpochRow.id == life.id).values(baseline_uid=uid)
        )
        return replace(life, baseline_uid=uid)

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(IntakeRow).where(*conditions)
        return self._connection.execute(query).scalar_one()


def _waiting(life: Epoch) -> ColumnElement[bool]:
    return and_(
        IntakeRow.epoch_id == life.id,
        IntakeRow.end == End.PENDING,
        IntakeRow.raw_mail_id.is_not(None),
    )


def _was_there(life: Epoch) -> ColumnElement[bool]:
    # Servers tell the time of receipt in whole seconds.
    return IntakeRow.received < life.opened.replace(microsecond=0)


def _seen_before(life: Epoch) -> ColumnElement[bool]:
    return (
        select(_EARLIER.c.id)
        .join(_OLD, _OLD.c.id == _EARLIER.c.epoch_id)
        .where(
            _EARLIER.c.fingerprint == IntakeRow.fingerprint,
            _EARLIER.c.fingerprint != "",
            _OLD.c.connector_id == life.connector_id,
            _OLD.c.mailbox == life.mailbox,
            _OLD.c.id < life.id,
        )
        .exists()
    )
