"""Text that no database may keep is replaced on its way in, at this one place (MAIL 4 B 19)."""

import re
from collections.abc import Iterable, Mapping, Sequence
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
        if _any_odd(row.values()):
            return {name: storable(value) for name, value in row.items()}
    elif _any_odd(row):
        return tuple(storable(value) for value in row)
    return row


def _any_odd(values: Iterable[object]) -> bool:
    # Asked for every row of every mail, so without a function or a pattern for the usual text.
    for value in values:
        if isinstance(value, str) and (
            "\x00" in value or not (value.isascii() or _is_encodable(value))
        ):
            return True
    return False


def _is_encodable(value: str) -> bool:
    """Whether there is no half of a UTF-16 pair in it; ten times as fast as to look for one."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
