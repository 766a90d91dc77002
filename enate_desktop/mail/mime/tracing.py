"""Where a mail came through, and what its sender wishes of an answer, read from its headers."""

import re

from enate_desktop.mail.mime.address_scan import scan
from enate_desktop.mail.mime.header_text import Headers

_HOPS_LIMIT, _REPLY_LIMIT, _LOOP_LIMIT = 1_000, 20, 20
_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,3}(?=\s*(?:;|\Z))")
_INSTALLATION = re.compile(r"[0-9a-f]{8,64}\Z")


def hops(headers: Headers) -> int:
    """How many servers passed the mail on (RFC 5321 Received), at most 1,000."""
    return min(len(headers.fields.get("received", ())), _HOPS_LIMIT)


def loop(headers: Headers) -> tuple[str, ...]:
    """The installations of this program whose automated emails led to the mail, at most 20."""
    words = " ".join(headers.every("x-enate-loop")[:_LOOP_LIMIT])[:4_000].lower()
    found = re.split(r"[\s,;]+", words)
    return tuple(dict.fromkeys(word for word in found if _INSTALLATION.match(word)))[:_LOOP_LIMIT]


def reply_to(headers: Headers) -> tuple[str, ...]:
    """The usable Reply-To addresses, at most 20."""
    values = headers.every("reply-to")[:_REPLY_LIMIT]
    found = dict.fromkeys(address for value in values for address in scan(value).addresses)
    return tuple(found)[:_REPLY_LIMIT]


def language(headers: Headers) -> str:
    """The first language that the sender can read, else that the mail is in (RFC 3282), or ""."""
    for name in ("accept-language", "content-language"):
        for tag in headers.first(name)[:200].lower().split(","):
            match = _TAG.match(tag.strip())
            if match is not None:
                return match[0]
    return ""
