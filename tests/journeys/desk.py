"""The real program in a real window, driven from outside like a person would: xdotool."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from PySide6.QtGui import QColor, QGuiApplication, QImage

from tests.canary import secret

_SECONDS = 30.0
_PICTURES = 5
_BETWEEN_PICTURES = 0.1
_BETWEEN_QUESTIONS = 0.02


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

    def __enter__(self) -> Self:
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

    def press(self, *names: str) -> None:
        """Press keys wherever the focus is, a popup included."""
        self._xdotool("key", "--delay", "25", *names)

    def type(self, text: str) -> None:
        """Type a text wherever the focus is."""
        self._xdotool("type", "--delay", "12", text)

    def resize(self, width: int, height: int) -> None:
        """Make the window that large, at the top left of the screen, with the keyboard."""
        window = self._window()
        self._xdotool("windowfocus", "--sync", window)
        self._xdotool("windowmove", window, "0", "0")
        self._xdotool("windowsize", "--sync", window, str(width), str(height))

    def picture(self) -> QImage:
        """The screen as it is now."""
        screen = QGuiApplication.primaryScreen()
        return screen.grabWindow(0).toImage()

    def until_shown(self, colour: QColor, left: float = 0.0) -> None:
        """Wait until a colour is to be seen right of ``left``, a part of the window's width."""

        def shown() -> bool:
            image = self.picture()
            first = round(image.width() * left)
            wanted = colour.rgb()
            return any(
                image.pixel(x, y) == wanted
                for y in range(image.height())
                for x in range(first, image.width())
            )

        self.until(shown, f"something in {colour.name()}")

    def until_still(self) -> None:
        """Wait until nothing on the screen has changed for a while: what was begun is done."""
        seen: list[QImage] = []

        def still() -> bool:
            seen.append(self.picture())
            time.sleep(_BETWEEN_PICTURES)
            return len(seen) > _PICTURES and all(image == seen[-1] for image in seen[-_PICTURES:])

        self.until(still, "the screen to be still")

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
            time.sleep(_BETWEEN_QUESTIONS)

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
