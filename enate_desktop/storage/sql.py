"""The few statements every repository needs."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert

from enate_desktop.storage.types import Base


def insert_row(connection: Connection, table: type[Base], values: Mapping[str, object]) -> int:
    """Insert one row and return its integer id."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    if key is None:
        raise RuntimeError(f"{table.__name__} has no primary key of its own")
    return int(key[0])
