"""The mail tables: what was seen on servers, the raw bytes, decisions and work items."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from enate_desktop.storage.types import Base, Utc


class EpochRow(Base):
    """One life of a folder (RFC 3501 UIDVALIDITY) and how far it was read.

    ``baseline_uid``: mail up to it was there before the first enable and is skipped by choice.
    ``held``: its mails are stored but not decided until a person says so (MAIL 3.4, 9).
    """

    __tablename__ = "mailbox_epochs"
    __table_args__ = (UniqueConstraint("connector_id", "mailbox", "uidvalidity"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id", ondelete="CASCADE"))
    mailbox: Mapped[str]
    uidvalidity: Mapped[int]
    opened: Mapped[datetime] = mapped_column(Utc)
    baseline_uid: Mapped[int] = mapped_column(default=0)
    last_uid: Mapped[int] = mapped_column(default=0)
    held: Mapped[bool] = mapped_column(default=False, server_default=false())


class Pop3NumberRow(Base):
    """The lasting number of one mail in a POP3 mailbox; ``id`` is the number, never used again.

    The names it goes by: ``uidl`` (UIDL and size) and ``content`` (a digest of the header lines),
    each None where it has none, both once the mail was deleted.
    """

    __tablename__ = "pop3_numbers"
    __table_args__ = (
        UniqueConstraint("connector_id", "mailbox", "uidl"),
        UniqueConstraint("connector_id", "mailbox", "content"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id", ondelete="CASCADE"))
    mailbox: Mapped[str]
    uidl: Mapped[str | None]
    content: Mapped[str | None]
    last_seen: Mapped[datetime] = mapped_column(Utc)


class RawMailRow(Base):
    """The bytes of one mail, once per content; ``size`` is uncompressed."""

    __tablename__ = "raw_mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]


class RawChunkRow(Base):
    """Up to 1 MiB of a raw mail, compressed with zlib, numbered from 0."""

    __tablename__ = "raw_chunks"
    raw_mail_id: Mapped[int] = mapped_column(
        ForeignKey("raw_mails.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class IntakeRow(Base):
    """The ledger: one row for every place on a server a mail was seen at (MAIL 3.1 I2).

    ``end`` is ``pending`` until the mail is decided. ``disposition``: what the server still has to
    be told (none, pending, copied: it is in the target folder but not yet removed, done).
    ``facts`` is the Message as JSON, so that replay need not parse again. ``decided``: when it met
    its end. ``deleted_at``: a person put it aside, from unhandled mail or from quarantine.
    """

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("epoch_id", "uid"),
        Index("ix_intake_open", "connector_id", "end"),
        Index("ix_intake_disposition", "epoch_id", "disposition"),
        Index("ix_intake_taken", "connector_id", "taken"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"))
    epoch_id: Mapped[int | None] = mapped_column(
        ForeignKey("mailbox_epochs.id", ondelete="SET NULL")
    )
    uid: Mapped[int]
    received: Mapped[datetime] = mapped_column(Utc)
    taken: Mapped[datetime] = mapped_column(Utc)
    raw_mail_id: Mapped[int | None] = mapped_column(ForeignKey("raw_mails.id"), index=True)
    size: Mapped[int]
    complete: Mapped[bool] = mapped_column(default=True)
    end: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=1)
    error: Mapped[str] = mapped_column(Text, default="")
    disposition: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(default="", index=True)
    message_id: Mapped[str] = mapped_column(Text, default="", index=True)
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[str] = mapped_column(Text, default="")
    decided: Mapped[datetime | None] = mapped_column(Utc)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)
    deleted_by: Mapped[str] = mapped_column(default="", server_default="")


class DecisionRow(Base):
    """Why a mail went where it went; ``key`` makes doing it twice impossible (M-02).

    ``replaces_id`` is the decision that a repair corrected with this one; both stay (X-07).
    ``acknowledgement``: why no automated email was sent although one was wanted, or empty.
    """

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    recipient: Mapped[str | None]
    outcome: Mapped[str]
    route_id: Mapped[int | None] = mapped_column(index=True)
    work_item_id: Mapped[int | None] = mapped_column(ForeignKey("work_items.id"), index=True)
    revision: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text)
    acknowledgement: Mapped[str] = mapped_column(Text, default="", server_default="")
    replaces_id: Mapped[int | None]


class WorkItemRow(Base):
    """A Ticket or a Case; ``replaced_by_id`` is the one that a repair made in its place (X-07).

    One index holds what lists are filtered by, so that any mixture of filters reads no rows;
    another finds the few that are not closed.
    """

    __tablename__ = "work_items"
    __table_args__ = (
        Index("ix_work_items_created", "test_mode", "created"),
        Index("ix_work_items_open", "test_mode", "state", "id"),
        Index(
            "ix_work_items_list",
            "test_mode",
            "id",
            "state",
            "kind",
            "process_id",
            "connector_id",
            "route_id",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"), index=True)
    category: Mapped[str | None]
    state: Mapped[str]
    test_mode: Mapped[bool]
    sender: Mapped[str]
    subject: Mapped[str] = mapped_column(Text)
    route_id: Mapped[int]
    route_name: Mapped[str]
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"), index=True)
    message_id: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str | None]
    created: Mapped[datetime] = mapped_column(Utc)
    new_information: Mapped[bool] = mapped_column(default=False)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("work_items.id"), index=True)
    replaced_by_id: Mapped[int | None]


class RepairRow(Base):
    """A decision made anew by a repair (X-07), beside the former one, which stays (M-12).

    ``change_id`` is its change in the history, ``decision_id`` the new decision. ``before`` and
    ``after`` are the Handling of its work item as JSON, ``before`` None where the repair made that
    work item; ``replaced_id`` is the one it took the place of. ``undone``: when it was taken back.
    """

    __tablename__ = "repairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("history.id"), index=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    work_item_id: Mapped[int] = mapped_column(ForeignKey("work_items.id"), index=True)
    replaced_id: Mapped[int | None] = mapped_column(ForeignKey("work_items.id"))
    at: Mapped[datetime] = mapped_column(Utc)
    who: Mapped[str]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    undone: Mapped[datetime | None] = mapped_column(Utc)


class ParticipantRow(Base):
    """Who takes part in a work item, by address (M-03)."""

    __tablename__ = "participants"
    work_item_id: Mapped[int] = mapped_column(
        ForeignKey("work_items.id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str] = mapped_column(primary_key=True)


class IssuedMessageRow(Base):
    """A Message-ID this system gave to a mail of its own (M-01)."""

    __tablename__ = "issued_messages"
    message_id: Mapped[str] = mapped_column(primary_key=True)
    work_item_id: Mapped[int | None] = mapped_column(ForeignKey("work_items.id"), index=True)
