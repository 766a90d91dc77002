"""The ways in which a connection fails, as MailError in words (MAIL.md 4 E 81-87, 108)."""

from enate_desktop.mail.mailbox import ErrorKind, MailError


class StalledError(MailError):
    """The server says nothing, or too slowly."""


class LostError(MailError):
    """The other side hung up."""


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


def lost(peer: str, error: OSError | None = None) -> LostError:
    """The other side hung up."""
    words = f" ({error.strerror})" if error is not None and error.strerror else ""
    return LostError(
        ErrorKind.TEMPORARY,
        f"{peer} closed the connection{words}.",
        "No mail is lost; we try again later.",
    )
