"""The few statements every repository needs."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

from sqlalchemy import Connection, Insert, Table, insert
from sqlalchemy.sql.dml import ReturningInsert

from enate_desktop.storage.types import Base


def insert_row(connection: Connection, table: type[Base], values: Mapping[str, object]) -> int:
    """Insert one row and return its integer id."""
    key = connection.execute(_insert(table), dict(values)).inserted_primary_key
    if key is None:
        raise RuntimeError(f"{table.__name__} has no primary key of its own")
    return int(key[0])


def insert_rows(
    connection: Connection, table: type[Base], rows: Sequence[Mapping[str, object]]
) -> list[int]:
    """Insert rows at once and return their integer ids in the same order."""
    if not rows:
        return []
    return list(connection.execute(_insert_returning(table), [dict(r) for r in rows]).scalars())


# Made once and with values as parameters: building a statement costs more than running it.
@cache
def _insert(table: type[Base]) -> Insert:
    return insert(cast(Table, table.__table__))


@cache
def _insert_returning(table: type[Base]) -> ReturningInsert[int]:
    plain = cast(Table, table.__table__)
    return insert(plain).returning(plain.c.id, sort_by_parameter_order=True)
