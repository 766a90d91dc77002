"""Addresses in a header (RFC 5322), strict: what could be read in two ways is not used at all."""

import re
from dataclasses import dataclass, field

from enate_desktop.domain.addresses import normal_address
from enate_desktop.mail.mime.header_text import BLOCK_LIMIT, words_text

ADDRESSES_LIMIT = 2_000
_SHOWN = 200
_LONGEST = 600
_SIMPLE = re.compile(r'(?:([^\s"(),:;<>\\@=]+(?: [^\s"(),:;<>\\@=]+)*+) ?)?<([^\s"(),:;<>\\]+)>\Z')
_PIECE = re.compile(
    r'=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*+\?=|"(?:[^"\\]|\\.)*+"|\\.|[()<>,;:]|[^\s"()<>,;:\\]+|\s+|.',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a header names: usable addresses (comparable form), the first name, and the rest."""

    addresses: tuple[str, ...] = ()
    name: str = ""
    unusable: tuple[str, ...] = ()
    cut: bool = False


@dataclass(slots=True)
class _Item:
    """One address while it is read."""

    start: int
    phrase: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    gaps: int = 0
    has_at: bool = False
    angle: list[str] | None = None
    closed: bool = False
    broken: bool = False
    empty: bool = True


def scan(value: str) -> Scanned:
    """Read an address header; never raises, whatever ``value`` is."""
    simple = _SIMPLE.match(value) if len(value) < _SHOWN else None
    if simple is not None:
        address = normal_address(simple[2])
        if address is not None:
            return Scanned((address,), words_text(simple[1] or ""))
    return _Scan(value[:BLOCK_LIMIT], cut=len(value) > BLOCK_LIMIT).result()


class _Scan:
    """A scanner with one item of memory and a counter for comments; no recursion."""

    def __init__(self, value: str, *, cut: bool) -> None:
        self._value = value
        self._cut = cut
        self._addresses: dict[str, None] = {}
        self._unusable: dict[str, None] = {}
        self._name = ""
        self._count = 0

    def result(self) -> Scanned:
        """Scan to the end or to the limit."""
        item = _Item(0)
        depth = 0
        for match in _PIECE.finditer(self._value):
            piece = match[0]
            if piece == "(":
                depth += 1
            elif depth:
                depth -= piece == ")"
            elif piece in ",;" and (item.angle is None or item.closed):
                self._finish(item, match.start())
                item = _Item(match.end())
                if self._count >= ADDRESSES_LIMIT:
                    self._cut = self._cut or bool(self._value[match.end() :].strip(" \t,;"))
                    break
            elif piece == ":" and item.angle is None and not item.has_at:
                item = _Item(match.end())
            else:
                _feed(item, piece)
        else:
            item.broken = item.broken or depth > 0
            item.empty = item.empty and depth == 0
            self._finish(item, len(self._value))
        unusable = tuple(self._unusable)
        return Scanned(tuple(self._addresses), self._name, unusable, self._cut)

    def _finish(self, item: _Item, end: int) -> None:
        if item.empty:
            return
        self._count += 1
        address = None if item.broken else _address(item)
        if address is None:
            shown = words_text(self._value[item.start : end].strip()[:_SHOWN]).strip()
            self._unusable[shown] = None
        else:
            if not self._addresses and item.angle is not None:
                self._name = words_text("".join(item.phrase).strip())
            self._addresses[address] = None


def _feed(item: _Item, piece: str) -> None:
    if piece.isspace():
        if item.angle is None:
            item.phrase.append(" ")
            item.gaps += bool(item.bare)
        return
    item.empty = False
    if piece == "<":
        item.broken = item.broken or item.angle is not None
        item.angle = item.angle or []
    elif piece == ">":
        item.broken = item.broken or item.angle is None or item.closed
        item.closed = True
    elif item.closed:
        item.broken = True
    elif item.angle is not None:
        item.angle.append(piece)
    elif piece == ")" or (piece == '"' or piece == "\\"):
        item.broken = True
    else:
        text = _ESCAPED.sub(r"\1", piece[1:-1]) if piece.startswith('"') else piece
        item.phrase.append(text)
        item.bare.append(f"{' ' * bool(item.gaps)}{piece}")
        item.gaps = 0
        item.has_at = item.has_at or "@" in piece


def _address(item: _Item) -> str | None:
    """The one address that the item can mean, or None."""
    if item.angle is None:
        return _normal("".join(item.bare))
    if not item.closed:
        return None
    text = "".join(item.angle)
    if text.startswith("@"):
        text = text.partition(":")[2]
    address = _normal(text)
    # A display name that is another address: whose mail is it? (CVE-2023-27043)
    named = [word for word in item.bare if "@" in word and not word.lstrip().startswith('"')]
    if any(_normal(word.strip()) != address for word in named):
        return None
    return address


def _normal(text: str) -> str | None:
    # Longer ones are not asked about: the answers are kept in a cache together with the text.
    return normal_address(_unquoted(text)) if len(text) <= _LONGEST else None


def _unquoted(text: str) -> str:
    """``"john"@x.test`` as ``john@x.test``; other quoted local parts stay and are refused later."""
    if not text.startswith('"'):
        return text
    local, quote, domain = text[1:].partition('"')
    return f"{local}{domain}" if quote and domain.startswith("@") and local.isalnum() else text
