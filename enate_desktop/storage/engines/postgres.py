"""A database on a PostgreSQL server, used so that writers take turns exactly as with a file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.engines.change_listener import CHANNEL, ChangeListener
from enate_desktop.storage.engines.postgres_errors import explain, takes_no_changes
from enate_desktop.storage.engines.postgres_url import parse_url, shown
from enate_desktop.storage.engines.server_liveness import ServerLiveness
from enate_desktop.storage.engines.storable_text import keep_text_storable
from enate_desktop.storage.revisions import needs_upgrade

_SECONDS = 10.0
"""How long a writer waits for its turn, as with a file."""
_WRITERS = 0x656E617465
"""The advisory lock of whoever writes: "enate" in ASCII."""
_OLDEST = 130000
"""PostgreSQL 13, the oldest that its makers mended when this was written."""
_CONNECT = {
    "connect_timeout": 10,
    "application_name": "Enate Desktop",
    "client_encoding": "utf8",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
# The same exchange takes the turn and tells the others, who hear of it at the commit.
_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({_WRITERS}), pg_notify('{CHANNEL}', '')")
_FACTS = text(
    "SELECT session_user AS login, current_schema() AS schema, pg_is_in_recovery() AS standby,"
    " current_setting('server_version_num')::int AS version,"
    " current_setting('fsync') AS fsync,"
    " current_setting('synchronous_commit') AS synchronous_commit,"
    " current_setting('server_encoding') AS encoding,"
    " current_setting('default_transaction_read_only') AS read_only"
)
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
_REVISION = text("SELECT version_num FROM alembic_version")


class PostgresEngine:
    """One database of a server."""

    shared = True

    def __init__(self, url: str, seconds: float = _SECONDS) -> None:
        """For the database at ``url``; StorageError when that is no address.

        A writer waits ``seconds`` for its turn.
        """
        self._url = parse_url(url)
        self._seconds = seconds
        self.login: str | None = None
        self._opened = False
        self._turn = threading.Lock()
        self._engine = self._make_engine()
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._listener = ChangeListener(self._connect_alone)

    def open(self, upgrade: Callable[[Connection], None]) -> None:
        """Check that the server keeps what it commits, then bring the schema up to date."""
        with self._reading.connect() as connection:
            facts = connection.execute(_FACTS).mappings().one()
            self.login = facts["login"]
            refuse_unsafe(
                str(facts["fsync"]), str(facts["synchronous_commit"]), str(facts["encoding"])
            )
            if facts["standby"] or facts["read_only"] == "on":
                raise _at(self._url, takes_no_changes())
            if facts["version"] < _OLDEST:
                raise StorageError(
                    "The database server is too old.",
                    "Nothing was opened. PostgreSQL 13 or newer is needed.",
                )
            present = _present_revision(connection)
        self._opened = True
        if needs_upgrade(present, "database"):
            with self.writing() as connection:
                # Asked again: another workstation may have been faster.
                if needs_upgrade(_present_revision(connection), "database"):
                    upgrade(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and may not write."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that begins with the advisory lock of all writers."""
        # Waiting here spares the server a connection for every thread that wants to write.
        if not self._turn.acquire(timeout=self._seconds):
            raise StorageError(
                "The database is busy: this program has been saving for too long.",
                "Nothing was saved; what was there is safe. Try again in a moment.",
            )
        try:
            with self._engine.connect() as connection, connection.begin():
                connection.execute(_TAKE_TURN)
                yield connection
        finally:
            self._turn.release()

    def explain(self, error: DBAPIError) -> StorageError:
        """What the server refused, in words for a person; names the address, without password."""
        return _at(self._url, explain(error, connecting=not self._opened))

    def liveness(self, folder: Path) -> ServerLiveness:
        """Advisory locks of a connection of its own; ``folder`` is not needed."""
        return ServerLiveness(self._connect_alone)

    def change_mark(self) -> object:
        """How many commits were heard of, by a connection of its own."""
        return self._listener.mark()

    def close(self) -> None:
        """Release every connection."""
        self._listener.close()
        self._engine.dispose()

    def _connect_alone(self) -> Connection:
        """A connection that is not shared and has no transactions; whoever asks closes it."""
        alone = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        alone.detach()
        return alone

    def _make_engine(self) -> Engine:
        # A workstation that sleeps or loses its network must not hold up the others for long.
        limits = (
            f"-c lock_timeout={self._seconds * 1000:.0f} -c idle_in_transaction_session_timeout=60s"
        )
        engine = create_engine(
            self._url,
            connect_args={**_CONNECT, "options": limits},
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=10,
            hide_parameters=True,
        )
        keep_text_storable(engine)
        return engine


def _at(url: URL, problem: StorageError) -> StorageError:
    return StorageError(problem.title, f"{problem.message} [{shown(url)}]")


def refuse_unsafe(fsync: str, synchronous_commit: str, encoding: str) -> None:
    """Raise StorageError for a server that may forget what it committed (MAIL 3.3)."""
    if fsync != "on":
        raise StorageError(
            "The database server may lose what it has saved: fsync is off.",
            "Nothing was opened and no mail was touched. Set fsync = on and restart the server.",
        )
    if synchronous_commit != "on" and not synchronous_commit.startswith("remote_"):
        raise StorageError(
            "The database server may lose what it has saved: synchronous_commit is "
            f"{synchronous_commit}.",
            "Nothing was opened and no mail was touched. Set synchronous_commit = on for the "
            "server, the database and the login.",
        )
    if encoding != "UTF8":
        raise StorageError(
            f"The database is kept in {encoding}, which cannot hold every mail.",
            "Nothing was opened. Make a database with ENCODING 'UTF8'.",
        )


def _present_revision(connection: Connection) -> str | None:
    """The schema revision, None for an empty database; another program's tables are refused."""
    tables = set(connection.execute(_TABLES).scalars())
    if not tables:
        return None
    revision = connection.execute(_REVISION).scalar() if "alembic_version" in tables else None
    if revision is None or "meta" not in tables:
        raise StorageError(
            "The database belongs to another program.",
            "It was left untouched. Make an empty database for Enate Desktop.",
        )
    return str(revision)
