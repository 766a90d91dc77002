"""What a kind of database answers for, so that everything above works on both."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from enate_desktop.domain.errors import StorageError


class Liveness(Protocol):
    """Shows at once that the process behind an owner is gone; leases say the same, but later.

    Every owner that takes leases holds its name first; who never held it counts as gone.
    """

    def hold(self, owner: str) -> None:
        """Show that ``owner`` is this process, until closed or dead; may be called again.

        Called before every lease is taken or renewed, it also mends what a lost connection broke.
        """
        ...

    def is_dead(self, owner: str) -> bool:
        """Whether nobody holds ``owner`` any more; False also where it cannot be found out."""
        ...

    def close(self) -> None:
        """Let go of everything held."""
        ...


class DatabaseEngine(Protocol):
    """One database of one kind."""

    login: str | None
    """Who the database says is at the keyboard (P-02); None where it does not know people."""

    shared: bool
    """Whether other computers work with it too."""

    def open(self, upgrade: Callable[[Connection], None]) -> None:
        """Check that it can be trusted and bring its schema up to date by calling ``upgrade``.

        Raises StorageError.
        """
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the data and changes nothing."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction beside which nobody else writes; committed at the end."""
        ...

    def explain(self, error: DBAPIError) -> StorageError:
        """What the database refused, in words for a person."""
        ...

    def liveness(self, folder: Path) -> Liveness:
        """Where owners show that they live; ``folder`` is the data folder."""
        ...

    def change_mark(self) -> object:
        """Differs from the one before whenever somebody committed a change in between."""
        ...

    def close(self) -> None:
        """Release every connection."""
        ...
