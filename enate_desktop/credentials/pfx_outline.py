"""What a .pfx file (PKCS #12, RFC 7292) says of itself before anything in it is decrypted.

Opening a file takes as long as the file asks for, and nothing can stop it; so the work is counted
first.
"""

import contextlib
from collections import Counter

from enate_desktop.credentials.ber import (
    CONSTRUCTED,
    DEEPEST,
    INTEGER,
    OBJECT,
    OCTETS,
    SEQUENCE,
    BerReader,
    number,
)

_MOST_ROUNDS = 2_000_000
"""About a second. Firefox asks for 600,000, three times; most others for some thousands."""

_KEY_BAGS = tuple(bytes.fromhex(f"2a864886f70d010c0a01{bag}") for bag in ("01", "02"))
_SCRYPT = bytes.fromhex("2b06010401da47040b")
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
        self._reader = BerReader()
        with contextlib.suppress(ValueError):
            self.has_mac = len(self._reader.inside(SEQUENCE, pfx)) > 2
        self._look(pfx, 0)

    @property
    def costly(self) -> bool:
        """Whether opening it would keep the program busy for too long."""
        # What scrypt (RFC 7914) asks for is not counted: no program writes it into these files.
        unusual = self._reader.tired or _SCRYPT in self._objects
        return unusual or self.rounds > _MOST_ROUNDS

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
            for tag, content in self._reader.values(data):
                if tag == INTEGER and before == OCTETS:
                    # A salt, then the rounds: PBES1, PBKDF2 (RFC 8018) and the MAC are alike.
                    self.rounds += max(number(content), 0)
                elif tag == OBJECT:
                    self._objects[content] += 1
                elif depth < DEEPEST and _may_hold_values(tag, content):
                    self._look(content, depth + 1)
                before = tag


def _may_hold_values(tag: int, content: bytes) -> bool:
    return bool(tag & CONSTRUCTED) or (tag == OCTETS and content[:1] == bytes([SEQUENCE]))
