"""Takes a .pfx file apart, so that only those private keys are decrypted that can be seen.

Programs put the private key, encrypted by itself, into a part that is otherwise in clear, and only
certificates into encrypted parts. A key in an encrypted part could ask for hours of key derivation,
which nobody sees before that part is decrypted; so it is left alone (RFC 7292, 4.1).
"""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from enate_desktop.credentials.ber import (
    EXPLICIT,
    INTEGER,
    OBJECT,
    OCTETS,
    SEQUENCE,
    BerReader,
    written,
)
from enate_desktop.credentials.pfx_mac import Mac, UnknownMacError, mac_of

_CLEAR, _ENCRYPTED = bytes.fromhex("2a864886f70d010701"), bytes.fromhex("2a864886f70d010706")
_KEY_BAG = bytes.fromhex("2a864886f70d010c0a0101")
_SPKI = Encoding.DER, PublicFormat.SubjectPublicKeyInfo


class WrongPasswordError(ValueError):
    """The checksum of the file is not that of the password."""


class PfxParts:
    """The parts of one file, and what is in them."""

    def __init__(self, pfx: bytes) -> None:
        """Take ``pfx`` apart; ValueError for one that is damaged, or no .pfx."""
        reader = BerReader()
        _, (outer, content), *rest = reader.inside(SEQUENCE, pfx)
        if outer != SEQUENCE:
            raise ValueError
        (_, kind), (_, wrapped) = reader.values(content)
        ((tag, self._content),) = reader.values(wrapped)
        if kind != _CLEAR or tag != OCTETS:
            raise ValueError
        self._mac = Mac.read(rest[0][1], reader) if rest else None
        self._clear: list[bytes] = []
        self._encrypted: list[bytes] = []
        for _, part in reader.inside(SEQUENCE, self._content):
            (_, kind), *inside = reader.values(part)
            places = {_CLEAR: self._clear, _ENCRYPTED: self._encrypted}
            if kind in places and inside:
                # The bytes as they stand: what is rebuilt is read as what was looked at.
                whole = written(OBJECT, kind) + written(EXPLICIT, inside[0][1])
                places[kind].append(written(SEQUENCE, whole))

    def opened(
        self, password: str
    ) -> tuple[PrivateKeyTypes | None, x509.Certificate | None, list[x509.Certificate]]:
        """The private key, its certificate, and the others.

        WrongPasswordError, or what ``load_pkcs12`` raises.
        """
        spelling = self._spelling(password)
        visible = _loaded(self._clear, spelling, password)
        certificates = _certificates(visible)
        if self._encrypted:
            # Whoever has found a key passes over all that follow it.
            parts = [_part_with_a_key(), *self._encrypted]
            certificates += _certificates(_loaded(parts, spelling, password))
        if visible.key is None:
            return None, None, certificates
        public = visible.key.public_key().public_bytes(*_SPKI)
        own = [one for one in certificates if _public(one) == public]
        leaf = max(own, key=lambda one: one.not_valid_after_utc, default=None)
        return visible.key, leaf, [one for one in certificates if one is not leaf]

    def _spelling(self, password: str) -> bytes | None:
        """The form of the password by the checksum; None where that does not tell."""
        if self._mac is None:
            return None
        try:
            spelling = self._mac.spelling(self._content, password)
        except UnknownMacError:
            return None
        if spelling is None:
            raise WrongPasswordError
        return spelling


def _loaded(
    parts: list[bytes], spelling: bytes | None, password: str
) -> pkcs12.PKCS12KeyAndCertificates:
    """What is in a file of these ``parts`` only."""
    content = written(SEQUENCE, *parts)
    wrapped = written(EXPLICIT, written(OCTETS, content))
    file = written(
        SEQUENCE,
        written(INTEGER, b"\x03"),
        written(SEQUENCE, written(OBJECT, _CLEAR), wrapped),
        mac_of(content, spelling) if spelling is not None else b"",
    )
    return pkcs12.load_pkcs12(file, password.encode())


def _certificates(loaded: pkcs12.PKCS12KeyAndCertificates) -> list[x509.Certificate]:
    found = ([loaded.cert] if loaded.cert else []) + loaded.additional_certs
    return [one.certificate for one in found]


def _part_with_a_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    bag = written(SEQUENCE, written(OBJECT, _KEY_BAG), written(EXPLICIT, der))
    wrapped = written(EXPLICIT, written(OCTETS, written(SEQUENCE, bag)))
    return written(SEQUENCE, written(OBJECT, _CLEAR), wrapped)


def _public(certificate: x509.Certificate) -> bytes:
    """Its public key; empty for one of a kind that cannot be read."""
    try:
        return certificate.public_key().public_bytes(*_SPKI)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return b""
