"""Mail out: what is sent automatically, to whom, and how far each delivery got (SPEC 7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    """The states of one mail to one recipient (O-03)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "pending retry"
    UNKNOWN = "unknown"
    """The server had the whole mail but did not confirm it: it may have left (RFC 1047)."""
    FAILED = "failed"
    DISABLED = "connector disabled"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one recipient as lists show it; times are UTC.

    ``reference`` is that of its work item, or empty; ``error`` a sentence, or empty.
    """

    id: int
    connector_id: int
    connector: str
    work_item_id: int | None
    reference: str
    kind: str
    sender: str
    recipient: str
    subject: str
    message_id: str
    state: DeliveryState
    attempts: int
    created: datetime
    next_at: datetime
    changed: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Template:
    """The acknowledgement in one language (RFC 5646 tag, lower case); plain text.

    Subject and body may hold placeholders such as ``{reference}``.
    """

    language: str
    subject: str
    body: str


ACKNOWLEDGEMENT = "acknowledgement"
"""The kind of a mail that tells a sender the reference of a new work item (O-01)."""


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries to list; None means "do not care", ``text`` is looked for in the list."""

    text: str = ""
    state: DeliveryState | None = None
    connector_id: int | None = None
    work_item_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries, newest first, and how many there are altogether."""

    items: tuple[Delivery, ...]
    total: int


NOT_CERTAIN = "It is not certain whether this email left."
NOBODY_SENDS = (
    "It was not sent, because its connector was deleted. Bring the connector back on the Activity"
    " page and send this email again, or discard it."
)
"""Why a delivery waits for a person."""
