"""The data file: opening it durably, upgrading it safely, and refusing what cannot be trusted."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.engines.file_liveness import FileLiveness
from enate_desktop.storage.engines.local_disk import (
    make_data_folder,
    refuse_shared_place,
    unusable_folder,
)
from enate_desktop.storage.engines.storable_text import keep_text_storable
from enate_desktop.storage.revisions import HEAD, needs_upgrade

_WRITE = "enate_write"
_HEADER = b"SQLite format 3\x00"
_SECONDS = 10.0
"""How long a writer waits for its turn (MAIL 3.3)."""


class SqliteEngine:
    """One data file."""

    login: str | None = None
    shared = False

    def __init__(self, path: Path, seconds: float = _SECONDS) -> None:
        """For the file at ``path``, which may not be there yet.

        Whoever finds it in use waits ``seconds`` for a turn.
        """
        self._path = path
        self._seconds = seconds
        self._engine = _engine(path, seconds)
        self._watching: sqlite3.Connection | None = None
        self._watch_lock = threading.Lock()

    def open(self, upgrade: Callable[[Connection], None]) -> None:
        """Make or check the file, private to its owner, and bring it to the present schema."""
        refuse_shared_place(self._path)
        _prepare(self._path)
        try:
            present = _present_revision(self._path, self._seconds)
            if needs_upgrade(present, "data file"):
                if present is not None:
                    _copy_aside(self._path, present)
                with self.writing() as connection:
                    upgrade(connection)
        except (DBAPIError, sqlite3.Error) as error:
            raise _unusable(self._path, error) from None
        except OSError as error:
            raise unusable_folder(self._path.parent, error) from None
        _restrict(self._path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that nobody else writes beside."""
        with self._engine.connect() as raw:
            connection = raw.execution_options(**{_WRITE: True})
            with connection.begin():
                yield connection

    def explain(self, error: DBAPIError) -> StorageError:
        """What SQLite refused, in words for a person."""
        return _unusable(self._path, error)

    def liveness(self, folder: Path) -> FileLiveness:
        """Locked files in ``folder``."""
        return FileLiveness(folder)

    def change_mark(self) -> object:
        """SQLite's own count of what other connections committed."""
        try:
            with self._watch_lock:
                if self._watching is None:
                    self._watching = sqlite3.connect(
                        self._path, timeout=self._seconds, check_same_thread=False
                    )
                (mark,) = self._watching.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from None
        return mark

    def close(self) -> None:
        """Release every connection."""
        self._engine.dispose()
        with self._watch_lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None


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
    make_data_folder(path.parent)
    try:
        if path.exists() and path.stat().st_size:
            with path.open("rb") as file:
                if file.read(len(_HEADER)) != _HEADER:
                    raise _foreign(path)
        else:
            # Created by us with the right mode; SQLite itself would use 0644.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise unusable_folder(path.parent, error) from None


def _restrict(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm"))):
        if name.exists() and os.name == "posix" and name.stat().st_mode & 0o077:
            name.chmod(0o600)


def _engine(path: Path, seconds: float) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": seconds, "check_same_thread": False},
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
        connection.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
        connection.execute("PRAGMA fullfsync=1")
        connection.execute("PRAGMA checkpoint_fullfsync=1")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    keep_text_storable(engine)
    return engine


def _present_revision(path: Path, seconds: float) -> str | None:
    """The schema revision of the file, None for an empty one; read without SQLAlchemy's help."""
    with closing(sqlite3.connect(path, timeout=seconds)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not names:
            return None
        if "alembic_version" not in names:
            raise _foreign(path)
        row: tuple[Any] | None = connection.execute(
            "SELECT version_num FROM alembic_version"
        ).fetchone()
    if row is None:
        raise sqlite3.DatabaseError("malformed: it does not say which schema it has")
    return str(row[0])


def _copy_aside(path: Path, revision: str) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy = path.with_name(f"{path.stem}.before-{HEAD}-from-{revision}-{stamp}{path.suffix}")
    # Private from its first byte on: the mails are in it.
    os.close(os.open(copy, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    shutil.copymode(path, copy)


def _foreign(path: Path) -> StorageError:
    return StorageError(
        f"{path.name} is not a data file of Enate Desktop.",
        "It was left untouched. Choose another folder with --data.",
    )


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
