"""Paints the shape of a delivery's state beside its words."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from enate_desktop.domain.outbox import Delivery
from enate_desktop.item_models.delivery_state import LOOKS
from enate_desktop.item_models.delivery_table import DeliveryColumn, DeliveryRole
from enate_desktop.views.icons import icon
from enate_desktop.views.widgets import RowDelegate


class OutboxDelegate(RowDelegate):
    """Rows of the delivery table."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        delivery: Delivery | None = index.data(DeliveryRole.DELIVERY)
        if delivery is not None and index.column() == DeliveryColumn.STATE:
            look = LOOKS[delivery.state]
            option.icon = icon(look.shape, look.token)
            option.decorationSize = QSize(16, 16)
