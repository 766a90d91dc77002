"""A client certificate from a .pfx file (PKCS #12, RFC 7292), without a clear key on disk."""

import contextlib
import os
import secrets
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from enate_desktop.credentials.certificate_checks import (
    CertificateError,
    chain_of,
    check_key,
    check_validity,
    facts_of,
    shown_name,
    unusable,
    use_notes,
)
from enate_desktop.credentials.pfx_outline import PfxOutline
from enate_desktop.credentials.pfx_parts import PfxParts, WrongPasswordError
from enate_desktop.domain.certificates import CertificateReading

__all__ = ["CertificateError", "ClientCertificate"]

_PFX_LIMIT = 1_000_000
_AGAIN = "Export the certificate again with AES-256."


class ClientCertificate:
    """A .pfx file and its password, opened when it is needed."""

    def __init__(self, pfx: bytes, password: bytes = b"") -> None:
        """Of the bytes of the file; ``password`` in UTF-8."""
        self._pfx = pfx
        self._password = password

    def __repr__(self) -> str:
        """Without anything secret."""
        return "ClientCertificate(…)"

    def read(self) -> CertificateReading:
        """What may be shown and should be known; CertificateError for a file that is of no use."""
        identity = _open(self._pfx, self._password)
        # Only the TLS library knows what it takes: this finds a weak signature or an odd curve.
        _present(identity, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        leaf = identity.chain[0]
        notes = (*_file_notes(PfxOutline(self._pfx), leaf), *use_notes(leaf))
        return CertificateReading(facts_of(leaf), notes)

    def present_in(self, context: ssl.SSLContext) -> None:
        """Let ``context`` present it to a server; CertificateError for one that is of no use."""
        _present(_open(self._pfx, self._password), context)

    def as_pem(self) -> tuple[bytes, str]:
        """Certificate, chain and private key as PEM, and the passphrase that the key is under.

        CertificateError for one that is of no use.
        """
        return _encrypted(_open(self._pfx, self._password))


@dataclass(frozen=True, slots=True, repr=False)
class _Identity:
    """A private key, and its certificate followed by those of its issuers."""

    key: PrivateKeyTypes
    chain: tuple[x509.Certificate, ...]


def _open(pfx: bytes, password: bytes) -> _Identity:
    _check_form(pfx)
    outline = PfxOutline(pfx)
    if outline.costly:
        raise unusable(
            "This .pfx file would take too long to open.",
            "It is protected in an unusual way. Export the certificate again as usual.",
        )
    key, certificate, others = _decrypted(pfx, password, outline)
    if key is None:
        raise _no_key(next(iter(others), None))
    if certificate is None and not others:
        raise unusable("The file holds a private key but no certificate.")
    if certificate is None:
        raise unusable("The private key does not belong to the certificate.")
    check_key(key)
    check_validity(certificate)
    return _Identity(key, chain_of(certificate, others))


def _check_form(pfx: bytes) -> None:
    """Tell what was given for a .pfx by mistake."""
    if not pfx:
        raise unusable("The certificate file is empty.")
    if len(pfx) > _PFX_LIMIT:
        raise unusable("This file is larger than 1 MB, so it is not a .pfx certificate.")
    if pfx.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"-----BEGIN "):
        raise unusable(
            "This looks like a PEM file, not a .pfx certificate.",
            "Put the certificate and its private key into one .pfx file and choose that.",
        )
    with contextlib.suppress(ValueError):
        raise _no_key(x509.load_der_x509_certificate(pfx))


def _decrypted(
    pfx: bytes, password: bytes, outline: PfxOutline
) -> tuple[PrivateKeyTypes | None, x509.Certificate | None, list[x509.Certificate]]:
    wrong = _wrong_password(outline)
    try:
        text = password.decode("utf-8")
    except UnicodeDecodeError:
        raise wrong from None
    if "\0" in text:
        # The library panics over it.
        raise wrong
    try:
        return PfxParts(pfx).opened(text)
    except WrongPasswordError:
        raise wrong from None
    except UnsupportedAlgorithm:
        raise unusable(
            "The .pfx file uses an encryption this computer cannot open.", _AGAIN
        ) from None
    except TypeError:
        raise unusable("The kind of private key in the file cannot be used.") from None
    except ValueError as error:
        # The library tells them apart in its words only; a test watches them.
        if "password" in str(error).lower():
            raise wrong from None
        raise unusable("This file is not a .pfx certificate, or it is damaged.") from None


def _wrong_password(outline: PfxOutline) -> CertificateError:
    remedy = "Type the certificate password again."
    if outline.old_methods:
        methods = " and ".join(outline.old_methods)
        remedy += (
            f" If it is right, this computer cannot open the old {methods} encryption. {_AGAIN}"
        )
    return unusable(
        "This .pfx file does not open with that password.", remedy, at="certificate_password"
    )


def _no_key(certificate: x509.Certificate | None) -> CertificateError:
    title = "The certificate has no private key."
    if certificate is None:
        return unusable("The file holds neither a certificate nor a private key.")
    return unusable(
        title,
        f"The file holds only {shown_name(certificate.subject)}. Export it together with its"
        " private key.",
    )


def _file_notes(outline: PfxOutline, certificate: x509.Certificate) -> tuple[str, ...]:
    notes = []
    if outline.old_methods:
        methods = " and ".join(outline.old_methods)
        notes.append(f"The file uses an old encryption ({methods}). It works. {_AGAIN}")
    if not outline.has_mac:
        notes.append("The file has no checksum (MAC), so damage to it may go unnoticed.")
    if outline.keys > 1:
        notes.append(
            f"The file holds {outline.keys} private keys. Only the one of"
            f" {shown_name(certificate.subject)} is used."
        )
    return tuple(notes)


def _encrypted(identity: _Identity) -> tuple[bytes, str]:
    """Chain and key as PEM, the key under a passphrase made for this one time."""
    passphrase = secrets.token_hex(32)
    key = identity.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    chain = b"".join(item.public_bytes(Encoding.PEM) for item in identity.chain)
    return chain + key, passphrase


def _present(identity: _Identity, context: ssl.SSLContext) -> None:
    pem, passphrase = _encrypted(identity)
    try:
        with _as_path(pem) as path:
            context.load_cert_chain(path, password=passphrase)
    except ssl.SSLError as error:
        raise _refused_by_tls(error.reason or "") from None
    except OSError as error:
        raise unusable(
            f"The certificate cannot be prepared ({error.strerror or error}).",
            "Make room for temporary files on this computer.",
        ) from None


def _refused_by_tls(reason: str) -> CertificateError:
    words = {
        "KEY_VALUES_MISMATCH": "The private key does not belong to the certificate.",
        "EE_KEY_TOO_SMALL": "The key of the certificate is too small.",
        "CA_MD_TOO_WEAK": "The certificate is signed in a way that is no longer safe (SHA-1).",
    }
    title = words.get(reason, "The certificate cannot be used for encrypted connections.")
    return unusable(title, "Ask for a new certificate and choose its .pfx file.")


@contextlib.contextmanager
def _as_path(pem: bytes) -> Iterator[str]:
    """A path to ``pem`` (its key is encrypted): anonymous memory on Linux, else a private file."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, pem)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    # A virus scanner may hold the file for a moment; what it holds is encrypted.
    with tempfile.TemporaryDirectory(prefix="enate-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "certificate.pem"
        path.touch(mode=0o600)
        path.write_bytes(pem)
        yield str(path)
