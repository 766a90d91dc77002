"""What every odd mail of the demo is made of: a stamp, the usual fields and some parts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from enate_desktop.demo.letters import header_block, multipart, text_part


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an odd mail was written (UTC) and its number among the demo's mails."""

    date: datetime
    number: int

    @property
    def message_id(self) -> str:
        """A Message-ID that no other demo mail has."""
        return f"<odd-{self.number}@mail.example>"


@dataclass(frozen=True, slots=True)
class OddMail:
    """Whose mailbox gets it and how it is written."""

    user: str
    write: Callable[[Stamp], bytes]


def fields(stamp: Stamp, **changed: str | None) -> dict[str, str]:
    """The usual header fields; a value of None leaves one out, ``_`` stands for ``-``."""
    usual: dict[str, str | None] = {
        "Date": format_datetime(stamp.date),
        "From": "Olivia Hartley <olivia.hartley@nordwind-uk.example>",
        "To": "hr@nordwind.example",
        "Subject": "A question",
        "Message-ID": stamp.message_id,
        "MIME-Version": "1.0",
    }
    usual.update({name.replace("_", "-"): value for name, value in changed.items()})
    return {name: value for name, value in usual.items() if value is not None}


def simple(stamp: Stamp, text: str, **changed: str | None) -> bytes:
    """A mail of one plain text."""
    return header_block(fields(stamp, **changed).items()) + text_part(text, "utf-8", "8bit")


def with_parts(
    stamp: Stamp, subtype: str, parts: tuple[bytes, ...], **changed: str | None
) -> bytes:
    """A multipart mail."""
    return header_block(fields(stamp, **changed).items()) + multipart(
        subtype, parts, f"=odd-{stamp.number}="
    )
