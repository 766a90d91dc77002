"""The table of a comparison: long values are wrapped, so that before and after can be compared."""

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from enate_desktop.item_models.comparison_table import ComparisonTableModel
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import RowDelegate, prepare_table
from enate_desktop.views.widgets.tables import ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex
_MOST_FITTED = 200
"""More rows than this keep one line each: measuring them takes longer than looking."""
_MOST_LINES = 6
_PADDING = 8


class ComparisonView(QTableView):
    """Rows as high as their longest value needs, up to six lines; the tooltip has all of it."""

    def __init__(self, model: ComparisonTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare_table(self, self.tr("Before, after and now"))
        self.setItemDelegate(_WrappingDelegate(self))
        self.setModel(model)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fit)
        model.modelReset.connect(self._timer.start)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timer.start()

    def _fit(self) -> None:
        if self.model().rowCount() <= _MOST_FITTED:
            self.resizeRowsToContents()


class _WrappingDelegate(RowDelegate):
    """Paints several lines where the others paint one."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.columnWidth(index.column()) if isinstance(view, QTableView) else 0
        lines = _laid_out(str(index.data() or ""), option, width)
        return QSize(width, max(ROW_HEIGHT, math.ceil(lines.boundingRect().height()) + 14))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        self.paint_ground(painter, cell)
        painter.save()
        painter.setPen(tokens().named(str(index.data(Qt.ItemDataRole.ForegroundRole))))
        painter.setClipRect(cell.rect.adjusted(0, 0, 0, -1))
        place = QPointF(cell.rect.left() + _PADDING, cell.rect.top() + 7)
        _laid_out(cell.text, cell, cell.rect.width()).draw(painter, place)
        painter.restore()


def _laid_out(text: str, option: QStyleOptionViewItem, width: int) -> QTextLayout:
    """The first lines of a value: broken between words, and inside of one that is too long."""
    wrapping = QTextOption()
    wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    wrapping.setTextDirection(option.direction)
    mirrored = option.direction == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    wrapping.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
    layout = QTextLayout(text.replace("\n", "\u2028"), option.font)
    layout.setTextOption(wrapping)
    layout.beginLayout()
    top = 0.0
    for _ in range(_MOST_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(40, width - 2 * _PADDING))
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout
