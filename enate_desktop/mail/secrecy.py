"""What must hold before a secret leaves this computer (C-13; MAIL.md 4 E 107-111)."""

import re

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.domain.oauth import OAuthProvider
from enate_desktop.domain.services_catalogue import provider_of
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words
from enate_desktop.mail.wire import Wire

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# As Google shows it: four groups of four letters, with blanks of any kind between them.
_APP_PASSWORD = re.compile(r"\s*(?:[a-z]{4}\s){3}[a-z]{4}\s*\Z", re.IGNORECASE)


def shared_by_user(settings: ServerSettings) -> bool:
    """Whether an additional mailbox is named at sign-in; elsewhere it is a folder."""
    provider = provider_of(settings.service, settings.host)
    oauth = settings.authentication is Authentication.OAUTH2
    return settings.service.startswith(("gmail_", "office365_")) or (
        oauth and provider is not OAuthProvider.OTHER
    )


def acting_as(settings: ServerSettings) -> str:
    """Whose mailbox a sign-in is for: the additional one where the provider wants that."""
    shared = (settings.additional_mailbox or "").strip()
    return shared if shared and shared_by_user(settings) else settings.username.strip()


def typed_password(settings: ServerSettings, password: str) -> str:
    """The password as the server knows it: Google shows its app passwords with blanks in them."""
    if provider_of(settings.service, settings.host) is not OAuthProvider.GOOGLE:
        return password
    return "".join(password.split()) if _APP_PASSWORD.match(password) else password


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
    _check_characters(line, password)
    if not settings.username.strip() or not password:
        named = bool(settings.username.strip())
        raise MailError(
            ErrorKind.AUTHENTICATION,
            "The password is missing." if named else "The user name is missing.",
            f"Nothing was sent to the server. {'Type it.' if named or password else 'Type both.'}",
            field=line.field("password" if named else "username"),
        )
    if settings.security is not Security.NONE and not (wire and wire.encrypted):
        raise no_starttls(line)


def check_before_token(line: Line, wire: Wire | None) -> None:
    """The last look before an access token leaves: only ever on an encrypted connection."""
    _check_characters(line)
    if not acting_as(line.settings):
        raise MailError(
            ErrorKind.AUTHENTICATION,
            "There is no user name to sign in with.",
            "Nothing was sent to the server. Type the address of the mailbox.",
            field=line.field("username"),
        )
    if line.settings.security is Security.NONE:
        raise MailError(
            ErrorKind.TLS,
            "OAuth 2.0 needs an encrypted connection.",
            "Whoever reads an access token on the way can use it. Nothing was sent; choose TLS or"
            " STARTTLS.",
            field=line.field("security"),
        )
    if not (wire and wire.encrypted):
        raise no_starttls(line)


def _check_characters(line: Line, password: str = "") -> None:
    settings = line.settings
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
