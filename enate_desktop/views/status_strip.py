"""The strip under every page: what was just done at the start side, the worker at the end side."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from enate_desktop.views.accessibility import announce, plain_tooltip
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.page import Toast
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import ElidedLabel, button, icon_button

TOAST_SECONDS = 8


class WorkerKind(StrEnum):
    """What the background worker is doing; each has its own shape and colour."""

    RUNNING = "running"
    BUSY = "busy"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILING = "failing"


SHAPES = {
    WorkerKind.RUNNING: ("circle-check", "ok"),
    WorkerKind.BUSY: ("refresh-cw", "info"),
    WorkerKind.PAUSED: ("pause", "warning"),
    WorkerKind.STOPPED: ("circle-slash", "secondary"),
    WorkerKind.FAILING: ("triangle-alert", "error"),
}
"""Icon name and token of each kind."""


@dataclass(frozen=True, slots=True)
class WorkerState:
    """The worker in words: ``"Worker: running · queue 0 · last check 12:41:07"``."""

    kind: WorkerKind
    text: str
    detail: str = ""


class StatusStrip(QFrame):
    """Shows one toast at a time for 8 seconds, longer while looked at; keeps the last for F8."""

    worker_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toast = _ToastView()
        self._worker = _WorkerButton()
        self._worker.clicked.connect(self.worker_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(16)
        row.addWidget(self._toast, 1)
        row.addWidget(self._worker)
        self.setFixedHeight(40)

    @property
    def toast_text(self) -> str:
        """The toast now shown, or empty."""
        return self._toast.text if self._toast.is_open else ""

    @property
    def toast_waits(self) -> bool:
        """Whether the toast stays because somebody looks at it."""
        return self._toast.is_open and not self._toast.is_running

    @property
    def worker_text(self) -> str:
        """The worker's state in words."""
        return self._worker.text()

    def show_toast(self, toast: Toast) -> None:
        """Show what was done, in place of the toast before, and have it announced."""
        self._toast.show_toast(toast)
        announce(toast.text)

    def set_worker(self, state: WorkerState) -> None:
        """Show another state of the worker."""
        self._worker.set_state(state)

    def focus_toast(self) -> bool:
        """Bring the last toast back with the focus on it (F8); False when there was none."""
        return self._toast.reopen()

    def set_toast_seconds(self, seconds: float) -> None:
        """How long a toast stays; longer is kinder to slow readers."""
        self._toast.set_seconds(seconds)

    def focus_worker(self) -> None:
        """Put the focus on the worker's state."""
        self._worker.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_toast(self) -> None:
        """Take the toast away, for good when what it could undo is gone."""
        self._toast.forget()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(tokens().line, 1))
        painter.drawLine(self.rect().topLeft(), self.rect().topRight())


class _ToastView(QWidget):
    """Tick, text, Undo and a cross; waits while the pointer or the focus is on it."""

    def __init__(self) -> None:
        super().__init__()
        self._current: Toast | None = None
        self._tick = _Tick()
        self._label = ElidedLabel()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._label.setSizePolicy(policy)
        self._undo = button(self.tr("Undo"), self._on_undo_clicked)
        self._cross = icon_button("x", self.tr("Close message"), self.close_now)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self.set_seconds(TOAST_SECONDS)
        self._timer.timeout.connect(self.close_now)
        self._parts: tuple[QWidget, ...] = (self._tick, self._label, self._undo, self._cross)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in self._parts:
            row.addWidget(part)
            part.hide()
        row.addStretch(1)
        for control in (self._undo, self._cross):
            control.installEventFilter(self)

    @property
    def text(self) -> str:
        return self._label.text

    @property
    def is_open(self) -> bool:
        return not self._label.isHidden()

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._resume()
        super().leaveEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._timer.stop()
        elif event.type() == QEvent.Type.FocusOut:
            self._resume()
        return super().eventFilter(watched, event)

    def show_toast(self, toast: Toast) -> None:
        self._current = toast
        self._label.set_text(toast.text)
        for part in self._parts:
            part.show()
        self._undo.setVisible(toast.undo is not None)
        self._timer.start()
        if self.underMouse():
            self._timer.stop()

    def set_seconds(self, seconds: float) -> None:
        self._timer.setInterval(round(seconds * 1000))

    def reopen(self) -> bool:
        if self._current is None:
            return False
        self.show_toast(self._current)
        target = self._undo if self._current.undo is not None else self._cross
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def close_now(self) -> None:
        self._timer.stop()
        for part in self._parts:
            part.hide()

    def forget(self) -> None:
        self._current = None
        self.close_now()

    def _on_undo_clicked(self) -> None:
        undo = self._current.undo if self._current is not None else None
        self.forget()
        if undo is not None:
            undo()

    def _resume(self) -> None:
        looked_at = self.underMouse() or self._undo.hasFocus() or self._cross.hasFocus()
        if self.is_open and not looked_at:
            self._timer.start()


class _Tick(QWidget):
    """The mark before a toast."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, 16)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), QRectF(self.rect()), "circle-check", tokens().ok)


class _WorkerButton(QAbstractButton):
    """The worker's state: shape, colour and words; a click opens where it is explained."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = WorkerKind.STOPPED
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state(WorkerState(WorkerKind.STOPPED, self.tr("Worker: not started")))

    def set_state(self, state: WorkerState) -> None:
        self._kind = state.kind
        self.setText(state.text)
        self.setAccessibleName(state.text)
        self.setAccessibleDescription(state.detail)
        self.setToolTip(plain_tooltip(state.detail or state.text))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 16 + 6 + 16, 32)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        shape, token = SHAPES[self._kind]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(now.accent, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(now.group_row if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        side = 8.0 if left_to_right else self.width() - 24.0
        paint_icon(painter, QRectF(side, 8, 16, 16), shape, now.named(token))
        words = self.rect().adjusted(30, 0, -8, 0)
        if not left_to_right:
            words = self.rect().adjusted(8, 0, -30, 0)
        painter.setPen(now.text)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
