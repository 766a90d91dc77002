"""Real mouse drags through ``QDrag.exec()``: the platform's own drag loop runs, nothing is posted.

They need a display (xcb under Xvfb); the offscreen platform's drag ends at once by design.
"""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPoint, Qt, QTimer
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
    viewport = view.viewport()
    QTest.mousePress(viewport, _LEFT, _PLAIN, start)
    far = QApplication.startDragDistance()
    for distance in (2, far + 2, far + 4):
        QTest.mouseMove(viewport, start + QPoint(0, distance))


def release(view: QAbstractItemView, at: QPoint) -> None:
    """Let the button go."""
    QTest.mouseRelease(view.viewport(), _LEFT, _PLAIN, at)


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
            script.pop(0)()
            QTimer.singleShot(_STEP_MILLISECONDS, next_step)
        else:
            done.append(True)

    QTimer.singleShot(_BEGIN_MILLISECONDS, next_step)  # fires inside the drag's own event loop
    press_and_pull(view, start)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert states[0] == QAbstractItemView.State.DraggingState, "the drag never began"


def _script(
    view: QAbstractItemView, start: QPoint, stop: QPoint, end: End
) -> list[Callable[[], object]]:
    viewport = view.viewport()
    points = [start + (stop - start) * step / _STEPS for step in range(1, _STEPS + 1)]
    script: list[Callable[[], object]] = [
        lambda point=point: QTest.mouseMove(viewport, point)  # type: ignore[misc]
        for point in (*points, stop)
    ]
    if end == "escape":
        window = view.window().windowHandle()
        script.append(lambda: QTest.keyClick(window, Qt.Key.Key_Escape))
    script.append(lambda: QTest.mouseRelease(viewport, _LEFT, _PLAIN, stop))
    return script
