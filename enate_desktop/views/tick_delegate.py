"""Paints the tick of a cell in its middle; a click anywhere in the cell or Space changes it."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStyleOptionViewItem
from typing_extensions import override

from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import RowDelegate

Index = QModelIndex | QPersistentModelIndex
_SIDE = 18


class TickDelegate(RowDelegate):
    """For models whose cells hold a CheckStateRole and nothing else."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        self.paint_ground(painter, cell)
        place = QRect(0, 0, _SIDE, _SIDE)
        place.moveCenter(cell.rect.center())
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            # Without a box: it cannot be changed.
            if ticked:
                paint_icon(painter, place, "check", tokens().secondary)
            return
        box = QStyleOptionButton()
        box.rect = place
        box.palette = cell.palette
        box.state = QStyle.StateFlag.State_On if ticked else QStyle.StateFlag.State_Off
        box.state |= QStyle.StateFlag.State_Enabled
        element = QStyle.PrimitiveElement.PE_IndicatorCheckBox
        option.widget.style().drawPrimitive(element, box, painter, option.widget)

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        clicked = (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
        )
        pressed = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        )
        if not clicked and not pressed:
            return False
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)
