"""What a change made of a thing as JSON text, and back; it must be readable for years."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from enate_desktop.domain.addresses import AddressPattern, parse_pattern
from enate_desktop.domain.connectors import Connector, ServerSettings
from enate_desktop.domain.history import State
from enate_desktop.domain.routes import OutgoingRoute, Route

_TYPES: Mapping[str, type[State]] = {kind.__name__: kind for kind in get_args(State)}
_LEFT_OUT: Mapping[type, frozenset[str]] = {
    Connector: frozenset(("version", "condition", "tested_fingerprint", "tested_at", "tested_by")),
    ServerSettings: frozenset(("certificate",)),
    Route: frozenset(("version", "fallback")),
    OutgoingRoute: frozenset(("version",)),
}
"""Not configuration: what a save counts, what the worker or a test found, what a secret tells."""


def state_text(state: State | None) -> str | None:
    """``state`` as JSON with the name of its type."""
    if state is None:
        return None
    facts = {"is": type(state).__name__, **_facts(state)}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def state_value(text: str | None) -> State | None:
    """The state behind the JSON of :func:`state_text`; unknown names are passed over.

    Raises ValueError for a type of thing, or a value, that this version does not know.
    """
    if text is None:
        return None
    facts = json.loads(text)
    kind = _TYPES.get(facts["is"])
    if kind is None:
        raise ValueError(f"a state of an unknown type: {facts['is']}")
    state: State = _made(kind, facts)
    return state


def _facts(value: Any) -> dict[str, object]:  # noqa: ANN401  # any dataclass of the domain
    left_out = _LEFT_OUT.get(type(value), frozenset())
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if field.name not in left_out
    }


def _plain(value: object) -> object:
    if isinstance(value, AddressPattern):
        return str(value)
    if is_dataclass(value):
        return _facts(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _made(kind: type, facts: Mapping[str, Any]) -> Any:  # noqa: ANN401  # of that very type
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], facts[name]) for name in hints if name in facts})


def _value(hint: Any, plain: Any) -> Any:  # noqa: ANN401  # both are of whatever type
    if plain is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        hint = next(arm for arm in get_args(hint) if arm is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in plain)
    if hint is AddressPattern:
        return parse_pattern(plain)
    if isinstance(hint, type) and is_dataclass(hint):
        return _made(hint, plain)
    if hint is datetime:
        return datetime.fromisoformat(plain)
    return hint(plain) if issubclass(hint, Enum) else plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}
