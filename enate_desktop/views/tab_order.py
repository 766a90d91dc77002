"""Tab goes the way people read, also through controls that were put in later."""

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

_LINE = 12
"""Controls whose tops differ by less stand on one line."""


def follow_reading_order(*forms: QWidget) -> None:
    """Let Tab visit the visible controls of each form line by line, once they are laid out."""
    for first, second in pairwise(stop for form in forms for stop in _in_order(form)):
        QWidget.setTabOrder(first, second)


def _in_order(form: QWidget) -> list[QWidget]:
    found = [w for w in form.findChildren(QWidget) if _stops(w) and w.isVisibleTo(form)]
    right_to_left = form.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def place(widget: QWidget) -> tuple[int, int]:
        at = widget.mapTo(form, QPoint(0, 0))
        return at.y() // _LINE, -at.x() if right_to_left else at.x()

    return sorted(found, key=place)


def _stops(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.focusProxy() is None
