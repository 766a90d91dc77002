"""Verified TLS (C-13): the context of a connection, and what a failure means in words."""

import errno
import hashlib
import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words

_NOTHING_SENT = "No password was sent and no mail was touched."
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED, _SELF_SIGNED_IN_CHAIN = 9, 10, 18, 19
_WRONG_NAME = frozenset((62, 64))
_NO_TLS_SPOKEN = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH")
_TOO_OLD = ("UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW")
_WANTS_CERTIFICATE = "CERTIFICATE_REQUIRED"
_CERTIFICATE_REFUSED = (
    *("ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_EXPIRED", "ALERT_CERTIFICATE_REVOKED"),
    *("ALERT_CERTIFICATE_UNKNOWN", "ALERT_UNKNOWN_CA", "ALERT_UNSUPPORTED_CERTIFICATE"),
    "ALERT_ACCESS_DENIED",
)
_NOTHING_IN_COMMON = (
    "HANDSHAKE_FAILURE",
    "NO_SHARED_CIPHER",
    "INSUFFICIENT_SECURITY",
    "KEY_TOO_SMALL",
)
_TOO_WEAK = frozenset((66, 67, 68))


@dataclass(frozen=True, slots=True)
class PresentedCertificate:
    """The certificate a server showed; times are UTC, ``sha256`` as ``AB:CD:…``."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    sha256: str


def read_certificate(der: bytes) -> PresentedCertificate | None:
    """Read a DER certificate for showing; None when it cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return PresentedCertificate(
            shown_words(certificate.subject.rfc4514_string()),
            shown_words(certificate.issuer.rfc4514_string()),
            _names(certificate),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            hashlib.sha256(der).digest().hex(":").upper(),
        )
    except (ValueError, UnsupportedAlgorithm):
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(shown_words(name.value) for name in extension.value)[:10]


class _Socket(ssl.SSLSocket):
    """One that is not left open when its peer has gone before TLS begins (Python before 3.12)."""

    def getpeername(self) -> object:
        """As always, but closed where there is no peer any more."""
        try:
            return super().getpeername()
        except OSError as error:
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from error


def client_context(ca_certificate: str = "", side: str = "") -> ssl.SSLContext:
    """A context that verifies host and chain and speaks TLS 1.2 or newer.

    Trusted are the operating system's authorities, and with them that of a network which inspects
    TLS: Python reads the stores of Windows and what OpenSSL uses on Linux (SSL_CERT_FILE is
    honoured). ``ca_certificate`` is the PEM of a private CA that is trusted besides. ``side`` is
    ``"incoming"`` or ``"outgoing"`` and names the field to mend in the MailError that an unusable
    file raises.
    """
    context = ssl.create_default_context()
    context.sslsocket_class = _Socket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_certificate.strip():
        try:
            context.load_verify_locations(cadata=ca_certificate)
        except (ssl.SSLError, ValueError, TypeError) as error:
            raise MailError(
                ErrorKind.TLS,
                "The private CA certificate of this connector cannot be read.",
                f"{_NOTHING_SENT} Choose a PEM file that begins with BEGIN CERTIFICATE.",
                field=f"{side}.ca_certificate",
            ) from error
    return context


