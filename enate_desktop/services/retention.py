"""The originals of decided mails are kept for as long as the settings say (S-03)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from enate_desktop.services.context import Context

AT_ONCE = 200
"""Originals looked at in one read and removed in one transaction, so that no mail waits long."""
LONGEST = 3.0
"""Seconds of one run; the next one goes on where it stopped."""


class RetentionService:
    """Removes originals that are old enough; decisions and facts of the mails stay."""

    def __init__(self, context: Context, clock: Callable[[], float] = time.monotonic) -> None:
        """Work with ``context``; ``clock`` counts seconds."""
        self._context = context
        self._clock = clock
        self._after = 0

    def run(self, now: datetime) -> int:
        """Remove what is older than the setting at ``now`` (UTC); returns how many originals.

        Mails that wait, are unhandled, in quarantine or put aside keep theirs, and so does every
        mail that came to a second place which needs it. With 0 days nothing is ever removed.
        """
        with self._context.database.read() as work:
            days = work.facts.settings().keep_mail_days
        if not days:
            return 0
        before = now - timedelta(days=days)
        ends = self._clock() + LONGEST
        removed = 0
        while True:
            with self._context.database.read() as work:
                page = work.raw_mails.page(self._after, AT_ONCE)
                old = work.raw_mails.removable(page, before)
            if old:
                with self._context.database.write() as work:
                    removed += work.raw_mails.remove(old, before)
            self._after = page[-1] if len(page) == AT_ONCE else 0
            if not self._after or self._clock() >= ends:
                return removed
