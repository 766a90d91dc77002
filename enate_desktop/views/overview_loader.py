"""Reads for the start page in the background, at most once a second."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.history import HistoryChange
from enate_desktop.services.bundle import Services
from enate_desktop.services.overview import Attention, DeadRoute, LastProblem, Numbers, Progress
from enate_desktop.worker.tasks import run_in_background

_EVERY_MILLISECONDS = 1000
_CHANGES = 3


@dataclass(frozen=True, slots=True)
class OverviewRead:
    """Everything the start page shows, read together."""

    attention: tuple[Attention, ...]
    last_problem: LastProblem | None
    numbers: Numbers
    dead: tuple[DeadRoute, ...]
    changes: tuple[HistoryChange, ...]
    progress: Progress


class OverviewLoader(QObject):
    """``loaded`` carries an OverviewRead, ``failed`` an EnateError."""

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, page: QObject) -> None:
        """Nothing is told any more once ``page`` is gone."""
        super().__init__(page)
        self._page = page
        self._service = services.overview
        self._reading = self._again = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_EVERY_MILLISECONDS)
        self._pause.timeout.connect(self._on_pause_over)

    def read(self) -> None:
        """Read now, or as soon as the last reading is a second old."""
        if self._reading or self._pause.isActive():
            self._again = True
            return
        self._reading = True
        self._pause.start()
        run_in_background(self._page, self._read, self._on_read, self._on_not_read)

    def _read(self) -> OverviewRead:
        service = self._service
        return OverviewRead(
            service.attention(),
            service.last_problem(),
            service.numbers(),
            service.dead_routes(),
            service.recent_changes(_CHANGES),
            service.progress(),
        )

    def _on_read(self, read: OverviewRead) -> None:
        self._reading = False
        self.loaded.emit(read)
        self._on_pause_over()

    def _on_not_read(self, error: Exception) -> None:
        self._reading = False
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)

    def _on_pause_over(self) -> None:
        if self._again and not self._reading and not self._pause.isActive():
            self._again = False
            self.read()
