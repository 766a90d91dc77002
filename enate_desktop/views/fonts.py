"""The four sizes of type, derived from the application's font so the system's text size works."""

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

_BODY_PIXELS = 13
_SECONDARY_PIXELS = 12


def prepare(application: QApplication) -> None:
    """Raise a smaller system font to the body size of 13 pixels; a larger one stays."""
    font = application.font()
    font.setPixelSize(max(_BODY_PIXELS, QFontInfo(font).pixelSize()))
    application.setFont(font)


def body_font() -> QFont:
    """13 pixels: everything that is not something else."""
    return _scaled(1.0)


def secondary_font() -> QFont:
    """12/13 of the body, never below 12 pixels: times, hints, second lines."""
    return _scaled(12 / _BODY_PIXELS)


def section_font() -> QFont:
    """16 pixels: the heading of a part of a page."""
    return _scaled(16 / _BODY_PIXELS, QFont.Weight.DemiBold)


def title_font() -> QFont:
    """20 pixels, semibold: the page's title."""
    return _scaled(20 / _BODY_PIXELS, QFont.Weight.DemiBold)


def strong_font() -> QFont:
    """The body's size, semibold: group rows, labels that lead."""
    return _scaled(1.0, QFont.Weight.DemiBold)


def tabular_font(font: QFont | None = None) -> QFont:
    """The font with figures of equal width, for columns of numbers."""
    result = QFont(font if font is not None else QApplication.font())
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def _scaled(factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(max(_SECONDARY_PIXELS, round(QFontInfo(font).pixelSize() * factor)))
    font.setWeight(weight)
    return font
