"""Shares the room between the mailboxes of the monitor and what came of late."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter
from typing_extensions import override

from enate_desktop.views.monitor_connectors import MonitorConnectors
from enate_desktop.views.monitor_lists import MonitorLists

_CONNECTORS_AT_MOST = 0.58
"""Share of the room: five mailboxes are to be seen on a small screen, with what came of late."""


class MonitorSplitter(QSplitter):
    """Gives the mailboxes as much as they need, until a person chose otherwise."""

    def __init__(self, connectors: MonitorConnectors, lists: MonitorLists) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._connectors = connectors
        self._is_balanced = True
        self.addWidget(connectors)
        self.addWidget(lists)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(12)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._on_moved)

    def balance(self) -> None:
        """There may be more mailboxes than before, or less room."""
        if self._is_balanced:
            room = sum(self.sizes())
            wanted = min(self._connectors.whole_height(), round(room * _CONNECTORS_AT_MOST))
            self.setSizes([wanted, room - wanted])

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.balance()

    def _on_moved(self) -> None:
        self._is_balanced = False
