"""A field with a choice; what is the only one is said, not offered (UI 3.4)."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views.widgets import FormField, label


class ChoiceField(FormField):
    """A combo box, or in its place the text of the only choice; the data are strings."""

    def __init__(self, text: str, combo: QComboBox, parent: QWidget | None = None) -> None:
        self._combo = combo
        self._only = label("")
        self._only.setMinimumHeight(24)
        self._advice = ""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(combo)
        column.addWidget(self._only)
        place.setFocusProxy(combo)
        combo.setAccessibleName(text)
        super().__init__(text, place, parent=parent)

    @property
    def value(self) -> str:
        """The data of the choice."""
        return str(self._combo.currentData())

    @property
    def only(self) -> str:
        """The only choice in words, or empty while there are several."""
        return self._only.text() if self._combo.count() == 1 else ""

    def offer(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer (words, data); the first when ``chosen`` is none of them. No signal is sent.

        Choices that are offered already stay as they are, and the focus with them.
        """
        now = [(self._combo.itemText(row), str(self._combo.itemData(row))) for row in self._rows()]
        blocked = self._combo.blockSignals(True)
        if now != list(choices):
            self._combo.clear()
            for words, data in choices:
                self._combo.addItem(words, data)
        self._combo.setCurrentIndex(max(0, self._combo.findData(chosen)))
        self._combo.blockSignals(blocked)
        self._only.setText(choices[0][0] if len(choices) == 1 else "")
        self._only.setVisible(len(choices) == 1)
        self._combo.setVisible(len(choices) != 1)
        self.set_hint(self._advice)

    @override
    def set_hint(self, text: str) -> None:
        self._advice = text
        alone = self.tr("The only one for this service.") if self.only else ""
        super().set_hint(f"{alone} {text}".strip())

    @override
    def _describe(self) -> None:
        super()._describe()
        self._combo.setAccessibleDescription(self.control.accessibleDescription())

    def _rows(self) -> range:
        return range(self._combo.count())
