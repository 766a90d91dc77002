"""What can be done with the chosen deliveries, and why not (O-03, UI 3.19)."""

from collections.abc import Collection, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.item_models.delivery_state import DISCARDABLE, RETRIABLE
from enate_desktop.views.mail_list import MailList
from enate_desktop.views.menus import action, explain


class OutboxActions:
    """The actions of a list of deliveries; the view connects them."""

    def __init__(self, shown_in: MailList, refusal: str, parent: QWidget) -> None:
        """``refusal``: why this person may do nothing here, or empty."""
        self._refusal = refusal
        self._parent = parent

        def made(text: str, icon_name: str, *keys: str) -> QAction:
            return shown_in.add_action(action(parent, text, icon_name=icon_name), *keys)

        self.retry = made(parent.tr("Retry now"), "refresh-cw", "Ctrl+R")
        self.discard = made(parent.tr("Discard"), "trash-2", "Del")
        self.save = made(parent.tr("Save as .eml…"), "arrow-down-to-line", "Ctrl+E")
        self.open = made(parent.tr("Open work item"), "ticket", "Return", "Enter")

    @property
    def all(self) -> tuple[QAction, ...]:
        """In the order they are offered."""
        return (self.retry, self.discard, self.save, self.open)

    def explain(self, chosen: Sequence[Delivery]) -> None:
        """Offer what can be done with these, and say why the rest cannot."""
        tr, states = self._parent.tr, {one.state for one in chosen}
        nothing = "" if chosen else tr("Choose a delivery first.")
        sent = tr("What was sent, or is being sent, cannot be sent again or discarded.")
        gone = tr("These were discarded already.")
        explain(self.retry, self._refusal or nothing or _unless(states, RETRIABLE, sent))
        why = gone if DeliveryState.DISCARDED in states else sent
        explain(self.discard, self._refusal or nothing or _unless(states, DISCARDABLE, why))
        explain(self.save, nothing)
        one = len(chosen) == 1 and chosen[0].work_item_id is not None
        explain(self.open, "" if one else tr("Choose one delivery of a work item."))


def _unless(states: Collection[DeliveryState], usable: Sequence[DeliveryState], reason: str) -> str:
    return "" if set(usable).intersection(states) else reason
