"""Two or three views of a page side by side as words; the chosen one is underlined."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.tokens import tokens


class ChoiceBar(QWidget):
    """A row of choices of which one is taken; Left and Right go from one to the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._row.addStretch(1)

    def add(self, text: str, chosen: Callable[[], object]) -> "ChoiceButton":
        """Add a choice; ``chosen`` is called when a person takes it."""
        made = ChoiceButton(text, self)
        made.clicked.connect(lambda: chosen())
        made.setChecked(self._row.count() == 1)
        self._row.insertWidget(self._row.count() - 1, made)
        return made


class ChoiceButton(QAbstractButton):
    """One choice; its siblings lose their mark when it is taken."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 16, 32)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(now.text if self.isChecked() else now.secondary)
        painter.setFont(fonts.body_font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.accent if self.isChecked() else now.line)
            painter.drawRoundedRect(QRectF(4, self.height() - 3, self.width() - 8, 3), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(now.accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -4), 4, 4)
