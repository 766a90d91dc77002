"""Field, old value, new value: how history and previews tell a change (R-08)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from hashlib import sha256
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
        was, now = (_field_in_words(field.name, value, words) for value in (before, after))
        found.append((field.name, was, now))
    return tuple(found)


def told(value: object, **shown: Mapping[int, str]) -> dict[str, str]:
    """Every field of a dataclass in words; nested ones are told as ``incoming.host``."""
    found: dict[str, str] = {}
    for field in fields(value):  # type: ignore[arg-type]  # dataclasses only, by contract
        item = getattr(value, field.name)
        if field.name in _SILENT:
            continue
        if _nested(item):
            inside = told(item, **shown)
            found |= {f"{field.name}.{name}": words for name, words in inside.items()}
        else:
            found[field.name] = _field_in_words(field.name, item, shown.get(field.name, _NO_WORDS))
    return found


def merged(now: T, other: T, wanted: T) -> T:
    """``now`` with what differs between ``other`` and ``wanted`` as it is in ``wanted``.

    What else has changed meanwhile stays: nested dataclasses are gone through field by field.
    """
    values: dict[str, object] = {}
    for field in fields(now):  # type: ignore[arg-type]  # dataclasses only, by contract
        present, before, after = (getattr(value, field.name) for value in (now, other, wanted))
        if field.name in _SILENT or before == after:
            continue
        whole = not (_nested(present) and _nested(before) and _nested(after))
        values[field.name] = after if whole else merged(present, before, after)
    return replace(now, **values)  # type: ignore[type-var]  # dataclasses only, by contract


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
            f"{field.name} {_field_in_words(field.name, getattr(value, field.name), words)}"
            for field in fields(value)  # type: ignore[arg-type]  # _nested saw to it
        )
        return ", ".join(parts)
    return str(value)


def _field_in_words(
    name: str, value: object, words: Mapping[int, str] | Mapping[object, str]
) -> str:
    """As :func:`in_words`; a certificate is told apart by a number made of its text."""
    if name == "ca_certificate" and isinstance(value, str) and value:
        return f"a certificate ({sha256(value.encode()).hexdigest()[:8]})"
    return in_words(value, words)


def _nested(value: object) -> bool:
    """Whether ``value`` is a dataclass without words of its own (an AddressPattern has them)."""
    return is_dataclass(value) and "__str__" not in type(value).__dict__
