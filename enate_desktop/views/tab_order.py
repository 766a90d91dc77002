"""Tab goes the way people read, also through controls that were put in later."""

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

_LINE = 12
"""Controls whose tops differ by less stand on one line."""


def follow_reading_order(form: QWidget) -> None:
    """Let Tab visit the visible controls of ``form`` line by line, once they are laid out."""
    found = [w for w in form.findChildren(QWidget) if _stops(w) and w.isVisibleTo(form)]
    right_to_left = form.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def place(widget: QWidget) -> tuple[int, int]:
        at = widget.mapTo(form, QPoint(0, 0))
        return at.y() // _LINE, -at.x() if right_to_left else at.x()

    for first, second in pairwise(sorted(found, key=place)):
        QWidget.setTabOrder(first, second)


def _stops(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.focusProxy() is None
