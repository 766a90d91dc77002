"""Real mouse drags through ``QDrag.exec()``: the platform's own drag loop runs, nothing is posted.

They need a display (xcb under Xvfb); the offscreen platform's drag ends at once by design. Events
go to the window, not to a widget, so that Qt knows which buttons are down.
"""

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

_LEFT = Qt.MouseButton.LeftButton
_PLAIN = Qt.KeyboardModifier.NoModifier
_STEPS = 6
_STEP_MILLISECONDS = 15
_BEGIN_MILLISECONDS = 100

End = Literal["drop", "escape"]


def press_and_pull(view: QAbstractItemView, start: QPoint) -> None:
    """Press the button and move far enough that a drag begins."""
    QTest.mousePress(_window(view), _LEFT, _PLAIN, _in_window(view, start))
    far = QApplication.startDragDistance()
    for distance in (2, far + 2, far + 4):
        QTest.mouseMove(_window(view), _in_window(view, start + QPoint(0, distance)))


def pull(view: QAbstractItemView, at: QPoint) -> None:
    """Move on with the button down."""
    QTest.mouseMove(_window(view), _in_window(view, at))


def release(view: QAbstractItemView, at: QPoint) -> None:
    """Let the button go."""
    QTest.mouseRelease(_window(view), _LEFT, _PLAIN, _in_window(view, at))


def drag(
    qtbot: QtBot, view: QAbstractItemView, start: QPoint, stop: QPoint, end: End = "drop"
) -> None:
    """Drag from one point of the viewport to another; fails when no drag ever began."""
    states: list[QAbstractItemView.State] = []
    script = _script(view, start, stop, end)
    done: list[bool] = []

    def next_step() -> None:
        states.append(view.state())
        if script:
            step = script.pop(0)
            # First, because on a busy machine the drag's loop begins only inside of a step.
            QTimer.singleShot(_STEP_MILLISECONDS, next_step)
            step()
        else:
            done.append(True)

    QTimer.singleShot(_BEGIN_MILLISECONDS, next_step)  # fires inside the drag's own event loop
    press_and_pull(view, start)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert QAbstractItemView.State.DraggingState in states, "the drag never began"


def _script(
    view: QAbstractItemView, start: QPoint, stop: QPoint, end: End
) -> list[Callable[[], object]]:
    points = [start + (stop - start) * step / _STEPS for step in range(1, _STEPS + 1)]
    script: list[Callable[[], object]] = [
        partial(QTest.mouseMove, _window(view), _in_window(view, point))
        for point in (*points, stop)
    ]
    if end == "escape":
        script.append(partial(QTest.keyClick, _window(view), Qt.Key.Key_Escape))
    script.append(partial(release, view, stop))
    return script


def _window(view: QAbstractItemView) -> QWindow:
    window = view.window().windowHandle()
    assert window is not None, "the view is not on screen"
    return window


def _in_window(view: QAbstractItemView, point: QPoint) -> QPoint:
    return view.viewport().mapTo(view.window(), point)
