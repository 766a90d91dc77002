"""What the worker of this program does, as far as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What the worker of this program does: connector ids, and when it looks next (UTC).

    ``standby``: another worker has the mailbox. ``started`` is None while no worker runs here;
    ``trouble`` says why it could not be started.
    """

    running: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    standby: frozenset[int] = frozenset()
    next_looks: Mapping[int, datetime] = field(default_factory=dict)
    started: datetime | None = None
    trouble: str = ""
