"""The filters above the deliveries: their states with how many there are, and a search."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.item_models.delivery_state import LOOKS
from enate_desktop.item_models.delivery_table import DeliveryWish
from enate_desktop.views.accessibility import describe
from enate_desktop.views.choice_bar import ChoiceBar

_TYPING_MILLISECONDS = 250


class OutboxFilters(QWidget):
    """``changed`` comes a moment after the last key, at once after a choice."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: DeliveryState | None = None
        self._choices = ChoiceBar()
        self.all_button = self._choices.add(self.tr("All"), partial(self._choose, None))
        self.buttons = {
            state: self._choices.add(look.words, partial(self._choose, state))
            for state, look in LOOKS.items()
        }
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Search recipient or reference"))
        self.text.setClearButtonEnabled(True)
        self.text.setMaximumWidth(320)
        describe(self.text, self.tr("Search the outbox"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MILLISECONDS)
        self._timer.timeout.connect(self.changed)
        self.text.textChanged.connect(self._timer.start)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._choices, 2)
        row.addWidget(self.text, 1)
        self.set_counts({})

    def wanted(self) -> DeliveryWish:
        """What is to be listed."""
        return DeliveryWish(self.text.text().strip(), self._state)

    def set_counts(self, counts: Mapping[DeliveryState, int]) -> None:
        """Offer the states that occur, and the one that is chosen."""
        total = sum(counts.values())
        self.all_button.setText(self.tr("All ({count})").format(count=f"{total:,}"))
        for state, made in self.buttons.items():
            count = counts.get(state, 0)
            made.setText(f"{LOOKS[state].words} ({count:,})")
            made.updateGeometry()
            made.setVisible(bool(count) or state is self._state)

    def clear(self) -> None:
        """Back to everything."""
        self.text.clear()
        self.all_button.click()

    def _choose(self, state: DeliveryState | None) -> None:
        self._state = state
        self.changed.emit()
