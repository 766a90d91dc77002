"""Paints the connectors' state, tag and switch; answers clicks on the switch (UI 5.11)."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.item_models.connector_state import ConnectorState
from enate_desktop.item_models.connector_table import (
    ConnectorColumn,
    ConnectorRole,
)
from enate_desktop.views.icons import icon, paint_icon
from enate_desktop.views.tags import paint_tag, tag_width
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import RowDelegate, paint_toggle

Index = QModelIndex | QPersistentModelIndex


class ConnectorDelegate(RowDelegate):
    """Signals carry the id of the connector whose switch or menu button was clicked."""

    toggled = Signal(int)
    menu_requested = Signal(int, QPoint)

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() == ConnectorColumn.STATE:
            state: ConnectorState = index.data(ConnectorRole.STATE)
            option.icon = icon(state.shape, state.token)
            option.decorationSize = QSize(16, 16)
        elif index.column() == ConnectorColumn.MENU:
            option.icon = icon("ellipsis-vertical", "secondary")
            option.decorationSize = QSize(16, 16)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.column() == ConnectorColumn.ENABLED:
            self._paint_switch(painter, option, index)
            return
        super().paint(painter, option, index)
        connector: Connector = index.data(ConnectorRole.CONNECTOR)
        if index.column() == ConnectorColumn.NAME and connector.default_sender:
            self._paint_tag(painter, option, index)

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        buttons = (ConnectorColumn.ENABLED, ConnectorColumn.MENU)
        if index.column() not in buttons or not isinstance(event, QMouseEvent):
            return super().editorEvent(event, model, option, index)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseButtonRelease and left:
            connector: Connector = index.data(ConnectorRole.CONNECTOR)
            if index.column() == ConnectorColumn.MENU:
                self.menu_requested.emit(connector.id, event.globalPosition().toPoint())
            else:
                self.toggled.emit(connector.id)
            return True
        return event.type() == QEvent.Type.MouseButtonDblClick

    def _paint_tag(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        words = self.tr("System")
        taken = option.fontMetrics.horizontalAdvance(str(index.data())) + 20
        free = option.rect.width() - taken - 8
        if free >= tag_width(words):
            left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
            place = option.rect.adjusted(taken, 0, -8, 0)
            paint_tag(
                painter,
                place if left_to_right else option.rect.adjusted(8, 0, -taken, 0),
                words,
                "info",
            )

    def _paint_switch(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        self.paint_ground(painter, option)
        now = tokens()
        connector: Connector = index.data(ConnectorRole.CONNECTOR)
        place = option.rect.adjusted(8, 0, -8, 0)
        if index.data(ConnectorRole.BUSY):
            painter.setPen(now.secondary)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.tr("Testing…"))
            return
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        track = QRect(0, 0, 30, 16)
        track.moveCenter(place.center())
        lock = QRect(0, 0, 14, 14)
        lock.moveCenter(place.center())
        if left_to_right:
            track.moveLeft(place.left())
            lock.moveLeft(track.right() + 9)
        else:
            track.moveRight(place.right())
            lock.moveRight(track.left() - 9)
        paint_toggle(painter, track, on=connector.enabled)
        if not connector.enabled and not connector.tested_fingerprint:
            paint_icon(painter, lock, "lock", now.secondary)
