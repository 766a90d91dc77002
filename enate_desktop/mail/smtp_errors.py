"""What the codes and words of a sending server mean (RFC 5321, 3463, 4954)."""

import re
from enum import StrEnum

from enate_desktop.domain.connectors import Authentication
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words
from enate_desktop.mail.provider_words import refused_sign_in, translated

_TOO_LARGE = re.compile(r"\A552 (?!5\.2\.2)|\b5\.(?:2\.3|3\.4)\b")
_FULL = re.compile(r"\b[45]\.2\.2\b")
_GREYLISTED = re.compile(r"grey-?list|gray-?list", re.IGNORECASE)
_POLICY = re.compile(r"\b5\.7\.\d")


class Refused(StrEnum):
    """What of a mail the server did not take."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    MAIL = "mail"


class UncertainError(MailError):
    """The connection ended between the end of a mail and the answer to it: it may have left.

    RFC 1047: nothing tells. Sent once more, it must carry the same Message-ID (MAIL.md 3.6).
    """


def uncertain(line: Line, error: MailError) -> UncertainError:
    """The error for a mail of which nobody knows whether it left."""
    return UncertainError(
        ErrorKind.TEMPORARY,
        "It is not certain whether the mail left.",
        f"{error.title} The server {line.host} had the whole mail, but did not confirm it.",
        server_words=error.server_words,
    )


def sign_in_refused(line: Line, code: int, words: str) -> MailError:
    """A refused AUTH; 4xx codes only mean not now (RFC 4954). ``words`` are safe to show."""
    if 400 <= code < 500:
        return refused(line, code, words)
    return refused_sign_in(line, f"{code} {words}")


def not_sent(line: Line, code: int, words: bytes | str, what: Refused) -> MailError:
    """Sender, recipient or mail was refused."""
    shown = f"{code} {shown_words(words)}"
    kind = ErrorKind.TEMPORARY if 400 <= code < 500 else ErrorKind.PROTOCOL
    known = translated(line, shown, kind)
    if known is not None:
        return known
    if code == 530:
        return _must_prove(line, shown)
    title, remedy, field = _meaning(line, shown, what)
    if kind is ErrorKind.TEMPORARY:
        remedy = "The server only said not now; we try again later."
    return MailError(kind, title, f"Nothing was sent. {remedy}", field=field, server_words=shown)


def refused(line: Line, code: int, words: bytes | str) -> MailError:
    """The server does not want to talk to us, for now or at all."""
    shown = shown_words(words)
    known = translated(line, shown, ErrorKind.AUTHENTICATION)
    if known is not None:
        return known
    if code == 530:
        return _must_prove(line, f"{code} {shown}")
    temporary = 400 <= code < 500
    title = f"What answers at {line.host} port {line.settings.port} is not a mail server."
    if temporary:
        title = f"The server {line.host} is not available at the moment."
    elif 500 <= code < 600:
        title = f"The server {line.host} does not talk to this computer."
    return MailError(
        ErrorKind.TEMPORARY if temporary else ErrorKind.PROTOCOL,
        title,
        f"Nothing was sent. {'We try again later.' if temporary else 'Check server and port.'}",
        field="" if temporary else line.field("port"),
        server_words=f"{code} {shown}" if code > 0 else shown,
    )


def _meaning(line: Line, shown: str, what: Refused) -> tuple[str, str, str]:
    """Title, remedy and field."""
    host = line.host
    if _FULL.search(shown):
        return "The recipient's mailbox is full.", "Only its owner can change that.", ""
    if _TOO_LARGE.search(shown):
        return f"The mail is larger than {host} allows.", "Send it with fewer attachments.", ""
    if _GREYLISTED.search(shown):
        return f"The server {host} takes mail from strangers only at a second try.", "", ""
    if what is Refused.SENDER:
        return (
            f"The server {host} did not take the sender.",
            "Check the primary address, and that this user may send from it.",
            line.field("username"),
        )
    if what is Refused.RECIPIENT:
        return (
            f"The server {host} did not take the recipient.",
            "Check the recipient's address, and that this server passes mail on to it.",
            "send_to",
        )
    if _POLICY.search(shown):
        return (
            f"A rule of the server {host} does not allow this mail.",
            "Read the server's words, or ask its administrator.",
            "",
        )
    return (
        f"The server {host} did not take the mail.",
        "Check the addresses, and that this user may send from that address.",
        line.field("username"),
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
