"""The six tests of a route (SPEC 5): their values as an administrator writes and stores them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from enate_desktop.domain.addresses import AddressPattern, parse_pattern
from enate_desktop.domain.errors import InputError

_VALUE = re.compile(r'(?:"[^"\n]*"|[^;,\n])+')
_SPACE = re.compile(r"\s+")
_EXTENSION = re.compile(r"\.[^\s./\\:*?\"<>|;,]{1,32}\Z")


@dataclass(frozen=True, slots=True)
class Rules:
    """All six rules of one route; an empty one is ignored, filled ones must all be true.

    ``companies`` holds company ids, so that renaming a company changes no route.
    """

    important: bool = False
    attachment_types: tuple[str, ...] = ()
    subject_keywords: tuple[str, ...] = ()
    recipients: tuple[AddressPattern, ...] = ()
    senders: tuple[AddressPattern, ...] = ()
    companies: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether every mail to the route's address is taken."""
        return self == NO_RULES


NO_RULES = Rules()


def split_values(text: str) -> tuple[str, ...]:
    """The values of a typed list (R-11): ``;``, ``,`` or new line between them, repeats merged.

    A quoted phrase keeps its separators; an unclosed quote is an ordinary character.
    """
    return merged(_VALUE.findall(text.replace("\r", "\n")))


def merged(values: Iterable[str]) -> tuple[str, ...]:
    """``values`` trimmed, without blanks and repeats, in their order."""
    return tuple(dict.fromkeys(filter(None, (value.strip() for value in values))))


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """``text`` as key words compare (Q-3): NFKC, case folded, white space collapsed."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", once)).strip()


def extension(text: str) -> str:
    """``pdf`` or ``*.PDF`` as ``.pdf`` (Q-2); raises InputError when it is no extension."""
    value = text.strip().casefold().removeprefix("*")
    value = value if value.startswith(".") else f".{value}"
    if not _EXTENSION.match(value):
        raise InputError(
            f'"{text.strip()}" cannot be used as an attachment type.',
            "Write file extensions such as .pdf; .docx.",
            field="rules.attachment_types",
        )
    return value


def keyword(text: str) -> str:
    """A key word or ``"whole words"`` phrase, trimmed; raises InputError when nothing is left."""
    value = text.strip()
    if not folded(value.strip('"')):
        raise InputError(
            f"The key word {text!r} is empty.",
            "Write the words to look for, or leave the rule empty.",
            field="rules.subject_keywords",
        )
    if split_values(value) != (value,):
        raise InputError(
            f'The key word "{value}" contains a separator.',
            "Give its parts one by one, or put it in double quotes to look for it as it is.",
            field="rules.subject_keywords",
        )
    return value


def patterns(values: Iterable[str]) -> tuple[AddressPattern, ...]:
    """Listed addresses and domains, repeats merged; raises InputError at the first unusable one.

    A blank one is unusable: were it passed over, the route might take every mail.
    """
    return tuple(dict.fromkeys(parse_pattern(value) for value in values))
