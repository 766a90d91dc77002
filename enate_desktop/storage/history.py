"""Repository of the append-only history."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from enate_desktop.domain.history import HistoryEntry
from enate_desktop.storage.tables import HistoryRow


class HistoryRepository:
    """Adding to and reading the history; there is no way to change or remove a line."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add(
        self,
        who: str,
        kind: str,
        subject_id: int,
        name: str,
        action: str,
        *changes: tuple[str, str, str],
    ) -> None:
        """Add one line, or one for each of ``changes`` (field, old value, new value)."""
        at = datetime.now(UTC)
        self._connection.execute(
            insert(HistoryRow),
            [
                {
                    "at": at,
                    "who": who,
                    "kind": kind,
                    "subject_id": subject_id,
                    "name": name,
                    "action": action,
                    "field": field,
                    "old": old,
                    "new": new,
                }
                for field, old, new in changes or (("", "", ""),)
            ],
        )

    def newest_id(self) -> int:
        """The id of the newest line, 0 when there is none."""
        return self._connection.execute(select(func.max(HistoryRow.id))).scalar() or 0

    def after(self, entry_id: int) -> tuple[HistoryEntry, ...]:
        """The lines added since, oldest first."""
        table = HistoryRow.__table__
        query = select(table).where(table.c.id > entry_id).order_by(table.c.id)
        return tuple(HistoryEntry(**row) for row in self._connection.execute(query).mappings())

    def entries(
        self, kind: str | None = None, subject_id: int | None = None, limit: int = 500
    ) -> tuple[HistoryEntry, ...]:
        """The newest lines first, of everything, one kind or one thing."""
        query = select(HistoryRow.__table__).order_by(HistoryRow.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(HistoryRow.kind == kind)
        if subject_id is not None:
            query = query.where(HistoryRow.subject_id == subject_id)
        return tuple(HistoryEntry(**row) for row in self._connection.execute(query).mappings())
