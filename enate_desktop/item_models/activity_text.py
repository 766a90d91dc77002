"""Changes of the history in the words of the lists: what, of which thing, from what to what."""

from collections.abc import Mapping
from enum import Enum
from html import escape

from enate_desktop.domain.history import PRIORITY_ORDER, HistoryChange, HistoryEntry
from enate_desktop.services.field_words import field_words, value_words

KIND_WORDS: Mapping[str, str] = {
    "connector": "Connector",
    "route": "Route",
    "outgoing route": "Outgoing route",
    "customer": "Customer",
    "contract": "Contract",
    "service": "Service",
    "process": "Process",
    "company": "Company",
    "contact": "Contact",
    "company import": "Company import",
    "settings": "Settings",
    "person": "Person",
    "delivery": "Automated email",
    "template": "Acknowledgement",
}
_MOST_NAMED = 3
_LONGEST = 60


class ItemChoice(Enum):
    """The choices of the filter Item: words and the kinds they stand for."""

    ALL = ("All", ())
    CONNECTORS = ("Connectors", ("connector",))
    ROUTES = ("Routes", ("route", "outgoing route"))
    PROCESSES = ("Customers to processes", ("customer", "contract", "service", "process"))
    COMPANIES = ("Companies and contacts", ("company", "contact", "company import"))
    AUTOMATED = ("Automated emails", ("delivery", "template", "outbox"))
    SETTINGS = ("Settings and people", ("settings", "person"))

    def __init__(self, words: str, kinds: tuple[str, ...]) -> None:
        self.words = words
        self.kinds = kinds


class WhatChoice(Enum):
    """The choices of the filter What: words and how the actions begin."""

    ALL = ("All", ())
    CREATED = ("Created", ("created",))
    CHANGED = ("Changed", ("changed", "renamed", "became the default sender"))
    ORDER = ("Order changed", ("order",))
    SWITCHED = ("Switched on or off", ("switched",))
    DELETED = ("Deleted", ("deleted",))
    RETIRED = ("Retired", ("retired",))
    RESTORED = ("Restored", ("restored", "name restored", "order restored"))
    STOPPED = ("Stopped by the program", ("stopped",))
    PINNED = ("Pinned mails", ("pinned", "unpinned"))

    def __init__(self, words: str, actions: tuple[str, ...]) -> None:
        self.words = words
        self.actions = actions


def isolated(text: str) -> str:
    """``text`` so that it does not turn its neighbours round in a right-to-left window."""
    return f"\u2068{text}\u2069" if text else ""


def plain_tip(text: str) -> str:
    """``text`` for a tooltip, which would take ``<b>`` in a name for markup."""
    if "<" not in text and "&" not in text:
        return text
    return f'<p style="white-space:pre-wrap">{escape(text)}</p>'


def kind_words(kind: str) -> str:
    """``Outgoing route``."""
    return KIND_WORDS.get(kind, kind.capitalize())


def action_words(action: str) -> str:
    """``Switched on``."""
    return action[:1].upper() + action[1:]


def change_words(change: HistoryChange) -> str:
    """What a change did, in one line."""
    fields = change.fields
    if not fields:
        return ""
    if len(fields) == 1 or change.head.action in ("created", "stopped"):
        return "; ".join(entry_words(entry) for entry in fields)
    names = [field_words(entry.field) for entry in fields]
    shown = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{len(names)} fields: {shown}{more}"


def entry_words(entry: HistoryEntry) -> str:
    """``Key words in subject: "urgent" → "urgent; overdue"``."""
    if entry.field == PRIORITY_ORDER and not entry.old:
        return isolated(entry.new)
    field = field_words(entry.field)
    if entry.old == entry.new:  # a secret: only that it was changed
        return f"{field}: {entry.new}"
    old, new = (_shown(value_words(entry.field, value)) for value in (entry.old, entry.new))
    if entry.old in ("", "–"):
        return f"{field}: {new}"
    return f"{field}: {old} → {new}"


def spoken(change: HistoryChange) -> str:
    """A change as a screen reader says it."""
    head = change.head
    parts = (f"{action_words(head.action)} {head.kind} {head.name} by {head.who}",)
    return ". ".join((*parts, change_words(change))).rstrip(". ")


def _shown(value: str) -> str:
    value = " ".join(value.split())
    value = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    return isolated(f'"{value}"') if value not in ("on", "off", "–") else value
