"""Tickets and Cases, and the one end every mail has (W-02, W-03, X-05)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from enate_desktop.domain.directory import Kind


class State(StrEnum):
    """The states of a work item (W-03)."""

    TO_DO = "To do"
    IN_PROGRESS = "In progress"
    WAITING = "Waiting"
    RESOLVED = "Resolved"
    CLOSED = "Closed"


class Automated(StrEnum):
    """What became of the automated email about a work item (UI 3.9)."""

    SENT = "Sent"
    WAITING = "Waiting"
    FAILED = "Failed"
    NOT = "Not sent"


class End(StrEnum):
    """Every mail seen has exactly one (X-05); PENDING is not an end yet."""

    PENDING = "pending"
    CREATED = "created"
    APPENDED = "appended"
    UNHANDLED = "unhandled"
    OWN = "own"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A Ticket or a Case that a mail created; times are UTC."""

    id: int
    kind: Kind
    process_id: int
    process: str
    category: str | None
    state: State
    test_mode: bool
    sender: str
    subject: str
    route: str
    connector: str
    connector_id: int
    message_id: str
    recipient: str | None
    created: datetime
    new_information: bool = False
    automated: Automated = Automated.NOT
    route_id: int = 0
    follows_id: int | None = None
    replaced_by_id: int | None = None

    @property
    def by_fallback(self) -> bool:
        """Whether no route took its mail but the fallback of the connector (R-04)."""
        return self.route_id < 0

    @property
    def reference(self) -> str:
        """``101203-T`` or ``12345-C``."""
        return reference(self.kind, self.id)


@dataclass(frozen=True, slots=True)
class Handling:
    """What people and repairs change about a work item; ``id`` is the work item's."""

    id: int
    state: State
    process_id: int
    category: str | None
    test_mode: bool
    route_id: int
    route: str
    replaced_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair as the history keeps it: the mails that were routed again (X-07)."""

    intake_ids: tuple[int, ...]


def reference(kind: Kind, work_item_id: int) -> str:
    """The reference people quote; it names exactly one work item."""
    if kind is Kind.TICKET:
        return f"{100_000 + work_item_id}-T"
    return f"{10_000 + work_item_id}-C"


def reference_id(text: str) -> tuple[Kind, int] | None:
    """Kind and id behind a reference, or None when ``text`` is none."""
    number, dash, letter = text.strip().upper().rpartition("-")
    if not dash or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    kind, base = {"T": (Kind.TICKET, 100_000), "C": (Kind.CASE, 10_000)}.get(letter, (None, 0))
    return (kind, int(number) - base) if kind and int(number) > base else None
