"""What must hold before a password leaves this computer (C-13; MAIL.md 4 E 107, 108)."""

import re

from enate_desktop.domain.connectors import Authentication, Security
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words
from enate_desktop.mail.wire import Wire

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def no_starttls(line: Line, words: object = b"") -> MailError:
    """The server did not offer or begin the encryption that the connector requires (C-13)."""
    return MailError(
        ErrorKind.TLS,
        f"The server {line.host} did not offer encryption (STARTTLS).",
        "Nothing was sent. Check the port, or choose TLS if the server expects it here.",
        field=line.field("security"),
        server_words=shown_words(words),
    )


def check_before_password(line: Line, wire: Wire | None, password: str) -> None:
    """The last look before a password leaves: nothing smuggled in it, and encrypted as required."""
    settings = line.settings
    if settings.authentication is Authentication.OAUTH2:
        raise MailError(
            ErrorKind.AUTHENTICATION,
            "This version signs in to a server with a password, not with OAuth 2.0.",
            "Nothing was sent to the server. Choose Username and Password.",
            field=line.field("authentication"),
        )
    for name, text in (
        ("username", settings.username),
        ("password", password),
        ("additional_mailbox", settings.additional_mailbox or ""),
    ):
        if _CONTROL.search(text):
            raise MailError(
                ErrorKind.AUTHENTICATION,
                "User name, password or mailbox contain a control character or line break.",
                "Nothing was sent to the server. Type it again without.",
                field=line.field(name),
            )
    if not settings.username.strip() or not password:
        missing = "password" if settings.username.strip() else "username"
        raise MailError(
            ErrorKind.AUTHENTICATION,
            "There is no user name or no password to sign in with.",
            "Nothing was sent to the server. Type both.",
            field=line.field(missing),
        )
    if settings.security is not Security.NONE and not (wire and wire.encrypted):
        raise no_starttls(line)
