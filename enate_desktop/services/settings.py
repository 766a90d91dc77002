"""Reading and changing the settings of the data file and its blocked addresses."""

from collections.abc import Iterable
from dataclasses import fields

from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings, check_settings
from enate_desktop.routing.table import BlockedAddress
from enate_desktop.services.context import Context
from enate_desktop.services.differences import differences
from enate_desktop.storage.unit_of_work import UnitOfWork


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

    def blocked(self) -> tuple[BlockedAddress, ...]:
        """The addresses and domains that get no automated email, or whose mail is spam (M-10)."""
        with self._context.database.read() as work:
            return work.facts.blocked()

    def save_blocked(self, wanted: Iterable[BlockedAddress]) -> None:
        """Replace the blocked addresses."""
        self._context.need(Permission.CHANGE_SETTINGS)
        with self._context.database.write() as work:
            replace_blocked(self._context, work, wanted)


def replace_blocked(context: Context, work: UnitOfWork, wanted: Iterable[BlockedAddress]) -> None:
    """Replace the blocked addresses (M-10), which decide on mail; noted if anything changed."""
    present = {str(item.pattern): item for item in work.facts.blocked()}
    listed = {str(item.pattern): item for item in wanted}
    if listed == present:
        return
    context.need(Permission.CHANGE_SETTINGS, work)
    work.facts.set_blocked(listed.values())
    change = ("blocked addresses", _listed(present), _listed(listed))
    context.note(work, "settings", 0, "Settings", "changed", change)
    work.facts.next_revision()


def _listed(blocked: dict[str, BlockedAddress]) -> str:
    words = (f"{name} (spam)" if item.reject_as_spam else name for name, item in blocked.items())
    return "; ".join(words) or "–"
