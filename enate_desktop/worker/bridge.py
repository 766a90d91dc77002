"""Brings the mailbox threads' reports onto the GUI thread and tells the views, not too often."""

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from enate_desktop.domain.work_items import End
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.intake import Received
from enate_desktop.worker.notifier import ChangeNotifier

_SOON_MS = 200
_IN_A_STORM_MS = 1000
"""Pages read again what they show: while mail storms in, once a second is soon enough."""


class WorkerBridge(QObject):
    """Made on the GUI thread; what begins with ``on_`` may be called from any thread."""

    _received = Signal(object)
    _looked = Signal(object)
    _sent = Signal()

    def __init__(self, notifier: ChangeNotifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._changes = NOTHING
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._since_told = QElapsedTimer()
        self._timer.timeout.connect(self._tell)
        queued = Qt.ConnectionType.QueuedConnection
        self._received.connect(self._on_received, queued)
        self._looked.connect(self._on_looked, queued)
        self._sent.connect(self._on_sent, queued)

    def on_received(self, received: Received) -> None:
        """A mail met its end."""
        self._received.emit(received)

    def on_looked(self, connector_id: int) -> None:
        """A mailbox was looked into."""
        self._looked.emit(connector_id)

    def on_sent(self, _sent: object) -> None:
        """A delivery was sent, put off or given up."""
        self._sent.emit()

    def _on_received(self, received: Received) -> None:
        handled = received.end in (End.CREATED, End.APPENDED)
        lost_sight = received.end in (End.UNHANDLED, End.QUARANTINED)
        self._add(Changes(work_items=handled, unhandled=lost_sight, worker=True))

    def _on_looked(self, connector_id: int) -> None:
        self._add(Changes(conditions=frozenset((connector_id,)), worker=True))

    def _on_sent(self) -> None:
        self._add(Changes(outbox=True))

    def _add(self, changes: Changes) -> None:
        self._changes |= changes
        if not self._timer.isActive():
            self._timer.start(max(_SOON_MS, _IN_A_STORM_MS - self._rested()))

    def _rested(self) -> int:
        """Milliseconds since the views were told."""
        return self._since_told.elapsed() if self._since_told.isValid() else _IN_A_STORM_MS

    def _tell(self) -> None:
        changes, self._changes = self._changes, NOTHING
        self._since_told.start()
        if changes:
            self._notifier.notify(changes)
