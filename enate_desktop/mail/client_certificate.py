"""A client certificate from a .pfx file, put into a TLS context without a clear key on disk."""

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
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from enate_desktop.mail.mailbox import ErrorKind, MailError

_PFX_LIMIT = 1_000_000


def identify(context: ssl.SSLContext, pfx: bytes, password: bytes, field: str) -> None:
    """Let ``context`` present the certificate of a .pfx file (PKCS #12, RFC 7292).

    ``field`` is the side of the connector. Raises MailError, in words, for an unusable file.
    """
    pem, passphrase = _encrypted_pem(_load(pfx, password, field), field)
    with _as_path(pem) as path:
        try:
            context.load_cert_chain(path, password=passphrase)
        except ssl.SSLError as error:
            raise _unusable("The private key does not belong to the certificate.", field) from error


def _load(pfx: bytes, password: bytes, field: str) -> pkcs12.PKCS12KeyAndCertificates:
    if len(pfx) > _PFX_LIMIT:
        raise _unusable("This file is not a .pfx certificate.", field)
    try:
        return pkcs12.load_pkcs12(pfx, password)
    except UnsupportedAlgorithm as error:
        raise _unusable("The .pfx file uses an encryption that is too old.", field) from error
    except (ValueError, TypeError) as error:
        if "password" in str(error).lower():
            raise _unusable(
                "This .pfx file does not open with that password.",
                field,
                at="certificate_password",
                remedy="Type the certificate password again.",
            ) from error
        raise _unusable("This file is not a .pfx certificate.", field) from error


def _encrypted_pem(loaded: pkcs12.PKCS12KeyAndCertificates, field: str) -> tuple[bytes, str]:
    if loaded.key is None or loaded.cert is None:
        raise _unusable("The certificate has no private key.", field)
    _check_validity(loaded.cert.certificate, field)
    passphrase = secrets.token_hex(32)
    chain = [loaded.cert, *loaded.additional_certs]
    key = loaded.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    return b"".join(c.certificate.public_bytes(Encoding.PEM) for c in chain) + key, passphrase


def _check_validity(certificate: x509.Certificate, field: str) -> None:
    now = datetime.now(UTC)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > last:
        raise _unusable(f"The certificate expired on {last:%Y-%m-%d}.", field)
    if now < first:
        raise _unusable(f"The certificate is not valid before {first:%Y-%m-%d}.", field)


def _unusable(
    title: str,
    field: str,
    *,
    at: str = "certificate",
    remedy: str = "Choose another certificate file (.pfx).",
) -> MailError:
    return MailError(
        ErrorKind.TLS, title, f"Nothing was sent to the server. {remedy}", field=f"{field}.{at}"
    )


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
