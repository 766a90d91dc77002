"""Trouble with the data file: in use elsewhere, full, or left in the middle of an upgrade."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.database import FILE_NAME, Database
from enate_desktop.storage.engines.sqlite import SqliteEngine
from enate_desktop.storage.upgrade import migration_config

KILLED_IN_AN_UPGRADE = """
import os, signal, sys
from pathlib import Path
from enate_desktop.storage.engines.sqlite import SqliteEngine
from enate_desktop.storage.upgrade import upgrade

def killed(connection):
    upgrade(connection)
    os.kill(os.getpid(), signal.SIGKILL)

SqliteEngine(Path(sys.argv[1])).open(killed)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / FILE_NAME


@contextmanager
def kept_busy(path: Path) -> Iterator[None]:
    """Another program writes and does not end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def test_a_file_in_use_is_a_sentence_after_the_wait(path: Path) -> None:
    """MAIL 4 G 137: nothing was saved, and the next try works."""
    database = Database(SqliteEngine(path, seconds=0.2))

    def save() -> None:
        with database.write() as work:
            work.facts.next_revision()

    with kept_busy(path):
        start = time.monotonic()
        with pytest.raises(StorageError, match="busy in another program"):
            save()
        assert time.monotonic() - start >= 0.2
    save()
    with database.read() as work:
        assert work.facts.revision() == 1
    database.close()


def test_a_file_in_use_at_the_start_is_a_sentence(path: Path) -> None:
    """MAIL 4 G 137: the program does not start on half a file."""
    Database(path).close()
    with kept_busy(path), pytest.raises(StorageError, match="busy in another program"):
        Database(SqliteEngine(path, seconds=0.2))


def test_a_full_disk_keeps_what_was_saved(path: Path) -> None:
    """MAIL 4 G 138: the transaction is undone as a whole; it goes on when there is room."""
    database = Database(path)

    def save(lines: int, pages: int) -> None:
        with database.write() as work:
            # The connection is used again, so that the limit has to be lifted too.
            work.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for _ in range(lines):
                work.history.add("anna", "person", 0, "x" * 1000, "changed")

    save(1, 1_000_000)
    with pytest.raises(StorageError, match="disk is full"):
        save(1000, 1)
    with database.read() as work:
        lines = work.connection.exec_driver_sql("SELECT count(*) FROM history").scalar_one()
    assert lines == 1
    save(1000, 1_000_000)
    database.close()


def test_a_start_after_a_killed_upgrade_goes_on(path: Path) -> None:
    """S-04, MAIL 4 G 139: the old state comes back by itself; the copy lies aside."""
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.exec_driver_sql("INSERT INTO meta VALUES ('mark', 'of the first version')")
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_IN_AN_UPGRADE, str(path)], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    copies = list(path.parent.glob("*.before-*"))
    assert len(copies) == 1
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    database = Database(path)
    with database.read() as work:
        mark = work.connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'mark'")
        assert mark.scalar_one() == "of the first version"
        assert work.connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    database.close()
