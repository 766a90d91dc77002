"""The tables of the background worker: mail out, leases, mailbox figures, errors."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enate_desktop.storage.types import Base, Utc


class OutgoingMailRow(Base):
    """A finished mail of ours: written once, byte for byte the same at every try (MAIL 3.6).

    ``connector_id`` sends it, from the address ``sender``; ``intake_id`` is the mail it answers.
    """

    __tablename__ = "outgoing_mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int | None] = mapped_column(ForeignKey("intake.id"), index=True)
    work_item_id: Mapped[int | None] = mapped_column(ForeignKey("work_items.id"), index=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"))
    kind: Mapped[str]
    sender: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[datetime] = mapped_column(Utc)


class DeliveryRow(Base):
    """One mail to one recipient, with an outcome of its own (O-03).

    ``claim`` names the lease under which it is being sent; ``changed`` is when the state began.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("mail_id", "recipient"),
        Index("ix_deliveries_due", "connector_id", "state", "next_at"),
        Index("ix_deliveries_recipient", "recipient", "created"),
        Index("ix_deliveries_changed", "connector_id", "state", "changed"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mails.id", ondelete="CASCADE"))
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"))
    recipient: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(Utc)
    next_at: Mapped[datetime] = mapped_column(Utc)
    changed: Mapped[datetime] = mapped_column(Utc)
    error: Mapped[str] = mapped_column(Text, default="")
    claim: Mapped[str] = mapped_column(default="")


class TemplateRow(Base):
    """The acknowledgement in one language (O-01)."""

    __tablename__ = "templates"
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class LeaseRow(Base):
    """Who works on a mailbox now; times are the database's. ``epoch`` grows with every owner."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    host: Mapped[str]
    login: Mapped[str]
    epoch: Mapped[int]
    since: Mapped[datetime] = mapped_column(Utc)
    expires: Mapped[datetime] = mapped_column(Utc)


class MailboxCountRow(Base):
    """What the server held at the last full look, and what of it is accounted for (X-05).

    ``before_first``: mails that were there before the first enable, skipped by choice without a row
    of their own. ``details`` is JSON: what is known about the unexplained ones.
    """

    __tablename__ = "mailbox_counts"
    connector_id: Mapped[int] = mapped_column(
        ForeignKey("connectors.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(Utc)
    on_server: Mapped[int]
    accounted: Mapped[int]
    waiting: Mapped[int]
    unexplained: Mapped[int]
    before_first: Mapped[int] = mapped_column(default=0)
    details: Mapped[str] = mapped_column(Text, default="")


class WorkerErrorRow(Base):
    """A failure with a server, in the words the person saw; only the newest are kept."""

    __tablename__ = "worker_errors"
    __table_args__ = (Index("ix_worker_errors_connector", "connector_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id", ondelete="CASCADE"))
    side: Mapped[str]
    title: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    field: Mapped[str]
    server_words: Mapped[str] = mapped_column(Text)
