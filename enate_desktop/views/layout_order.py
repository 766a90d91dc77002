"""Tab goes the way the layouts go, through parts that are hidden now or were made later."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def follow_layout(part: QWidget) -> None:
    """Let Tab visit the controls of ``part`` in the order of its layouts.

    The first one keeps its place in the window; what came after ``part`` still comes after it.
    """
    for first, second in pairwise(_stops(part)):
        QWidget.setTabOrder(first, second)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    if by_tab and widget.focusProxy() is None:
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _inside(layout)


def _inside(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        inner = item.layout() if item is not None else None
        if widget is not None:
            yield from _stops(widget)
        elif inner is not None:
            yield from _inside(inner)
