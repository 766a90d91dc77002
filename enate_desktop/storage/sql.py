"""The few statements every repository needs."""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Connection, Table, insert

from enate_desktop.storage.types import Base


def insert_row(connection: Connection, table: type[Base], values: Mapping[str, object]) -> int:
    """Insert one row and return its integer id."""
    # Values as parameters and the plain table: the statement is compiled once, not per row.
    key = connection.execute(
        insert(cast(Table, table.__table__)), dict(values)
    ).inserted_primary_key
    if key is None:
        raise RuntimeError(f"{table.__name__} has no primary key of its own")
    return int(key[0])
