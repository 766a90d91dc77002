"""Which parts of a mail are attachments (Q-2), and what they are called."""

import re

from enate_desktop.domain.messages import Attachment
from enate_desktop.mail.mime.charsets import one_line
from enate_desktop.mail.mime.header_text import value_and_parameters, words_text
from enate_desktop.mail.mime.structure import Part

ATTACHMENTS_LIMIT = 500
_NAME_BYTES = 255
# Marks that turn the writing direction or are invisible: they can hide what a file really is.
_MISLEADING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def attachment_parts(parts: list[Part]) -> list[tuple[Part, str]]:
    """The attachments with their names (empty: none was given), in the order of the mail."""
    found: list[tuple[Part, str]] = []
    for part in parts:
        disposition, parameters = value_and_parameters(part.headers.first("content-disposition"))
        name = parameters.get("filename") or part.parameters.get("name") or ""
        if not _is_attachment(part, disposition, name):
            continue
        found.append((part, _display_name(name, len(found) + 1) if name else ""))
        if len(found) == ATTACHMENTS_LIMIT:
            break
    return found


def describe(raw: bytes, part: Part, name: str) -> Attachment:
    """What routing may know of an attachment; the size is worked out without decoding."""
    return Attachment(name, part.media_type, _decoded_size(raw, part))


def _is_attachment(part: Part, disposition: str, name: str) -> bool:
    if disposition == "attachment":
        return True
    if part.media_type.startswith("image/") and "content-id" in part.headers.fields:
        return False
    return bool(name) or not part.media_type.startswith("text/")


def _display_name(name: str, number: int) -> str:
    """Only the last part of a path, without what could mislead, at most 255 bytes."""
    shown = _MISLEADING.sub("", one_line(words_text(name)))
    shown = re.split(r"[/\\]", shown)[-1].strip().rstrip(". ")
    if len(shown.encode("utf-8", "replace")) > _NAME_BYTES:
        stem, dot, ending = shown.rpartition(".")
        keep = _NAME_BYTES - len((dot + ending[:32]).encode("utf-8", "replace"))
        cut = (stem or shown).encode("utf-8", "replace")[:keep].decode("utf-8", "ignore")
        shown = cut + (dot + ending[:32] if stem else "")
    return shown or f"attachment-{number}"


def _decoded_size(raw: bytes, part: Part) -> int:
    length = part.end - part.start
    if part.headers.first("content-transfer-encoding").lower() != "base64":
        return length
    line_ends = raw.count(b"\n", part.start, part.end) + raw.count(b"\r", part.start, part.end)
    padding = raw.count(b"=", max(part.start, part.end - 6), part.end)
    return max((length - line_ends) * 3 // 4 - padding, 0)
