"""Header blocks, RFC 2047 words and RFC 2231 parameters: bounded, and none of it ever raises."""

import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from enate_desktop.mail.mime.charsets import base64_bytes, decode, one_line

BLOCK_LIMIT = 256 << 10
VALUE_LIMIT = 64 << 10
_SEGMENTS, _PARAMETERS = 20, 100
_LINE_LIMIT = 20_000
_END = re.compile(rb"\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_NEXT_FIELD = re.compile(rb"\n(?![ \t])")
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*\Z")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*+)')
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields by lower-case name, each value unfolded, in the order of the mail."""

    fields: dict[str, list[bytes]] = field(default_factory=dict)
    complete: bool = True

    def first(self, name: str) -> str:
        """The first value as plain text, not decoded (RFC 2047 words as they are)."""
        values = self.fields.get(name)
        return decode(values[0][:VALUE_LIMIT]).strip() if values else ""

    def every(self, name: str) -> list[str]:
        """All values, as :meth:`first`, but whole."""
        return [decode(value).strip() for value in self.fields.get(name, ())]

    def text(self, name: str) -> str:
        """The first value decoded for reading, on one line."""
        return words_text(self.first(name))


def read_headers(raw: bytes, start: int, end: int, limit: int = BLOCK_LIMIT) -> tuple[Headers, int]:
    """The header block of ``raw[start:end]`` and where the body begins."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return Headers(), raw.index(b"\n", start) + 1
    found = _END.search(raw, start, end)
    stop = found.start() if found else end
    complete = stop - start <= limit
    if complete:
        lines = _FOLD.sub(b" ", raw[start:stop]).split(b"\n")
    else:
        lines = _shortened_lines(raw, start, stop)
    fields: dict[str, list[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        match = _NAME.match(name) if colon else None
        if match is not None:
            fields.setdefault(match[1].decode("ascii").lower(), []).append(value.strip())
        elif not fields and line.strip() and not line.startswith((b"From ", b">From ")):
            return Headers(), start
        elif line.strip() and not line.startswith((b"From ", b">From ")):
            complete = False
    return Headers(fields, complete), found.end() if found else end


def _shortened_lines(raw: bytes, start: int, stop: int) -> list[bytes]:
    """The unfolded lines of a huge block, each cut, so that one field cannot hide the others."""
    lines: list[bytes] = []
    while start < stop and len(lines) < _LINE_LIMIT:
        following = _NEXT_FIELD.search(raw, start, stop)
        end = following.start() if following else stop
        lines.append(_FOLD.sub(b" ", raw[start : min(end, start + VALUE_LIMIT)]))
        start = end + 1
    return lines


def words_text(value: str) -> str:
    """``value`` with its RFC 2047 words decoded, without control characters."""
    if "=?" not in value:
        return one_line(value)
    parts: list[str] = []
    pending, charset, at = b"", "", 0
    for match in _WORD.finditer(value):
        gap = value[at : match.start()]
        joined = bool(pending) and not gap.strip()
        name = match[1].partition("*")[0].lower()
        if pending and not (joined and name == charset):
            parts.append(decode(pending, charset))
            pending = b""
        if not joined:
            parts.append(gap)
        pending, charset, at = pending + _word_bytes(match[2], match[3]), name, match.end()
    parts.append(decode(pending, charset))
    parts.append(value[at:])
    return one_line("".join(parts))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(data)
    return binascii.a2b_qp(data, header=True)


def value_and_parameters(value: str) -> tuple[str, dict[str, str]]:
    """A value such as ``text/plain; name=x`` in its parts; names and the value in lower case.

    Continued and encoded parameters (RFC 2231) are put together under their plain name.
    """
    value = value[:VALUE_LIMIT]
    main, semicolon, _ = value.partition(";")
    main = main.strip().lower()
    if not semicolon:
        return main, {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(value)):
        if number == _PARAMETERS:
            break
        name, text = match[1].lower(), match[2].strip()
        if text.startswith('"'):
            text = _ESCAPED.sub(r"\1", text[1:-1] if len(text) > 1 else "")
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, text)
            continue
        digits = rest.rstrip("*")
        if not digits or (digits.isdigit() and len(digits) < 3):
            encoded = not digits or rest.endswith("*")
            pieces.setdefault(base, {}).setdefault(int(digits or 0), (encoded, text))
    return main, plain | {name: _continued(found) for name, found in pieces.items()}


def _continued(found: dict[int, tuple[bool, str]]) -> str:
    charset = ""
    parts: list[bytes] = []
    for number in range(_SEGMENTS):
        if number not in found:
            break
        encoded, text = found[number]
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        parts.append(unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace"))
    return decode(b"".join(parts), charset)
