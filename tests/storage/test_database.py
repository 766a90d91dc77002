"""The data file: durable, private, upgraded safely."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.database import (
    FILE_NAME,
    HEAD,
    KNOWN_REVISIONS,
    Database,
)
from enate_desktop.storage.engines.sqlite import journal_settings
from enate_desktop.storage.types import Base
from enate_desktop.storage.upgrade import migration_config


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / FILE_NAME


def test_a_new_file_has_exactly_the_declared_tables(path: Path) -> None:
    """S-04: the migrations arrive at the declared schema."""
    database = Database(path)
    with database.read() as work:
        context = MigrationContext.configure(work.connection)
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_head_and_known_revisions_are_the_scripts_that_ship() -> None:
    """S-04: the fast check of the revision knows every script."""
    scripts = ScriptDirectory.from_config(migration_config())
    assert scripts.get_current_head() == HEAD
    assert sorted(script.revision for script in scripts.walk_revisions()) == sorted(KNOWN_REVISIONS)


def test_the_file_is_readable_by_its_owner_only(path: Path) -> None:
    """S-02: mode 0600, folder 0700."""
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_was_made_readable_is_closed_again(path: Path) -> None:
    """S-02: checked at every start."""
    Database(path).close()
    path.chmod(0o644)
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_from_a_newer_version_is_refused_and_untouched(path: Path) -> None:
    """S-04: refused with a sentence."""
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer version"):
        Database(path)
    assert path.read_bytes() == before


def test_a_copy_is_made_before_an_older_file_is_upgraded(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-04: the copy still has the old revision."""
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    monkeypatch.setattr("enate_desktop.storage.revisions.KNOWN_REVISIONS", ("0000", "0001"))
    with pytest.raises(Exception, match="0000"):  # there is no script to come from
        Database(path)
    (copy,) = path.parent.glob("*.before-*")
    with sqlite3.connect(copy) as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    assert rows == [("0000",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"not a database at all, only text", b"\x00" * 4096])
def test_a_foreign_file_is_refused_and_untouched(path: Path, content: bytes) -> None:
    """S-04: nothing of somebody else's is overwritten."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StorageError, match="not a data file"):
        Database(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path) -> None:
    """S-04: an SQLite file without our schema is not ours."""
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(StorageError, match="not a data file"):
        Database(path)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """S-01: no traceback for a wrong --data."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        Database(tmp_path / "file" / "data" / FILE_NAME)


@pytest.mark.parametrize("place", [100, 4096])
def test_a_damaged_file_is_one_sentence(path: Path, place: int) -> None:
    """MAIL 4 G 140: whatever is read of it."""
    Database(path).close()
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xa5" * 6000)

    def use() -> None:
        database = Database(path)
        try:
            with database.read() as work:
                work.directory.processes()
                work.history.entries()
                work.facts.settings()
        finally:
            database.close()

    with pytest.raises(StorageError, match="damaged"):
        use()


def test_a_file_without_its_revision_is_damaged(path: Path) -> None:
    """S-04: it is not taken for a new one."""
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    with pytest.raises(StorageError, match="damaged"):
        Database(path)


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_only_where_sqlite_is_free_of_its_reset_bug(
    version: tuple[int, ...], mode: str
) -> None:
    """MAIL 3.3: WAL with FULL, else DELETE with EXTRA."""
    assert journal_settings(version) == (mode, "FULL" if mode == "WAL" else "EXTRA")


def test_every_connection_is_durable_and_checks_foreign_keys(path: Path) -> None:
    """MAIL 3.3: the pragmas hold on the connections that are really used."""
    database = Database(path)
    with database.write() as work:
        value = {
            name: work.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    mode, level = journal_settings(sqlite3.sqlite_version_info)
    assert value == {
        "journal_mode": mode.lower(),
        "synchronous": {"FULL": 2, "EXTRA": 3}[level],
        "foreign_keys": 1,
        "busy_timeout": 10000,
    }


def test_an_exception_rolls_the_whole_transaction_back(path: Path) -> None:
    """MAIL 3.1: all or nothing."""
    database = Database(path)

    def half_done() -> None:
        with database.write() as work:
            work.facts.next_revision()
            raise KeyError

    with pytest.raises(KeyError):
        half_done()
    with database.read() as work:
        assert work.facts.revision() == 0
    database.close()


def test_two_writers_take_turns_without_a_lock_error(path: Path) -> None:
    """MAIL 3.3: BEGIN IMMEDIATE waits instead of failing on an upgrade from reading."""
    database = Database(path)
    problems: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(40):
                with database.write() as work:
                    work.facts.next_revision()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as work:
        assert (work.facts.revision(), problems) == (120, [])
    database.close()
