"""Signs of life on a PostgreSQL server: a session's advisory locks, freed when it ends."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_CLASS = 0x656E6C76
"""Apart from other advisory locks: "enlv" in ASCII."""
_HOLD = text("SELECT pg_try_advisory_lock(:class, :name)")
_PING = text("SELECT 1")
_ALIVE = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = :class AND objid = CAST(CAST(:name AS bigint) & 4294967295 AS oid)"
    " AND objsubid = 2)"
)


class ServerLiveness:
    """Locks of one connection of its own (no pooler of transactions may stand in between)."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        """``connect`` opens a connection that is closed here."""
        self._connect = connect
        self._connection: Connection | None = None
        self._owners: set[str] = set()
        self._lock = threading.Lock()

    def hold(self, owner: str) -> None:
        """Lock the name of ``owner``, or see to it that it still is; raises DBAPIError."""
        with self._lock:
            self._owners.add(owner)
            self._connected()

    def is_dead(self, owner: str) -> bool:
        """Whether no session has the name of ``owner`` locked."""
        with self._lock:
            if owner in self._owners:
                return False
            try:
                found = self._connected().execute(_ALIVE, _key(owner)).scalar_one()
            except DBAPIError:
                self._drop()
                return False
            return not found

    def close(self) -> None:
        """End the session."""
        with self._lock:
            self._owners.clear()
            self._drop()

    def _connected(self) -> Connection:
        """The connection, tried, with the names of all owners locked; a lost one is made anew."""
        if self._connection is not None:
            try:
                self._connection.execute(_PING)
            except DBAPIError:
                self._drop()
        if self._connection is None:
            self._connection = self._connect()
            self._locked: set[str] = set()
        for owner in self._owners - self._locked:
            # A lost session may keep its lock for a moment: the next call tries again.
            if self._connection.execute(_HOLD, _key(owner)).scalar_one():
                self._locked.add(owner)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                connection.close()


def _key(owner: str) -> dict[str, int]:
    """The two halves of the lock's name; the second is a digest of the owner's."""
    digest = hashlib.sha256(owner.encode()).digest()
    return {"class": _CLASS, "name": int.from_bytes(digest[:4], "big", signed=True)}
