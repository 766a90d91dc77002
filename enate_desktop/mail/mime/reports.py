"""Delivery reports: which mails were not delivered (RFC 3464, 6522, 6533)."""

import re

from enate_desktop.mail.mime.bodies import decoded
from enate_desktop.mail.mime.header_text import Headers, read_headers, value_and_parameters
from enate_desktop.mail.mime.structure import Part, Structure

_REPORTED, _READ = 10, 64 << 10
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
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
    status = [_content(text, part) for part in structure.parts if part.media_type in _STATUS]
    actions = {action.lower() for one in status[:_REPORTED] for action in _ACTION.findall(one)}
    if actions and b"failed" not in actions:
        return ()
    originals = [part for part in structure.parts if part.media_type in _ORIGINAL]
    found: dict[str, None] = {}
    for part in originals[:_REPORTED]:
        content = _content(text, part)
        original, _ = read_headers(content, 0, len(content), _READ)
        found.update(dict.fromkeys(_ID.findall(original.first("message-id"))[:1]))
    return tuple(found)


def _content(text: bytes, part: Part) -> bytes:
    """The beginning of a part, in which all headers are, decoded."""
    return decoded(part, text[part.start : min(part.end, part.start + _READ)])
