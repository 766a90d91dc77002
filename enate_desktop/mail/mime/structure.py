"""The parts of a mail (RFC 2046), found without decoding them: no recursion, hard limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from enate_desktop.mail.mime.header_text import Headers, read_headers, value_and_parameters

DEPTH_LIMIT = 50
PARTS_LIMIT = 1_000
_PART_HEADERS = 64 << 10
_CANDIDATES = 20_000
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|\Z)")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is not a multipart: its body is ``raw[start:end]``, still encoded."""

    headers: Headers
    media_type: str
    parameters: dict[str, str]
    start: int
    end: int


@dataclass(slots=True)
class Structure:
    """All leaf parts in order; ``problems`` are plain sentences about what could not be read."""

    media_type: str
    parts: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def note(self, problem: str) -> None:
        """Remember a problem once."""
        if problem not in self.problems:
            self.problems.append(problem)


def walk(raw: bytes, headers: Headers, start: int) -> Structure:
    """The structure of the mail whose body begins at ``start``."""
    media_type, parameters = _content_type(headers, "text/plain")
    structure = Structure(media_type)
    # Nested multiparts wait here, so that depth costs no stack; parts are put in order at the end.
    waiting = [(Part(headers, media_type, parameters, start, len(raw)), 0)]
    candidates = [_CANDIDATES]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        boundary = part.parameters.get("boundary", "")
        if not part.media_type.startswith("multipart/") or not boundary:
            structure.parts.append(part)
            continue
        if depth >= DEPTH_LIMIT:
            structure.note("Parts nested more than 50 deep were not read.")
            continue
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        ranges = _ranges(raw, part, boundary.encode("utf-8", "replace"), candidates, structure)
        inner: list[tuple[Part, int]] = []
        for first, last in ranges:
            seen += 1
            if seen > PARTS_LIMIT:
                structure.note("The mail has more than 1,000 parts; the rest was not read.")
                break
            inner.append((_part(raw, first, last, default), depth + 1))
        waiting.extend(reversed(inner))
        if seen > PARTS_LIMIT:
            break
    if seen > PARTS_LIMIT:
        leaves = (part for part, _ in reversed(waiting))
        structure.parts += [p for p in leaves if not p.media_type.startswith("multipart/")]
    return structure


def _ranges(
    raw: bytes, part: Part, boundary: bytes, candidates: list[int], structure: Structure
) -> Iterator[tuple[int, int]]:
    """Begin and end of each part between the delimiter lines."""
    mark = b"--" + boundary
    begin: int | None = None
    at = _delimiter(raw, mark, part.start, part.end, first=True)
    while at >= 0:
        candidates[0] -= 1
        if candidates[0] < 0:
            structure.note("The mail has too many parts; the rest was not read.")
            return
        line_end = _AFTER_BOUNDARY.match(raw, at + len(mark), part.end)
        if line_end is not None:
            if begin is not None:
                yield begin, max(begin, _without_line_end(raw, at))
            begin = line_end.end()
            if line_end[1]:
                return
        at = _delimiter(raw, mark, at + len(mark), part.end, first=False)
    structure.note("The mail ends before its last part is complete.")
    if begin is not None:
        yield begin, part.end
    else:
        yield part.start, part.end


def _delimiter(raw: bytes, mark: bytes, start: int, end: int, *, first: bool) -> int:
    if first and raw.startswith(mark, start, end):
        return start
    found = raw.find(b"\n" + mark, max(start - 1, 0), end)
    return found + 1 if found >= 0 else -1


def _without_line_end(raw: bytes, at: int) -> int:
    at -= 1
    return at - 1 if at > 0 and raw[at - 1 : at] == b"\r" else at


def _part(raw: bytes, start: int, end: int, default: str) -> Part:
    headers, body = read_headers(raw, start, end, _PART_HEADERS)
    media_type, parameters = _content_type(headers, default)
    return Part(headers, media_type, parameters, min(body, end), end)


def _content_type(headers: Headers, default: str) -> tuple[str, dict[str, str]]:
    value = headers.first("content-type")
    if not value:
        return default, {}
    media_type, parameters = value_and_parameters(value)
    if media_type.startswith("multipart/") and not parameters.get("boundary"):
        return "text/plain", parameters
    return media_type if _MEDIA_TYPE.match(media_type) else "application/octet-stream", parameters
