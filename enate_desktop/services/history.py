"""Reading the history (Show Activity)."""

from enate_desktop.domain.history import HistoryEntry
from enate_desktop.services.context import Context


class HistoryService:
    """The append-only history, newest first."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def entries(
        self, kind: str | None = None, subject_id: int | None = None, limit: int = 500
    ) -> tuple[HistoryEntry, ...]:
        """The newest lines of everything, one kind (``route``) or one thing (its id)."""
        with self._context.database.read() as work:
            return work.history.entries(kind, subject_id, limit)
