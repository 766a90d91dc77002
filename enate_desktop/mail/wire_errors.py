"""The ways in which a connection fails, as MailError in words (MAIL.md 4 E 81-87, 108)."""

import ssl

from enate_desktop.mail.mailbox import ErrorKind, MailError

_CERTIFICATE_REFUSED = (
    *("BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN"),
    *("UNKNOWN_CA", "UNSUPPORTED_CERTIFICATE", "ACCESS_DENIED"),
)


class StalledError(MailError):
    """The server says nothing, or too slowly."""


def too_large(peer: str) -> MailError:
    """An answer beyond the limits; the connection must be dropped."""
    return MailError(
        ErrorKind.PROTOCOL,
        f"{peer} sent an answer that is too large or incomplete.",
        "The connection was closed. No mail was changed; we try again later.",
    )


def spoke_early(peer: str) -> MailError:
    """More in clear than was asked, before TLS begins (RFC 9051, 11.1)."""
    return MailError(
        ErrorKind.TLS,
        f"{peer} sent more before the encryption had begun.",
        "Somebody may be interfering with the line. No password was sent.",
    )


def stalled(peer: str) -> MailError:
    """Silence, or a trickle."""
    return StalledError(
        ErrorKind.TEMPORARY,
        f"{peer} stopped answering.",
        "The connection was closed. No mail is lost; we try again later.",
    )


def lost(peer: str, error: OSError | None = None) -> MailError:
    """The other side hung up."""
    words = f" ({error.strerror})" if error is not None and error.strerror else ""
    return MailError(
        ErrorKind.TEMPORARY,
        f"{peer} closed the connection{words}.",
        "No mail is lost; we try again later.",
    )


def broken_tls(peer: str, error: ssl.SSLError) -> MailError:
    """TLS broke; in TLS 1.3 that is also how a server tells what it thinks of our certificate."""
    reason = str(error.reason or "").upper()
    if "CERTIFICATE_REQUIRED" in reason:
        return MailError(
            ErrorKind.TLS,
            f"{peer} wants a client certificate.",
            "Give this connector an authentication certificate (.pfx).",
        )
    if any(known in reason for known in _CERTIFICATE_REFUSED):
        return MailError(
            ErrorKind.TLS,
            f"{peer} does not accept the authentication certificate of this connector.",
            "Nothing was sent. Give this connector a certificate that the server knows.",
        )
    return lost(peer)
