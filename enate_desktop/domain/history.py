"""The append-only history: who changed what, from which value to which (R-08, A-01)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of Show Activity; secrets appear as ``changed``, never as values. ``at`` is UTC."""

    id: int
    at: datetime
    who: str
    kind: str
    subject_id: int
    name: str
    action: str
    field: str = ""
    old: str = ""
    new: str = ""
