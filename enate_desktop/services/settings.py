"""Reading and changing the settings of the data file."""

from dataclasses import fields

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings
from enate_desktop.services.context import Context
from enate_desktop.services.differences import differences


class SettingsService:
    """The settings."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def get(self) -> Settings:
        """The present settings."""
        with self._context.database.read() as work:
            return work.facts.settings()

    def save(self, settings: Settings) -> None:
        """Keep ``settings``; raises InputError for values out of range."""
        self._context.need(Permission.CHANGE_SETTINGS)
        if not 1 <= settings.retry_limit <= 10:
            raise InputError(
                "A server can be tried 1 to 10 times before its connector is switched off.",
                "Nothing was changed.",
                field="retry_limit",
            )
        if settings.poll_seconds < 5 or settings.max_mail_megabytes < 1:
            raise InputError(
                "Look for mail at most every 5 seconds, and allow mails of at least 1 MB.",
                "Nothing was changed.",
                field="poll_seconds",
            )
        with self._context.database.write() as work:
            changes = differences(work.facts.settings(), settings)
            for field in fields(Settings):
                if any(change[0] == field.name for change in changes):
                    work.facts.set_setting(field.name, getattr(settings, field.name))
            if changes:
                self._context.note(work, "settings", 0, "Settings", "changed", *changes)
