"""Hears of every commit on a PostgreSQL server, so that windows can show what others changed."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

CHANNEL = "enate_changes"


class ChangeListener:
    """Counts notifications (LISTEN/NOTIFY); asking reads what has arrived and sends nothing."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        """``connect`` opens a connection of its own, at the first question."""
        self._connect = connect
        self._connection: Connection | None = None
        self._heard = 0
        self._lock = threading.Lock()

    def mark(self) -> int:
        """A number that grows with the commits of everybody, this program included.

        Raises DBAPIError when the server cannot be reached.
        """
        with self._lock:
            if self._connection is None:
                connection = self._connect()
                connection.exec_driver_sql(f"LISTEN {CHANNEL}")
                self._connection = connection
                # Something may have been changed while nobody listened.
                self._heard += 1
            try:
                self._heard += sum(1 for _ in self._driver().notifies(timeout=0))
            except psycopg.Error:
                self._drop()
                self._heard += 1
            return self._heard

    def close(self) -> None:
        """Stop listening."""
        with self._lock:
            self._drop()

    def _driver(self) -> "psycopg.Connection[tuple[object, ...]]":
        if self._connection is None:
            raise RuntimeError("nobody listens")
        return cast(
            "psycopg.Connection[tuple[object, ...]]", self._connection.connection.dbapi_connection
        )

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError, psycopg.Error):
                connection.close()
