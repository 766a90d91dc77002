"""Text that no database may keep is replaced on its way in, at this one place (MAIL 4 B 19)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Engine, event

_Row: TypeAlias = Mapping[str, Any] | Sequence[Any]
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value: object) -> object:
    """``value`` with U+FFFD for NUL and for halves of UTF-16 pairs; what is no text as it is."""
    if isinstance(value, str) and (not value.isascii() or "\x00" in value):
        return _UNSTORABLE.sub("\ufffd", value)
    return value


def keep_text_storable(engine: Engine) -> None:
    """Make every statement of ``engine`` send storable text only.

    PostgreSQL refuses NUL, SQLite ends a text there for some of its functions, and a lone
    surrogate cannot be encoded for either.
    """

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _on_execute(
        _connection: object,
        _cursor: object,
        statement: str,
        parameters: _Row,
        _context: object,
        executemany: bool,
    ) -> tuple[str, object]:
        # An INSERT of many rows that returns their ids is one statement with the values of all.
        if executemany and isinstance(parameters, list):
            return statement, [_row(row) for row in parameters]
        return statement, _row(parameters)


def _row(row: _Row) -> object:
    """The parameters of one statement, the very same object where nothing is to be replaced."""
    if isinstance(row, Mapping):
        if any(map(_is_odd, row.values())):
            return {name: storable(value) for name, value in row.items()}
    elif any(map(_is_odd, row)):
        return tuple(storable(value) for value in row)
    return row


def _is_odd(value: object) -> bool:
    return (
        isinstance(value, str)
        and (not value.isascii() or "\x00" in value)
        and _UNSTORABLE.search(value) is not None
    )
