"""The worker of this program, started, renewed and ended apart from the window."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.worker.supervisor import Supervisor
from enate_desktop.worker.tasks import run_in_background

_RETRY_MILLISECONDS = 5000


class WorkerHandle(QObject):
    """Made on the GUI thread; what waits for threads or data is done on another one.

    ``moved`` comes after every start, refresh and end of the worker, and when one did not succeed.
    """

    moved = Signal()

    def __init__(
        self,
        make: Callable[[], Supervisor],
        parent: QObject | None = None,
        retry: int = _RETRY_MILLISECONDS,
    ) -> None:
        """``make`` builds a worker that has not begun; called again at every restart.

        What did not succeed is tried again after ``retry`` milliseconds.
        """
        super().__init__(parent)
        self._retry = QTimer(self, singleShot=True, interval=retry)
        self._retry.timeout.connect(self.refresh)
        self._make = make
        self._supervisor = make()
        self._started: datetime | None = None
        self._trouble = ""
        self._is_busy = self._again = self._has_ended = False
        self._lock = threading.Lock()

    @property
    def supervisor(self) -> Supervisor:
        """The worker at this moment."""
        return self._supervisor

    @property
    def started(self) -> datetime | None:
        """Since when it works (UTC), None while it does not."""
        return self._started

    @property
    def trouble(self) -> str:
        """Why it could not be started or renewed, as a sentence; empty when it could."""
        return self._trouble

    def refresh(self) -> None:
        """Start what was enabled, stop what was switched off; several calls may become one."""
        self._retry.stop()
        if self._is_busy:
            self._again = True
            return
        self._is_busy = True
        run_in_background(self, self._refreshed, self._on_refreshed, self._on_not_refreshed)

    def restart(self) -> None:
        """End the worker, whatever its servers do, and start another one."""
        former = self._supervisor
        self._started = None
        self._is_busy = True
        self.moved.emit()
        run_in_background(self, lambda: self._ended(former), self._on_ended, self._on_not_refreshed)

    def rest(self, then: Callable[[], object]) -> None:
        """End the worker and call ``then``; it stays ended until :meth:`begin_again`."""
        self._has_ended = True
        self._retry.stop()
        former = self._supervisor
        run_in_background(self, lambda: self._ended(former), lambda _in_time: then())

    def begin_again(self) -> None:
        """Start another worker after a rest."""
        self._has_ended = False
        self.restart()

    def stop(self) -> bool:
        """End for good; whether everything ended in time. Waits, so call it at the very end."""
        self._has_ended = True
        self._retry.stop()
        return self._ended(self._supervisor)

    def _refreshed(self) -> None:
        with self._lock:
            if not self._has_ended:
                self._supervisor.refresh()

    def _ended(self, former: Supervisor) -> bool:
        with self._lock:
            return former.stop()

    def _on_refreshed(self, _nothing: None) -> None:
        self._started = self._started or datetime.now(UTC)
        self._settle("")

    def _on_not_refreshed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            self._is_busy = False
            raise error
        self._settle(error.sentence())

    def _on_ended(self, _in_time: bool) -> None:
        self._is_busy = False
        self._supervisor = self._make()
        self.refresh()

    def _settle(self, trouble: str) -> None:
        self._is_busy = False
        self._trouble = trouble
        if trouble and not self._has_ended:
            self._retry.start()
        self.moved.emit()
        if self._again:
            self._again = False
            self.refresh()
