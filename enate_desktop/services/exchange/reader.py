"""Reading values out of a configuration file, with a sentence that says where one is unusable."""

import os
import stat
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from enate_desktop.domain.errors import InputError
from enate_desktop.services.authorities import certificates_in

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
        for item in found:
            self._check_whole(key, item)
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
        if isinstance(found, str):
            self._check_whole(key, found)
        return found

    def _check_whole(self, key: str, text: str) -> None:
        if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
            raise unusable(self.where, f'"{key}" holds half a character (a surrogate).')


def secret(section: Section, key: str, folder: Path) -> bytes | None:
    """The secret behind ``{"env": NAME}`` or ``{"file": PATH}``; None to keep what is stored.

    Paths are taken from the configuration file's ``folder``. One final line end of a text file is
    not part of the secret.
    """
    found = section.value(key, None)
    if found is None or (isinstance(found, Mapping) and set(found) == {"set"}):
        return None
    if _says(found, "env"):
        name = section.section(key).text("env")
        value = os.environ.get(name)
        if value is None:
            raise unusable(
                section.where,
                f'"{key}": the environment variable {name} is not set.',
            )
        return value.encode("utf-8", "surrogateescape")
    if _says(found, "file"):
        raw = _file(section, key, folder / section.section(key).text("file"))
        return raw if key == "certificate" else raw.removesuffix(b"\n").removesuffix(b"\r")
    raise unusable(
        section.where,
        f'"{key}" must be {{"env": "NAME"}} or {{"file": "PATH"}}; secrets do not stand in the '
        "file itself.",
    )


def pem_text(section: Section, key: str, folder: Path) -> str:
    """A private CA: ``{"file": PATH}`` or ``{"text": PEM}``; an empty text when missing.

    Only its certificates, so that no file of another kind gets into the configuration.
    """
    found = section.value(key, None)
    if found is None:
        return ""
    if _says(found, "text"):
        what, text = "the text", section.section(key).text("text")
    elif _says(found, "file"):
        path = folder / section.section(key).text("file")
        what, text = f"the file {path.name!r}", _file(section, key, path).decode("ascii", "replace")
    else:
        raise unusable(section.where, f'"{key}" must be {{"file": "PATH"}} or {{"text": "PEM"}}.')
    try:
        return certificates_in(text, what, key)
    except InputError as error:
        raise unusable(section.where, f'"{key}": {error.title} {error.message}') from None


def _says(found: object, key: str) -> bool:
    return isinstance(found, Mapping) and set(found) == {key} and isinstance(found[key], str)


def unusable(where: str, what: str) -> InputError:
    """The one error of an unusable file."""
    # Half a character, such as in a name, cannot be written on a terminal.
    told = f"{where} {what}".encode("utf-8", "backslashreplace").decode()
    return InputError(told, "Nothing was imported. Correct the file and try again.")


def _file(section: Section, key: str, path: Path) -> bytes:
    try:
        raw = _ordinary(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file name"
        raise unusable(
            section.where, f'"{key}": the file {path.name!r} cannot be read ({reason}).'
        ) from None
    if raw is None:
        raise unusable(section.where, f'"{key}": {path.name!r} is no ordinary file.')
    if len(raw) > _MOST_SECRET_BYTES:
        raise unusable(section.where, f'"{key}": the file {path.name} is larger than 1 MB.')
    return raw


def _ordinary(path: Path) -> bytes | None:
    """The beginning of a file; None for a pipe or device, on which one might wait for ever."""
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    # Between the look and the opening it may have become a pipe.
    with open(path, "rb", opener=_at_once) as file:
        is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        return file.read(_MOST_SECRET_BYTES + 1) if is_file else None


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
