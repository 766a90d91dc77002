"""A screen of its own with a window manager, and what can be read on it from outside.

A text is found by drawing it as the program does and looking for that very picture; so the tests
know what a person would see, and where, without asking the program.
"""

import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
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

_GROUNDS = ("base", "window", "selection", "info_tint", "hover", "group_row")
_INKS = tuple((LIGHT.text, LIGHT.named(ground)) for ground in _GROUNDS)
Ink = tuple[QColor, QColor]
"""Colours of a text and of what it stands on."""
Inks = Iterable[Ink]


class Screen:
    """An X server with Openbox; ``display`` is its name for the environment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ending = ExitStack()
        self.display = ""

    def __enter__(self) -> Self:
        told, tell = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        # Without -noreset the server starts anew, and drops Openbox, when a first question ends.
        server = ("Xvfb", "-noreset", "-displayfd", str(tell), "-screen", "0", size)
        with self._ending:
            options = ("-nolisten", "tcp", "-fbdir", str(self._folder))
            self._start(*server, *options, pass_fds=(tell,))
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
    pixels = Pixels(shown)
    found = [box for ink in inks for box in pixels.places(_drawn(text, font, ink))]
    return sorted(found, key=lambda box: (box.top(), box.left()))


def button_boxes(shown: QImage, text: str) -> list[QRect]:
    """Every place where a button has this text in its middle."""
    return _centred_boxes(shown, text, fonts.body_font(), (LIGHT.text, LIGHT.base))


def label_boxes(shown: QImage, text: str) -> list[QRect]:
    """Every place where the label stands that says where a drop would go."""
    return _centred_boxes(shown, text, fonts.secondary_font(), (LIGHT.on_accent, LIGHT.accent))


def icon_boxes(shown: QImage, name: str, ink: QColor, ground: QColor) -> list[QRect]:
    """Every place where a picture of 16 pixels stands."""
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    paint_icon(painter, QRectF(0, 0, 16, 16), name, ink)
    painter.end()
    return list(Pixels(shown).places(image))


class Pixels:
    """The pixels of a picture, to look for smaller pictures in it."""

    def __init__(self, shown: QImage) -> None:
        self._rect = shown.rect()
        self._bytes = bytes(shown.constBits())
        self._step = shown.bytesPerLine()

    def places(self, wanted: QImage) -> Iterator[QRect]:
        """Where ``wanted`` lies in it, pixel by pixel."""
        lines = _lines(wanted)
        most = max(range(len(lines)), key=lambda y: len(_colours(lines[y])))
        at = self._bytes.find(lines[most])
        while at >= 0:
            y, x = divmod(at, self._step)
            box = QRect(x // _PIXEL, y - most, wanted.width(), wanted.height())
            if at % _PIXEL == 0 and self._rect.contains(box):
                top = at - most * self._step
                if self._has(lines, top):
                    yield box
            at = self._bytes.find(lines[most], at + 1)

    def _has(self, lines: Sequence[bytes], top: int) -> bool:
        starts = range(top, top + len(lines) * self._step, self._step)
        return all(map(self._bytes.startswith, lines, starts))


def _lines(image: QImage) -> list[bytes]:
    pixels, step, width = bytes(image.constBits()), image.bytesPerLine(), image.width() * _PIXEL
    return [pixels[top : top + width] for top in range(0, image.height() * step, step)]


def _colours(line: bytes) -> set[bytes]:
    return {line[at : at + _PIXEL] for at in range(0, len(line), _PIXEL)}


def _drawn(text: str, font: QFont, ink: Ink) -> QImage:
    metrics = QFontMetrics(font)
    image = _sheet(QSize(metrics.horizontalAdvance(text), metrics.height()), ink)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(ink[0])
    painter.drawText(QPoint(0, metrics.ascent()), text)
    painter.end()
    return image


def _centred_boxes(shown: QImage, text: str, font: QFont, ink: Ink) -> list[QRect]:
    """A text in the middle may begin between two pixels, by whether the box is odd or even."""
    pixels = Pixels(shown)
    metrics = QFontMetrics(font)
    width, height = metrics.horizontalAdvance(text), metrics.height()
    found: list[QRect] = []
    for odd_width, odd_height in product((0, 1), repeat=2):
        box = QRect(0, 0, width + 8 + odd_width, height + 4 + odd_height)
        image = _sheet(box.size(), ink)
        painter = QPainter(image)
        painter.setFont(font)
        painter.setPen(ink[0])
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        found += pixels.places(image.copy(box.adjusted(3, 2, -3, -2)))
    return found


def _sheet(size: QSize, ink: Ink) -> QImage:
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(ink[1])
    return image
