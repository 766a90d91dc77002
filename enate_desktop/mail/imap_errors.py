"""What imaplib, imapclient and an IMAP server's refusals mean, as MailError in words."""

import contextlib
import imaplib
from collections.abc import Iterator

from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words

_BUSY = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]", "TOO MANY")
_ABORTED = (imaplib.IMAP4.abort, imaplib.IMAP4.error)
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
    except _ABORTED as error:
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
    return MailError(
        ErrorKind.TEMPORARY,
        f"The server {host} ended the session.",
        "Mail stays safely on the server; we try again later.",
        server_words=shown_words(error),
    )


def refused(host: str, words: object) -> MailError:
    """The server answered NO or BAD to something that should work."""
    return MailError(
        ErrorKind.TEMPORARY,
        f"The server {host} refused a command.",
        "Mail stays safely on the server; we try again later.",
        server_words=shown_words(words),
    )


def not_understood(host: str) -> MailError:
    """The server's answer makes no sense."""
    return MailError(
        ErrorKind.PROTOCOL,
        f"The answer of the server {host} was not understood.",
        "The connection was closed. No mail was changed; we try again later.",
    )


def sign_in_refused(host: str, user: str, error: Exception, secret: str, field: str) -> MailError:
    """A refused sign-in, or a server that is only too busy for one."""
    words = shown_words(str(error), secret)
    if any(sign in words.upper() for sign in _BUSY):
        return MailError(
            ErrorKind.TEMPORARY,
            f"The server {host} cannot sign {user} in at the moment.",
            "Mail stays safely on the server; we try again later.",
            server_words=words,
        )
    return MailError(
        ErrorKind.AUTHENTICATION,
        f"Sign-in as {user} was refused by {host}.",
        "Mail stays safely on the server. Check user name and password; some services want an app"
        " password, or IMAP must first be switched on there.",
        field=field,
        server_words=words,
    )
