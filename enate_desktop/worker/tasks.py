"""Runs a piece of work off the GUI thread and brings its outcome back onto it."""

from collections.abc import Callable
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QRunnable, Qt, QThreadPool, Signal
from typing_extensions import override

T = TypeVar("T")
_AT_ONCE = 4


class Task(QObject, Generic[T]):
    """One piece of work under way; lives on the thread that started it."""

    _ended = Signal()

    def __init__(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None,
    ) -> None:
        super().__init__()
        self._owner = owner
        self._work = work
        self._done = done
        self._failed = failed
        self._outcome: tuple[T] | Exception | None = None
        self._discarded = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def discard(self) -> None:
        """Deliver nothing; the work itself runs on to its end."""
        self._discarded = True

    def execute(self) -> None:
        """Do the work; called once, on a thread of the pool."""
        try:
            self._outcome = (self._work(),)
        except Exception as error:  # whatever it is, the starter has to hear of it
            self._outcome = error
        self._ended.emit()

    def _deliver(self) -> None:
        _running.discard(self)
        outcome = self._outcome
        if self._discarded or not shiboken6.isValid(self._owner):
            return
        if isinstance(outcome, tuple):
            self._done(outcome[0])
        elif self._failed is not None and outcome is not None:
            self._failed(outcome)
        elif outcome is not None:
            raise outcome


class _Job(QRunnable):
    """The half of a task that the pool owns; holds the task until it has run."""

    def __init__(self, task: Task[T]) -> None:
        super().__init__()
        self._task = task

    @override
    def run(self) -> None:
        self._task.execute()


_running: set[QObject] = set()
"""Tasks whose outcome is still to be delivered: the only reference that keeps them alive."""


def run_in_background(
    owner: QObject,
    work: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[Exception], object] | None = None,
) -> Task[T]:
    """Run ``work`` on another thread; ``done`` or ``failed`` follow on the calling one.

    Call it on the GUI thread. ``work`` touches no widget. Nothing is delivered once ``owner`` was
    destroyed. Without ``failed`` the error is raised in the event loop, where the window's error
    handler shows it. ``failed`` gets whatever was raised: an EnateError is known, the rest is ours.
    """
    task = Task(owner, work, done, failed)
    _running.add(task)
    _pool().start(_Job(task))
    return task


def wait_for_tasks(seconds: float) -> bool:
    """Wait at shutdown for all work to end; False when some still runs after that time.

    Outcomes not yet delivered are dropped, work not yet begun is not begun.
    """
    pool = _pool()
    pool.clear()
    ended = pool.waitForDone(round(seconds * 1000))
    if ended:
        _running.clear()
    return ended


def _pool() -> QThreadPool:
    """The program's pool: a child of the application, so that it ends before Qt does."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("background work needs an application")
    pool = application.findChild(QThreadPool, "enate-tasks")
    if pool is None:
        pool = QThreadPool(application)
        pool.setObjectName("enate-tasks")
        pool.setMaxThreadCount(_AT_ONCE)
    return pool
