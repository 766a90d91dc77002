"""Paints the process with its path in grey, the mode's tint and the mark of new information."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from enate_desktop.domain.work_items import WorkItem
from enate_desktop.item_models.work_item_table import WorkItemColumn, WorkItemRole
from enate_desktop.views.tags import paint_tag
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import RowDelegate

Index = QModelIndex | QPersistentModelIndex


class WorkItemDelegate(RowDelegate):
    """Rows of the work item table."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        item: WorkItem | None = index.data(WorkItemRole.ITEM)
        if item is None:
            return
        if index.column() == WorkItemColumn.REFERENCE and item.new_information:
            option.font.setBold(True)
        if index.column() == WorkItemColumn.MODE and item.test_mode:
            option.text = ""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        item: WorkItem | None = index.data(WorkItemRole.ITEM)
        if item is None:
            return
        column = index.column()
        if column == WorkItemColumn.REFERENCE and item.new_information:
            self._paint_mark(painter, option)
        elif column == WorkItemColumn.MODE and item.test_mode:
            paint_tag(painter, option.rect.adjusted(6, 0, -4, 0), "Test", "test_mode")
        elif column == WorkItemColumn.PROCESS:
            self._paint_path(painter, option, str(index.data()), index.data(WorkItemRole.PATH))

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        x = option.rect.right() - 14 if left_to_right else option.rect.left() + 6
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens().accent)
        painter.drawEllipse(QRectF(x, option.rect.center().y() - 3, 8, 8))
        painter.restore()

    def _paint_path(
        self, painter: QPainter, option: QStyleOptionViewItem, name: str, path: str
    ) -> None:
        taken = option.fontMetrics.horizontalAdvance(name) + 16
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        place = option.rect.adjusted(*((taken, 0, -8, 0) if left_to_right else (8, 0, -taken, 0)))
        if place.width() < 40 or not path:
            return
        painter.save()
        painter.setPen(tokens().placeholder)
        painter.setFont(option.font)
        shown = option.fontMetrics.elidedText(path, Qt.TextElideMode.ElideRight, place.width())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(place, align | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()
