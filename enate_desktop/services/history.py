"""Reading, searching and exporting the history (Show Activity, A-01)."""

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TextIO

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.history import HistoryChange, HistoryEntry, HistoryFilter
from enate_desktop.services.context import Context
from enate_desktop.services.field_words import field_words, fields_named, value_words

EVERYTHING = HistoryFilter()
COLUMNS = ("When (UTC)", "Who", "Kind", "Name", "What", "Field", "Before", "After")
_AT_A_TIME = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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

    def page(
        self, wanted: HistoryFilter = EVERYTHING, *, before: int = 0, limit: int = 200
    ) -> tuple[HistoryChange, ...]:
        """The newest changes first, or those older than the change ``before``."""
        with self._context.database.read() as work:
            return work.history.page(_with_fields(wanted), limit, before=before)

    def newer(
        self, wanted: HistoryFilter, after: int, limit: int = 200
    ) -> tuple[HistoryChange, ...]:
        """The newest changes that are newer than the change ``after``."""
        with self._context.database.read() as work:
            return work.history.page(_with_fields(wanted), limit, after=after)

    def change(self, change_id: int) -> HistoryChange | None:
        """One change with all its lines, or None."""
        with self._context.database.read() as work:
            return work.history.change(change_id)

    def people(self) -> tuple[str, ...]:
        """Everybody who ever changed something."""
        with self._context.database.read() as work:
            return work.history.people()

    def kinds(self) -> tuple[str, ...]:
        """Every kind of thing that was ever changed."""
        with self._context.database.read() as work:
            return work.history.kinds()

    def all(self, wanted: HistoryFilter = EVERYTHING) -> Iterator[HistoryChange]:
        """Every change that passes, the newest first; read in parts, so that nobody has to wait."""
        before = 0
        while True:
            found = self.page(wanted, before=before, limit=_AT_A_TIME)
            yield from found
            if len(found) < _AT_A_TIME:
                return
            before = found[-1].head.id

    def export_csv(self, path: Path, wanted: HistoryFilter = EVERYTHING) -> int:
        """Write the changes that pass to ``path``, whole or not at all; returns how many lines.

        RFC 4180 in UTF-8 with a byte order mark, which spreadsheet programs need. Raises InputError
        when the file cannot be written.
        """
        try:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
                    count = write_csv(file, self.all(wanted))
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise InputError(
                f"{path.name} was not written: {error.strerror or error}.",
                "Choose another folder. A file that was there is as it was.",
            ) from None
        return count


def write_csv(file: TextIO, changes: Iterator[HistoryChange]) -> int:
    """Write a heading and one row for each line of the changes; returns how many."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for change in changes:
        rows = [_cells(entry) for entry in change.entries]
        writer.writerows([harmless(cell) for cell in row] for row in rows)
        count += len(rows)
    return count


def harmless(cell: str) -> str:
    """``cell`` in a form that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(entry: HistoryEntry) -> Sequence[str]:
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    field = field_words(entry.field)
    values = (value_words(entry.field, value) for value in (entry.old, entry.new))
    return (at, entry.who, entry.kind, entry.name, entry.action, field, *values)


def _with_fields(wanted: HistoryFilter) -> HistoryFilter:
    """``wanted`` with the fields whose words contain its text."""
    return replace(wanted, fields=fields_named(wanted.text)) if wanted.text else wanted
