"""Reading values out of a configuration file, with a sentence that says where one is unusable."""

import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from enate_desktop.domain.errors import InputError

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T")
_MOST_SECRET_BYTES = 1_000_000
_REQUIRED = object()


class Section:
    """One JSON object of the file; ``where`` names it in sentences.

    Every key must be asked for before :meth:`done`, which refuses the ones nobody knows: a typing
    error in a key must not be passed over in silence.
    """

    def __init__(self, value: object, where: str) -> None:
        """Look at ``value``; InputError when it is no JSON object."""
        if not isinstance(value, Mapping):
            raise unusable(where, "is not an object in braces.")
        self._values = value
        self._asked: set[str] = set()
        self.where = where

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        self._asked.add(key)
        return key in self._values

    def value(self, key: str, default: object = _REQUIRED) -> object:
        """Whatever stands there."""
        self._asked.add(key)
        found = self._values.get(key, default)
        if found is _REQUIRED:
            raise unusable(self.where, f'has no "{key}".')
        return found

    def text(self, key: str, default: object = _REQUIRED) -> str:
        """A text."""
        return self._typed(key, default, str, "a text")

    def optional_text(self, key: str) -> str | None:
        """A text or null."""
        found = self.value(key, None)
        return None if found is None else self.text(key)

    def flag(self, key: str, default: object = _REQUIRED) -> bool:
        """True or false."""
        return self._typed(key, default, bool, "true or false")

    def number(self, key: str, default: object = _REQUIRED) -> int:
        """A whole number."""
        found = self._typed(key, default, int, "a whole number")
        if isinstance(found, bool):
            raise unusable(self.where, f'"{key}" is not a whole number.')
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is missing."""
        found = self._typed(key, [], list, "a list")
        if not all(isinstance(item, str) for item in found):
            raise unusable(self.where, f'"{key}" holds something that is not a text.')
        return tuple(found)

    def choice(self, key: str, kind: type[S], default: object = _REQUIRED) -> S:
        """One of the words of ``kind``."""
        found = self.text(key, default)
        try:
            return kind(found)
        except ValueError:
            words = ", ".join(kind)
            raise unusable(
                self.where, f'"{key}" is "{found}"; it must be one of: {words}.'
            ) from None

    def section(self, key: str) -> "Section":
        """The object below ``key``."""
        return Section(self.value(key), f"{self.where} › {key}")

    def items(self, key: str) -> list[object]:
        """A list of anything; empty when it is missing."""
        return list(self._typed(key, [], list, "a list"))

    def sections(self, key: str, named: str = "name") -> Iterator["Section"]:
        """The objects of a list, called by their name; nothing when it is missing."""
        for number, item in enumerate(self._typed(key, [], list, "a list"), 1):
            name = item.get(named) if isinstance(item, Mapping) else None
            label = f'"{name}"' if isinstance(name, str) else str(number)
            yield Section(item, f"{self.where} › {key} {label}")

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            raise unusable(self.where, f'has a key nobody knows: "{unknown[0]}".')

    def _typed(self, key: str, default: object, kind: type[T], words: str) -> T:
        found = self.value(key, default)
        if not isinstance(found, kind):
            raise unusable(self.where, f'"{key}" is not {words}.')
        if isinstance(found, str) and any(0xD800 <= ord(c) <= 0xDFFF for c in found):
            raise unusable(self.where, f'"{key}" holds half a character (a surrogate).')
        return found


def secret(section: Section, key: str, folder: Path) -> bytes | None:
    """The secret behind ``{"env": NAME}`` or ``{"file": PATH}``; None to keep what is stored.

    Paths are taken from the configuration file's ``folder``. One final line end of a text file is
    not part of the secret.
    """
    found = section.value(key, None)
    if found is None or (isinstance(found, Mapping) and set(found) == {"set"}):
        return None
    if isinstance(found, Mapping) and set(found) == {"env"} and isinstance(found["env"], str):
        value = os.environ.get(found["env"])
        if value is None:
            raise unusable(
                section.where,
                f'"{key}": the environment variable {found["env"]} is not set.',
            )
        return value.encode("utf-8", "surrogateescape")
    if isinstance(found, Mapping) and set(found) == {"file"} and isinstance(found["file"], str):
        raw = _file(section, key, folder / found["file"])
        return raw if key == "certificate" else raw.removesuffix(b"\n").removesuffix(b"\r")
    raise unusable(
        section.where,
        f'"{key}" must be {{"env": "NAME"}} or {{"file": "PATH"}}; secrets do not stand in the '
        "file itself.",
    )


def pem_text(section: Section, key: str, folder: Path) -> str:
    """A private CA: ``{"file": PATH}`` or ``{"text": PEM}``; an empty text when missing."""
    found = section.value(key, None)
    if found is None:
        return ""
    if isinstance(found, Mapping) and isinstance(found.get("text"), str):
        return str(found["text"])
    if isinstance(found, Mapping) and isinstance(found.get("file"), str):
        return _file(section, key, folder / found["file"]).decode("ascii", "replace")
    raise unusable(section.where, f'"{key}" must be {{"file": "PATH"}} or {{"text": "PEM"}}.')


def unusable(where: str, what: str) -> InputError:
    """The one error of an unusable file."""
    return InputError(f"{where} {what}", "Nothing was imported. Correct the file and try again.")


def _file(section: Section, key: str, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_SECRET_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file name"
        raise unusable(
            section.where, f'"{key}": the file {path.name!r} cannot be read ({reason}).'
        ) from None
    if len(raw) > _MOST_SECRET_BYTES:
        raise unusable(section.where, f'"{key}": the file {path.name} is larger than 1 MB.')
    return raw
