"""Delivery reports: which mails were not delivered, and to whom (RFC 3464, 6522, 6533)."""

import re
from collections.abc import Sequence

from enate_desktop.domain.addresses import normal_address
from enate_desktop.mail.mime.bodies import decoded
from enate_desktop.mail.mime.header_text import Headers, read_headers, value_and_parameters
from enate_desktop.mail.mime.structure import Part, Structure

_REPORTED, _RECIPIENTS, _READ = 10, 100, 64 << 10
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(
    rb"^(?:original|final)-recipient[ \t]*:[ \t]*(?:rfc822|utf-8)[ \t]*;[ \t]*<?([^\s<>]{1,512})",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,900}>")
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
)


def bounced(text: bytes, headers: Headers, structure: Structure) -> tuple[str, ...]:
    """Message-IDs of the mails in a report that says that they were not delivered, at most ten.

    A report of a delay or a success, or about reading (RFC 8098), names none.
    """
    if structure.media_type != "multipart/report":
        return ()
    _, parameters = value_and_parameters(headers.first("content-type"))
    if parameters.get("report-type", "").strip().lower() not in ("", "delivery-status"):
        return ()
    status = _status(text, structure)
    actions = {action.lower() for one in status for action in _ACTION.findall(one)}
    if actions and b"failed" not in actions:
        return ()
    originals = [part for part in structure.parts if part.media_type in _ORIGINAL]
    found: dict[str, None] = {}
    for part in originals[:_REPORTED]:
        content = _content(text, part)
        original, _ = read_headers(content, 0, len(content), _READ)
        found.update(dict.fromkeys(_ID.findall(original.first("message-id"))[:1]))
    return tuple(found)


def refused_recipients(text: bytes, structure: Structure) -> tuple[str, ...]:
    """Addresses a report names as failed, in comparable form, as given by us and as they ended.

    RFC 3464 2.3: one block of fields for each recipient.
    """
    found: dict[str, None] = {}
    for status in _status(text, structure):
        for block in _BLOCK_END.split(status):
            if any(action.lower() == b"failed" for action in _ACTION.findall(block)):
                for given in _RECIPIENT.findall(block):
                    address = normal_address(given.decode("utf-8", "replace").strip())
                    if address is not None:
                        found[address] = None
    return tuple(found)[:_RECIPIENTS]


def _status(text: bytes, structure: Structure) -> Sequence[bytes]:
    """The parts of a report that machines read."""
    parts = [part for part in structure.parts if part.media_type in _STATUS]
    return [_content(text, part) for part in parts[:_REPORTED]]


def _content(text: bytes, part: Part) -> bytes:
    """The beginning of a part, in which all headers are, decoded."""
    return decoded(part, text[part.start : min(part.end, part.start + _READ)])
