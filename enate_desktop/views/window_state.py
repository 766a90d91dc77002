"""Remembers the window between sessions: size, maximised, page, rail, scheme."""

import json
from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QPoint, QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_DEFAULT_SIZE = QSize(1366, 820)
_SMALLEST = QSize(960, 600)


class WindowState:
    """Reads and writes one group of QSettings; a value that cannot be used is ignored."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def save_geometry(self, window: QWidget) -> None:
        """Keep size and maximised, and the position where the platform tells it."""
        self._settings.setValue("window/maximised", "1" if window.isMaximized() else "0")
        if window.isMaximized() or window.isFullScreen():
            return
        self._settings.setValue("window/size", window.size())
        if has_positions():
            self._settings.setValue("window/position", window.pos())

    def restore_geometry(self, window: QWidget) -> None:
        """Give the window its last size and place, moved onto a screen that still exists."""
        screen = window.screen().availableGeometry()
        size = self._settings.value("window/size")
        wanted = size if isinstance(size, QSize) and size.isValid() else _DEFAULT_SIZE
        window.setMinimumSize(_SMALLEST.boundedTo(screen.size()))
        window.resize(wanted.boundedTo(screen.size()))
        position = self._settings.value("window/position")
        if has_positions() and isinstance(position, QPoint):
            window.move(_onto_a_screen(QRect(position, window.size())))
        if self._settings.value("window/maximised") == "1":
            window.showMaximized()

    def text(self, key: str, default: str = "") -> str:
        """A remembered word."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Remember a word."""
        self._settings.setValue(key, value)

    def page(self, key: str) -> Mapping[str, object]:
        """What a page asked to remember."""
        try:
            state = json.loads(self.text(f"pages/{key}", "{}"))
        except ValueError:
            return {}
        return state if isinstance(state, dict) else {}

    def set_page(self, key: str, state: Mapping[str, object]) -> None:
        """Remember what a page asked for."""
        self._settings.setValue(f"pages/{key}", json.dumps(dict(state)))

    def header(self, key: str, version: int) -> QByteArray | None:
        """A table's remembered columns, only if saved for the same set of columns (UI 5.33)."""
        value = self._settings.value(f"columns/{key}/{version}")
        return value if isinstance(value, QByteArray) else None

    def set_header(self, key: str, version: int, state: QByteArray) -> None:
        """Remember a table's columns."""
        self._settings.setValue(f"columns/{key}/{version}", state)


def has_positions() -> bool:
    """Whether the platform tells a window where it is; Wayland does not."""
    return not QGuiApplication.platformName().startswith("wayland")


def _onto_a_screen(frame: QRect) -> QPoint:
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if any(area.intersects(frame.adjusted(40, 0, -40, -frame.height() + 40)) for area in screens):
        return frame.topLeft()
    return screens[0].center() - QPoint(frame.width() // 2, frame.height() // 2)
