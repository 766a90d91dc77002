"""What the mail repositories hand out, as frozen dataclasses; all times are UTC."""

from dataclasses import dataclass
from datetime import datetime

from enate_desktop.domain.work_items import End


@dataclass(frozen=True, slots=True)
class Epoch:
    """One life of a folder on a server; see mail_tables.EpochRow."""

    id: int
    connector_id: int
    mailbox: str
    uidvalidity: int
    opened: datetime
    baseline_uid: int
    last_uid: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail just fetched. ``raw`` is None when it was skipped or vanished; see ``end``."""

    uid: int
    received: datetime
    size: int
    raw: bytes | None
    complete: bool = True
    end: End = End.PENDING
    error: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A stored mail that waits for its decision."""

    intake_id: int
    connector_id: int
    raw_mail_id: int
    received: datetime
    attempts: int
    complete: bool
    failed: bool
    """Whether an earlier try ended with an error, not only with the end of the program."""
    size: int = 0


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A mail as lists show it; ``decision`` is the stored explanation of its first decision."""

    intake_id: int
    connector_id: int
    connector: str
    received: datetime
    end: End
    sender: str
    subject: str
    message_id: str
    reason: str
    size: int
    attempts: int
    deleted_at: datetime | None = None
    deleted_by: str = ""


@dataclass(frozen=True, slots=True)
class RouteCount:
    """How often a route took a mail since ``since``; times are UTC."""

    route_id: int
    since: datetime
    hits: int = 0
    first_hit: datetime | None = None
    last_hit: datetime | None = None
