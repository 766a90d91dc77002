"""What pages know of the worker and ask of it; the session joins it to the worker itself."""

from PySide6.QtCore import QObject, Signal

from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.views.status_strip import WorkerKind, WorkerState


class WorkerControl(QObject):
    """``check_now_requested`` carries a connector's id, or None for all.

    ``rest_requested`` carries what to call once the worker has ended, or None to begin again.
    ``changed`` comes when the state or the facts are other than before.
    """

    check_now_requested = Signal(object)
    restart_requested = Signal()
    rest_requested = Signal(object)
    diagnostics_requested = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facts = WorkerFacts()
        self._state = WorkerState(WorkerKind.STOPPED, self.tr("Worker: not started"))

    @property
    def facts(self) -> WorkerFacts:
        """What the worker of this program does."""
        return self._facts

    @property
    def state(self) -> WorkerState:
        """The worker in words."""
        return self._state

    def set_facts(self, facts: WorkerFacts) -> None:
        """The worker does something else now."""
        if facts != self._facts:
            self._facts = facts
            self.changed.emit()

    def set_state(self, state: WorkerState) -> None:
        """The worker is to be described otherwise."""
        if state != self._state:
            self._state = state
            self.changed.emit()
