"""The brush strokes of the routes tree: texts, marks and pills of one row, mirrored if needed."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyle

from enate_desktop.views import fonts
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import Tokens

ICON = 16
GAP = 8

_ALIGNED = (
    Qt.AlignmentFlag.AlignLeft,
    Qt.AlignmentFlag.AlignRight,
    Qt.AlignmentFlag.AlignHCenter,
)
_DIRECTIONS = {False: Qt.LayoutDirection.LeftToRight, True: Qt.LayoutDirection.RightToLeft}
_FLAGS = {
    (align, mirrored): int(
        (QStyle.visualAlignment(direction, align) | Qt.AlignmentFlag.AlignVCenter).value
        | Qt.TextFlag.TextSingleLine.value
    )
    for align in _ALIGNED
    for mirrored, direction in _DIRECTIONS.items()
}
"""What drawText is told for each alignment, mirrored or not."""

_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class RowFonts:
    """The fonts of a row, made once for each font of the application."""

    body: QFont
    strong: QFont
    small: QFont
    numbers: QFont
    metrics: dict[int, QFontMetrics]

    def metrics_of(self, font: QFont) -> QFontMetrics:
        """The metrics of one of these fonts, made once."""
        found = self.metrics.get(id(font))
        return QFontMetrics(font) if found is None else found


def row_fonts() -> RowFonts:
    """The fonts that go with the application's present one."""
    return _row_fonts(QApplication.font().key())


@lru_cache(maxsize=2)
def _row_fonts(_key: str) -> RowFonts:
    body = fonts.body_font()
    each = (body, fonts.strong_font(), fonts.secondary_font(), fonts.tabular_font(body))
    return RowFonts(*each, {id(font): QFontMetrics(font) for font in each})


class RowBrush:
    """Draws into one row; rectangles are given as for a left-to-right language."""

    def __init__(
        self, painter: QPainter, row: QRect, direction: Qt.LayoutDirection, colours: Tokens
    ) -> None:
        self.painter = painter
        self.row = row
        self.colours = colours
        self.fonts = row_fonts()
        self._direction = direction
        self.right_to_left = direction == Qt.LayoutDirection.RightToLeft

    def placed(self, rect: QRect) -> QRect:
        """Where a rectangle really lies."""
        if not self.right_to_left:
            return rect
        return QStyle.visualRect(self._direction, self.row, rect)

    def ground(self, colour: QColor) -> None:
        """Fill the row and draw the line under it."""
        self.painter.fillRect(self.row, colour)
        line = QRect(self.row.left(), self.row.bottom(), self.row.width(), 1)
        self.painter.fillRect(line, self.colours.line)

    def text(
        self,
        rect: QRect,
        text: str,
        colour: QColor,
        font: QFont | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> int:
        """One line, cut with an ellipsis where it does not fit; returns the width it took.

        Addresses, paths and counts keep their own direction in a mirrored row.
        """
        font = font or self.fonts.body
        if not text:
            return 0
        metrics = self.fonts.metrics_of(font)
        width = rect.width()
        shown, taken = text, metrics.horizontalAdvance(text)
        if taken > width:
            if width < metrics.averageCharWidth() * 2:
                return 0
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            taken = metrics.horizontalAdvance(shown)
        self.painter.setFont(font)
        self.painter.setPen(colour)
        if self.right_to_left:
            shown = f"{_ISOLATE}{shown}{_POP}"
        flags = _FLAGS[align, self.right_to_left]
        self.painter.drawText(self.placed(rect), flags, shown)
        return taken

    def icon(self, left: int, name: str, colour: QColor) -> None:
        """A picture of 16 pixels, vertically centred."""
        box = QRect(left, self.row.top() + (self.row.height() - ICON) // 2, ICON, ICON)
        paint_icon(self.painter, self.placed(box), name, colour)

    def pill(self, rect: QRect, text: str, ink: QColor, tint: QColor) -> int:
        """A short word on a tint; returns its width, 0 when it does not fit."""
        width = QFontMetrics(self.fonts.small).horizontalAdvance(text) + 12
        if width > rect.width():
            return 0
        box = QRect(rect.left(), rect.top() + (rect.height() - 20) // 2, width, 20)
        self.shape(box, tint, 4)
        self.text(box, text, ink, self.fonts.small, Qt.AlignmentFlag.AlignHCenter)
        return width

    def shape(self, box: QRect, colour: QColor, radius: float) -> None:
        """A filled box with round corners; a circle when the radius is half its side."""
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        self.painter.drawRoundedRect(QRectF(self.placed(box)), radius, radius)
        self.painter.restore()

    def frame(self) -> None:
        """The frame of the current row while the tree has the keyboard."""
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(self.colours.accent, 1.6))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(self.row).adjusted(1, 1, -1, -2), 4, 4)
        self.painter.restore()
