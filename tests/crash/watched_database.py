"""The database of the program with a moment before, in and after every write transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from enate_desktop.storage.database import Database
from enate_desktop.storage.unit_of_work import UnitOfWork
from tests.crash.events import Events, caller


class WatchedDatabase:
    """What a service needs of :class:`Database`; everything else is the database's own."""

    def __init__(self, inner: Database, events: Events) -> None:
        self._inner = inner
        self._events = events

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        who = caller()
        self._events.reach(f"{who}: before begin")
        with self._inner.write() as work:
            yield work
            self._events.reach(f"{who}: before commit")
        self._events.reach(f"{who}: after commit")

    def fenced(self, fence: Callable[[UnitOfWork], None]) -> Database:
        return watched(self._inner.fenced(fence), self._events)


def watched(database: Database, events: Events) -> Database:
    """``database`` with moments."""
    return cast(Database, WatchedDatabase(database, events))
