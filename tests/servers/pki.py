"""A throw-away certificate authority for tests, with good and bad certificates."""

import datetime as dt
import errno
import ipaddress
import os
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from typing_extensions import override

from tests.canary import secret

PFX_PASSWORD = secret("pfx").encode()
LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.2", "::1")


class _Socket(ssl.SSLSocket):
    """One that is not left open when its peer has gone before TLS begins (Python before 3.12)."""

    @override
    def getpeername(self) -> object:
        try:
            return super().getpeername()
        except OSError as error:
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from error


@dataclass(frozen=True)
class KeyPair:
    """A certificate with its key, in memory and as PEM files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_path: Path
    key_path: Path

    @property
    def pem(self) -> str:
        """The certificate as PEM text."""
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    def server_context(self, client_ca: "KeyPair | None" = None) -> ssl.SSLContext:
        """A TLS context that serves this certificate; ``client_ca`` demands client certificates."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sslsocket_class = _Socket
        context.load_cert_chain(self.certificate_path, self.key_path)
        if client_ca is not None:
            context.load_verify_locations(cadata=client_ca.pem)
            context.verify_mode = ssl.CERT_REQUIRED
        return context


class Pki:
    """Issues certificates into ``folder``; each is made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._made: dict[str, KeyPair] = {}

    @cached_property
    def ca(self) -> KeyPair:
        """The trusted authority."""
        return self._issue("ca", "Test authority", None, authority=True)

    @cached_property
    def other_ca(self) -> KeyPair:
        """An authority nobody trusts."""
        return self._issue("other-ca", "Unknown authority", None, authority=True)

    @property
    def ca_pem(self) -> str:
        """The trusted authority's certificate, as it is pasted into a connector."""
        return self.ca.pem

    @cached_property
    def ca_with_crl(self) -> Path:
        """The authority and its empty revocation list in one file, as Dovecot wants it."""
        now = dt.datetime.now(dt.UTC)
        crl = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.ca.certificate.subject)
            .last_update(now - dt.timedelta(days=1))
            .next_update(now + dt.timedelta(days=30))
            .sign(self.ca.key, hashes.SHA256())
        )
        path = self.folder / "ca+crl.pem"
        path.write_bytes(self.ca.pem.encode() + crl.public_bytes(Encoding.PEM))
        return path

    def server(self, fault: str = "") -> KeyPair:
        """A server certificate for loopback; ``fault`` is one of expired, future, wrong-host,
        self-signed, unknown-ca, or empty for a good one.
        """
        issuer = {"self-signed": None, "unknown-ca": self.other_ca}.get(fault, self.ca)
        days = {"expired": (-60, -1), "future": (10, 40)}.get(fault, (-1, 30))
        names = ("mail.other.test",) if fault == "wrong-host" else LOOPBACK
        return self._issue(f"server-{fault or 'good'}", names[0], issuer, names=names, days=days)

    def client(
        self, name: str = "alice", days: tuple[int, int] = (-1, 30), *, unknown: bool = False
    ) -> KeyPair:
        """A client certificate with common name ``name``; ``days`` from now are its validity.

        An ``unknown`` one is of an authority that no server trusts.
        """
        file_name = f"client-{name}-{days[0]}-{days[1]}{'-unknown' if unknown else ''}"
        issuer = self.other_ca if unknown else self.ca
        return self._issue(file_name, name, issuer, client=True, days=days)

    def client_pfx(
        self,
        name: str = "alice",
        password: bytes = PFX_PASSWORD,
        days: tuple[int, int] = (-1, 30),
        *,
        unknown: bool = False,
    ) -> bytes:
        """The client certificate with key and authority as a .pfx file."""
        pair = self.client(name, days, unknown=unknown)
        authority = self.other_ca if unknown else self.ca
        encryption: KeySerializationEncryption = (
            BestAvailableEncryption(password) if password else NoEncryption()
        )
        return pkcs12.serialize_key_and_certificates(
            name.encode(), pair.key, pair.certificate, [authority.certificate], encryption
        )

    def _issue(
        self,
        file_name: str,
        common_name: str,
        issuer: KeyPair | None,
        *,
        names: tuple[str, ...] = (),
        days: tuple[int, int] = (-1, 30),
        authority: bool = False,
        client: bool = False,
    ) -> KeyPair:
        if file_name not in self._made:
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = _sign(key, common_name, issuer, names, days, authority, client)
            self._made[file_name] = self._write(file_name, certificate, key)
        return self._made[file_name]

    def _write(
        self, file_name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> KeyPair:
        pair = KeyPair(
            certificate, key, self.folder / f"{file_name}.crt", self.folder / f"{file_name}.key"
        )
        pair.certificate_path.write_text(pair.pem)
        pair.key_path.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        pair.key_path.chmod(0o600)
        return pair


def _sign(
    key: ec.EllipticCurvePrivateKey,
    common_name: str,
    issuer: KeyPair | None,
    names: tuple[str, ...],
    days: tuple[int, int],
    authority: bool,
    client: bool,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    signing_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
        .add_extension(_key_usage(authority), critical=True)
    )
    if not authority:
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if names:
        alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def _key_usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
