"""What a .pfx file (PKCS #12, RFC 7292) says of itself before anything in it is decrypted.

Opening a file takes as long as the file asks for, and nothing can stop it; so the work is counted
first. BER is read as leniently as OpenSSL does: indefinite lengths, octet strings in pieces.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator

_INTEGER, _OCTETS, _OBJECT, _SEQUENCE = 0x02, 0x04, 0x06, 0x30
_CONSTRUCTED, _OPEN_ENDED = 0x20, 0x80
_DEEPEST, _MOST_VALUES = 40, 100_000
_MOST_ROUNDS = 10_000_000

_KEY_BAGS = tuple(bytes.fromhex(f"2a864886f70d010c0a01{bag}") for bag in ("01", "02"))
_METHODS = bytes.fromhex("2a864886f70d010c01")
_OLD_METHODS = ((1, "RC4"), (2, "RC4"), (3, "3DES"), (4, "3DES"), (5, "RC2"), (6, "RC2"))


class PfxOutline:
    """What can be seen; of a damaged file, or of one that is no PKCS #12, less or nothing."""

    def __init__(self, pfx: bytes) -> None:
        """Look at the bytes of a file."""
        self.rounds = 0
        """Rounds of key derivation that it takes to open everything."""
        self.has_mac = False
        """Whether a checksum would tell a wrong password from damage."""
        self._objects: Counter[bytes] = Counter()
        self._values_read = 0
        with contextlib.suppress(ValueError):
            tag, content, _ = self._value(pfx, 0)
            self.has_mac = tag == _SEQUENCE and len(list(self._values(content))) > 2
        self._look(pfx, 0)

    @property
    def costly(self) -> bool:
        """Whether opening it would keep the program busy for too long."""
        return self.rounds > _MOST_ROUNDS or self._values_read > _MOST_VALUES

    @property
    def keys(self) -> int:
        """How many private keys it is seen to hold."""
        return sum(self._objects[bag] for bag in _KEY_BAGS)

    @property
    def old_methods(self) -> tuple[str, ...]:
        """The names of outdated encryption methods in it, such as ``RC2``."""
        found = [n for number, n in _OLD_METHODS if _METHODS + bytes([number]) in self._objects]
        return tuple(dict.fromkeys(found))

    def _look(self, data: bytes, depth: int) -> None:
        """Note what the values in ``data`` say; the rest of a damaged row is passed over."""
        before = 0
        with contextlib.suppress(ValueError):
            for tag, content in self._values(data):
                if tag == _OCTETS | _CONSTRUCTED:
                    tag, content = _OCTETS, b"".join(self._pieces(content, depth))
                if tag == _INTEGER and before == _OCTETS:
                    # A salt, then the rounds: PBES1, PBKDF2 (RFC 8018) and the MAC are alike.
                    self.rounds += max(int.from_bytes(content, "big", signed=True), 0)
                elif tag == _OBJECT:
                    self._objects[content] += 1
                elif depth < _DEEPEST and _may_hold_values(tag, content):
                    self._look(content, depth + 1)
                before = tag

    def _pieces(self, data: bytes, depth: int) -> Iterator[bytes]:
        for tag, content in self._values(data):
            if tag != _OCTETS | _CONSTRUCTED:
                yield content
            elif depth < _DEEPEST:
                yield from self._pieces(content, depth + 1)

    def _values(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Tag and content of each value in a row (X.690); ValueError where it is damaged."""
        at = 0
        while at < len(data):
            tag, content, at = self._value(data, at)
            yield tag, content

    def _value(self, data: bytes, start: int, depth: int = 0) -> tuple[int, bytes, int]:
        """Tag, content and end of the value at ``start``."""
        self._values_read += 1
        if len(data) < start + 2 or depth > _DEEPEST or self._values_read > _MOST_VALUES:
            raise ValueError
        tag, length, at = data[start], data[start + 1], start + 2
        if length == _OPEN_ENDED and tag & _CONSTRUCTED:
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


def _may_hold_values(tag: int, content: bytes) -> bool:
    return bool(tag & _CONSTRUCTED) or (tag == _OCTETS and content[:1] == bytes([_SEQUENCE]))
