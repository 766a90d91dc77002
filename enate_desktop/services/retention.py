"""The originals of decided mails are kept for as long as the settings say (S-03)."""

from datetime import datetime, timedelta

from enate_desktop.services.context import Context

AT_ONCE = 200
"""Originals removed in one transaction, so that mail in waits for none of them long."""


class RetentionService:
    """Removes originals that are old enough; decisions and facts of the mails stay."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def run(self, now: datetime) -> int:
        """Remove what is older than the setting at ``now`` (UTC); returns how many originals.

        Mails that wait, are unhandled, in quarantine or put aside keep theirs, and so does every
        mail that came to a second place which needs it. With 0 days nothing is ever removed.
        """
        with self._context.database.read() as work:
            days = work.facts.settings().keep_mail_days
        if not days:
            return 0
        removed = 0
        while True:
            with self._context.database.write() as work:
                number = work.raw_mails.remove_older(now - timedelta(days=days), AT_ONCE)
            removed += number
            if number < AT_ONCE:
                return removed
