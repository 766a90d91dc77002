"""The parts of a mail (RFC 2046), found without decoding them: no recursion, hard limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from enate_desktop.mail.mime.header_text import Headers, read_headers, value_and_parameters

DEPTH_LIMIT = 50
PARTS_LIMIT = 1_000
_PART_HEADERS, _ALL_PART_HEADERS = 64 << 10, 1 << 20
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


def with_line_feeds(raw: bytes) -> bytes:
    """``raw``, or a copy of the same length when its lines end with bare carriage returns."""
    start = raw[: 64 << 10]
    return raw.replace(b"\r", b"\n") if b"\n" not in start and b"\r" in start else raw


def walk(raw: bytes, headers: Headers, start: int) -> Structure:
    """The structure of the mail whose body begins at ``start``."""
    media_type, parameters = _content_type(headers, "text/plain")
    walker = _Walker(raw, Structure(media_type))
    walker.run(Part(headers, media_type, parameters, start, len(raw)))
    return walker.structure


class _Walker:
    """Goes through nested multiparts with a list of what waits, so that depth costs no stack."""

    def __init__(self, raw: bytes, structure: Structure) -> None:
        self.structure = structure
        self._raw = raw
        self._parts_left = PARTS_LIMIT
        self._headers_left = _ALL_PART_HEADERS
        self._candidates_left = _CANDIDATES

    def run(self, whole: Part) -> None:
        """Find all leaf parts below ``whole``, in order, or as many as the limits allow."""
        waiting = [(whole, 0)]
        while waiting:
            part, depth = waiting.pop()
            boundary = part.parameters.get("boundary", "")
            if not part.media_type.startswith("multipart/") or not boundary:
                if part.media_type.startswith("multipart/"):
                    part = replace(part, media_type="text/plain")
                self.structure.parts.append(part)
            elif depth >= DEPTH_LIMIT:
                self.structure.note("Parts nested more than 50 deep were not read.")
            else:
                inner = self._inner(part, boundary.encode("utf-8", "replace"))
                waiting.extend((one, depth + 1) for one in reversed(inner))

    def _inner(self, part: Part, boundary: bytes) -> list[Part]:
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        found: list[Part] = []
        for first, last in self._ranges(part, boundary):
            if self._parts_left == 0 or self._headers_left < 0:
                self.structure.note("The mail has more than 1,000 parts; the rest was not read.")
                break
            inner = _part(self._raw, first, last, default)
            self._parts_left -= 1
            self._headers_left -= inner.start - first
            found.append(inner)
        return found

    def _ranges(self, part: Part, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Begin and end of each part between the delimiter lines."""
        raw, mark = self._raw, b"--" + boundary
        begin: int | None = None
        at = _delimiter(raw, mark, part.start, part.end, first=True)
        while at >= 0:
            self._candidates_left -= 1
            if self._candidates_left < 0:
                self.structure.note("The mail has too many parts; the rest was not read.")
                return
            line_end = _AFTER_BOUNDARY.match(raw, at + len(mark), part.end)
            if line_end is not None:
                if begin is not None:
                    yield begin, max(begin, _without_line_end(raw, at))
                begin = line_end.end()
                if line_end[1]:
                    return
            at = _delimiter(raw, mark, at + len(mark), part.end, first=False)
        self.structure.note("The mail ends before its last part is complete.")
        yield part.start if begin is None else begin, part.end


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
    return media_type if _MEDIA_TYPE.match(media_type) else "application/octet-stream", parameters
