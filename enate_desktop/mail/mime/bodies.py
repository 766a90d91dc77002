"""The text and the attachments of a mail, decoded only when somebody looks at them."""

import binascii
import html
import re

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.mail.mime.attachments import attachment_parts
from enate_desktop.mail.mime.charsets import base64_bytes, decode, lines
from enate_desktop.mail.mime.header_text import read_headers
from enate_desktop.mail.mime.structure import Part, walk, with_line_feeds

TEXT_LIMIT = 200_000
"""Characters of text that are shown."""
_ENCODED_LIMIT = 2 << 20
_HTML_LIMIT = 1 << 20
_BLOCK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/?blockquote|hr)\b[^<>]*>", re.I)
_TAG = re.compile(r"<!--|<(?=(script|style|head|title|noscript)\b)|</?[a-zA-Z!?][^<>]*>?", re.I)
_SPACES = re.compile(r"[ \t\u00a0]+")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


def body_text(raw: bytes) -> str:
    """The mail's text for reading: text/plain, else the words of its HTML; nothing is ever loaded.

    At most 200,000 characters; never raises.
    """
    raw = with_line_feeds(raw)
    headers, start = read_headers(raw, 0, len(raw))
    parts = walk(raw, headers, start).parts
    attached = {id(part) for part, _ in attachment_parts(parts)}
    texts = [part for part in parts if id(part) not in attached]
    for media_type in ("text/plain", "text/html", "text/"):
        for part in texts:
            if part.media_type.startswith(media_type):
                text = _text(raw, part)
                if text.strip():
                    return text
    return ""


def attachment_bytes(raw: bytes, index: int) -> bytes:
    """The decoded attachment at ``index`` of ``Message.attachments``; raises NotFoundError."""
    lines_of = with_line_feeds(raw)
    headers, start = read_headers(lines_of, 0, len(lines_of))
    found = attachment_parts(walk(lines_of, headers, start).parts)
    if not 0 <= index < len(found):
        raise NotFoundError("This mail has no such attachment.", "Open the mail again.")
    part = found[index][0]
    return decoded(part, raw[part.start : part.end])


def text_of_html(source: str) -> str:
    """The words of an HTML text, block by block; in time linear to its length, never raises."""
    parts: list[str] = []
    source = _BLOCK.sub("\n", source[:_HTML_LIMIT])
    folded = source.lower()
    if len(folded) != len(source):
        folded = source
    at = 0
    while (match := _TAG.search(source, at)) is not None:
        parts.append(source[at : match.start()])
        at = match.end()
        if match[0] == "<!--":
            end = folded.find("-->", at)
            at = len(source) if end < 0 else end + 3
        elif match[1]:
            end = folded.find(f"</{match[1].lower()}", at)
            at = len(source) if end < 0 else end
    parts.append(source[at:])
    text = _SPACES.sub(" ", html.unescape("".join(parts)))
    return _BLANK_LINES.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _text(raw: bytes, part: Part) -> str:
    data = decoded(part, raw[part.start : min(part.end, part.start + _ENCODED_LIMIT)])
    text = lines(decode(data, part.parameters.get("charset", "")))
    if part.media_type == "text/html":
        text = lines(text_of_html(text))
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + "\n…"


def decoded(part: Part, data: bytes) -> bytes:
    """``data``, all or the beginning of the part's body, without its transfer encoding."""
    encoding = part.headers.first("content-transfer-encoding").lower()
    if encoding == "base64":
        return base64_bytes(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    return data
