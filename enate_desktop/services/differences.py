"""Field, old value, new value: how history and previews tell a change (R-08)."""

from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

Change = tuple[str, str, str]

_SILENT = {"id", "version", "condition", "tested_fingerprint", "tested_at", "tested_by", "position"}


def differences(old: Any, new: Any, **shown: dict[Any, str]) -> tuple[Change, ...]:
    """What differs between two dataclass values of one type, field by field.

    ``shown`` gives words for values of a field, such as process names by id. Nested dataclasses are
    told as ``incoming.host``.
    """
    found: list[Change] = []
    for field in fields(new):
        if field.name in _SILENT:
            continue
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        if _nested(before) and _nested(after) and type(before) is type(after):
            found += [
                (f"{field.name}.{name}", was, now)
                for name, was, now in differences(before, after, **shown)
            ]
            continue
        words = shown.get(field.name, {})
        found.append((field.name, in_words(before, words), in_words(after, words)))
    return tuple(found)


def in_words(value: Any, words: dict[Any, str] | None = None) -> str:
    """``value`` as a person reads it."""
    if words and value in words:
        return words[value]
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "; ".join(in_words(item, words) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, Enum):
        return str(value.value)
    if _nested(value) and type(value).__str__ is object.__str__:
        parts = (f"{f.name} {in_words(getattr(value, f.name), words)}" for f in fields(value))
        return ", ".join(parts)
    return str(value)


def _nested(value: Any) -> bool:
    return hasattr(value, "__dataclass_fields__") and type(value).__str__ is object.__str__
