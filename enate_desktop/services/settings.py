"""Reading and changing the settings of the data file."""

from dataclasses import fields

from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings, check_settings
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
        check_settings(settings)
        with self._context.database.write() as work:
            present = work.facts.settings()
            changes = differences(present, settings)
            for field in fields(Settings):
                if any(change[0] == field.name for change in changes):
                    work.facts.set_setting(field.name, getattr(settings, field.name))
            if changes:
                self._context.note(
                    work,
                    "settings",
                    0,
                    "Settings",
                    "changed",
                    *changes,
                    before=present,
                    after=settings,
                )
