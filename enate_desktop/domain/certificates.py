"""What may be shown of a certificate, and when its end is worth a warning (C-04)."""

from dataclasses import dataclass
from datetime import datetime

WARNING_DAYS = (30, 21, 7, 1)
"""Days before the end at which a warning becomes more urgent."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The public facts of a certificate; times are UTC, ``sha256`` is written ``AB:CD:…``."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    sha256: str

    def __str__(self) -> str:
        """Whose it is and until when, as history tells it."""
        return f"{self.subject}, valid until {day_in_words(self.not_after)}"

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires, 0 on its last day; negative once it has."""
        return (self.not_after - now).days

    def warning_step(self, now: datetime) -> int | None:
        """The smallest of WARNING_DAYS that was reached, 0 once expired; None when all is well."""
        left = self.days_left(now)
        if left < 0:
            return 0
        return min((days for days in WARNING_DAYS if left <= days), default=None)


@dataclass(frozen=True, slots=True)
class CertificateReading:
    """A certificate that can be used, and what a person should know of its file, in sentences."""

    facts: CertificateFacts
    notes: tuple[str, ...] = ()


def day_in_words(moment: datetime) -> str:
    """The day of a UTC time in one style and language: ``5 Dec 2026``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
