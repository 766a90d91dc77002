"""Customer › Contract › Service › Process as a tree (UI 3.12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.domain.directory import Kind, Node, NodeKind, Process

Index = QModelIndex | QPersistentModelIndex


class DirectoryRole(IntEnum):
    """What views ask beyond Qt's own roles."""

    ENTRY = Qt.ItemDataRole.UserRole


@dataclass(slots=True)
class Entry:
    """One row; ``key`` is unique among nodes and processes, ``parent`` the key above or 0."""

    key: int
    parent: int
    node: Node | None = None
    process: Process | None = None
    children: list[int] = field(default_factory=list)
    row: int = 0
    under_retired: bool = False

    @property
    def name(self) -> str:
        """The name shown."""
        found = self.process or self.node
        return found.name if found is not None else ""

    @property
    def kind_text(self) -> str:
        """``Customer``, ``Contract``, ``Service``, ``Ticket`` or ``Case``."""
        if self.process is not None:
            return self.process.kind.capitalize()
        return self.node.kind.capitalize() if self.node is not None else ""

    @property
    def retired(self) -> bool:
        """Whether it was retired itself."""
        found = self.process or self.node
        return bool(found is not None and found.retired)


def node_key(node_id: int) -> int:
    """The key of a customer, contract or service."""
    return node_id * 2


def process_key(process_id: int) -> int:
    """The key of a process."""
    return process_id * 2 + 1


class DirectoryTreeModel(QAbstractItemModel):
    """One column; a view restores what was open by the entries' keys after each reading."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[int, Entry] = {0: Entry(0, 0)}

    def set_directory(
        self,
        nodes: Iterable[Node],
        processes: Iterable[Process],
        service_of: Mapping[int, int],
        *,
        retired: bool,
    ) -> None:
        """Show these; retired ones only when asked for. ``service_of``: process to service id."""
        self.beginResetModel()
        entries = {0: Entry(0, 0)}
        for node in nodes:
            parent = node_key(node.parent_id) if node.kind is not NodeKind.CUSTOMER else 0
            _add(entries, Entry(node_key(node.id), parent, node=node), retired)
        for process in processes:
            parent = node_key(service_of.get(process.id, 0))
            _add(entries, Entry(process_key(process.id), parent, process=process), retired)
        for entry in entries.values():
            entry.children.sort(key=lambda key: _order(entries[key]))
            for row, key in enumerate(entry.children):
                entries[key].row = row
        self._entries = entries
        self.endResetModel()

    def entry(self, index: Index) -> Entry | None:
        """The entry of a row."""
        return self._entries.get(index.internalId()) if index.isValid() else None

    def path(self, entry: Entry) -> str:
        """The names above an entry, as the window writes them."""
        names: list[str] = []
        above = self._entries.get(entry.parent)
        while above is not None and above.key:
            names.append(above.name)
            above = self._entries.get(above.parent)
        return " › ".join(reversed(names))

    def processes_below(self, entry: Entry) -> tuple[int, ...]:
        """The ids of the process itself, or of every process below a node."""
        if entry.process is not None:
            return (entry.process.id,)
        found: list[int] = []
        for key in entry.children:
            found += self.processes_below(self._entries[key])
        return tuple(found)

    def index_of(self, key: int) -> QModelIndex:
        """Where an entry is shown; an unusable index when it is not."""
        entry = self._entries.get(key)
        return self.createIndex(entry.row, 0, key) if entry and key else QModelIndex()

    @override
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        above = self._entries.get(parent.internalId() if parent.isValid() else 0)
        if above is None or column or not 0 <= row < len(above.children):
            return QModelIndex()
        return self.createIndex(row, 0, above.children[row])

    @override
    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # Qt has two
        entry = self.entry(index)
        return self.index_of(entry.parent) if entry is not None else QModelIndex()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        above = self._entries.get(parent.internalId() if parent.isValid() else 0)
        return len(above.children) if above is not None else 0

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.name
            case Qt.ItemDataRole.AccessibleTextRole:
                retired = ", retired" if entry.retired else ""
                return f"{entry.name}, {entry.kind_text}{retired}"
            case Qt.ItemDataRole.ForegroundRole:
                return "placeholder" if entry.retired or entry.under_retired else "text"
            case DirectoryRole.ENTRY:
                return entry
        return None


def _add(entries: dict[int, Entry], entry: Entry, retired: bool) -> None:
    above = entries.get(entry.parent)
    if above is None or (entry.retired and not retired):
        return
    entry.under_retired = above.retired or above.under_retired
    entries[entry.key] = entry
    above.children.append(entry.key)


def _order(entry: Entry) -> tuple[bool, bool, str]:
    is_case = entry.process is not None and entry.process.kind is Kind.CASE
    return (entry.retired, is_case, entry.name.casefold())
