"""Finding thousands of key words in one subject at once (Q-3; Aho and Corasick, 1975)."""

import unicodedata
from collections.abc import Iterable

import ahocorasick

from enate_desktop.domain.rules import folded

WHOLE, ANYWHERE = "=", "~"
"""How the key of a key word starts: whole words only, or any place."""


def keyword_key(value: str) -> str:
    """A key word as an administrator wrote it in the form in which it compares."""
    if len(value) > 2 and value.startswith('"') and value.endswith('"'):
        return WHOLE + fold(value[1:-1])
    return ANYWHERE + fold(value)


def fold(text: str) -> str:
    """``text`` as :func:`enate_desktop.domain.rules.folded` has it.

    Nothing is remembered, since subjects seldom come twice and may be long; plain ASCII, by far the
    most common, takes a short way.
    """
    return " ".join(text.lower().split()) if text.isascii() else folded.__wrapped__(text)


def is_word(character: str) -> bool:
    """Whether a character belongs to a word; combining marks do, for they belong to a letter."""
    return (
        character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
    )


def _stands_alone(subject: str, phrase: str, start: int) -> bool:
    end = start + len(phrase)
    before = start == 0 or not (is_word(phrase[0]) and is_word(subject[start - 1]))
    return before and (end == len(subject) or not (is_word(phrase[-1]) and is_word(subject[end])))


class KeywordFinder:
    """All key words of a table; one pass over a subject says which of them it contains."""

    def __init__(self, keys: Iterable[str]) -> None:
        """``keys`` are results of :func:`keyword_key`."""
        wanted: dict[str, list[str]] = {}
        for key in set(keys):
            wanted.setdefault(key[1:], []).append(key)
        self._total = sum(map(len, wanted.values()))
        self._automaton = ahocorasick.Automaton() if wanted else None
        if self._automaton is not None:
            for text, found in wanted.items():
                self._automaton.add_word(text, tuple(found))
            self._automaton.make_automaton()

    def keys_in(self, subject: str) -> frozenset[str]:
        """The keys of all key words that occur in ``subject`` (folded)."""
        found: set[str] = set()
        if self._automaton is not None:
            for end, keys in self._automaton.iter(subject):
                for key in keys:
                    if key not in found and _occurs(subject, key, end):
                        found.add(key)
                if len(found) == self._total:
                    break
        return frozenset(found)


def _occurs(subject: str, key: str, end: int) -> bool:
    if key[0] == ANYWHERE:
        return True
    phrase = key[1:]
    return _stands_alone(subject, phrase, end + 1 - len(phrase))
