"""What needs a person, each as one sentence with the place where it is mended."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How urgent a line is; the lowest comes first."""

    ERROR = 0
    """Mail is not taken in or not sent."""
    WARNING = 1
    """Mail waits, or soon will not be taken in."""
    NOTE = 2
    """Something is other than it was probably meant to be."""


class AttentionKind(StrEnum):
    """What it is about, in the order in which lines of one severity are shown."""

    STOPPED = "connector stopped"
    SIGN_IN = "sign-in needed"
    FAILING = "connector failing"
    SENDING_STOPPED = "sending stopped"
    SENDING_FAILING = "sending failing"
    DISK = "disk nearly full"
    UNEXPLAINED = "mails unexplained"
    HELD = "mailbox held"
    SECRET = "secret missing"  # noqa: S105  # names the kind
    CERTIFICATE = "certificate ends"
    EMAILS_FAILED = "emails failed"
    EMAILS_UNKNOWN = "emails of unknown fate"
    EMAILS_WAIT = "emails wait for a connector that is off"
    QUARANTINED = "mails in quarantine"
    UNHANDLED = "mails unhandled"
    NO_SENDER = "no default sender"
    ROUTE = "route warning"
    NOTHING_ENABLED = "nothing enabled"
    PAUSED = "connector paused"


@dataclass(frozen=True, slots=True)
class Attention:
    """One line: a fact, and a button ``remedy`` that opens ``page`` at ``target``.

    ``target`` is what that page's ``navigate`` takes. ``since`` is UTC; ``detail`` says more.
    """

    kind: AttentionKind
    severity: Severity
    sentence: str
    remedy: str
    page: str
    target: object = None
    since: datetime | None = None
    detail: str = ""

    @property
    def rank(self) -> tuple[int, int, str]:
        """What lines are sorted by."""
        place = tuple(AttentionKind).index(self.kind)
        return self.severity, place, self.sentence.casefold()


def counted(number: int, word: str) -> str:
    """``1 mail``, ``2 mails``."""
    return f"1 {word}" if number == 1 else f"{number:,} {word}s"


def first_sentence(text: str) -> str:
    """The first sentence of a reason, with its full stop; what follows says what to do."""
    head, dot, _rest = text.strip().partition(". ")
    return f"{head}." if dot else head