def unverified_context() -> ssl.SSLContext:
    """Only to look at the certificate of a server that was refused; nothing is ever sent in it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _Socket
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def tls_error(
    error: ssl.SSLError, host: str, side: str, presented: PresentedCertificate | None = None
) -> MailError:
    """The MailError for a handshake that did not end well; ``presented`` makes it more exact."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused_certificate(error, host, side, presented)
    words, field = shown_words(error.reason or error), f"{side}.host"
    reason = words.upper()
    if any(known in reason for known in _NO_TLS_SPOKEN):
        title = f"The server at {host} does not speak TLS on this port."
        remedy = "Check the port, or choose STARTTLS if the server offers that here."
        return _tls(title, remedy, f"{side}.security", words)
    if any(known in reason for known in _TOO_OLD):
        title = f"The server {host} only offers TLS versions that are no longer safe."
        remedy = "TLS 1.2 or newer is needed; ask the server's administrator."
        return _tls(title, remedy, field, words)
    refused = about_our_certificate(words, f"The server {host}", side)
    if refused is not None:
        return refused
    if any(known in reason for known in _NOTHING_IN_COMMON):
        title = f"The server {host} and this program have no safe encryption in common."
        remedy = "It may only offer weak ciphers, or want a client certificate (.pfx) first."
        return _tls(title, remedy, f"{side}.certificate" if side == "outgoing" else field, words)
    title = f"No encrypted connection to {host} could be made."
    return _tls(title, "Check server, port and security.", f"{side}.security", words)


def about_our_certificate(words: str, peer: str, side: str) -> MailError | None:
    """What a server's alert says of our client certificate, if that is what it is about."""
    reason, field = words.upper(), f"{side}.certificate" if side else ""
    if _WANTS_CERTIFICATE in reason:
        title = f"{peer} wants a client certificate."
        remedy = "Give this connector an authentication certificate (.pfx)."
        return _tls(title, remedy, field, words)
    if any(known in reason for known in _CERTIFICATE_REFUSED):
        title = f"{peer} does not accept the authentication certificate."
        remedy = "Give this connector a certificate (.pfx) that the server knows."
        return _tls(title, remedy, field, words)
    return None


def _refused_certificate(
    error: ssl.SSLCertVerificationError,
    host: str,
    side: str,
    presented: PresentedCertificate | None,
) -> MailError:
    words = shown_words(error.verify_message or error)
    shown = (
        f" It was issued by {presented.issuer}; SHA-256 {presented.sha256}." if presented else ""
    )
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return _wrong_time(error.verify_code, host, side, presented, shown, words)
    if error.verify_code in _WRONG_NAME:
        names = ", ".join(presented.names) if presented and presented.names else "another server"
        title = f"The server's certificate is for {names}, not {host}."
        remedy = f"Check the server name; it must be one that the certificate names.{shown}"
        return _tls(title, remedy, f"{side}.host", words)
    if error.verify_code in _TOO_WEAK:
        title = f"The certificate of {host} is too weak to be trusted."
        remedy = f"Ask the server's administrator for one with a stronger key.{shown}"
        return _tls(title, remedy, f"{side}.host", words)
    if error.verify_code == _SELF_SIGNED:
        title = f"The certificate of {host} is self-signed."
    elif error.verify_code == _SELF_SIGNED_IN_CHAIN:
        title = f"The certificate of {host} was issued by an authority that is not trusted."
    else:
        title = f"The certificate of {host} was issued by an authority this computer does not know."
    remedy = (
        "If you expected that, or this network inspects TLS, add the authority's certificate as the"
        f" private CA of this connector, or to this computer's certificates.{shown}"
    )
    return _tls(title, remedy, f"{side}.ca_certificate", words)


def _wrong_time(
    code: int,
    host: str,
    side: str,
    presented: PresentedCertificate | None,
    shown: str,
    words: str,
) -> MailError:
    now = f"This computer's clock says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC."
    if code == _EXPIRED:
        when = f" on {presented.not_after:%Y-%m-%d}" if presented else ""
        title = f"The certificate of {host} expired{when}."
        remedy = f"Ask the server's administrator to renew it. {now}{shown}"
    else:
        when = f" before {presented.not_before:%Y-%m-%d}" if presented else " yet"
        title = f"The certificate of {host} is not valid{when}."
        remedy = f"Check the date of this computer. {now}{shown}"
    return _tls(title, remedy, f"{side}.host", words)


def _tls(title: str, remedy: str, field: str, words: str) -> MailError:
    return MailError(
        ErrorKind.TLS, title, f"{_NOTHING_SENT} {remedy}", field=field, server_words=words
    )
