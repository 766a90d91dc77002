"""Small tinted words in lists: default sender, Test, Ticket, new information."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.tokens import tokens

TAG_HEIGHT = 20


def tag_width(text: str) -> int:
    """The pixels a tag takes."""
    return QFontMetrics(fonts.secondary_font()).horizontalAdvance(text) + 14


def paint_tag(painter: QPainter, place: QRect, text: str, colour: str) -> None:
    """Draw a tag at the start of ``place``; ``colour`` names a token that has a tint."""
    now = tokens()
    box = QRectF(0, 0, min(tag_width(text), place.width()), TAG_HEIGHT)
    box.moveCenter(QRectF(place).center())
    if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        box.moveRight(place.right())
    else:
        box.moveLeft(place.left())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.named(f"{colour}_tint"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(now.named(colour))
    painter.setFont(fonts.secondary_font())
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Tag(QWidget):
    """A tag as a widget, for detail panes."""

    def __init__(self, text: str = "", colour: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._colour = text, colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The word."""
        return self._text

    def set_tag(self, text: str, colour: str) -> None:
        """Show another word; an empty one hides the tag."""
        self._text, self._colour = text, colour
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(tag_width(self._text), TAG_HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_tag(QPainter(self), self.rect(), self._text, self._colour)
