"""What imaplib, imapclient and an IMAP server's refusals mean, as MailError in words."""

import contextlib
import imaplib
from collections.abc import Iterator

from enate_desktop.mail.known_words import meaning_of
from enate_desktop.mail.mailbox import BusyError, ErrorKind, MailError, shown_words

# An access token ends, and with it the session (Gmail and Office 365, MAIL.md 1.1).
_RAN_OUT = ("session expired", "session invalidated", "accesstokenexpired")
# A hostile answer can also make the libraries' own parsers stumble.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


@contextlib.contextmanager
def in_words(host: str) -> Iterator[None]:
    """Turn everything that goes wrong inside into a MailError; ours pass as they are."""
    try:
        yield
    except MailError:
        raise
    except imaplib.IMAP4.abort as error:
        raise dropped(host, error) from error
    except imaplib.IMAP4.error as error:
        if any(sign in str(error).lower() for sign in _RAN_OUT):
            raise dropped(host, error) from error
        raise refused(host, error) from error
    except _UNREADABLE as error:
        raise not_understood(host) from error
    except OSError as error:
        raise MailError(
            ErrorKind.TEMPORARY,
            f"The connection to {host} was lost.",
            "Mail stays safely on the server; we try again later.",
        ) from error


def dropped(host: str, error: object) -> MailError:
    """The server ended the session (BYE) or talked nonsense."""
    shown = shown_words(error)
    if any(sign in shown.lower() for sign in _RAN_OUT):
        return BusyError(
            f"The server {host} ended the session, because its sign-in ran out.",
            "That is usual after about an hour; the next check signs in anew.",
            server_words=shown,
        )
    return MailError(
        ErrorKind.TEMPORARY,
        f"The server {host} ended the session.",
        "Mail stays safely on the server; we try again later.",
        server_words=shown,
    )


def refused(host: str, words: object) -> MailError:
    """The server answered NO or BAD to something that should work."""
    shown = shown_words(words)
    meaning = meaning_of(shown)
    if meaning is not None and meaning.kind is ErrorKind.TEMPORARY:
        return BusyError(
            f"The server {host} asks for patience.",
            "Mail stays safely on the server; we try again later.",
            server_words=shown,
        )
    return MailError(
        ErrorKind.TEMPORARY,
        f"The server {host} refused a command.",
        "Mail stays safely on the server; we try again later.",
        server_words=shown,
    )


def not_understood(host: str) -> MailError:
    """The server's answer makes no sense."""
    return MailError(
        ErrorKind.PROTOCOL,
        f"The answer of the server {host} was not understood.",
        "The connection was closed. No mail was changed; we try again later.",
    )
