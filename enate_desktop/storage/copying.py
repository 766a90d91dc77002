"""A whole database as one SQLite file, and back: backups that fit either kind of database."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.database import Database

# Importing them fills the metadata.
from enate_desktop.storage import mail_tables, tables, worker_tables  # isort: skip
from enate_desktop.storage.types import Base

_DECLARED = (tables, mail_tables, worker_tables)
_BACKUP = 0x456E4261
_HEAD = 100
_ROWS_AT_ONCE = 500
_LARGE_ROWS_AT_ONCE = 16
_LARGE = ("raw_chunks", "outgoing_mails")
"""Tables whose rows hold a megabyte or more."""
_NOT_COPIED = ("leases",)
"""Who works on what now is no part of a backup."""


def copied_tables() -> tuple[Table, ...]:
    """Every table of a backup; one that others refer to comes before them."""
    return tuple(t for t in Base.metadata.sorted_tables if t.name not in _NOT_COPIED)


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in copied_tables()
    }


def write_copy(source: Connection, path: Path) -> None:
    """Write everything that the transaction of ``source`` sees into a new file at ``path``."""
    if source.dialect.name == "sqlite":
        driver = source.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError("SQLite is reached through another driver than Python's own")
        with closing(sqlite3.connect(path)) as target:
            driver.backup(target)
        return
    database = Database(path)
    try:
        with database.write() as work:
            replace_rows(source, work.connection)
    finally:
        database.close()


def replace_rows(source: Connection, target: Connection) -> None:
    """Make ``target`` hold exactly the rows of ``source``, in its present transaction."""
    present = copied_tables()
    for table in reversed(present):
        target.execute(delete(table))
    for table in present:
        for rows in _rows(source, table):
            target.execute(insert(table), rows)
    _continue_numbers(source, target, present)


def mark_as_backup(path: Path) -> None:
    """Say in the file itself that it is a backup and not a data file in use."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id={_BACKUP}")


def is_backup(path: Path) -> bool:
    """Whether the file at ``path`` says that it is a backup; raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    # The application ID of a SQLite file (its file format, 1.3).
    return head.startswith(b"SQLite format 3\0") and head[68:72] == _BACKUP.to_bytes(4, "big")


def check_file(path: Path) -> None:
    """Raise StorageError unless SQLite finds the file at ``path`` sound, references included."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        found, broken = (str(error),), None
    if found != ("ok",) or broken is not None:
        raise StorageError(
            f"The backup {path.name} is damaged.",
            "Nothing was changed. Use another backup.",
        )


def _rows(source: Connection, table: Table) -> Iterator[list[Mapping[str, Any]]]:
    # Rows that refer to rows of their own table come after them: their numbers are higher.
    key = tuple(table.primary_key.columns)
    size = _LARGE_ROWS_AT_ONCE if table.name in _LARGE else _ROWS_AT_ONCE
    found = source.execution_options(yield_per=size).execute(select(table).order_by(*key))
    for part in found.mappings().partitions(size):
        yield [dict(row) for row in part]


def _continue_numbers(source: Connection, target: Connection, present: tuple[Table, ...]) -> None:
    """Numbers that were given once, here or there, are not given again: their rows may be gone."""
    given, here = _given_numbers(source, present), _given_numbers(target, present)
    for table in present:
        column = table.autoincrement_column
        if column is None:
            continue
        highest = target.execute(select(func.max(column))).scalar() or 0
        last = max(highest, given.get(table.name, 0), here.get(table.name, 0))
        if target.dialect.name == "postgresql":
            target.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :last, :called)"),
                {
                    "table": table.name,
                    "column": column.name,
                    "last": max(last, 1),
                    "called": last > 0,
                },
            ).scalar_one_or_none()
        elif table.dialect_options["sqlite"]["autoincrement"]:
            name = {"table": table.name}
            target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), name)
            target.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"),
                {**name, "last": last},
            )


def _given_numbers(connection: Connection, present: tuple[Table, ...]) -> dict[str, int]:
    """The last number of every table that never gives one twice: of all where it is a server."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {row.name: int(row.seq) for row in rows}
    last = text(
        "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:table, :column) AS regclass))"
    )
    named = ((t.name, t.autoincrement_column) for t in present)
    return {
        name: connection.execute(last, {"table": name, "column": column.name}).scalar() or 0
        for name, column in named
        if column is not None
    }
