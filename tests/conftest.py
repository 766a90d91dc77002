"""What every test gets: a home, a keyring and threads of its own; real servers on request."""

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import keyring
import pytest
from hypothesis import settings
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from typing_extensions import override

pytest_plugins = ["tests.canary", "tests.servers.fixtures"]

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

_SECONDS_TO_END = 2.0


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets everything with the test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it so
        self.entries: dict[tuple[str, str], str] = {}

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        try:
            del self.entries[service, username]
        except KeyError:
            raise PasswordDeleteError(username) from None


@pytest.fixture(autouse=True)
def memory_keyring(_own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """Stands in for the operating system's keyring; child processes find none at all."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, with the platform's user and temporary folders inside.

    Private, so that no fixture of a test file takes its place by accident.
    """
    folder = tmp_path_factory.mktemp("home")
    places = {
        "XDG_DATA_HOME": "data",
        "XDG_CONFIG_HOME": "config",
        "XDG_CACHE_HOME": "cache",
        "XDG_STATE_HOME": "state",
        "XDG_RUNTIME_DIR": "run",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
        "TMPDIR": "tmp",
    }
    for variable, name in places.items():
        place = folder / name
        place.mkdir(mode=0o700, parents=True)
        monkeypatch.setenv(variable, str(place))
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder))
    for variable in [name for name in os.environ if name.startswith("ENATE_")]:
        monkeypatch.delenv(variable)
    return folder


@pytest.fixture
def home(_own_home: Path) -> Path:
    """The home folder of the test."""
    return _own_home


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Fails a test that leaves a thread behind, whether Python or Qt started it."""
    before = running_threads()
    yield
    if left := left_running(before, _SECONDS_TO_END):
        pytest.fail(f"Threads left running: {', '.join(left)}")


def left_running(before: Mapping[int, str], seconds: float) -> tuple[str, ...]:
    """Names of the threads that were not there ``before`` and do not end within ``seconds``."""
    deadline = time.monotonic() + seconds
    while left := running_threads().keys() - before.keys():
        if time.monotonic() > deadline:
            names = running_threads()
            return tuple(sorted(names.get(ident, "ended just now") for ident in left))
        _wait_a_moment(left)
    return ()


def running_threads() -> dict[int, str]:
    """Threads that execute Python code, by identifier.

    ``threading`` keeps the record of a QThread that once ran Python for good, so the interpreter
    is asked instead.
    """
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()  # noqa: SLF001  # documented, its name notwithstanding
    return {ident: names.get(ident, f"unnamed {ident}") for ident in frames}


def _wait_a_moment(idents: Collection[int]) -> None:
    """Returns early when one of Python's own threads among ``idents`` ends."""
    ours = (thread for thread in threading.enumerate() if thread.ident in idents)
    for thread in ours:
        with contextlib.suppress(AssertionError, RuntimeError):  # a thread of Qt's
            return thread.join(0.01)
    threading.Event().wait(0.01)
    return None
