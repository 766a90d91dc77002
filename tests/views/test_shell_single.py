"""One window per person and data folder (UI 2)."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.views.single_instance import SingleInstance
from tests.canary import secret
from tests.company import open_services

SECONDS = 30.0


def test_the_second_asks_the_first_to_come_to_the_front(qtbot: QtBot, tmp_path: Path) -> None:
    """UI 2: a second start raises the window."""
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    assert not second.is_first()
    # A process of its own: waiting for an answer keeps the interpreter from giving one.
    words = (
        "import sys, pathlib\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from enate_desktop.views.single_instance import SingleInstance\n"
        "application = QCoreApplication([])\n"
        "sys.exit(0 if SingleInstance(pathlib.Path(sys.argv[1])).raise_first() else 1)"
    )
    with qtbot.waitSignal(first.raise_requested, timeout=int(SECONDS * 1000)):
        asking = subprocess.Popen([sys.executable, "-c", words, str(tmp_path)])
    qtbot.waitUntil(lambda: asking.poll() is not None)
    assert asking.returncode == 0
    first.release()
    assert second.is_first()
    second.release()


@pytest.mark.usefixtures("qapp")
def test_other_data_have_a_window_of_their_own(tmp_path: Path) -> None:
    """UI 2: per data folder."""
    first, other = SingleInstance(tmp_path / "one"), SingleInstance(tmp_path / "two")
    assert first.is_first()
    assert other.is_first()
    first.release()
    other.release()


@pytest.mark.usefixtures("qapp")
def test_a_folder_that_cannot_be_made_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    """S-01: opening the data says what is wrong with the folder."""
    (tmp_path / "file").write_text("")
    assert SingleInstance(tmp_path / "file" / "data").is_first()


def started(data: Path, home: Path) -> subprocess.Popen[bytes]:
    """The window of the real program, without a screen."""
    environment = {
        **os.environ,
        "HOME": str(home),
        "ENATE_PASSPHRASE": secret("passphrase"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "enate_desktop", "--data", str(data)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def test_two_programs_are_one_window_and_a_dead_one_is_no_hindrance(tmp_path: Path) -> None:
    """UI 2: exit code 0 for the second; after a crash the next one opens."""
    data = tmp_path / "data"
    open_services(data).close()
    first = started(data, tmp_path)
    try:
        until((data / "crash.txt").exists)
        second = started(data, tmp_path)
        told, _ = second.communicate(timeout=SECONDS)
        assert (second.returncode, told) == (0, b"")
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()
    (data / "crash.txt").unlink()
    third = started(data, tmp_path)
    try:
        until((data / "crash.txt").exists)
        assert third.poll() is None
    finally:
        third.kill()
        third.communicate()
