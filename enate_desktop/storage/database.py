"""The data file: opening it durably, upgrading it safely, and refusing what cannot be trusted."""

import copy
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.unit_of_work import UnitOfWork

FILE_NAME = "enate.sqlite3"
HEAD = "0003"
"""The newest migration; a test compares it with the scripts."""
KNOWN_REVISIONS = ("0001", "0002", "0003")
_WRITE = "enate_write"
_HEADER = b"SQLite format 3\x00"


class Database:
    """One open data file; safe to use from several threads, each with its own transactions."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at ``path`` and bring it to the present schema.

        Raises StorageError when the file is no data file of ours, damaged or from a newer version.
        """
        self.path = path
        self._fence: Callable[[UnitOfWork], None] = _no_fence
        _prepare(path)
        self._engine = _engine(path)
        try:
            self._upgrade()
        except (DBAPIError, sqlite3.Error) as error:
            self._engine.dispose()
            raise _unusable(path, error) from None
        _restrict(path)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A consistent view; nothing can be written through it by accident of timing."""
        with _plainly(), self._engine.connect() as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One short transaction: committed at the end, rolled back on any exception."""
        with _plainly(), self._engine.connect() as raw:
            connection = raw.execution_options(**{_WRITE: True})
            with connection.begin():
                work = UnitOfWork(connection)
                self._fence(work)
                yield work

    def fenced(self, fence: Callable[[UnitOfWork], None]) -> "Database":
        """The same database; ``fence`` is asked first in every write and may refuse by raising."""
        other = copy.copy(self)
        other._fence = fence  # noqa: SLF001  # its own copy
        return other

    def close(self) -> None:
        """Release every connection."""
        self._engine.dispose()

    def _upgrade(self) -> None:
        present = _present_revision(self.path)
        if present == HEAD:
            return
        if present is not None and present not in KNOWN_REVISIONS:
            raise StorageError(
                "This data file was written by a newer version of Enate Desktop.",
                "Nothing was changed. Open it with that version, or install the newer program.",
            )
        if present is not None:
            _copy_aside(self.path, present)
        # Alembic costs 300 ms to import and is needed only for a new or an older file.
        from enate_desktop.storage.upgrade import upgrade

        with self.write() as work:
            upgrade(work.connection)


def _no_fence(_work: UnitOfWork) -> None:
    """Nothing stands in the way."""


def journal_settings(version: tuple[int, ...]) -> tuple[str, str]:
    """Journal mode and synchronous level that survive a power cut with this SQLite (MAIL 3.3).

    WAL only where the library is free of the WAL-reset bug: 3.51.3, 3.50.7 and 3.44.6 upward.
    """
    fixed = version >= (3, 51, 3) or any(
        version[:2] == line and version >= (*line, patch)
        for line, patch in (((3, 50), 7), ((3, 44), 6))
    )
    return ("WAL", "FULL") if fixed else ("DELETE", "EXTRA")


def _prepare(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size:
            with path.open("rb") as file:
                if file.read(len(_HEADER)) != _HEADER:
                    raise StorageError(
                        f"{path.name} is not a data file of Enate Desktop.",
                        "It was left untouched. Choose another folder with --data.",
                    )
        else:
            # Created by us with the right mode; SQLite itself would use 0644.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(
            f"The data folder {path.parent} cannot be used: {error.strerror or error}.",
            "Nothing was changed. Choose another folder with --data, or mend its permissions.",
        ) from None


def _restrict(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm"))):
        if name.exists() and os.name == "posix" and name.stat().st_mode & 0o077:
            name.chmod(0o600)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": 10.0, "check_same_thread": False},
        hide_parameters=True,
    )
    mode, synchronous = journal_settings(sqlite3.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # pysqlite's own BEGIN is deferred; a later upgrade to writing would fail at once.
        connection.isolation_level = None
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA fullfsync=1")
        connection.execute("PRAGMA checkpoint_fullfsync=1")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _present_revision(path: Path) -> str | None:
    """The schema revision of the file, None for an empty one; read without SQLAlchemy's help."""
    with closing(sqlite3.connect(path, timeout=10.0)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not names:
            return None
        if "alembic_version" not in names:
            raise StorageError(
                f"{path.name} is not a data file of Enate Desktop.",
                "It was left untouched. Choose another folder with --data.",
            )
        row: tuple[Any] | None = connection.execute(
            "SELECT version_num FROM alembic_version"
        ).fetchone()
    if row is None:
        raise sqlite3.DatabaseError("malformed: it does not say which schema it has")
    return str(row[0])


def _copy_aside(path: Path, revision: str) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy = path.with_name(f"{path.stem}.before-{HEAD}-from-{revision}-{stamp}{path.suffix}")
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    shutil.copymode(path, copy)


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn what the database refuses into a sentence; anything else passes."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _unusable(Path(FILE_NAME), error) from None


def _unusable(path: Path, error: DBAPIError | sqlite3.Error) -> StorageError:
    reason = str(error.orig if isinstance(error, DBAPIError) else error)
    if "locked" in reason:
        return StorageError(
            "The data file is busy in another program.",
            "Nothing was saved; what was there is safe. Try again in a moment.",
        )
    if "full" in reason or "disk I/O" in reason:
        return StorageError(
            "The disk is full or does not take what is written.",
            "Nothing was saved; mail stays on the server. Free some space and try again.",
        )
    if "malformed" in reason or "not a database" in reason:
        return StorageError(
            f"The data file {path.name} is damaged.",
            "No mail was taken in. Restore a backup, or ask for help before going on.",
        )
    if "readonly" in reason or "unable to open" in reason:
        return StorageError(
            f"The data file {path.name} cannot be written.",
            "Nothing was saved; mail stays on the server. Mend the file's permissions.",
        )
    return StorageError("The data file could not be used.", f"Nothing was saved. ({reason})")
