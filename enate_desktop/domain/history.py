"""The append-only history: who changed what, from which value to which (R-08, A-01)."""

from dataclasses import dataclass
from datetime import datetime

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Company, Contact, Kind, Node
from enate_desktop.domain.outbox import Template
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.domain.settings import Settings
from enate_desktop.domain.work_items import Handling, Repaired

PRIORITY_ORDER = "Priority Order"
"""The field of a line that tells of a place in the order."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to one field of one thing, in words."""

    kind: str
    subject_id: int
    name: str
    action: str
    field: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of Show Activity; secrets appear as ``changed``, never as values. ``at`` is UTC.

    ``change_id`` is the id of the first line of the change it belongs to.
    """

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
    change_id: int = 0


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """Everything one change wrote; the first line says whose change it was.

    A move is a change of its connector, with a line for each route that was moved.
    """

    entries: tuple[HistoryEntry, ...]
    restorable: bool = False
    """Whether what is needed to take it back was kept."""

    @property
    def head(self) -> HistoryEntry:
        """The first line; its id is the change's."""
        return self.entries[0]

    @property
    def fields(self) -> tuple[HistoryEntry, ...]:
        """The lines that tell a field of the thing itself."""
        head = self.head
        return tuple(
            e for e in self.entries if e.field and (e.kind, e.subject_id) == _subject(head)
        )


def _subject(entry: HistoryEntry) -> tuple[str, int]:
    return entry.kind, entry.subject_id


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which changes to list; what is empty or None does not matter.

    ``subject`` is one thing (kind and id). ``until`` is not included. ``actions`` are beginnings.
    ``text`` is looked for in names, fields and values; ``fields`` count as hits of it too.
    """

    kinds: tuple[str, ...] = ()
    subject: tuple[str, int] | None = None
    who: str = ""
    since: datetime | None = None
    until: datetime | None = None
    actions: tuple[str, ...] = ()
    text: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteOrder:
    """The order of a connector's routes by id, without the fallback."""

    connector_id: int
    route_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DefaultSender:
    """Which connector is the default sender."""

    connector_id: int


@dataclass(frozen=True, slots=True)
class StoredProcess:
    """A process as it is stored: ``retired`` tells of itself, not of what stands above it."""

    id: int
    service_id: int
    name: str
    kind: Kind
    retired: bool = False
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeConnector:
    """A connector with all its routes, as a deletion takes them away; without its secrets."""

    connector: Connector
    routes: tuple[Route, ...] = ()
    outgoing: tuple[OutgoingRoute, ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyList:
    """The companies and contacts that an import touched."""

    companies: tuple[Company, ...] = ()
    contacts: tuple[Contact, ...] = ()


State = (
    Route
    | OutgoingRoute
    | RouteOrder
    | Connector
    | WholeConnector
    | DefaultSender
    | Node
    | StoredProcess
    | Company
    | Contact
    | CompanyList
    | Settings
    | Template
    | Handling
    | Repaired
)
"""What a change can be taken back to."""
