"""The checksum of a .pfx file (MacData: RFC 7292, appendix B; PBMAC1: RFC 9579)."""

import hashlib
import hmac
from dataclasses import dataclass

from enate_desktop.credentials.ber import OBJECT, OCTETS, SEQUENCE, BerReader, number, written

_SHA = "608648016503040"
_DIGESTS = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex(f"{_SHA}201"): "sha256",
    bytes.fromhex(f"{_SHA}202"): "sha384",
    bytes.fromhex(f"{_SHA}203"): "sha512",
    bytes.fromhex(f"{_SHA}204"): "sha224",
}
_HMACS = {
    bytes.fromhex(f"2a864886f70d02{end:02x}"): name
    for end, name in ((7, "sha1"), (8, "sha224"), (9, "sha256"), (10, "sha384"), (11, "sha512"))
}
_PBMAC1 = bytes.fromhex("2a864886f70d01050e")
_SHA256 = next(oid for oid, name in _DIGESTS.items() if name == "sha256")
_MAC_KEY = b"\x03"
_LONGEST_KEY = 64


class UnknownMacError(ValueError):
    """A checksum of a kind that is not known here."""


@dataclass(frozen=True, slots=True)
class Mac:
    """What a file says of its checksum; ``parameters`` are those of PBMAC1, else empty."""

    method: bytes
    digest: bytes
    salt: bytes
    rounds: int
    parameters: bytes = b""

    @classmethod
    def read(cls, content: bytes, reader: BerReader) -> "Mac":
        """Out of the content of MacData; ValueError for a damaged one."""
        (kind, info), (_, salt), *rest = reader.values(content)
        (_, algorithm), (_, digest) = reader.values(info)
        (tag, method), *parameters = reader.values(algorithm)
        if kind != SEQUENCE or tag != OBJECT:
            raise ValueError
        rounds = number(rest[0][1]) if rest else 1
        return cls(method, digest, salt, rounds, parameters[0][1] if parameters else b"")

    def spelling(self, content: bytes, password: str) -> bytes | None:
        """The password in the form that makes this the checksum of ``content``; None for none.

        UnknownMacError where that cannot be told. A missing password may also be an empty text.
        """
        if self.method == _PBMAC1:
            found = _pbmac1(self.parameters, content, password.encode())
            return _in_file(password) if hmac.compare_digest(found, self.digest) else None
        name = _DIGESTS.get(self.method)
        if name is None:
            raise UnknownMacError
        for spelling in (_in_file(password),) if password else (b"", b"\0\0"):
            key = _key(name, spelling, self.salt, self.rounds)
            if hmac.compare_digest(hmac.digest(key, content, name), self.digest):
                return spelling
        return None


def mac_of(content: bytes, spelling: bytes) -> bytes:
    """MacData for ``content`` that tells which ``spelling`` of the password opens it."""
    salt = bytes(8)
    digest = hmac.digest(_key("sha256", spelling, salt, 1), content, "sha256")
    algorithm = written(SEQUENCE, written(OBJECT, _SHA256))
    return written(
        SEQUENCE,
        written(SEQUENCE, algorithm, written(OCTETS, digest)),
        written(OCTETS, salt),
    )


def _in_file(password: str) -> bytes:
    return (password + "\0").encode("utf-16-be") if password else b""


def _key(name: str, password: bytes, salt: bytes, rounds: int) -> bytes:
    """RFC 7292, B.2, for a key as long as the digest."""
    digest = getattr(hashlib, name)
    size: int = digest().block_size

    def filled(part: bytes) -> bytes:
        blocks = -(-len(part) // size)
        return (part * size)[: blocks * size]

    key: bytes = _MAC_KEY * size + filled(salt) + filled(password)
    for _ in range(max(rounds, 1)):
        key = digest(key).digest()
    return key


def _pbmac1(parameters: bytes, content: bytes, password: bytes) -> bytes:
    """RFC 8018, 7.1."""
    reader = BerReader()
    (_, derivation), (_, scheme) = reader.values(parameters)
    (_, _), (_, facts) = reader.values(derivation)
    (_, salt), (_, rounds), (_, length), (_, function) = reader.values(facts)
    function_of, scheme_of = (next(reader.values(one))[1] for one in (function, scheme))
    size = number(length)
    if function_of not in _HMACS or scheme_of not in _HMACS or not 0 < size <= _LONGEST_KEY:
        raise UnknownMacError
    times = max(number(rounds), 1)
    key = hashlib.pbkdf2_hmac(_HMACS[function_of], password, salt, times, size)
    return hmac.digest(key, content, _HMACS[scheme_of])
