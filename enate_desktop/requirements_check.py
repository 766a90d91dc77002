"""Refuses the Python and Qt versions on which the program cannot run, before Qt is loaded."""

import sys
from importlib.metadata import PackageNotFoundError, version

_OLDEST_PYTHON = (3, 11)
_BROKEN_QT = "6.12.0"
_PYTHON_UNHARMED_BY_IT = (3, 12)


def check() -> str | None:
    """The sentence for a person whose Python or PySide6 cannot be used; None where both can."""
    try:
        qt = version("PySide6-Essentials")
    except PackageNotFoundError:
        qt = None
    return refusal(sys.version_info[:2], qt)


def refusal(python: tuple[int, int], qt: str | None) -> str | None:
    """What speaks against these versions; ``qt`` is the PySide6-Essentials release, None if absent.

    PySide6 6.12.0 drops a reference to None and True per call on Python before 3.12, where these
    objects can still be freed: the process dies after some thousand repaints.
    """
    used = ".".join(map(str, python))
    if python < _OLDEST_PYTHON:
        return f"Enate Desktop needs Python 3.11 or newer; this is Python {used}."
    if qt is None:
        return (
            "Enate Desktop needs PySide6. Install it with: pip install PySide6-Essentials==6.11.3"
        )
    if qt == _BROKEN_QT and python < _PYTHON_UNHARMED_BY_IT:
        return (
            f"PySide6 {qt} makes Python {used} crash after a few minutes. "
            "Install another release with: pip install PySide6-Essentials==6.11.3"
        )
    return None
