"""The real program in a real window, driven from outside like a person would: xdotool."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.canary import secret

_SECONDS = 30.0


class Desk:
    """One running program; use as a context manager. Needs a display (pytest-xvfb gives one)."""

    def __init__(self, data: Path, home: Path) -> None:
        self._data = data
        self._environment = {
            **os.environ,
            "HOME": str(home),
            "ENATE_PASSPHRASE": secret("passphrase"),
            "QT_QPA_PLATFORM": "xcb",
        }

    def __enter__(self) -> "Desk":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "enate_desktop", "--data", str(self._data)],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.until(lambda: bool(self._window()), "the window to open")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def keys(self, *names: str) -> None:
        """Press keys in the program's window."""
        self._xdotool("windowfocus", "--sync", self._window(), "key", *names)

    def until_title(self, text: str) -> None:
        """Wait until the window's title holds ``text``."""

        def shown() -> bool:
            return text in self._xdotool("getwindowname", self._window())

        self.until(shown, f"the title {text!r}")

    def quit(self) -> tuple[int, str]:
        """Ctrl+Q; exit code and everything the program printed."""
        self.keys("ctrl+q")
        told, _ = self._process.communicate(timeout=_SECONDS)
        return self._process.returncode, told.decode()

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait for something to become true."""
        deadline = time.monotonic() + _SECONDS
        while not true():
            assert self._process.poll() is None, self._process.communicate()[0].decode()
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            os.sched_yield()

    def _window(self) -> str:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "– Enate Desktop"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.split()[0] if found.stdout.split() else ""

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout
