"""Field, old value, new value: how history and previews tell a change (R-08)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import TypeVar

Change = tuple[str, str, str]
T = TypeVar("T")

_SILENT = {"id", "version", "condition", "tested_fingerprint", "tested_at", "tested_by", "position"}
_NO_WORDS: Mapping[object, str] = {}


def differences(old: T, new: T, **shown: Mapping[int, str]) -> tuple[Change, ...]:
    """What differs between two values of one dataclass, field by field.

    ``shown`` gives words for values of a field, such as process names by id. Nested dataclasses are
    told as ``incoming.host``.
    """
    found: list[Change] = []
    for field in fields(new):  # type: ignore[arg-type]  # dataclasses only, by contract
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name in _SILENT or before == after:
            continue
        if _nested(before) and _nested(after):
            found += [
                (f"{field.name}.{name}", was, now)
                for name, was, now in differences(before, after, **shown)
            ]
            continue
        words = shown.get(field.name, _NO_WORDS)
        found.append((field.name, in_words(before, words), in_words(after, words)))
    return tuple(found)


def in_words(value: object, words: Mapping[int, str] | Mapping[object, str] = _NO_WORDS) -> str:
    """``value`` as a person reads it."""
    if isinstance(value, int) and value in words:
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
    if _nested(value):
        parts = (
            f"{field.name} {in_words(getattr(value, field.name), words)}"
            for field in fields(value)  # type: ignore[arg-type]  # _nested saw to it
        )
        return ", ".join(parts)
    return str(value)


def _nested(value: object) -> bool:
    """Whether ``value`` is a dataclass without words of its own (an AddressPattern has them)."""
    return is_dataclass(value) and "__str__" not in type(value).__dict__
