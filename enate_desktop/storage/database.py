"""The database, whichever kind it is: one transaction at a time, and what can be asked about it."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from enate_desktop.domain.errors import StorageError
from enate_desktop.storage.engines.engine import DatabaseEngine, Liveness
from enate_desktop.storage.engines.local_disk import make_data_folder
from enate_desktop.storage.engines.sqlite import SqliteEngine
from enate_desktop.storage.revisions import HEAD, KNOWN_REVISIONS
from enate_desktop.storage.unit_of_work import UnitOfWork

__all__ = ["FILE_NAME", "HEAD", "KNOWN_REVISIONS", "Database", "Liveness", "open_database"]

FILE_NAME = "enate.sqlite3"


def open_database(folder: Path, url: str | None = None) -> "Database":
    """The database at ``url`` (PostgreSQL), or the file in ``folder`` where there is none (S-01).

    The folder, which holds the log in either case, is made if absent. Raises StorageError.
    """
    if url is None:
        return Database(folder / FILE_NAME)
    make_data_folder(folder)
    # The driver costs 100 ms to import and is of no use with a file.
    from enate_desktop.storage.engines.postgres import PostgresEngine

    return Database(PostgresEngine(url))


class Database:
    """One open database; safe to use from several threads, each with its own transactions."""

    def __init__(self, place: Path | DatabaseEngine) -> None:
        """Open the file at ``place`` (made if absent) or the given database, in today's schema.

        Raises StorageError when it is none of ours, damaged, not reachable, not to be trusted with
        mail or from a newer version.
        """
        self._engine: DatabaseEngine = SqliteEngine(place) if isinstance(place, Path) else place
        self._fence: Callable[[UnitOfWork], None] = _no_fence
        try:
            with self._plainly():
                self._engine.open(_upgrade)
        except BaseException:
            self._engine.close()
            raise

    @property
    def login(self) -> str | None:
        """Who the database says is at the keyboard (P-02); None with a file."""
        return self._engine.login

    @property
    def shared(self) -> bool:
        """Whether it is a server that other computers work with too."""
        return self._engine.shared

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A consistent view; nothing can be written through it by accident of timing."""
        with self._plainly(), self._engine.reading() as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One short transaction: committed at the end, rolled back on any exception.

        Nobody else writes meanwhile; what is read in it is what everybody has committed so far.
        """
        with self._plainly(), self._engine.writing() as connection:
            work = UnitOfWork(connection)
            self._fence(work)
            yield work

    def fenced(self, fence: Callable[[UnitOfWork], None]) -> "Database":
        """The same database; ``fence`` is asked first in every write and may refuse by raising."""
        other = copy.copy(self)
        other._fence = fence  # noqa: SLF001  # its own copy
        return other

    @property
    def unfenced(self) -> "Database":
        """The same database without the fence, for what must be kept whoever has the lease."""
        other = copy.copy(self)
        other._fence = _no_fence  # noqa: SLF001  # its own copy
        return other

    def show_life(self, liveness: Liveness, owner: str) -> None:
        """Let ``owner`` be seen to live, and mend what a lost connection broke; StorageError."""
        with self._plainly():
            liveness.hold(owner)

    def liveness(self, folder: Path) -> Liveness:
        """Where workers show that they live; ``folder`` is the data folder. Close it."""
        with self._plainly():
            return self._engine.liveness(folder)

    def change_mark(self) -> object:
        """Differs from the one before whenever somebody committed a change in between.

        For one thread; cheap enough to ask twice a second. Raises StorageError.
        """
        with self._plainly():
            return self._engine.change_mark()

    def close(self) -> None:
        """Release every connection."""
        self._engine.close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn what the database refuses into a sentence; anything else passes."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise self._engine.explain(error) from None
        except PoolTimeoutError:
            raise StorageError(
                "Too much is being done at once.",
                "Nothing was saved; what was there is safe. Try again in a moment.",
            ) from None


def _no_fence(_work: UnitOfWork) -> None:
    """Nothing stands in the way."""


def _upgrade(connection: Connection) -> None:
    # Alembic costs 300 ms to import and is needed only for a new or an older database.
    from enate_desktop.storage.upgrade import upgrade

    upgrade(connection)
