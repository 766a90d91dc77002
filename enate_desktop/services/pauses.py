"""Pauses: a person lets connectors rest for a while, and lets them go on (X-05)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.storage.pauses import Pause

__all__ = ["CHOICES", "UNTIL_RESUMED", "Pause", "PauseService"]

CHOICES: Mapping[str, timedelta | None] = {
    "15 minutes": timedelta(minutes=15),
    "1 hour": timedelta(hours=1),
    "Until resumed": None,
}
"""How long a pause may be, as the menu offers it."""
UNTIL_RESUMED = "until resumed"


class PauseService:
    """While a connector is paused nothing is fetched for it and nothing is sent by it."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def pause(self, connector_ids: Iterable[int], until: datetime | None) -> Changes:
        """Pause connectors until that moment (UTC), None: until resumed; the history tells it.

        Raises NotPermittedError without "Handle mail": it changes no connector, and the one who
        works with the mail must be able to stop it.
        """
        return self._put(connector_ids, Pause(until, self._context.me.login))

    def resume(self, connector_ids: Iterable[int]) -> Changes:
        """Let connectors go on at once; those that are not paused stay as they are."""
        return self._put(connector_ids, None)

    def paused(self) -> Mapping[int, Pause]:
        """The pauses that last now, by connector id."""
        with self._context.database.read() as work:
            return work.pauses.at(work.now())

    def _put(self, connector_ids: Iterable[int], pause: Pause | None) -> Changes:
        self._context.need(Permission.HANDLE_MAIL)
        touched = set()
        with self._context.database.write() as work:
            present = work.pauses.at(work.now())
            for key in connector_ids:
                connector = work.connectors.get(key)
                if connector is None or (pause is None and key not in present):
                    continue
                work.pauses.put(key, pause)
                action = "paused" if pause else "resumed"
                words = (("pause", _words(present.get(key)), _words(pause)),)
                self._context.note(work, "connector", key, connector.name, action, *words)
                touched.add(key)
        return Changes(conditions=frozenset(touched), worker=True) if touched else NOTHING


def _words(pause: Pause | None) -> str:
    if pause is None:
        return ""
    if pause.until is None:
        return UNTIL_RESUMED
    return f"until {pause.until:%Y-%m-%d %H:%M} UTC"
