"""Words of mail servers that have a known meaning (MAIL.md 1.1, 1.2)."""

import re
from dataclasses import dataclass

from enate_desktop.mail.mailbox import ErrorKind


@dataclass(frozen=True, slots=True)
class Meaning:
    """Title and remedy for a person, and the input to mend.

    ``{host}`` and ``{user}`` stand for the server and whoever signs in. ``kind`` is None where it
    depends on what was refused, TEMPORARY for what is nobody's fault.
    """

    title: str
    remedy: str
    field: str
    kind: ErrorKind | None = ErrorKind.AUTHENTICATION


def later(title: str, remedy: str = "We try again later.") -> Meaning:
    """What only means not now."""
    return Meaning(title, remedy, "", ErrorKind.TEMPORARY)


_NOT_THIS_WAY = "Sign in with Microsoft (OAuth 2.0), or use the SMTP relay with a certificate."
_CLIENT_CERTIFICATE = "client certificate"
_UNKNOWN_CERTIFICATE = Meaning(
    "The server {host} does not know the certificate of this connector.",
    "Choose the .pfx file that the server knows, or ask its administrator to trust this one; after"
    " a renewal that is usual.",
    "certificate",
)
_SIGNS: tuple[tuple[tuple[str, ...], Meaning], ...] = (
    (
        ("application-specific password required",),
        Meaning(
            "Google does not take the password of this account here.",
            "Make an app password in the Google account (2-step verification must be on) and type"
            " it here, or sign in with Google.",
            "password",
        ),
    ),
    (
        ("log in via your web browser", "log in with your web browser", "web login required"),
        Meaning(
            "Google wants to see a person for this account first.",
            "Sign in to the mailbox in a browser once and confirm that it was you; then use an app"
            " password, or sign in with Google.",
            "password",
        ),
    ),
    (
        ("not enabled for imap", "not enabled for pop", "access is disabled for your domain"),
        Meaning(
            "Google has this kind of access switched off for the mailbox.",
            "Switch IMAP or POP on in the settings of the Google mailbox; for a whole domain its"
            " administrator does that.",
            "service",
        ),
    ),
    (
        ("accesstokenexpired", "session expired", "session invalidated"),
        later(
            "The server {host} ended the session: the sign-in of {user} ran out.",
            "That is usual after about an hour; the next check signs in anew.",
        ),
    ),
    (
        ("too many simultaneous connections", "concurrent connections", "sender thread limit"),
        later(
            "The server {host} has too many connections of {user} at the moment.",
            "Other mail programs use the mailbox too; we try again later.",
        ),
    ),
    (("too many login attempts",), later("The server {host} has seen too many sign-ins.")),
    (("throttled",), later("The server {host} slows {user} down (throttled).")),
    (
        ("sending limit exceeded", "submissionquotaexceeded"),
        later("The provider's limit for sending is reached."),
    ),
    (
        ("authenticated but not connected",),
        Meaning(
            "Office 365 took the sign-in of {user}, but does not open the mailbox.",
            "The mailbox does not exist under that name, has no licence, or whoever signed in has"
            " no full access to it.",
            "additional_mailbox",
            ErrorKind.FOLDER,
        ),
    ),
    (
        ("5.7.30",),
        Meaning(
            "Office 365 no longer accepts passwords for sending from this tenant.",
            f"Queued mails are kept. {_NOT_THIS_WAY}",
            "authentication",
        ),
    ),
    (
        ("basic authentication is disabled",),
        Meaning(
            "Office 365 does not take a password for this mailbox.",
            _NOT_THIS_WAY,
            "authentication",
        ),
    ),
    (
        ("did not meet the criteria", "security defaults policy"),
        Meaning(
            "A rule of the Office 365 tenant does not allow this sign-in.",
            "Conditional access or the security defaults are in the way: ask the tenant's"
            f" administrator. {_NOT_THIS_WAY}",
            "authentication",
        ),
    ),
    (
        ("smtpclientauthentication is disabled", "5.7.139"),
        Meaning(
            "Office 365 does not let this mailbox send: authenticated SMTP is switched off.",
            "Ask the tenant's administrator to switch it on for the mailbox or the tenant, or use"
            " the SMTP relay with a certificate.",
            "authentication",
        ),
    ),
    (
        ("5.7.57",),
        Meaning(
            "Office 365 takes no mail here from somebody who has not signed in.",
            "Sign in with Microsoft (OAuth 2.0), or use the tenant's own relay host.",
            "authentication",
        ),
    ),
    (
        ("5.7.60", "sendasdenied"),
        Meaning(
            "{user} may not send from this address.",
            "Give this user the right to send as that address in Exchange, or use another one.",
            "username",
            None,
        ),
    ),
    (
        ("5.7.64",),
        Meaning(
            "Office 365 does not recognise this sender (relay access denied).",
            "The certificate or address no longer matches the tenant's inbound connector; this is"
            " usual after a renewal.",
            "certificate",
            None,
        ),
    ),
    (
        ("5.7.68",),
        Meaning(
            "Office 365 refuses direct sending for this tenant.",
            "Set up an inbound connector that knows this program's certificate or address.",
            "authentication",
            None,
        ),
    ),
    (
        ("banned sending ip", "5.7.606", "5.7.708"),
        Meaning(
            "Office 365 does not take mail from this computer's public address.",
            "Ask Microsoft to take it off the list (sender.office.com), or send from another one.",
            "host",
            None,
        ),
    ),
    (
        (_CLIENT_CERTIFICATE,),
        Meaning(
            "The server takes mail only from a known certificate.",
            "Choose Authentication Certificate and give the .pfx file that the server knows.",
            "authentication",
        ),
    ),
    (
        ("starttls command first", "starttls is required", "encryption required"),
        Meaning(
            "The server {host} wants an encrypted connection.",
            "Choose STARTTLS or TLS as security.",
            "security",
        ),
    ),
    (
        ("5.4.1 recipient address rejected",),
        Meaning("The recipient does not exist there.", "Check the address.", "", None),
    ),
    (
        (
            *("relay access denied", "client host rejected", "unable to relay", "relaying denied"),
            "recipient address rejected: access denied",
        ),
        Meaning(
            "The server does not pass mail on for this connector.",
            "Choose another authentication, or ask for this computer's address to be allowed.",
            "authentication",
            None,
        ),
    ),
)


_PATTERNS = tuple(
    (re.compile("|".join(rf"{re.escape(sign)}(?!\d)" for sign in signs)), meaning)
    for signs, meaning in _SIGNS
)


def meaning_of(words: str, *, shows_certificate: bool = False) -> Meaning | None:
    """What the first known sign in ``words`` means, also to one who shows a certificate."""
    lower = words.lower()
    if shows_certificate and _CLIENT_CERTIFICATE in lower:
        return _UNKNOWN_CERTIFICATE
    return next((meaning for pattern, meaning in _PATTERNS if pattern.search(lower)), None)
