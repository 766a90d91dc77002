"""How lists look: 32 pixel rows, hair lines, text 8 pixels from the cell's edge."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)
from typing_extensions import override

from enate_desktop.views.tokens import tokens

ROW_HEIGHT = 32
_PADDING = 8


class RowDelegate(QStyledItemDelegate):
    """Paints the usual roles of a cell in our spacing; base for delegates that paint more.

    ForegroundRole may hold a token's name (``"secondary"``, ``"error"``), so that models need no
    colours and cells follow the scheme.
    """

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 2 * _PADDING, max(ROW_HEIGHT, size.height()))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        self.paint_ground(painter, cell)
        now = tokens()
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        enabled = bool(cell.state & QStyle.StateFlag.State_Enabled)
        named = now.named(colour) if isinstance(colour, str) else now.text
        painter.save()
        painter.setPen(named if enabled else now.disabled)
        painter.setFont(cell.font)
        box = cell.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        if not cell.icon.isNull():
            side = cell.decorationSize
            mode = cell.icon.Mode.Normal if enabled else cell.icon.Mode.Disabled
            right_to_left = cell.direction == Qt.LayoutDirection.RightToLeft
            x = box.right() - side.width() if right_to_left else box.left()
            y = box.center().y() - side.height() // 2 + 1
            cell.icon.paint(painter, x, y, side.width(), side.height(), mode=mode)
            shift = side.width() + 6
            box.adjust(*((0, 0, -shift, 0) if right_to_left else (shift, 0, 0, 0)))
        shown = cell.fontMetrics.elidedText(
            cell.text.replace("\n", " "), cell.textElideMode, box.width()
        )
        if cell.direction == Qt.LayoutDirection.RightToLeft:
            # Counts, times and paths keep their own order (UI 5.27).
            shown = f"\u2068{shown}\u2069"
        align = cell.displayAlignment | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, align | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Draw selection, hover, the hair line under the row, and where the keyboard is."""
        now = tokens()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, now.selection)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, now.hover)
        painter.save()
        painter.setPen(QPen(now.line, 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if _is_current_row(option):
            painter.setPen(QPen(now.accent, 1))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()


def _is_current_row(option: QStyleOptionViewItem) -> bool:
    """Whether the cell lies in the row that the keys act on, in a list that has the focus."""
    view = option.widget
    if not isinstance(view, QAbstractItemView) or not view.hasFocus():
        return False
    current = view.currentIndex()
    return current.row() == option.index.row() and current.parent() == option.index.parent()


def prepare_table(view: QTableView, name: str) -> None:
    """Give a table our rows, header and keyboard manners; call it before the model is set."""
    _prepare(view, name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setCornerButtonEnabled(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    _prepare_header(view.horizontalHeader())


def prepare_tree(view: QTreeView, name: str) -> None:
    """Give a tree our rows, header and keyboard manners; call it right after construction.

    Uniform heights must be set before anything expands, or Qt remembers a height of -1 (UI 5.2).
    """
    view.setUniformRowHeights(True)
    _prepare(view, name)
    view.setTabKeyNavigation(False)
    view.setExpandsOnDoubleClick(False)
    _prepare_header(view.header())


def _prepare(view: QAbstractItemView, name: str) -> None:
    view.setAccessibleName(name)
    view.setItemDelegate(RowDelegate(view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setMouseTracking(True)


def _prepare_header(header: QHeaderView) -> None:
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    header.setTextElideMode(Qt.TextElideMode.ElideRight)
