"""What escapes is shown and kept, never lost (UI 5.38, 3.16)."""

import faulthandler
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, qWarning
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import InputError
from enate_desktop.views.errors import ErrorReporter, Problem, report_of, versions


@pytest.fixture
def reporter(qapp: QObject, tmp_path: Path) -> Iterator[ErrorReporter]:
    """An installed reporter; the hooks of the test run come back afterwards."""
    hooks = sys.excepthook, threading.excepthook
    dumps = faulthandler.is_enabled()
    made = ErrorReporter(tmp_path / "crash" / "report.txt")
    made.install()
    yield made
    made.uninstall()
    sys.excepthook, threading.excepthook = hooks
    if dumps:
        faulthandler.enable()


def raised(error: Exception) -> Exception:
    """The error as it is after it was raised."""
    try:
        raise error
    except Exception as caught:
        return caught


def throw(error: Exception) -> None:
    """Hand an error to the interpreter's hook, as a slot that raises does."""
    sys.excepthook(type(error), error, error.__traceback__)


def test_an_unknown_error_becomes_a_report(
    qtbot: QtBot, reporter: ErrorReporter, tmp_path: Path
) -> None:
    """UI 2, crash reporting: a local file, no upload."""
    with qtbot.waitSignal(reporter.problem_found) as caught:
        throw(raised(ValueError("ours")))
    (problem,) = caught.args or []
    assert isinstance(problem, Problem)
    assert problem.known is None
    assert "ValueError: ours" in problem.report
    assert "PySide6" in problem.report
    path = tmp_path / "crash" / "report.txt"
    assert "ValueError: ours" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_known_error_is_no_crash(qtbot: QtBot, reporter: ErrorReporter, tmp_path: Path) -> None:
    """ARCHITECTURE 6: known errors are shown, anything else is our bug."""
    error = InputError("No such host.", "Look at the server address.")
    with qtbot.waitSignal(reporter.problem_found) as caught:
        throw(raised(error))
    assert caught.args == [Problem("No such host. Look at the server address.", error)]
    assert (tmp_path / "crash" / "report.txt").read_text() == ""


def test_an_error_of_a_thread_arrives_on_the_gui_thread(
    qtbot: QtBot, reporter: ErrorReporter
) -> None:
    """QT 8.2."""
    seen: list[int] = []

    class Listener(QObject):
        def on_problem(self, _problem: Problem) -> None:
            seen.append(threading.get_ident())

    listener = Listener()
    reporter.problem_found.connect(listener.on_problem)

    def work() -> None:
        raise ValueError("ours")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [threading.get_ident()]


def test_messages_of_qt_go_to_the_log(
    reporter: ErrorReporter, caplog: pytest.LogCaptureFixture
) -> None:
    """UI 2: Qt's messages are kept, not printed."""
    with caplog.at_level(logging.WARNING, "qt"):
        qWarning("layout is odd")
    assert caplog.record_tuples == [("qt", logging.WARNING, "layout is odd")]


def test_a_clean_end_leaves_no_crash_file(qapp: QObject, tmp_path: Path) -> None:
    """Next start says "closed unexpectedly" only if it did."""
    path = tmp_path / "report.txt"
    path.write_text("Fatal Python error: Segmentation fault\n")
    hooks = sys.excepthook, threading.excepthook
    first = ErrorReporter(path)
    assert first.previous_crash == "Fatal Python error: Segmentation fault"
    first.install()
    first.uninstall()
    sys.excepthook, threading.excepthook = hooks
    faulthandler.enable()
    assert not path.exists()
    assert ErrorReporter(path).previous_crash == ""


def test_a_report_holds_no_values_of_variables() -> None:
    """S-02: no secret in a crash report."""

    def sign_in(password: str) -> None:
        if password:
            raise ValueError("ours")

    try:
        sign_in("canary-7391")
    except ValueError as error:
        report = report_of(error)
    assert "ValueError: ours" in report
    assert "canary-7391" not in report.replace('sign_in("canary-7391")', "")
    assert report.startswith(versions())
