"""How long the window stands still while mail storms in: python -m bench.gap [MAILS] [PAGE ...].

Prints, for each page in front, the longest gaps between two turns of the event loop and where the
program was meanwhile. Mail is decided in another thread, and reported as the worker reports it.
"""

import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from PySide6.QtCore import Qt, QTimer

from enate_desktop.services.bundle import Services

_PAGES = ("monitor", "work_items", "unhandled", "outbox")
_BATCH = 200
_LONG = 0.03
_TOLD = 6


class Probe:
    """A timer of the event loop, watched by a thread that looks where it stands when it is late."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.places: Counter[str] = Counter()
        self._main = threading.get_ident()
        self._last = time.perf_counter()
        self._ended = threading.Event()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure meanwhile."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        self._last = time.perf_counter()
        self._timer.start()
        watcher.start()
        yield
        self._timer.stop()
        self._ended.set()
        watcher.join()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            if time.perf_counter() - self._last > _LONG:
                frame = sys._current_frames().get(self._main)  # noqa: SLF001  # documented
                self.places[_place(frame)] += 1


def _place(frame: FrameType | None) -> str:
    """Our own functions on the way to where the main thread stands."""
    ours = [
        f"{Path(entry.filename).stem}.{entry.name}:{entry.lineno}"
        for entry in traceback.extract_stack(frame)
        if "enate_desktop" in entry.filename
    ]
    return " > ".join(ours[-5:]) or "Qt or waiting for the interpreter"


def storm(services: Services, count: int, report: Callable[[object], None]) -> float:
    """Take ``count`` mails in on another thread while the event loop runs; mails a second."""
    raise NotImplementedError
