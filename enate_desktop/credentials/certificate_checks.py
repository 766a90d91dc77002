"""Whether a certificate can be used to sign in to a server, each reason in words (C-04)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

from enate_desktop.domain.certificates import CertificateFacts, day_in_words
from enate_desktop.domain.errors import InputError

_RSA_BITS = 2048
_LONGEST_NAME = 300
_LONGEST_CHAIN = 10
_SIGNS_IN = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)


class CertificateError(InputError):
    """A .pfx file that is of no use; ``field`` is ``certificate`` or ``certificate_password``."""


def unusable(
    title: str,
    remedy: str = "Choose another certificate file (.pfx).",
    *,
    at: str = "certificate",
) -> CertificateError:
    """The error to raise for a file that is of no use."""
    return CertificateError(title, remedy, field=at)


def check_key(key: PrivateKeyTypes) -> None:
    """Raise CertificateError for a key that TLS servers refuse."""
    if isinstance(key, dsa.DSAPrivateKey):
        raise unusable("A DSA key cannot be used to sign in to a server.")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _RSA_BITS:
        raise unusable(
            f"The key of the certificate is too small: {key.key_size} bits.",
            f"Ask for a certificate with an RSA key of {_RSA_BITS} bits or more.",
        )


def check_validity(certificate: x509.Certificate, now: datetime | None = None) -> None:
    """Raise CertificateError before the first and after the last moment of its validity."""
    now = now or datetime.now(UTC)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > last:
        raise unusable(
            f"The certificate expired on {day_in_words(last)}.", "Choose the renewed .pfx file."
        )
    if now < first:
        raise unusable(
            f"The certificate is not valid before {day_in_words(first)}.",
            "Choose one that is valid today, or check the date of this computer.",
        )


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """What may be shown of it; CertificateError when it cannot be read."""
    try:
        return CertificateFacts(
            shown_name(certificate.subject),
            shown_name(certificate.issuer),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        )
    except _UNREADABLE:
        raise unusable("The certificate in the file cannot be read.") from None


def use_notes(certificate: x509.Certificate) -> tuple[str, ...]:
    """What speaks against the certificate without making it useless."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    except _UNREADABLE:
        return ("The uses the certificate is meant for cannot be read. A server may refuse it.",)
    if _SIGNS_IN & set(usage):
        return ()
    return (
        "The certificate is not meant for signing in to servers (client authentication is not"
        " among its uses). A server may refuse it.",
    )


def chain_of(
    certificate: x509.Certificate, others: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """``certificate`` and then each one's issuer among ``others``; the rest is of no concern."""
    left = [other for other in others if other != certificate]
    chain = [certificate]
    while len(chain) < _LONGEST_CHAIN:
        issuer = next((other for other in left if _issued(chain[-1], other)), None)
        if issuer is None:
            break
        left.remove(issuer)
        chain.append(issuer)
    return tuple(chain)


def shown_name(name: x509.Name) -> str:
    """A name as one bounded line without anything invisible."""
    text = name.rfc4514_string()
    shown = "".join(character if character.isprintable() else "�" for character in text)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*_UNREADABLE, InvalidSignature):
        return False
    return True
