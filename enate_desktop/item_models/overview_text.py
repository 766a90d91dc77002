"""The start page in words: when something was, how urgent a line looks, what was changed."""

from datetime import datetime, timedelta

from enate_desktop.domain.history import HistoryChange
from enate_desktop.item_models.activity_text import action_words, kind_words
from enate_desktop.item_models.time_text import clock_text, day_text
from enate_desktop.services.overview import AttentionKind, DeadReason, LastProblem, Severity

_SHAPES = {
    Severity.ERROR: ("circle-x", "error"),
    Severity.WARNING: ("triangle-alert", "warning"),
    Severity.NOTE: ("info", "info"),
}
_OWN_SHAPES = {
    AttentionKind.SIGN_IN: "log-in",
    AttentionKind.PAUSED: "pause",
    AttentionKind.CERTIFICATE: "file-key",
}
SPOKEN = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.NOTE: "Note",
}
"""How a screen reader says how urgent a line is."""
DEAD_WORDS = {
    DeadReason.LOGIC: "No mail can reach it",
    DeadReason.TARGET: "Its process is gone",
    DeadReason.TRAFFIC: "No mail came for it",
}
"""Why a route is dead, as a heading."""


def line_shape(severity: Severity, kind: AttentionKind) -> tuple[str, str]:
    """The name of the icon of a line and that of its colour."""
    shape, token = _SHAPES[severity]
    return _OWN_SHAPES.get(kind, shape), token


def when_text(moment: datetime, now: datetime) -> str:
    """``16:02`` today, ``yesterday 16:02``, ``3 Nov 16:02``."""
    day = day_text(moment, now)
    if day == day_text(now, now):
        return clock_text(moment)
    if day == day_text(now - timedelta(days=1), now):
        day = "yesterday"
    return f"{day} {clock_text(moment)}"


def all_clear_text(last: LastProblem | None, now: datetime) -> str:
    """``Nothing needs attention. Last problem: yesterday 16:02 (solved).``"""
    words = "Nothing needs attention."
    if last is not None:
        words += f" Last problem: {when_text(last.at, now)} (solved)."
    return words


def change_line(change: HistoryChange, now: datetime) -> str:
    """``Connector HR EMEA: moved · anna · 12:40``."""
    head = change.head
    what = f"{kind_words(head.kind)} “{head.name}”: {head.action}"
    return f"{what} · {head.who} · {when_text(head.at, now)}"


def entry_line(kind: str, name: str, action: str) -> str:
    """``Created connector “HR EMEA”``."""
    return f"{action_words(action)} {kind} “{name}”"
