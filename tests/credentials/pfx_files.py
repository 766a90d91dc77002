"""Makes .pfx files (PKCS #12, RFC 7292) of every kind, odd and hostile ones included."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = Any
"""A private key of any kind."""
PASSWORD = b"canary-pfx"
NAME = "noreply.acme.example"

_DATA, _BAG = "2a864886f70d010701", "2a864886f70d010c0a01"
_PBES2, _PBKDF2, _AES = "2a864886f70d01050d", "2a864886f70d01050c", "60864801650304012a"
_ENCRYPTED, _SCRYPT = "2a864886f70d010706", "2b06010401da47040b"
_PBMAC1, _HMAC = "2a864886f70d01050e", "2a864886f70d02"
_SHA256, _X509 = "608648016503040201", "2a864886f70d01091601"


@cache
def key(kind: str = "ec") -> Key:
    """A private key; RSA by its bits, such as ``rsa1024``; ``ec2`` is another one."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "x25519":
        return x25519.X25519PrivateKey.generate()
    return dsa.generate_private_key(2048) if kind == "dsa" else ec.generate_private_key(_CURVE)


_CURVE = ec.SECP256R1()


def certificate(
    of: Key,
    name: str = NAME,
    *,
    issuer: str = "",
    signed_by: Key | None = None,
    days: tuple[float, float] = (-1, 300),
    uses: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.CLIENT_AUTH,),
) -> x509.Certificate:
    """A certificate of ``of``, valid for ``days`` from now; self-signed without an issuer."""
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer or name))
        .public_key(of.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    by = signed_by or of
    plain = isinstance(by, ed25519.Ed25519PrivateKey)
    return builder.sign(by, None if plain else hashes.SHA256())


def pfx(
    of: Key | None = None,
    cert: x509.Certificate | None = None,
    chain: Sequence[x509.Certificate] = (),
    password: bytes = PASSWORD,
) -> bytes:
    """A usual file, encrypted unless the password is empty."""
    of = of or key()
    return pkcs12.serialize_key_and_certificates(
        b"Zertifikat",
        of,
        cert or certificate(of),
        list(chain),
        BestAvailableEncryption(password) if password else NoEncryption(),
    )


def signed_with_sha1() -> x509.Certificate:
    """A certificate that says it was signed with SHA-1; nothing makes such signatures any more."""
    leaf = certificate(key("rsa2048"), issuer="Acme CA", signed_by=key("rsa1024"))
    der = leaf.public_bytes(Encoding.DER)
    sha256_rsa, sha1_rsa = (bytes.fromhex(f"2a864886f70d0101{end}") for end in ("0b", "05"))
    return x509.load_der_x509_certificate(der.replace(sha256_rsa, sha1_rsa))


def old_pfx(method: pkcs12.PBES, password: bytes = PASSWORD) -> bytes:
    """A file as older programs write it."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2000)
        .key_cert_algorithm(method)
        .hmac_hash(hashes.SHA1())
        .build(password)
    )
    return pkcs12.serialize_key_and_certificates(
        b"old", key(), certificate(key()), None, encryption
    )


def bare(*bags: bytes) -> bytes:
    """A file without encryption and without MAC that holds ``bags``."""
    safe = _seq(_seq(_oid(_DATA), _ctx(_octets(_seq(*bags)))))
    return _seq(_integer(3), _seq(_oid(_DATA), _ctx(_octets(safe))))


def key_bag(of: Key) -> bytes:
    """A private key in clear."""
    der = of.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _seq(_oid(f"{_BAG}01"), _ctx(der))


def certificate_bag(cert: x509.Certificate) -> bytes:
    """A certificate in clear."""
    der = cert.public_bytes(Encoding.DER)
    return _seq(_oid(f"{_BAG}03"), _ctx(_seq(_oid(_X509), _ctx(_octets(der)))))


def slow_key_bag(rounds: int) -> bytes:
    """An encrypted private key that asks for ``rounds`` of key derivation."""
    derivation = _seq(_oid(_PBKDF2), _seq(_octets(b"saltsalt"), _integer(rounds)))
    method = _seq(_oid(_PBES2), _seq(derivation, _seq(_oid(_AES), _octets(bytes(16)))))
    return _seq(_oid(f"{_BAG}02"), _ctx(_seq(method, _octets(bytes(256)))))


def scrypt_key_bag() -> bytes:
    """An encrypted private key that asks for hours of scrypt, in 32 MB."""
    cost = _integer(2**17), _integer(1), _integer(2**17)
    derivation = _seq(_oid(_SCRYPT), _seq(_octets(b"saltsalt"), *cost))
    method = _seq(_oid(_PBES2), _seq(derivation, _seq(_oid(_AES), _octets(bytes(16)))))
    return _seq(_oid(f"{_BAG}02"), _ctx(_seq(method, _octets(bytes(256)))))


def with_hidden(*bags: bytes) -> bytes:
    """A file that holds ``bags`` in an encrypted part, for PASSWORD."""
    inside, rounds = _seq(*bags), 1000
    secret = PBKDF2HMAC(hashes.SHA256(), 32, b"saltsalt", rounds).derive(PASSWORD)
    padding = 16 - len(inside) % 16
    cipher = Cipher(AES(secret), CBC(bytes(16))).encryptor()
    closed = cipher.update(inside + bytes([padding]) * padding) + cipher.finalize()
    function = _seq(_oid(f"{_HMAC}09"))
    derivation = _seq(_oid(_PBKDF2), _seq(_octets(b"saltsalt"), _integer(rounds), function))
    method = _seq(_oid(_PBES2), _seq(derivation, _seq(_oid(_AES), _octets(bytes(16)))))
    content = _seq(_integer(0), _seq(_oid(_DATA), method, _tagged(closed)))
    part = _seq(_oid(_ENCRYPTED), _ctx(content))
    return _seq(_integer(3), _seq(_oid(_DATA), _ctx(_octets(_seq(part)))))


def with_pbmac1(*bags: bytes) -> bytes:
    """A file with ``bags`` in clear and the newer checksum (RFC 9579), for PASSWORD."""
    content = _seq(_seq(_oid(_DATA), _ctx(_octets(_seq(*bags)))))
    secret = hashlib.pbkdf2_hmac("sha256", PASSWORD, b"saltsalt", 2048, 32)
    numbers = _octets(b"saltsalt"), _integer(2048), _integer(32)
    derivation = _seq(_oid(_PBKDF2), _seq(*numbers, _seq(_oid(f"{_HMAC}09"))))
    method = _seq(_oid(_PBMAC1), _seq(derivation, _seq(_oid(f"{_HMAC}0b"))))
    digest = hmac.digest(secret, content, "sha512")
    mac = _seq(_seq(method, _octets(digest)), _octets(b"not used"), _integer(1))
    return _seq(_integer(3), _seq(_oid(_DATA), _ctx(_octets(content))), mac)


def with_slow_mac(rounds: int) -> bytes:
    """A file whose checksum asks for ``rounds`` of key derivation."""
    digest = _seq(_seq(_oid(_SHA256)), _octets(bytes(32)))
    mac = _seq(digest, _octets(b"saltsalt"), _integer(rounds))
    safe = _seq(_seq(_oid(_DATA), _ctx(_octets(_seq()))))
    return _seq(_integer(3), _seq(_oid(_DATA), _ctx(_octets(safe))), mac)


def joined(one: bytes, other: bytes) -> bytes:
    """The parts of two files of :func:`bare` or :func:`with_hidden` in one."""
    parts = (_content(_octets_in(file)) for file in (one, other))
    return _seq(_integer(3), _seq(_oid(_DATA), _ctx(_octets(_seq(*parts)))))


def in_pieces(file: bytes) -> bytes:
    """``file`` as BER: its outer content is an octet string in two pieces of open-ended length."""
    version = _integer(3)
    safe = _octets_in(file)
    pieces = b"\x24\x80" + _octets(safe[:50]) + _octets(safe[50:]) + b"\0\0"
    content = b"\x30\x80" + _oid(_DATA) + b"\xa0\x80" + pieces + bytes(4)
    return b"\x30\x80" + version + content + bytes(2)


def nested(tag: int, levels: int, inside: bytes) -> bytes:
    """``inside`` wrapped in values of open-ended length."""
    return bytes((tag, 0x80)) * levels + inside + bytes(2 * levels)


def _octets_in(bare_file: bytes) -> bytes:
    """The outer octet string of a file of :func:`bare`."""
    at = bare_file.index(bytes.fromhex(_DATA)) + 9
    for _ in range(2):  # the context tag, then the octet string
        length = bare_file[at + 1]
        at += 2 + (length & 0x7F if length > 0x80 else 0)
    return bare_file[at:]


def _content(value: bytes) -> bytes:
    """What is in a value, without tag and length."""
    return value[2 + (value[1] & 0x7F if value[1] > 0x80 else 0) :]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _value(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + len(body).to_bytes(size, "big") + body


def _seq(*parts: bytes) -> bytes:
    return _value(0x30, *parts)


def _octets(content: bytes) -> bytes:
    return _value(0x04, content)


def _ctx(content: bytes) -> bytes:
    return _value(0xA0, content)


def _tagged(content: bytes) -> bytes:
    return _value(0x80, content)


def _oid(hexadecimal: str) -> bytes:
    return _value(0x06, bytes.fromhex(hexadecimal))


def _integer(number: int) -> bytes:
    return _value(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
