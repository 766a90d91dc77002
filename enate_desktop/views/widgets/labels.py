"""Texts: plain, secondary, section headings, elided, counts."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import plain_tooltip
from enate_desktop.views.tokens import tokens


class ColouredLabel(QLabel):
    """A plain-text label in the colour of a token, also after a change of scheme."""

    def __init__(self, text: str, colour: str, font: QFont, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self._colour_name = colour
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font)
        self._colour()

    def set_colour(self, colour: str) -> None:
        """Change the colour, by the name of its token."""
        self._colour_name = colour
        self._colour()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        wanted = tokens().named(self._colour_name)
        if self.palette().color(QPalette.ColorRole.WindowText) != wanted:
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(palette)


class SectionLabel(ColouredLabel):
    """The heading of a part of a page or form."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, "text", fonts.section_font(), parent)


def label(
    text: str,
    *,
    colour: str = "text",
    wrap: bool = False,
    strong: bool = False,
    parent: QWidget | None = None,
) -> ColouredLabel:
    """A plain-text label; ``colour`` names a token."""
    font = fonts.strong_font() if strong else fonts.body_font()
    made = ColouredLabel(text, colour, font, parent)
    made.setWordWrap(wrap)
    return made


def secondary_label(text: str, *, wrap: bool = True, parent: QWidget | None = None) -> QLabel:
    """A hint or second line: 12 pixels, secondary colour."""
    made = ColouredLabel(text, "secondary", fonts.secondary_font(), parent)
    made.setWordWrap(wrap)
    return made


class ElidedLabel(QWidget):
    """One line that is cut with an ellipsis when it does not fit; the tooltip has all of it."""

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        *,
        colour: str = "text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._colour_name = colour
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(text))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.fontMetrics().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        now = tokens()
        painter.setPen(now.named(self._colour_name) if self.isEnabled() else now.disabled)
        shown = self.fontMetrics().elidedText(
            self._text.replace("\n", " "), self._mode, self.width()
        )
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        visual = self.style().visualAlignment(self.layoutDirection(), align)
        painter.drawText(self.rect(), visual | Qt.TextFlag.TextSingleLine, shown)


class CountBadge(QWidget):
    """A number that asks for a person; nothing is shown for 0, "99+" above 99."""

    def __init__(self, count: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.setFont(fonts.tabular_font(fonts.secondary_font()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(count)

    @property
    def count(self) -> int:
        """The number."""
        return self._count

    def set_count(self, count: int) -> None:
        """Show another number."""
        self._count = count
        self.setVisible(count > 0)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(badge_text(self._count))
        return QSize(max(20, width + 12), 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_badge(QPainter(self), QRectF(self.rect()), self._count, self.font())


def badge_text(count: int) -> str:
    """What a badge shows of a number."""
    return str(count) if count <= 99 else "99+"


def paint_badge(painter: QPainter, box: QRectF, count: int, font: QFont) -> None:
    """Draw a count badge, for delegates and the rail."""
    now = tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.error)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(now.on_accent)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge_text(count))
