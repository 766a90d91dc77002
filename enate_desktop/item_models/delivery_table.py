"""Deliveries as a table that reads on as it is scrolled (O-03)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.item_models.delivery_state import LOOKS, next_text
from enate_desktop.item_models.paged_table import PagedTable
from enate_desktop.item_models.time_text import relative_text, whole_text


class DeliveryColumn(IntEnum):
    """The columns, in the order shown."""

    CREATED = 0
    STATE = 1
    RECIPIENT = 2
    SUBJECT = 3
    REFERENCE = 4
    SENDER = 5
    CONNECTOR = 6
    TRIES = 7
    NEXT = 8
    ERROR = 9


class DeliveryRole(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    DELIVERY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class DeliveryWish:
    """Which deliveries to list: a text in recipient or reference, a state; empty: all."""

    text: str = ""
    state: DeliveryState | None = None


ReadDeliveries = Callable[[DeliveryWish, int, int], tuple[Sequence[Delivery], int | None]]
"""Wish, offset and limit to some deliveries and how many there are, None where not counted."""


class DeliveryTableModel(PagedTable[DeliveryWish, Delivery]):
    """The newest deliveries that fit a wish."""

    headers = (
        "Created",
        "State",
        "To",
        "Subject",
        "Work item",
        "From",
        "Connector",
        "Tries",
        "Next try",
        "Error",
    )
    figures = (DeliveryColumn.TRIES,)

    def __init__(self, read: ReadDeliveries, parent: QObject | None = None) -> None:
        super().__init__(read, DeliveryWish(), parent)

    @property
    def wish(self) -> DeliveryWish:
        """What is listed."""
        return self._filter

    @override
    def key(self, row: Delivery) -> int:
        return row.id

    @override
    def text(self, row: Delivery, column: int) -> str:
        match DeliveryColumn(column):
            case DeliveryColumn.CREATED:
                return relative_text(row.created, self._now)
            case DeliveryColumn.STATE:
                return LOOKS[row.state].words
            case DeliveryColumn.RECIPIENT:
                return row.recipient
            case DeliveryColumn.SUBJECT:
                return row.subject
            case DeliveryColumn.REFERENCE:
                return row.reference or "–"
            case DeliveryColumn.SENDER:
                return row.sender
            case DeliveryColumn.CONNECTOR:
                return row.connector
            case DeliveryColumn.TRIES:
                return str(row.attempts)
            case DeliveryColumn.NEXT:
                return next_text(row, self._now) or "–"
            case DeliveryColumn.ERROR:
                return row.error

    @override
    def tooltip(self, row: Delivery, column: int) -> str:
        match column:
            case DeliveryColumn.CREATED:
                return whole_text(row.created)
            case DeliveryColumn.STATE:
                return f"{LOOKS[row.state].words} since {whole_text(row.changed)}"
            case DeliveryColumn.NEXT if next_text(row, self._now):
                return whole_text(row.next_at)
        return self.text(row, column)

    @override
    def token(self, row: Delivery, column: int) -> str:
        if column == DeliveryColumn.STATE:
            return LOOKS[row.state].token
        leads = (DeliveryColumn.RECIPIENT, DeliveryColumn.SUBJECT, DeliveryColumn.REFERENCE)
        return "text" if column in leads else "secondary"

    @override
    def more(self, row: Delivery, column: int, role: int) -> object:
        return row if role == DeliveryRole.DELIVERY else None
