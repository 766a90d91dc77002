"""The finished bytes of an automated email: small, safe, and the same at every try (O-02)."""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import Parser
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime

from enate_desktop.domain.errors import EnateError

# Not the usual 78: the library would encode a Message-ID that is longer than a line.
_LINE = 900
_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>\Z")
_REFERENCES, _SUBJECT, _BODY = 10, 200, 20_000
_ALWAYS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Enate-Loop",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
_OURS = "@missing.local>"
"""The end of the Message-IDs that are made up for mails without one."""
_SOMETIMES = ("Cc", "In-Reply-To", "References")


class UnsafeMailError(EnateError):
    """What was written would not be read as it was meant; it must not be sent."""


@dataclass(frozen=True, slots=True)
class AutomatedMail:
    """What an automated email says; addresses are in comparable form, ``date`` is UTC.

    ``answers`` is the Message-ID of the mail it answers and ``references`` those before it; ids
    that cannot stand in a header are left out. ``installation`` is the identity of the data file.
    """

    message_id: str
    date: datetime
    sender: str
    to: str
    cc: Sequence[str]
    subject: str
    body: str
    answers: str
    references: Sequence[str]
    installation: str


def new_message_id(sender: str) -> str:
    """A Message-ID nobody else has, in the domain of ``sender`` (RFC 5322 3.6.4)."""
    return f"<{uuid.uuid4()}@{sender.rpartition('@')[2]}>"


def compose(mail: AutomatedMail) -> bytes:
    """The mail as text/plain with CRLF line ends; nothing of the mail it answers is quoted.

    RFC 3834: Auto-Submitted says what it is; Precedence, which it discourages, is not set. Raises
    UnsafeMailError when reading it back finds other headers than were meant (CVE-2026-1299).
    """
    made = EmailMessage(policy=_policy(mail))
    made["From"], made["To"] = mail.sender, mail.to
    if mail.cc:
        made["Cc"] = ", ".join(mail.cc)
    made["Subject"] = header_text(mail.subject)[:_SUBJECT]
    made["Date"] = format_datetime(mail.date)
    made["Message-ID"] = mail.message_id
    if _ID.match(mail.answers) and not mail.answers.endswith(_OURS):
        before = [one for one in mail.references if _ID.match(one) and one != mail.answers]
        made["In-Reply-To"] = mail.answers
        made["References"] = " ".join((*before[-_REFERENCES:], mail.answers))
    made["Auto-Submitted"] = "auto-replied"
    made["X-Auto-Response-Suppress"] = "All"
    made["X-Enate-Loop"] = mail.installation
    made.set_content(body_text(mail.body))
    data = made.as_bytes()
    _check(data, mail)
    return data


def header_text(text: str) -> str:
    """``text`` on one line, without what a header could be broken or decoded by."""
    plain = "".join(" " if _is_control(c) else c for c in text)
    return " ".join(plain.replace("=?", "= ?").split())


def body_text(text: str) -> str:
    """``text`` with plain line ends, without control characters, bounded."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")[:_BODY].split("\n")
    return "\n".join("".join(c for c in line if c == "\t" or not _is_control(c)) for line in lines)


def _policy(mail: AutomatedMail) -> "EmailPolicy[EmailMessage]":
    international = not "".join((mail.sender, mail.to, *mail.cc)).isascii()
    return SMTP.clone(cte_type="7bit", max_line_length=_LINE, utf8=international)


def _is_control(character: str) -> bool:
    # Cs: half a character, which cannot be sent. Zl, Zp: line ends to some readers.
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _check(data: bytes, mail: AutomatedMail) -> None:
    read = Parser(policy=SMTPUTF8).parsestr(data.decode())
    names = [name.lower() for name in read.keys()]  # noqa: SIM118  # repeats count
    wanted = [name.lower() for name in _ALWAYS]
    wanted += [name.lower() for name in _SOMETIMES if name.lower() in names]
    recipients = {str(a) for a in (*_addresses(read, "to"), *_addresses(read, "cc"))}
    bare = re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    if sorted(names) != sorted(wanted) or bare or recipients != {mail.to, *mail.cc}:
        raise UnsafeMailError(
            "An automated email could not be written safely.",
            "Nothing was sent. The mail it should have answered is kept.",
        )


def _addresses(read: EmailMessage, name: str) -> Sequence[str]:
    header = read[name]
    return [a.addr_spec for a in header.addresses] if header is not None else []
