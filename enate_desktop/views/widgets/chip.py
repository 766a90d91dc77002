"""One value of a list: click edits it, its cross or Del removes it, red says it cannot be used."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from enate_desktop.views.accessibility import plain_tooltip
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import tokens

_WIDEST = 320
_HEIGHT = 24
_CROSS = 20


class Chip(QWidget):
    """A value with the reason why it cannot be used, if any; focusable for the keyboard."""

    edit_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, value: str, reason: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = value
        self.reason = reason
        self._read_only = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(value)
        self.setAccessibleDescription(reason)
        self.setToolTip(plain_tooltip(f"{value}\n{reason}" if reason else value))

    def set_read_only(self, read_only: bool) -> None:
        """Hide the cross and refuse edits."""
        self._read_only = read_only
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.value) + 16
        if self.reason:
            width += 18
        if not self._read_only:
            width += _CROSS
        return QSize(min(width, _WIDEST), _HEIGHT)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._read_only or not self.rect().contains(event.position().toPoint()):
            return
        if self._cross().contains(event.position()):
            self.remove_requested.emit(self)
        else:
            self.edit_requested.emit(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._read_only:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit(self)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_requested.emit(self)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = now.error if self.reason else now.line
        painter.setPen(QPen(now.accent if self.hasFocus() else edge, 1.2))
        painter.setBrush(now.error_tint if self.reason else now.group_row)
        box = QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6)
        painter.drawRoundedRect(box, 4, 4)
        colour = now.error if self.reason else now.text
        words = QRectF(self.rect()).adjusted(8, 0, -8, 0)
        if self.reason:
            paint_icon(painter, QRectF(words.left(), 5, 14, 14), "triangle-alert", colour)
            words.setLeft(words.left() + 18)
        if not self._read_only:
            words.setRight(self._cross().left())
            paint_icon(painter, self._cross().adjusted(4, 6, -4, -6), "x", now.secondary)
        painter.setPen(colour)
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self.value, Qt.TextElideMode.ElideMiddle, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)

    def _cross(self) -> QRectF:
        return QRectF(self.width() - _CROSS, 0, _CROSS, self.height())
