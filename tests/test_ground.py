"""What the project stands on: versions, pins, tests that touch nothing of the person's."""

import os
import re
import sys
import threading
import tomllib
from pathlib import Path

import keyring
import pytest
from packaging.requirements import Requirement
from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal
from typing_extensions import override

from enate_desktop import __version__, requirements_check
from tests.conftest import MemoryKeyring, left_running, running_threads

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


class Notifier(QObject):
    """Something that emits a signal."""

    happened = Signal()


class WaitingThread(QThread):
    """A thread of Qt's that asks Python who it is, then waits."""

    def __init__(self, release: threading.Event) -> None:
        super().__init__()
        self._release = release
        self.running = threading.Event()

    @override
    def run(self) -> None:
        threading.current_thread()
        self.running.set()
        self._release.wait()


def locked() -> dict[str, Requirement]:
    """The pins by name."""
    pins = re.findall(r"^([a-z0-9-]+==.*?)(?: \\)?$", LOCK, re.MULTILINE)
    return {requirement.name: requirement for requirement in map(Requirement, pins)}


@pytest.mark.parametrize(
    ("python", "qt"),
    [((3, 11), "6.8.3"), ((3, 11), "6.11.3"), ((3, 11), "6.12.1"), ((3, 12), "6.12.0")],
)
def test_usable_versions_are_accepted(python: tuple[int, int], qt: str) -> None:
    assert requirements_check.refusal(python, qt) is None


@pytest.mark.parametrize(
    ("python", "qt", "words"),
    [
        ((3, 10), "6.11.3", "needs Python 3.11 or newer; this is Python 3.10"),
        ((3, 11), "6.12.0", "PySide6 6.12.0 makes Python 3.11 crash"),
        ((3, 11), None, "needs PySide6"),
    ],
)
def test_an_unusable_version_is_refused_with_a_sentence(
    python: tuple[int, int], qt: str | None, words: str
) -> None:
    sentence = requirements_check.refusal(python, qt)
    assert sentence is not None
    assert words in sentence
    assert "\n" not in sentence


def test_the_versions_in_use_are_accepted() -> None:
    assert requirements_check.check() is None


def test_calls_into_qt_keep_the_references_they_borrow() -> None:
    """What 6.12.0 gets wrong below Python 3.12; from there on these objects cannot be lost."""
    notifier = Notifier()
    nothing, truth = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(200):
        notifier.setObjectName("name")
        notifier.happened.emit()
    assert sys.getrefcount(None) > nothing - 100
    assert sys.getrefcount(True) > truth - 100


def test_the_lock_names_no_host_and_no_file() -> None:
    assert re.findall(r"https?://|file:|^-", LOCK, re.MULTILINE) == []


def test_every_pin_has_hashes() -> None:
    for block in re.split(r"\n(?=\S)", LOCK.split("\n", 1)[1].strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_the_lock_holds_what_the_project_asks_for() -> None:
    pins = locked()
    for text in [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]:
        wanted = Requirement(text)
        pin = pins[re.sub(r"[-_.]+", "-", wanted.name).lower()]
        (version,) = (specifier.version for specifier in pin.specifier)
        assert wanted.specifier.contains(version), text


def test_the_project_excludes_the_release_that_crashes() -> None:
    (qt,) = (text for text in PROJECT["project"]["dependencies"] if text.startswith("PySide6"))
    assert not Requirement(qt).specifier.contains("6.12.0")


def test_the_version_is_a_semantic_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_a_test_finds_an_empty_home_and_its_own_keyring(
    home: Path, memory_keyring: MemoryKeyring
) -> None:
    assert Path.home() == home
    assert keyring.get_keyring() is memory_keyring
    assert memory_keyring.entries == {}
    assert not [name for name in os.environ if name.startswith("ENATE_")]


def test_a_thread_left_behind_is_named_and_an_ended_one_is_not() -> None:
    before = running_threads()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="forgotten")
    thread.start()
    assert left_running(before, seconds=0.02) == ("forgotten",)
    release.set()
    assert left_running(before, seconds=5) == ()


def test_a_thread_of_qt_left_behind_is_noticed(qapp: QCoreApplication) -> None:
    before = running_threads()
    release = threading.Event()
    thread = WaitingThread(release)
    thread.start()
    assert thread.running.wait(5)
    assert len(left_running(before, seconds=0.2)) == 1
    release.set()
    assert left_running(before, seconds=5) == ()
    assert thread.wait(5000)
