"""Words of servers in a narrow panel: they wrap wherever they can."""

import re

from PySide6.QtWidgets import QLabel, QSizePolicy

_LONG = re.compile(r"\S{25,}")
_JOINT = re.compile(r"([^\w\u200b])(?=\w)")
_BREAK = "\u200b"


def breakable(text: str) -> str:
    """``text`` with a place to wrap after each sign inside a long word, as of a fingerprint."""
    return _LONG.sub(lambda found: _JOINT.sub(rf"\g<1>{_BREAK}", found[0]), text)


def unbroken(text: str) -> str:
    """``text`` without those places."""
    return text.replace(_BREAK, "")


def never_wider(label: QLabel) -> None:
    """Let a wrapping label have the width there is, however long its words."""
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
