"""A client certificate from a .pfx file (PKCS #12, RFC 7292), without a clear key on disk."""

import contextlib
import os
import secrets
import ssl
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.errors import InputError

_PFX_LIMIT = 1_000_000


class CertificateError(InputError):
    """A .pfx file that is of no use; ``field`` is ``certificate`` or ``certificate_password``."""


class ClientCertificate:
    """A .pfx file and its password, opened when it is needed."""

    def __init__(self, pfx: bytes, password: bytes = b"") -> None:
        """Of the bytes of the file; ``password`` in UTF-8."""
        self._pfx = pfx
        self._password = password

    def __repr__(self) -> str:
        """Without anything secret."""
        return "ClientCertificate(…)"

    def facts(self) -> CertificateFacts:
        """What may be shown; CertificateError for a file that is of no use."""
        certificate = _usable(_load(self._pfx, self._password))
        return CertificateFacts(
            certificate.subject.rfc4514_string(),
            certificate.issuer.rfc4514_string(),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        )

    def present_in(self, context: ssl.SSLContext) -> None:
        """Let ``context`` present it to a server; CertificateError for one that is of no use."""
        pem, passphrase = _encrypted_pem(_load(self._pfx, self._password))
        with _as_path(pem) as path:
            try:
                context.load_cert_chain(path, password=passphrase)
            except ssl.SSLError as error:
                raise _unusable("The private key does not belong to the certificate.") from error


def _load(pfx: bytes, password: bytes) -> pkcs12.PKCS12KeyAndCertificates:
    if len(pfx) > _PFX_LIMIT:
        raise _unusable("This file is not a .pfx certificate.")
    try:
        return pkcs12.load_pkcs12(pfx, password)
    except UnsupportedAlgorithm as error:
        raise _unusable("The .pfx file uses an encryption that is too old.") from error
    except (ValueError, TypeError) as error:
        if "password" in str(error).lower():
            raise _unusable(
                "This .pfx file does not open with that password.",
                at="certificate_password",
                remedy="Type the certificate password again.",
            ) from error
        raise _unusable("This file is not a .pfx certificate.") from error


def _usable(loaded: pkcs12.PKCS12KeyAndCertificates) -> x509.Certificate:
    if loaded.key is None or loaded.cert is None:
        raise _unusable("The certificate has no private key.")
    certificate = loaded.cert.certificate
    now = datetime.now(UTC)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > last:
        raise _unusable(f"The certificate expired on {last:%Y-%m-%d}.")
    if now < first:
        raise _unusable(f"The certificate is not valid before {first:%Y-%m-%d}.")
    return certificate


def _encrypted_pem(loaded: pkcs12.PKCS12KeyAndCertificates) -> tuple[bytes, str]:
    _usable(loaded)
    if loaded.key is None or loaded.cert is None:
        raise _unusable("The certificate has no private key.")
    passphrase = secrets.token_hex(32)
    chain = [loaded.cert, *loaded.additional_certs]
    key = loaded.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    return b"".join(c.certificate.public_bytes(Encoding.PEM) for c in chain) + key, passphrase


def _unusable(
    title: str,
    *,
    at: str = "certificate",
    remedy: str = "Choose another certificate file (.pfx).",
) -> CertificateError:
    return CertificateError(title, remedy, field=at)


@contextlib.contextmanager
def _as_path(pem: bytes) -> Iterator[str]:
    """A path to ``pem`` (its key is encrypted): anonymous memory on Linux, else a private file."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, pem)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory(prefix="enate-") as folder:
            path = Path(folder) / "certificate.pem"
            path.write_bytes(pem)
            yield str(path)
