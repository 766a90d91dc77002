"""Reads and writes values of ASN.1 (X.690), as far as .pfx files need it.

BER is read as leniently as OpenSSL does: indefinite lengths, octet strings in pieces.
"""

from collections.abc import Iterator

INTEGER, OCTETS, OBJECT, SEQUENCE, EXPLICIT = 0x02, 0x04, 0x06, 0x30, 0xA0
CONSTRUCTED, _OPEN_ENDED = 0x20, 0x80
DEEPEST, _MOST_VALUES = 40, 100_000


class BerReader:
    """Reads values, but not for ever: what it is given may be a maze."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._values_read = 0

    @property
    def tired(self) -> bool:
        """Whether there were more values than any honest file has."""
        return self._values_read > _MOST_VALUES

    def values(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Tag and content of each value in a row; ValueError where it is damaged.

        An octet string in pieces comes as a whole.
        """
        at = 0
        while at < len(data):
            tag, content, at = self._value(data, at)
            if tag == OCTETS | CONSTRUCTED:
                tag, content = OCTETS, b"".join(self._pieces(content, 0))
            yield tag, content

    def inside(self, tag: int, data: bytes) -> list[tuple[int, bytes]]:
        """The values in the first value of ``data``; ValueError if that is not a ``tag``."""
        found, content, _ = self._value(data, 0)
        if found != tag:
            raise ValueError
        return list(self.values(content))

    def _pieces(self, data: bytes, depth: int) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            tag, content, at = self._value(data, at)
            if tag != OCTETS | CONSTRUCTED:
                yield content
            elif depth < DEEPEST:
                yield from self._pieces(content, depth + 1)

    def _value(self, data: bytes, start: int, depth: int = 0) -> tuple[int, bytes, int]:
        """Tag, content and end of the value at ``start``."""
        self._values_read += 1
        if len(data) < start + 2 or depth > DEEPEST or self.tired:
            raise ValueError
        tag, length, at = data[start], data[start + 1], start + 2
        if length == _OPEN_ENDED and tag & CONSTRUCTED:
            begin = at
            while data[at : at + 2] != b"\0\0":
                _, _, at = self._value(data, at, depth + 1)
            return tag, data[begin:at], at + 2
        if length > _OPEN_ENDED:
            size = length - _OPEN_ENDED
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError
        return tag, data[at : at + length], at + length


def number(content: bytes) -> int:
    """The value of an INTEGER."""
    return int.from_bytes(content, "big", signed=True)


def written(tag: int, *parts: bytes) -> bytes:
    """One value in DER."""
    content = b"".join(parts)
    if len(content) < _OPEN_ENDED:
        return bytes((tag, len(content))) + content
    size = (len(content).bit_length() + 7) // 8
    return bytes((tag, _OPEN_ENDED | size)) + len(content).to_bytes(size, "big") + content
