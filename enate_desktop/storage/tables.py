"""The configuration tables: people, settings, directory, connectors, routes, history."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enate_desktop.storage.types import Base, Utc


class Meta(Base):
    """Single facts about the file: its random identity and the configuration revision."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class PersonRow(Base):
    """Who may work with this file, by operating-system login."""

    __tablename__ = "people"
    login: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]


class RoleRow(Base):
    """A role of this file's own; ``permissions`` is a JSON list (P-01)."""

    __tablename__ = "roles"
    name: Mapped[str] = mapped_column(primary_key=True)
    permissions: Mapped[str] = mapped_column(Text)


class SettingRow(Base):
    """A setting that differs from its default; the value is JSON."""

    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class BlockedRow(Base):
    """An address or domain that gets no automated email, or whose mail is spam (M-10)."""

    __tablename__ = "blocked_addresses"
    pattern: Mapped[str] = mapped_column(primary_key=True)
    reject_as_spam: Mapped[bool]


class NodeRow(Base):
    """A customer, contract or service."""

    __tablename__ = "nodes"
    __table_args__ = (UniqueConstraint("parent_id", "kind", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    # 0 stands for "no parent": NULL would let the unique constraint pass two equal customers.
    parent_id: Mapped[int] = mapped_column(default=0, index=True)
    retired: Mapped[bool] = mapped_column(default=False)


class ProcessRow(Base):
    """A Ticket or Case type under a service."""

    __tablename__ = "processes"
    __table_args__ = (UniqueConstraint("service_id", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("nodes.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    kind: Mapped[str]
    retired: Mapped[bool] = mapped_column(default=False)


class CategoryRow(Base):
    """A ticket category of a process, as a path."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("process_id", "path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id", ondelete="CASCADE"))
    path: Mapped[str]
    position: Mapped[int]


class CompanyRow(Base):
    """A company."""

    __tablename__ = "companies"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)


class CompanyDomainRow(Base):
    """A domain whose senders belong to a company."""

    __tablename__ = "company_domains"
    company_id: Mapped[int] = mapped_column(
        ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True
    )
    domain: Mapped[str] = mapped_column(primary_key=True)


class ContactRow(Base):
    """A person by address."""

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    company_id: Mapped[int | None] = mapped_column(
        ForeignKey("companies.id", ondelete="SET NULL"), index=True
    )


class ConnectorRow(Base):
    """A connector; the server settings of each side are JSON, secrets are in ``credentials``.

    A deleted one stays as a row, because its work items and ledger do (C-10); its name is free.
    """

    __tablename__ = "connectors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    use_for: Mapped[str]
    primary_address: Mapped[str]
    incoming: Mapped[str | None] = mapped_column(Text)
    outgoing: Mapped[str | None] = mapped_column(Text)
    after_intake: Mapped[str]
    after_intake_folder: Mapped[str] = mapped_column(default="")
    start_choice: Mapped[str]
    start_since: Mapped[datetime | None] = mapped_column(Utc)
    fallback_process_id: Mapped[int | None] = mapped_column(ForeignKey("processes.id"))
    fallback_category: Mapped[str | None]
    fallback_automated: Mapped[bool] = mapped_column(default=False)
    fallback_test_mode: Mapped[bool] = mapped_column(default=False)
    fallback_covers: Mapped[str] = mapped_column(default="all")
    enabled: Mapped[bool] = mapped_column(default=False)
    default_sender: Mapped[bool] = mapped_column(default=False)
    tested_fingerprint: Mapped[str] = mapped_column(default="")
    tested_at: Mapped[datetime | None] = mapped_column(Utc)
    tested_by: Mapped[str] = mapped_column(default="")
    deleted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class ConditionRow(Base):
    """What the worker last saw of a connector; apart, so that it never makes an edit stale."""

    __tablename__ = "connector_conditions"
    connector_id: Mapped[int] = mapped_column(
        ForeignKey("connectors.id", ondelete="CASCADE"), primary_key=True
    )
    health: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    failures: Mapped[int] = mapped_column(default=0)
    last_check: Mapped[datetime | None] = mapped_column(Utc)
    last_error: Mapped[datetime | None] = mapped_column(Utc)
    paused_until: Mapped[datetime | None] = mapped_column(Utc)
    paused_by: Mapped[str] = mapped_column(default="", server_default="")
    sending_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    sending_failures: Mapped[int] = mapped_column(default=0, server_default="0")


class CredentialRow(Base):
    """An encrypted secret; ``mark`` is a keyed digest, equal for equal secrets of one place."""

    __tablename__ = "credentials"
    connector_id: Mapped[int] = mapped_column(
        ForeignKey("connectors.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[str]


class RouteRow(Base):
    """An incoming route; ``position`` is dense and 0-based inside connector and block."""

    __tablename__ = "routes"
    # Decisions, counters and history name a route by its id: one that is gone must not come again.
    __table_args__ = (
        Index("ix_routes_order", "connector_id", "block", "position"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id", ondelete="CASCADE"))
    name: Mapped[str]
    address: Mapped[str]
    block: Mapped[str]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"), index=True)
    category: Mapped[str | None]
    send_automated_emails: Mapped[bool]
    test_mode: Mapped[bool]
    enabled: Mapped[bool]
    rules: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    for_attention: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class OutgoingRouteRow(Base):
    """An extra From address of a connector that sends."""

    __tablename__ = "outgoing_routes"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  # as SQLAlchemy wants it
    id: Mapped[int] = mapped_column(primary_key=True)
    connector_id: Mapped[int] = mapped_column(
        ForeignKey("connectors.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    description: Mapped[str]
    address: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=False)
    tested: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class RouteCountRow(Base):
    """How often a route took a mail since ``since``; a fallback's id is minus its connector's."""

    __tablename__ = "route_counts"
    route_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(Utc)
    hits: Mapped[int] = mapped_column(default=0)
    first_hit: Mapped[datetime | None] = mapped_column(Utc)
    last_hit: Mapped[datetime | None] = mapped_column(Utc)


class RouteHitRow(Base):
    """The same for one day (UTC, ``2026-11-23``), for the small bars of the routes page."""

    __tablename__ = "route_hits"
    route_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]


class PinRow(Base):
    """A pinned mail of a connector with the ends it must have (X-06); both are JSON."""

    __tablename__ = "pins"
    __table_args__ = (UniqueConstraint("connector_id", "name_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str]
    facts: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(Text)


class HistoryRow(Base):
    """One line of history; never updated, never deleted.

    The lines of one change carry the id of its first line in ``change_id``; the first has none.
    """

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_subject", "kind", "subject_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    who: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    subject_id: Mapped[int]
    name: Mapped[str]
    action: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    old: Mapped[str] = mapped_column(Text, default="")
    new: Mapped[str] = mapped_column(Text, default="")


class HistoryStateRow(Base):
    """What a change made of a thing, as JSON without secrets; None where there was nothing."""

    __tablename__ = "history_states"
    change_id: Mapped[int] = mapped_column(ForeignKey("history.id"), primary_key=True)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
