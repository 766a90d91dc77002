"""The switch that takes effect at once, as a widget and as a drawing for delegates."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from enate_desktop.views.accessibility import plain_tooltip
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import tokens

TRACK = QSize(30, 16)
_GAP = 8
_LOCK = 16


class Toggle(QAbstractButton):
    """A switch with its state in words beside it (UI 2); Space and Enter turn it.

    A locked toggle keeps its value, shows a padlock and its reason, and answers a click with
    ``locked_clicked`` so that the page can offer the remedy. A refused change is put back with
    ``setChecked``, which does not emit ``clicked``.
    """

    locked_clicked = Signal(str)

    def __init__(
        self,
        name: str,
        *,
        on_text: str | None = None,
        off_text: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_text = self.tr("On") if on_text is None else on_text
        self._off_text = self.tr("Off") if off_text is None else off_text
        self._reason = ""
        self._name = name
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._describe)
        self._describe()

    @property
    def locked(self) -> bool:
        """Whether a click only asks why."""
        return bool(self._reason)

    @property
    def lock_reason(self) -> str:
        """Why it is locked, or empty."""
        return self._reason

    @property
    def state_text(self) -> str:
        """The words beside the switch."""
        return self._on_text if self.isChecked() else self._off_text

    def set_locked(self, reason: str) -> None:
        """Lock with a reason, or unlock with an empty one."""
        self._reason = reason
        self.setToolTip(plain_tooltip(reason))
        self._describe()
        self.updateGeometry()
        self.update()

    def set_state_texts(self, on_text: str, off_text: str) -> None:
        """Change the words beside the switch ("On - starts when you save")."""
        self._on_text, self._off_text = on_text, off_text
        self._describe()
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = max(metrics.horizontalAdvance(t) for t in (self._on_text, self._off_text))
        lock = _LOCK + 4 if self.locked else 0
        gap = _GAP if words else 0
        return QSize(TRACK.width() + 8 + gap + words + lock, 32)

    @override
    def nextCheckState(self) -> None:
        if self.locked:
            self.locked_clicked.emit(self._reason)
        else:
            super().nextCheckState()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        box = self.rect().adjusted(4, 0, -4, 0)
        track = QRect(box.left(), box.center().y() - 7, TRACK.width(), TRACK.height())
        if not left_to_right:
            track.moveRight(box.right())
        paint_toggle(painter, track, on=self.isChecked(), enabled=self.isEnabled())
        step = TRACK.width() + _GAP
        words = box.adjusted(step, 0, 0, 0) if left_to_right else box.adjusted(0, 0, -step, 0)
        if self.locked:
            side = words.left() if left_to_right else words.right() - _LOCK
            square = QRect(side, box.center().y() - 7, _LOCK, _LOCK)
            paint_icon(painter, square, "lock", now.secondary)
            shift = _LOCK + 4
            words.adjust(*((shift, 0, 0, 0) if left_to_right else (0, 0, -shift, 0)))
        painter.setPen(now.text if self.isEnabled() else now.disabled)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        visual = self.style().visualAlignment(self.layoutDirection(), align)
        painter.drawText(words, visual, self.state_text)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(now.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(track).adjusted(-3, -3, 3, 3), 11, 11)

    def _describe(self) -> None:
        self.setAccessibleName(f"{self._name}: {self.state_text}")
        self.setAccessibleDescription(self._reason)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()


def paint_toggle(
    painter: QPainter, rect: QRect | QRectF, *, on: bool, enabled: bool = True
) -> None:
    """Draw a switch of 30 x 16 pixels centred in a rectangle, for delegates."""
    now = tokens()
    track = QRectF(0, 0, TRACK.width(), TRACK.height())
    track.moveCenter(QRectF(rect).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = track.height() / 2
    if on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.accent if enabled else now.disabled)
        painter.drawRoundedRect(track, radius, radius)
    else:
        painter.setPen(QPen(now.outline if enabled else now.disabled, 1.2))
        painter.setBrush(now.base)
        painter.drawRoundedRect(track.adjusted(0.6, 0.6, -0.6, -0.6), radius, radius)
    knob = QRectF(0, 0, 10, 10)
    knob.moveCenter(track.center())
    knob.moveLeft(track.right() - 13 if on else track.left() + 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.on_accent if on else (now.outline if enabled else now.disabled))
    painter.drawEllipse(knob)
    painter.restore()
