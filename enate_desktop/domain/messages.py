"""What routing may know of a mail; its body is not part of it, on purpose (SPEC 5)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment: decoded name (may be empty), media type and size in bytes, if known."""

    name: str
    media_type: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """The routable facts of one mail, all bounded, decoded and free of control characters.

    Addresses are in comparable form (:func:`enate_desktop.domain.addresses.normal_address`).
    ``notes`` are plain sentences about what could not be read; ``auto_generated`` is the reason a
    mail counts as automatic (M-08), or empty. ``language`` is the sender's wish (RFC 3282, lower
    case, such as ``fr-ch``), or empty. ``bounced``: Message-IDs of mails that this delivery report
    (RFC 3464) says were not delivered, and ``bounced_recipients`` to whom, as far as it says that.
    ``hops`` counts its Received headers. ``loop`` names the
    installations whose automated emails led to it (X-Enate-Loop).
    """

    message_id: str
    fingerprint: str
    senders: tuple[str, ...] = ()
    sender_name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    unusable_addresses: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    important: bool = False
    importance_header: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    auto_generated: str = ""
    delivered_to: tuple[str, ...] = ()
    incomplete: bool = False
    notes: tuple[str, ...] = ()
    size: int = 0
    reply_to: tuple[str, ...] = ()
    language: str = ""
    bounced: tuple[str, ...] = ()
    hops: int = 0
    loop: tuple[str, ...] = ()
    bounced_recipients: tuple[str, ...] = ()

    @property
    def sender(self) -> str:
        """The first usable From address, or an empty text."""
        return self.senders[0] if self.senders else ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """To then CC, each address once."""
        return tuple(dict.fromkeys((*self.to, *self.cc)))
