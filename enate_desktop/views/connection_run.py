"""One staged connection test off the GUI thread, its stages reported as they end (C-06)."""

import threading
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from enate_desktop.mail.report import StageResult
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.worker.tasks import run_in_background

Work = Callable[[Callable[[StageResult], None], threading.Event], ConnectionTest]
"""A test; it reports every stage that ended and stops soon once the event is set."""


class ConnectionRun(QObject):
    """Lives on the GUI thread; used once.

    ``stage_ended`` carries a StageResult, then ``ended`` a ConnectionTest, or ``failed`` the
    Exception that kept the test from being made.
    """

    stage_ended = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._cancel.set)

    def start(self, work: Work) -> None:
        """Make the test on another thread."""
        run_in_background(
            self, lambda: work(self._report, self._cancel), self.ended.emit, self.failed.emit
        )

    def cancel(self) -> None:
        """End the stage at hand within a fraction of a second."""
        self._cancel.set()

    def _report(self, result: StageResult) -> None:
        """Called on the thread of the test."""
        if shiboken6.isValid(self):
            self._reported.emit(result)

    def _on_reported(self, result: StageResult) -> None:
        self.stage_ended.emit(result)
