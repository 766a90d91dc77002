"""Refusals of mail servers as errors in words, by provider (MAIL.md 1.1, 1.2; RFC 5530)."""

from enate_desktop.domain.connectors import Authentication, Side
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider
from enate_desktop.domain.services_catalogue import provider_of
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.known_words import Meaning, later, meaning_of
from enate_desktop.mail.mailbox import BusyError, ErrorKind, MailError

_BUSY = (
    *("[unavailable]", "[inuse]", "[in-use]", "[limit]", "[login-delay]", "[serverbug]"),
    *("[contactadmin]", "[sys/temp]", "too many", "temporary error", "temporary system problem"),
    *("temporary authentication failure", "server unavailable", "bandwidth limits"),
    "try again later",
)
_RIGHTS = {"IMAP": "IMAP.AccessAsApp", "POP3": "POP.AccessAsApp", "SMTP": "SMTP.SendAsApp"}


def translated(line: Line, words: str, kind: ErrorKind) -> MailError | None:
    """The error that known words of a server mean; ``kind`` where they do not say it themselves."""
    shows = line.settings.authentication is Authentication.CERTIFICATE
    meaning = meaning_of(words, shows_certificate=shows)
    return None if meaning is None else _told(line, meaning, words, kind)


def refused_sign_in(line: Line, words: str) -> MailError:
    """A refused sign-in of any protocol: AUTHENTICATION, or TEMPORARY for a busy server.

    ``words`` are the server's, safe to show (``mailbox.shown_words`` with the secrets).
    """
    known = translated(line, words, ErrorKind.AUTHENTICATION)
    if known is not None:
        return known
    if any(sign in words.lower() for sign in _BUSY):
        busy = later("The server {host} cannot sign {user} in at the moment.")
        return _told(line, busy, words, ErrorKind.TEMPORARY)
    method = line.settings.authentication
    meaning = _token(line) if method is Authentication.OAUTH2 else _password(line)
    return _told(line, meaning, words, ErrorKind.AUTHENTICATION)


def _told(line: Line, meaning: Meaning, words: str, kind: ErrorKind) -> MailError:
    safe = "Nothing was sent." if line.side is Side.OUTGOING else "Mail stays safely on the server."
    names = {"host": line.host, "user": line.settings.username.strip() or "this connector"}
    title, message = meaning.title, f"{safe} {meaning.remedy}"
    for name, value in names.items():
        title = title.replace(f"{{{name}}}", value)
        message = message.replace(f"{{{name}}}", value)
    if meaning.kind is ErrorKind.TEMPORARY:
        return BusyError(title, message, server_words=words)
    return MailError(
        meaning.kind or kind,
        title,
        message,
        field=line.field(meaning.field) if meaning.field else "",
        server_words=words,
    )


def _password(line: Line) -> Meaning:
    title, field = "Sign-in as {user} was refused by {host}.", "password"
    receives = line.side is Side.INCOMING
    remedy = "Check user name and password; some services want an app password" + (
        f", or {_protocol(line)} must first be switched on there." if receives else "."
    )
    provider = provider_of(line.settings.service, line.host)
    if provider is OAuthProvider.GOOGLE:
        remedy = (
            "Check the user name, and use an app password of the Google account (16 letters), not"
            " its own password; or sign in with Google."
        )
    elif provider is OAuthProvider.MICROSOFT and receives:
        field = "authentication"
        remedy = "Office 365 takes no passwords for receiving any more: sign in with Microsoft."
    elif provider is OAuthProvider.MICROSOFT:
        remedy = (
            "Check user name and password. Microsoft switches passwords for sending off at the end"
            " of December 2026: sign in with Microsoft instead."
        )
    return Meaning(title, remedy, field)


def _token(line: Line) -> Meaning:
    title, field = "{host} refused the sign-in of {user} with OAuth 2.0.", "oauth_token"
    oauth = line.settings.oauth
    provider = provider_of(line.settings.service, line.host)
    protocol = _protocol(line)
    if provider is not OAuthProvider.MICROSOFT:
        remedy = (
            f"Sign in again as the owner of the mailbox; {protocol} must be switched on for it, and"
            " the registration needs the scope for mail."
        )
    elif oauth is not None and oauth.flow is OAuthFlow.APPLICATION:
        field = "client_id"
        remedy = (
            f"The app needs the permission {_RIGHTS[protocol]} with admin consent, a service"
            " principal in Exchange with the object id of the enterprise application (not of the"
            " app registration), and full access to the mailbox."
        )
    else:
        remedy = (
            f"Check that {protocol} is switched on for the mailbox in Exchange Online, that whoever"
            " signed in is its owner or has full access to it, and that the app registration has"
            f" the permission for {protocol}."
        )
    return Meaning(title, remedy, field)


def _protocol(line: Line) -> str:
    if line.side is Side.OUTGOING:
        return "SMTP"
    return "POP3" if line.settings.is_pop3 else "IMAP"
