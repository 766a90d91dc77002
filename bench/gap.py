"""How long the window stands still while mail storms in: python -m bench.gap [MAILS] [PAGE ...].

Prints, for each page in front, the longest gaps between two turns of the event loop and where the
program stood meanwhile. Mail is stored and decided on another thread and reported as the worker
reports it. The last row is the same window without mail.
"""

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bench.intake import mails
from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.pages import PageMaker
from enate_desktop.paths import resources_folder
from enate_desktop.services.bundle import Services
from enate_desktop.services.intake import Undecided, to_store
from enate_desktop.session import Session
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.main_window import MainWindow
from enate_desktop.wiring import build_services
from enate_desktop.worker.bridge import WorkerBridge
from enate_desktop.worker.notifier import ChangeNotifier
from tests.company import connector, document

_PAGES = ("monitor", "work_items", "unhandled", "outbox")
_BATCH = 200
_LONG = 0.03
_DEEP = 4


class Probe:
    """A timer of the event loop, and a thread that looks where the loop stands when it is late."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.places: Counter[str] = Counter()
        self._main = threading.get_ident()
        self._last = 0.0
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
                frames = sys._current_frames()  # noqa: SLF001  # documented
                self.places[_place(frames.pop(self._main, None))] += 1
                del frames


def _place(frame: FrameType | None) -> str:
    """Our own functions on the way to where the main thread stands.

    Quick: as long as a frame is held, so are its painters, and Qt misses their end.
    """
    ours: list[str] = []
    while frame is not None and len(ours) < _DEEP:
        code = frame.f_code
        if "enate_desktop" in code.co_filename:
            ours.insert(0, f"{Path(code.co_filename).stem}.{code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " > ".join(ours) or "Qt, or waiting for the interpreter"


class Storm:
    """Mails that arrive as fast as they can be taken in."""

    def __init__(self, services: Services, bridge: WorkerBridge) -> None:
        self._services = services
        self._bridge = bridge
        (self._connector,) = services.connectors.all()
        self._uid = 0

    def blow(self, raws: Sequence[bytes]) -> None:
        """Take these in, a batch at a time."""
        intake = self._services.intake
        epoch = intake.epoch(self._connector, FolderState(1, 1, 0, 0, read_only=True))
        now = datetime.now(UTC)
        for first in range(0, len(raws), _BATCH):
            stored = []
            for raw in raws[first : first + _BATCH]:
                self._uid += 1
                stored.append(to_store(RemoteMail(self._uid, 0, now), raw))
            kept = intake.store(self._connector, epoch, stored)
            waiting = [Undecided(key, mail.raw or b"", mail.received) for key, mail in kept]
            for received in intake.decide(self._connector.id, waiting):
                self._bridge.on_received(received)
            self._bridge.on_looked(self._connector.id)


def measured(storm: Storm, window: MainWindow, page: str, raws: Sequence[bytes]) -> None:
    """Print how the window fared with ``page`` in front."""
    window.show_page(page)
    _turn(1.0)
    probe = Probe()
    thread = threading.Thread(target=storm.blow, args=(raws,))
    began = time.perf_counter()
    with probe.running():
        thread.start()
        while thread.is_alive() or time.perf_counter() - began < 2:
            QApplication.processEvents()
        rate = len(raws) / (time.perf_counter() - began)
        _turn(1.5)
    thread.join()
    gaps = sorted(probe.gaps, reverse=True)
    beyond = sum(gap > 0.05 for gap in gaps)
    longest = ", ".join(f"{gap * 1000:.0f}" for gap in gaps[:5])
    print(f"{page:<12} {rate:7,.0f} mails/s   longest {longest} ms   {beyond} beyond 50 ms")
    for place, number in probe.places.most_common(4):
        print(f"    {number:4} × {place}")


def _turn(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        QApplication.processEvents()


def main() -> None:
    """Print the rows."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["HR_PASSWORD"] = "unused"  # nothing signs in with it
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        services = build_services(folder, lambda _new: "bench", trusted_keyrings=())
        services.exchange.import_(document(connector()), folder)
        notifier = ChangeNotifier(application)
        pages = PageMaker(notifier)
        pages.use(services)
        appearance = Appearance(application, str(resources_folder() / "icons"))
        settings = QSettings(str(folder / "interface.ini"), QSettings.Format.IniFormat)
        window = MainWindow(pages.specs(), appearance, settings)
        session = Session(services, window, notifier, pages.worker)
        window.resize(1366, 768)
        window.show()
        session.start()
        storm = Storm(services, WorkerBridge(notifier, window))
        for page in sys.argv[2:] or _PAGES:
            measured(storm, window, page, list(mails(count)))
        measured(storm, window, "connectors", ())
        session.stop()
        services.close()


if __name__ == "__main__":
    main()
