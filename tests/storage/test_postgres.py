"""The same program on a PostgreSQL server: schema, durability, turns, sentences (S-01, S-04)."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.database import open_database
from enate_desktop.storage.engines.postgres import refuse_unsafe
from enate_desktop.storage.types import Base
from enate_desktop.storage.upgrade import migration_config
from tests.servers.postgres import Postgres


def at_revision(url: str, revision: str) -> None:
    """Bring an empty database to an older schema."""
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), revision)
    engine.dispose()


def test_the_migrations_arrive_at_the_declared_tables(postgres: Postgres, tmp_path: Path) -> None:
    """S-01: the same schema and migrations."""
    database = open_database(tmp_path, postgres.empty_database())
    with database.read() as work:
        context = MigrationContext.configure(work.connection)
        assert compare_metadata(context, Base.metadata) == []
    assert (database.login, database.shared) == ("keeper", True)
    database.close()


def test_many_may_open_an_empty_database_at_once(postgres: Postgres, tmp_path: Path) -> None:
    """S-01: the first makes the tables, the others find them."""
    url, problems = postgres.empty_database(), list[Exception]()

    def first() -> None:
        try:
            open_database(tmp_path, url).close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=first) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_an_upgrade_that_fails_leaves_the_old_schema(postgres: Postgres, tmp_path: Path) -> None:
    """S-04: there is no file to copy aside; the whole upgrade is one transaction instead."""
    url = postgres.empty_database()
    at_revision(url, "0002")
    # The last of the newest steps finds its column there already.
    postgres.execute("ALTER TABLE mailbox_epochs ADD held boolean", url)
    with pytest.raises(StorageError, match="tables in the database"):
        open_database(tmp_path, url)
    assert postgres.execute("SELECT version_num FROM alembic_version", url) == [("0002",)]
    assert postgres.execute("SELECT to_regclass('leases')", url) == [(None,)]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer version"),
        ("DROP TABLE alembic_version", "another program"),
    ],
)
def test_a_database_that_is_not_ours_is_refused(
    postgres: Postgres, tmp_path: Path, statement: str, words: str
) -> None:
    """S-04: refused with a sentence, untouched."""
    url = postgres.new_database()
    postgres.execute(statement, url)
    with pytest.raises(StorageError, match=words):
        open_database(tmp_path, url)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (("off", "on", "UTF8"), "fsync is off"),
        (("on", "off", "UTF8"), "synchronous_commit is off"),
        (("on", "local", "UTF8"), "synchronous_commit is local"),
        (("on", "on", "SQL_ASCII"), "kept in SQL_ASCII"),
    ],
)
def test_a_server_that_may_forget_is_refused(facts: tuple[str, str, str], words: str) -> None:
    """MAIL 3.3."""
    refuse_unsafe("on", "remote_apply", "UTF8")
    with pytest.raises(StorageError, match=words):
        refuse_unsafe(*facts)


def test_the_settings_of_the_database_itself_count(postgres: Postgres, tmp_path: Path) -> None:
    """MAIL 3.3: asked of the connection that is really used."""
    url = postgres.new_database()
    name = postgres.execute("SELECT current_database()", url)[0][0]
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(StorageError, match="synchronous_commit is off"):
        open_database(tmp_path, url)


@pytest.mark.parametrize(
    ("database", "login", "words"),
    [("postgres", "stranger", "refuses the login"), ("nowhere", "keeper", "no such database")],
)
def test_what_the_server_refuses_is_a_sentence_without_the_password(
    postgres: Postgres, tmp_path: Path, database: str, login: str, words: str
) -> None:
    """MAIL 4 G 137, S-02."""
    with pytest.raises(StorageError, match=words) as problem:
        open_database(tmp_path, postgres.url(database, login, "Tr0ub4dor-and-3"))
    assert "Tr0ub4dor" not in problem.value.sentence()


def test_no_server_is_a_sentence(tmp_path: Path) -> None:
    """MAIL 4 G 137."""
    url = f"postgresql+psycopg://anna:hush-hush@/enate?host={tmp_path}"
    with pytest.raises(StorageError, match="does not answer") as problem:
        open_database(tmp_path, url)
    assert "hush" not in problem.value.sentence()


def test_a_cut_connection_is_a_sentence_and_the_next_one_works(
    postgres: Postgres, tmp_path: Path
) -> None:
    """S-01: after a restart or a fail-over the program goes on by itself."""
    url = postgres.new_database()
    database = open_database(tmp_path, url)
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def interrupted() -> None:
        with database.write() as work:
            postgres.execute(cut, url)
            work.facts.next_revision()

    with pytest.raises(StorageError, match="was lost"):
        interrupted()
    with database.write() as work:
        assert work.facts.next_revision() == 1
    database.close()
