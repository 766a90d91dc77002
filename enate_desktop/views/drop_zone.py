"""The dashed zone that takes a file: dropped on it, or chosen with a press (UI 3.4)."""

from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import Tokens, tokens

_HEIGHT = 72
_ICON = 20
_GAP = 8
_PILL_PADDING = 12
_PILL_HEIGHT = 32


class ZoneState(StrEnum):
    """What the zone shows of a file that is over it or has just been dropped."""

    IDLE = "idle"
    ACCEPT = "accept"
    REFUSE = "refuse"
    READING = "reading"


_SHAPES = {
    ZoneState.IDLE: ("", "secondary"),
    ZoneState.ACCEPT: ("file-up", "accent"),
    ZoneState.REFUSE: ("circle-x", "error"),
    ZoneState.READING: ("clock", "secondary"),
}
"""State to icon name (empty: the zone's own) and token."""


class DropZone(QAbstractButton):
    """Shows and is pressed; its owner receives the drops. Enter and Space press it."""

    def __init__(
        self,
        words: str,
        press: str,
        parent: QWidget | None = None,
        *,
        icon_name: str = "file-key",
    ) -> None:
        super().__init__(parent)
        self._icon = icon_name
        self._words = words
        self._press = press
        self._shown = words
        self._state = ZoneState.IDLE
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words} {press}")

    @property
    def state(self) -> ZoneState:
        """What it shows."""
        return self._state

    @property
    def words(self) -> str:
        """The words in it, without those of the button."""
        return self._shown

    def show_state(self, state: ZoneState, words: str = "") -> None:
        """Show a state with its words; IDLE has its own."""
        self._state = state
        self._shown = words or self._words
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, max(_HEIGHT, self.fontMetrics().height() * 2 + 32))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, now)
        pill = self._pill_width() if self._state is ZoneState.IDLE else 0
        metrics = self.fontMetrics()
        room = self.width() - 2 * 16 - _ICON - _GAP - (pill + _GAP if pill else 0)
        lines = self._lines(room)
        text = min(room, max(metrics.horizontalAdvance(line) for line in lines))
        whole = _ICON + _GAP + text + (_GAP + pill if pill else 0)
        start = (self.width() - whole) / 2
        middle = self.height() / 2
        shape, colour = _SHAPES[self._state]
        picture = QRectF(start, middle - _ICON / 2, _ICON, _ICON)
        paint_icon(painter, self._mirrored(picture), shape or self._icon, self._ink(now, colour))
        words = QRectF(picture.right() + _GAP, 0, text, self.height())
        painter.setPen(self._ink(now, "text" if colour == "secondary" else colour))
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(self._mirrored(words), centre, "\n".join(lines))
        if pill:
            box = QRectF(words.right() + _GAP, middle - _PILL_HEIGHT / 2, pill, _PILL_HEIGHT)
            self._paint_pill(painter, now, self._mirrored(box))

    def _paint_frame(self, painter: QPainter, now: Tokens) -> None:
        colour, ground = now.outline, now.base
        if self._state is ZoneState.ACCEPT:
            colour, ground = now.accent, now.info_tint
        elif self._state is ZoneState.REFUSE:
            colour, ground = now.error, now.error_tint
        elif self._hovered:
            ground = now.hover
        pen = QPen(colour if self.isEnabled() else now.line, 1.2)
        pen.setDashPattern([4, 3])
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.hasFocus():
            pen = QPen(now.accent, 2)
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 6, 6)

    def _paint_pill(self, painter: QPainter, now: Tokens, box: QRectF) -> None:
        painter.setPen(QPen(now.outline if self.isEnabled() else now.line, 1.2))
        painter.setBrush(now.group_row if self._hovered or self.isDown() else now.base)
        painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), 4, 4)
        painter.setPen(self._ink(now, "text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._press)

    def _pill_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self._press) + 2 * _PILL_PADDING

    def _lines(self, room: int) -> list[str]:
        """The words on one line, or on two when they do not fit; the rest is cut with a mark."""
        metrics = self.fontMetrics()
        if metrics.horizontalAdvance(self._shown) <= room:
            return [self._shown]
        first, rest = "", self._shown.split(" ")
        while rest and metrics.horizontalAdvance(f"{first} {rest[0]}".strip()) <= room:
            first = f"{first} {rest.pop(0)}".strip()
        second = metrics.elidedText(" ".join(rest), Qt.TextElideMode.ElideMiddle, room)
        return [line for line in (first, second) if line]

    def _mirrored(self, box: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return box
        return QRectF(self.width() - box.right(), box.top(), box.width(), box.height())

    def _ink(self, now: Tokens, token: str) -> QColor:
        return now.named(token) if self.isEnabled() else now.disabled
