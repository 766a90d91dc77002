"""A screen of its own with a window manager, and what can be read on it from outside.

A text is found by drawing it as the program does and looking for that very picture; so the tests
know what a person would see, and where, without asking the program.
"""

import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from enate_desktop.views import fonts
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import LIGHT

WIDTH, HEIGHT = 1600, 1000
_SECONDS = 30.0
_PIXEL = 4
_HEADER = struct.Struct(">25I")  # of X11's window dump (XWDFile.h)
_SIZE, _BYTES_PER_LINE, _COLOURS = 0, 12, 19
_COLOUR_BYTES = 12

_GROUNDS = ("base", "window", "selection", "hover", "info_tint", "warning_tint", "group_row")
_INKS = tuple((LIGHT.text, LIGHT.named(ground)) for ground in _GROUNDS)
_LABEL_MARGINS = (6, 2)
"""What is left out of a label on both sides: its round corners."""

Inks = Iterable[tuple[QColor, QColor]]
"""Colours of text and ground to look for."""


class Screen:
    """An X server with Openbox; ``display`` is its name for the environment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ending = ExitStack()
        self.display = ""

    def __enter__(self) -> Self:
        told, tell = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        server = ("Xvfb", "-displayfd", str(tell), "-screen", "0", size, "-nolisten", "tcp")
        with self._ending:
            self._start(*server, "-fbdir", str(self._folder), pass_fds=(tell,))
            os.close(tell)
            with open(told, "rb") as answer:  # noqa: PTH123  # a pipe has no path
                self.display = f":{answer.readline().decode().strip()}"
            self._start("openbox", "--sm-disable", env=self.environment)
            wait_for(lambda: self.xdotool("get_num_desktops") != "", "the window manager")
            self._ending = self._ending.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.close()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to open its windows here."""
        home = {"HOME": str(self._folder), "XDG_CACHE_HOME": str(self._folder / "cache")}
        return {**os.environ, **home, "DISPLAY": self.display}

    def xdotool(self, *arguments: str) -> str:
        """What xdotool answers; nothing when it refuses."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout if done.returncode == 0 else ""

    def picture(self) -> QImage:
        """The screen as it is now."""
        dump = (self._folder / "Xvfb_screen0").read_bytes()
        header = _HEADER.unpack_from(dump)
        start = header[_SIZE] + header[_COLOURS] * _COLOUR_BYTES
        step = header[_BYTES_PER_LINE]
        shown = QImage(dump[start:], WIDTH, HEIGHT, step, QImage.Format.Format_RGB32)
        return shown.copy()

    def _start(
        self, *command: str, env: dict[str, str] | None = None, pass_fds: tuple[int, ...] = ()
    ) -> None:
        process = subprocess.Popen(
            command,
            env=env,
            pass_fds=pass_fds,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._ending.callback(process.wait, _SECONDS)
        self._ending.callback(process.terminate)


def wait_for(true: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
    """Ask again and again until it is so; fails with ``what`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def text_boxes(
    shown: QImage, text: str, font: QFont | None = None, inks: Inks = _INKS
) -> list[QRect]:
    """Every place where ``text`` stands, from top to bottom; in the body's font by default."""
    font = font or fonts.body_font()
    found = [box for ink in inks for box in _places(shown, _drawn(text, font, *ink))]
    return sorted(found, key=lambda box: (box.top(), box.left()))


def label_boxes(shown: QImage, text: str) -> list[QRect]:
    """Every place where the label stands that says where a drop would go."""
    font = fonts.secondary_font()
    box = QRect(0, 0, QFontMetrics(font).horizontalAdvance(text) + 16, 20)
    image = QImage(box.size(), QImage.Format.Format_RGB32)
    image.fill(LIGHT.accent)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(LIGHT.on_accent)
    painter.drawText(QRectF(box), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    across, down = _LABEL_MARGINS
    return list(_places(shown, image.copy(box.adjusted(across, down, -across, -down))))


def icon_boxes(shown: QImage, name: str, ink: QColor, ground: QColor) -> list[QRect]:
    """Every place where a picture of 16 pixels stands."""
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    paint_icon(painter, QRectF(0, 0, 16, 16), name, ink)
    painter.end()
    return list(_places(shown, image))


def _drawn(text: str, font: QFont, ink: QColor, ground: QColor) -> QImage:
    metrics = QFontMetrics(font)
    image = QImage(metrics.horizontalAdvance(text), metrics.height(), QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QPoint(0, metrics.ascent()), text)
    painter.end()
    return image


def _places(shown: QImage, wanted: QImage) -> Iterable[QRect]:
    """Where ``wanted`` lies in ``shown``, pixel by pixel."""
    pixels, step = bytes(shown.constBits()), shown.bytesPerLine()
    lines = [_line(wanted, y) for y in range(wanted.height())]
    most = max(range(len(lines)), key=lambda y: len(set(zip(*[iter(lines[y])] * _PIXEL))))
    at = pixels.find(lines[most])
    while at >= 0:
        y, x = divmod(at, step)
        box = QRect(x // _PIXEL, y - most, wanted.width(), wanted.height())
        if at % _PIXEL == 0 and shown.rect().contains(box):
            top = box.top() * step + x
            if all(pixels.startswith(line, top + place * step) for place, line in enumerate(lines)):
                yield box
        at = pixels.find(lines[most], at + 1)


def _line(image: QImage, y: int) -> bytes:
    step = image.bytesPerLine()
    return bytes(image.constBits())[y * step : y * step + image.width() * _PIXEL]
