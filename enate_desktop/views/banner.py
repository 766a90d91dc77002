"""The thin bars that stay: demo data, read-only."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import button, label


class Banner(QWidget):
    """One line across the page area with a shape, plain text and perhaps a button."""

    def __init__(self, icon_name: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._colour = colour
        self._text = label("", wrap=False)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 4, 16, 4)
        self._row.setSpacing(8)
        self._row.addSpacing(24)
        self._row.addWidget(self._text)
        self._row.addStretch(1)
        self.setMinimumHeight(32)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say something; an empty text hides the bar."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def add_button(self, text: str, clicked: Callable[[], object]) -> None:
        """Add a button at the end side."""
        self._row.addWidget(button(text, clicked))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), now.named(f"{self._colour}_tint"))
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        side = 16.0 if left_to_right else self.width() - 32.0
        square = QRectF(side, (self.height() - 16) / 2, 16, 16)
        paint_icon(painter, square, self._icon_name, now.named(self._colour))
