"""The processes a mail can become, narrowed by any part of their name or path."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.domain.directory import Process
from enate_desktop.item_models.route_processes import SHOWN_SEPARATOR

Index = QModelIndex | QPersistentModelIndex

PATH_ROLE = Qt.ItemDataRole.UserRole
"""Customer, contract and service, for the grey second half of a line."""
ID_ROLE = Qt.ItemDataRole.UserRole + 1
"""The process id."""


class ProcessListModel(QAbstractListModel):
    """Tickets and Cases by path; ``starter acme`` finds "New starter (Case)" of Acme.

    ``recent`` are ids that stand first, in their order, while nothing is typed.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[tuple[str, Process], ...] = ()
        self._shown: tuple[Process, ...] = ()
        self.recent: tuple[int, ...] = ()

    def set_processes(self, processes: Iterable[Process]) -> None:
        """Offer these, retired ones left out."""
        offered = sorted((p for p in processes if not p.retired), key=lambda p: p.path.casefold())
        self._all = tuple((f"{p.label} {p.path}".casefold(), p) for p in offered)
        self.narrow("")

    def narrow(self, text: str) -> None:
        """Keep the processes that contain every word; those that start with the text come first."""
        words = text.casefold().split()
        start = text.strip().casefold()
        fitting = [(key, p) for key, p in self._all if all(word in key for word in words)]
        if start:
            fitting.sort(key=lambda pair: not pair[0].startswith(start))
        else:
            places = {key: place for place, key in enumerate(self.recent)}
            fitting.sort(key=lambda pair: places.get(pair[1].id, len(places)))
        self.beginResetModel()
        self._shown = tuple(process for _, process in fitting)
        self.endResetModel()

    @property
    def shown(self) -> tuple[Process, ...]:
        """What is left of them."""
        return self._shown

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        process = self._shown[index.row()]
        path = SHOWN_SEPARATOR.join((process.customer, process.contract, process.service))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return process.label
        if role == PATH_ROLE:
            return path
        if role == ID_ROLE:
            return process.id
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{process.label}, {path}"
        return None
