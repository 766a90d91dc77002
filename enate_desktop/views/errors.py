"""What escapes: a known error as its sentence, anything else as a report kept on this machine."""

import faulthandler
import logging
import platform
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TextIO

import PySide6
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)

from enate_desktop import __version__
from enate_desktop.domain.errors import EnateError

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that escaped; ``known`` is set when it carries its own sentence."""

    report: str
    known: EnateError | None = None


class ErrorReporter(QObject):
    """Catches what no one caught, on every thread; ``problem_found`` comes on the GUI thread.

    Make it on the GUI thread. The crash file gets a report of every unknown error, and the
    interpreter's stacks if the process dies; ``previous_crash`` is what the last run left there.
    """

    problem_found = Signal(object)
    _caught = Signal(object)

    def __init__(self, crash_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = crash_file
        self._file: TextIO | None = None
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)
        self.previous_crash = _left_over(crash_file)

    def install(self) -> None:
        """Take the hooks of the interpreter, of its threads, and of Qt's messages."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w", encoding="utf-8")
        self._path.chmod(0o600)
        faulthandler.enable(self._file)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def uninstall(self) -> None:
        """Give the hooks back; an empty crash file goes, so that it means a crash next time."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        if self._file is None:
            return
        faulthandler.disable()
        self._file.close()
        self._file = None
        self._path.unlink(missing_ok=True)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        self._caught.emit(self._problem(error.with_traceback(trace)))

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            self._caught.emit(self._problem(args.exc_value))

    def _problem(self, error: BaseException) -> Problem:
        if isinstance(error, EnateError):
            return Problem(error.sentence(), error)
        report = report_of(error)
        _log.error("unexpected error\n%s", report)
        if self._file is not None:
            self._file.write(report + "\n")
            self._file.flush()
        return Problem(report)

    def _on_caught(self, problem: Problem) -> None:
        self.problem_found.emit(problem)


def report_of(error: BaseException) -> str:
    """Versions and the way to the error, without the values of variables."""
    lines = traceback.format_exception(error)
    return f"{versions()}\n\n{''.join(lines)}".rstrip()


def versions() -> str:
    """What the program runs on, in one line each."""
    return "\n".join(
        (
            f"Enate Desktop {__version__}",
            f"PySide6 {PySide6.__version__}, Qt {qVersion()}",
            f"Python {platform.python_version()}",
            f"{platform.system()} {platform.release()} {platform.machine()}",
        )
    )


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)


def _left_over(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
