"""Trouble with a server: read-only, busy, many first starts at once, a workstation that died."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.database import HEAD, Database, open_database
from enate_desktop.storage.engines.postgres import PostgresEngine
from enate_desktop.storage.engines.postgres_errors import explain
from tests.servers.postgres import Postgres

OPENS = """
import sys
from pathlib import Path
from enate_desktop.storage.database import open_database
open_database(Path(sys.argv[1]), sys.argv[2]).close()
"""
HOLDS = """
import sys, time
from pathlib import Path
from enate_desktop.storage.database import open_database
liveness = open_database(Path(sys.argv[1]), sys.argv[2]).liveness(Path(sys.argv[1]))
liveness.hold("host/1")
print("held", flush=True)
time.sleep(60)
"""


def started(script: str, folder: Path, url: str) -> subprocess.Popen[bytes]:
    """A Python of its own, as on another workstation."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder), url], stdout=subprocess.PIPE
    )


@pytest.fixture(scope="module")
def own_server() -> Iterator[Postgres]:
    """A server that may be turned into a standby."""
    with Postgres() as server:
        yield server


def test_a_standby_is_refused_until_it_is_promoted(own_server: Postgres, tmp_path: Path) -> None:
    """MAIL 4 G 137: seen at the start, not at the first mail."""
    url = own_server.new_database()
    own_server.execute("CHECKPOINT")
    own_server.stop()
    (own_server.data / "standby.signal").touch()
    own_server.start()
    with pytest.raises(StorageError, match="standby or read-only") as problem:
        open_database(tmp_path, url)
    assert "primary server" in problem.value.message
    own_server.execute("SELECT pg_promote()")
    open_database(tmp_path, url).close()


def test_a_read_only_database_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    """MAIL 4 G 137: asked of the connection that is really used."""
    url = postgres.new_database()
    name = postgres.execute("SELECT current_database()", url)[0][0]
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StorageError, match="standby or read-only"):
        open_database(tmp_path, url)


def test_somebody_who_saves_for_too_long_is_a_sentence(postgres: Postgres, tmp_path: Path) -> None:
    """MAIL 4 G 137: another workstation holds the turn; afterwards it works."""
    url = postgres.new_database()
    with (
        closing(open_database(tmp_path, url)) as other,
        closing(Database(PostgresEngine(url, seconds=0.2))) as database,
    ):

        def save() -> None:
            with database.write() as work:
                work.facts.next_revision()

        with other.write(), pytest.raises(StorageError, match="somebody else has been saving"):
            save()
        save()
        with database.read() as work:
            assert work.facts.revision() == 1


def test_two_programs_may_be_the_first(postgres: Postgres, tmp_path: Path) -> None:
    """S-01: one of two workstations makes the tables, the other one finds them."""
    url = postgres.empty_database()
    both = [started(OPENS, tmp_path, url) for _ in range(2)]
    for one in both:
        one.communicate(timeout=60)
    assert [one.returncode for one in both] == [0, 0]
    assert postgres.execute("SELECT version_num FROM alembic_version", url) == [(HEAD,)]


def test_a_killed_program_is_seen_at_once(postgres: Postgres, tmp_path: Path) -> None:
    """MAIL 3.8: nobody waits for its leases to expire."""
    url = postgres.new_database()
    other = started(HOLDS, tmp_path, url)
    with closing(open_database(tmp_path, url)) as database:
        liveness = database.liveness(tmp_path)
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            assert not liveness.is_dead("host/1")
            other.send_signal(signal.SIGKILL)
            end = time.monotonic() + 5
            while not liveness.is_dead("host/1"):
                assert time.monotonic() < end
        finally:
            other.kill()
            other.communicate()
            liveness.close()


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("FATAL:  the database system is starting up", "The database server does not answer."),
        ("FATAL:  the database system is shutting down", "The database server does not answer."),
        ('FATAL:  database "x" does not exist', "There is no such database on the server."),
        ('FATAL:  role "x" does not exist', "The database server refuses the login or its"),
    ],
)
def test_a_server_that_restarts_is_not_taken_for_one_without_the_database(
    said: str, title: str
) -> None:
    """MAIL 4 G 139: while connecting, only its words tell."""
    driver = OSError(f'connection to server at "127.0.0.1", port 5432 failed: {said}')
    error = explain(DBAPIError("SELECT 1", None, driver), connecting=True)
    assert error.title.startswith(title)
