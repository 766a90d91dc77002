"""What the codes and words of a sending server mean (RFC 3463, and the providers' own)."""

from enate_desktop.domain.connectors import Authentication
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words

# Words in an answer: what it means, what to do, the field to mend (MAIL.md 1.1).
_KNOWN = (
    (
        "client certificate",
        "The server takes mail only from a known certificate.",
        "Choose Authentication Certificate and give the .pfx file that the server knows.",
        "authentication",
    ),
    (
        "5.7.139",
        "Office 365 does not let this mailbox send with a password (authenticated SMTP is off).",
        "Ask the tenant's administrator to allow it, or use the SMTP relay with a certificate.",
        "authentication",
    ),
    (
        "5.7.30",
        "Office 365 no longer accepts passwords for sending.",
        "Use the SMTP relay with a certificate.",
        "authentication",
    ),
    (
        "5.7.64",
        "Office 365 does not recognise this sender (relay access denied).",
        "The certificate or address no longer matches the tenant's inbound connector; this is"
        " usual after a renewal.",
        "certificate",
    ),
    (
        "access denied",
        "The server does not pass mail on for this connector.",
        "Choose another authentication, or ask for this computer's address to be allowed.",
        "authentication",
    ),
    (
        "5.7.68",
        "Office 365 refuses direct sending for this tenant.",
        "Set up an inbound connector that knows this program's certificate or address.",
        "authentication",
    ),
)


def sign_in_refused(line: Line, code: int, words: bytes | str, secret: str) -> MailError:
    """A refused AUTH; 4xx codes only mean not now (RFC 4954)."""
    shown = shown_words(words, secret)
    known = _known(line, shown, ErrorKind.AUTHENTICATION)
    if known is not None:
        return known
    if 400 <= code < 500:
        return refused(line, code, shown)
    return MailError(
        ErrorKind.AUTHENTICATION,
        f"Sign-in as {line.settings.username} was refused by {line.host}.",
        "Nothing was sent. Check user name and password; some services want an app password.",
        field=line.field("password"),
        server_words=f"{code} {shown}",
    )


def not_sent(line: Line, code: int, words: bytes | str) -> MailError:
    """Sender, recipient or mail was refused."""
    shown = shown_words(words)
    kind = ErrorKind.TEMPORARY if 400 <= code < 500 else ErrorKind.PROTOCOL
    known = _known(line, shown, kind)
    if known is not None:
        return known
    if code == 530:
        return _must_prove(line, f"{code} {shown}")
    return MailError(
        kind,
        f"The server {line.host} did not take the mail.",
        "Nothing was sent. Check the addresses, and that this user may send from that address.",
        field=line.field("username"),
        server_words=f"{code} {shown}",
    )


def refused(line: Line, code: int, words: bytes | str) -> MailError:
    """The server does not want to talk to us, for now or at all."""
    shown = shown_words(words)
    known = _known(line, shown, ErrorKind.AUTHENTICATION)
    if known is not None:
        return known
    if code == 530:
        return _must_prove(line, f"{code} {shown}")
    temporary = 400 <= code < 500
    return MailError(
        ErrorKind.TEMPORARY if temporary else ErrorKind.PROTOCOL,
        f"The server {line.host} is not available at the moment."
        if temporary
        else f"What answers at {line.host} port {line.settings.port} is not a mail server.",
        "Nothing was sent; we try again later." if temporary else "Check server and port.",
        field="" if temporary else line.field("port"),
        server_words=f"{code} {shown}" if code > 0 else shown,
    )


def _must_prove(line: Line, words: str) -> MailError:
    if line.settings.authentication is Authentication.NONE:
        remedy = "Choose another authentication than None, or ask for this address to be allowed."
    else:
        remedy = "Check the authentication and the security of this connector."
    return MailError(
        ErrorKind.AUTHENTICATION,
        f"The server {line.host} wants to know who sends.",
        f"Nothing was sent. {remedy}",
        field=line.field("authentication"),
        server_words=words,
    )


def _known(line: Line, shown: str, kind: ErrorKind) -> MailError | None:
    for sign, title, remedy, field in _KNOWN:
        if sign in shown.lower():
            return MailError(
                kind,
                title,
                f"Nothing was sent. {remedy}",
                field=line.field(field),
                server_words=shown,
            )
    return None
