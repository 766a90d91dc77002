"""From the bytes of a mail to what routing may know of it; never raises (MAIL.md, section 4)."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain

from enate_desktop.domain.messages import Message
from enate_desktop.mail.mime.address_scan import Scanned, scan
from enate_desktop.mail.mime.attachments import ATTACHMENTS_LIMIT, attachment_parts, describe
from enate_desktop.mail.mime.automatic import reason_automatic
from enate_desktop.mail.mime.bodies import attachment_bytes, body_text
from enate_desktop.mail.mime.charsets import one_line
from enate_desktop.mail.mime.header_text import Headers, read_headers
from enate_desktop.mail.mime.reports import bounced, refused_recipients
from enate_desktop.mail.mime.structure import Structure, walk, with_line_feeds
from enate_desktop.mail.mime.tracing import hops, language, loop, reply_to

__all__ = ["attachment_bytes", "body_text", "read_message"]

_IDS_LIMIT, _ID_LENGTH, _UNUSABLE_LIMIT, _DELIVERED_LIMIT = 50, 900, 50, 50
_ID_BYTES = 1000
"""An index of PostgreSQL takes no more than 2,700 bytes; RFC 5322 ends lines at 998."""
_ID = re.compile(r"<[^<>\s]{1,900}>")
_NUMBER = re.compile(r"\s*(\d{1,3})(?!\d)")
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to")
_INSTEAD_OF_FROM = ("sender", "reply-to", "return-path")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


def read_message(raw: bytes, received: datetime | None = None) -> Message:
    """The routable facts of a mail; ``received`` (UTC) stands in for a missing or absurd date.

    Whatever ``raw`` is, there is a Message: what could not be read is said in ``notes``, and
    ``incomplete`` is set.
    """
    try:
        return _read(with_line_feeds(raw), raw, received)
    except Exception:
        # No input is known that gets here; if one turns up, its mail must not stop the next.
        digest = hashlib.sha256(raw).hexdigest()
        return Message(
            message_id=f"<{digest}@missing.local>",
            fingerprint=digest,
            date=received,
            incomplete=True,
            notes=("The mail could not be read; the original is kept.",),
            size=len(raw),
        )


def _read(text: bytes, raw: bytes, received: datetime | None) -> Message:
    headers, start = read_headers(text, 0, len(text))
    structure = walk(text, headers, start)
    notes = _structure_notes(text, headers, structure)
    incomplete = bool(structure.problems) or not headers.complete
    senders = _senders(headers, notes)
    to, cc = _recipients(headers, "to", notes), _recipients(headers, "cc", notes)
    attachments = attachment_parts(structure.parts)
    if len(attachments) == ATTACHMENTS_LIMIT:
        notes.append(f"Only the first {ATTACHMENTS_LIMIT} attachments are listed.")
    important = _importance(headers)
    sender = senders.addresses[0] if senders.addresses else ""
    lost = bounced(text, headers, structure)
    return Message(
        message_id=_message_id(headers, raw),
        fingerprint=_fingerprint(headers, text, raw, start),
        senders=senders.addresses,
        sender_name=senders.name,
        to=to.addresses,
        cc=cc.addresses,
        unusable_addresses=_unusable(senders, to, cc),
        subject=_subject(headers, notes),
        date=_date(headers, received, notes),
        important=bool(important),
        importance_header=important,
        attachments=tuple(describe(text, part, name) for part, name in attachments),
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references"),
        auto_generated=reason_automatic(headers, structure.media_type, sender),
        delivered_to=_delivered_to(headers),
        incomplete=incomplete,
        notes=tuple(dict.fromkeys(notes)),
        size=len(raw),
        reply_to=reply_to(headers),
        language=language(headers),
        bounced=lost,
        hops=hops(headers),
        loop=loop(headers),
        bounced_recipients=refused_recipients(text, structure) if lost else (),
    )


def _unusable(*scanned: Scanned) -> tuple[str, ...]:
    found = dict.fromkeys(chain.from_iterable(one.unusable for one in scanned))
    return tuple(found)[:_UNUSABLE_LIMIT]


def _structure_notes(text: bytes, headers: Headers, structure: Structure) -> list[str]:
    notes = list(structure.problems)
    if not text.strip():
        notes.append("The mail is empty.")
    elif not headers.fields:
        notes.append("The mail has no headers.")
    elif not headers.complete:
        notes.append("Some header lines could not be read or were too large.")
    media_types = (structure.media_type, *(part.media_type for part in structure.parts[:3]))
    if any(media_type in _ENCRYPTED for media_type in media_types):
        notes.append("The mail is encrypted or signed as a whole; only its headers can be read.")
    return notes


def _senders(headers: Headers, notes: list[str]) -> Scanned:
    values = [value for value in headers.every("from") if value]
    if len(values) > 1:
        notes.append("The mail has more than one From header; the first one counts.")
    if values:
        scanned = scan(values[0])
        if not scanned.addresses:
            notes.append("The sender's address cannot be used.")
        return scanned
    for name in _INSTEAD_OF_FROM:
        scanned = scan(headers.first(name))
        if scanned.addresses:
            notes.append(f"The From header is missing; the sender is taken from {name.title()}.")
            return scanned
    notes.append("The mail names no sender.")
    return Scanned()


def _recipients(headers: Headers, name: str, notes: list[str]) -> Scanned:
    values = headers.every(name)
    if not values:
        return Scanned()
    found = [scan(value) for value in values[:20]]
    if len(values) > 1:
        notes.append(f"The mail has more than one {name.title()} header; they were put together.")
    if any(scanned.cut for scanned in found):
        notes.append(f"The {name.title()} header names too many addresses; the rest was not read.")
    addresses = dict.fromkeys(chain.from_iterable(scanned.addresses for scanned in found))
    unusable = dict.fromkeys(chain.from_iterable(scanned.unusable for scanned in found))
    return Scanned(tuple(addresses), unusable=tuple(unusable))


def _subject(headers: Headers, notes: list[str]) -> str:
    if len(headers.fields.get("subject", ())) > 1:
        notes.append("The mail has more than one Subject header; the first one counts.")
    return headers.text("subject").strip()


def _date(headers: Headers, received: datetime | None, notes: list[str]) -> datetime | None:
    text = headers.first("date")[:200]
    if not text:
        return received
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        notes.append("The date of the mail cannot be read.")
        return received


def _importance(headers: Headers) -> str:
    """The header line that marks the mail as important (Q-1), in this order, or nothing."""
    for name, shown, value in (
        ("importance", "Importance", "high"),
        ("x-priority", "X-Priority", ""),
        ("priority", "Priority", "urgent"),
        ("x-msmail-priority", "X-MSMail-Priority", "high"),
    ):
        text = headers.first(name)
        number = _NUMBER.match(text) if not value else None
        if (value and text.lower() == value) or (number is not None and int(number[1]) in (1, 2)):
            return one_line(f"{shown}: {text}"[:200])
    return ""


def _message_id(headers: Headers, raw: bytes) -> str:
    ids = _ids(headers, "message-id")
    return ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()}@missing.local>"


def _ids(headers: Headers, name: str) -> tuple[str, ...]:
    """The last 50 ids of a header, angle brackets kept (or added where they were left out)."""
    found: dict[str, None] = {}
    for value in headers.every(name)[:20]:
        matches = _ID.findall(value)
        word = value.strip("<> ")
        if not matches and "@" in word and not re.search(r"[\s<>]", word) and len(word) < 900:
            matches = [f"<{word}>"]
        found.update(dict.fromkeys(_bounded(one_line(match)) for match in matches))
    return tuple(found)[-_IDS_LIMIT:]


def _bounded(text: str) -> str:
    """The id itself, or a digest that stands for one that is too long, wherever it is named."""
    octets = text.encode("utf-8", "surrogatepass")
    if len(octets) <= _ID_BYTES:
        return text
    return f"<{hashlib.sha256(octets).hexdigest()}@long.local>"


def _fingerprint(headers: Headers, text: bytes, raw: bytes, start: int) -> str:
    """What a second copy of the same mail shares with the first (MAIL.md 3.2), as hex digits.

    The subject belongs to it: scanners and monitors send mails that differ in nothing else.
    """
    names = ("message-id", "date", "from", "subject")
    named = [headers.fields.get(name, [b""])[0] for name in names]
    if not named[0] and not named[1]:
        return hashlib.sha256(raw).hexdigest()
    if not named[0]:
        named += [value for name in ("to", "cc") for value in headers.fields.get(name, ())]
    body = text[start:].replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
    facts = [b" ".join(value.split()) for value in named]
    return hashlib.sha256(b"\0".join((*facts, hashlib.sha256(body).digest()))).hexdigest()


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    values = chain.from_iterable(headers.every(name)[:_DELIVERED_LIMIT] for name in _ENVELOPE)
    found = dict.fromkeys(chain.from_iterable(scan(value).addresses for value in values))
    return tuple(found)[:_DELIVERED_LIMIT]
