"""What may be shown of a certificate, and when its end is worth a warning (C-04)."""

from dataclasses import dataclass
from datetime import datetime

WARNING_DAYS = (30, 21, 7, 1)
"""Days before the end at which a warning becomes more urgent."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The public facts of a certificate; times are UTC, ``sha256`` is written ``AB:CD:…``."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    sha256: str

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires, 0 on its last day; negative once it has."""
        return (self.not_after - now).days

    def warning_step(self, now: datetime) -> int | None:
        """The smallest of WARNING_DAYS that was reached, 0 once expired; None when all is well."""
        left = self.days_left(now)
        if left < 0:
            return 0
        return min((days for days in WARNING_DAYS if left < days), default=None)
