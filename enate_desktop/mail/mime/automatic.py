"""Why a mail counts as sent by a machine (M-08): it is routed but never answered automatically."""

import re

from enate_desktop.mail.mime.charsets import one_line
from enate_desktop.mail.mime.header_text import Headers

_RECEIVED_LIMIT = 50
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|bounces?|(?:[^@]*[-_.+])?(?:no|do[-_.]?not)[-_.]?reply)(?:[-+].*)?@",
    re.IGNORECASE,
)
# RFC 2369, 2919, 8058
_LISTS = (
    *("list-id", "list-unsubscribe", "list-post", "list-help", "list-subscribe", "list-owner"),
    *("list-archive", "list-unsubscribe-post"),
)
_ANSWERS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-loop")
_COMMENT = re.compile(r"\([^()]*\)")


def reason_automatic(headers: Headers, media_type: str, sender: str) -> str:
    """The header that says so, such as ``Auto-Submitted: auto-replied``; empty for a person."""
    for submitted in _tokens(headers, "auto-submitted"):
        if submitted != "no":
            return f"Auto-Submitted: {submitted}"
    for name in _ANSWERS:
        if name in headers.fields and set(_tokens(headers, name)) != {"no"}:
            return name.title()
    if media_type == "multipart/report":
        return "Content-Type: multipart/report"
    if "return-path" in headers.fields and headers.first("return-path") in ("", "<>"):
        return "Return-Path: <>"
    for precedence in _tokens(headers, "precedence"):
        if precedence in ("bulk", "junk", "list", "auto_reply"):
            return f"Precedence: {precedence}"
    for suppressed in _tokens(headers, "x-auto-response-suppress"):
        if suppressed != "none":
            return f"X-Auto-Response-Suppress: {suppressed}"
    for name in _LISTS:
        if name in headers.fields:
            return name.title()
    if _MACHINES.match(sender):
        return f"From: {sender}"
    if len(headers.fields.get("received", ())) > _RECEIVED_LIMIT:
        return f"More than {_RECEIVED_LIMIT} Received headers"
    return ""


def _tokens(headers: Headers, name: str) -> tuple[str, ...]:
    """What the headers of that name say, without comments and parameters (RFC 3834, 5)."""
    values = (_COMMENT.sub(" ", value[:400]) for value in headers.every(name)[:20])
    words = (one_line(re.split(r"[;(]", v, maxsplit=1)[0].strip().lower())[:80] for v in values)
    return tuple(word for word in words if word)
