"""The filters above the work items: text, mode, type, state and connector."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Kind
from enate_desktop.domain.work_items import State
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.views.accessibility import describe
from enate_desktop.views.widgets import button

_TYPING_MILLISECONDS = 250


class WorkItemFilters(QWidget):
    """``changed`` comes a moment after the last key, at once after a choice."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Search reference, sender or subject"))
        self.text.setClearButtonEnabled(True)
        self.mode = _combo(
            self.tr("Mode"), ((self.tr("Live"), 0), (self.tr("Test"), 1), (self.tr("All"), -1))
        )
        self.kind = _combo(
            self.tr("Type"),
            ((self.tr("All types"), ""), *((kind.capitalize(), kind.value) for kind in Kind)),
        )
        self.state = _combo(
            self.tr("State"),
            ((self.tr("All states"), ""), *((state.value, state.value) for state in State)),
        )
        self.connector = _combo(self.tr("Connector"), ((self.tr("All connectors"), 0),))
        self._clear = button(self.tr("Clear"), self.clear)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MILLISECONDS)
        self._timer.timeout.connect(self.changed)
        describe(self.text, self.tr("Search work items"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        for combo in (self.mode, self.kind, self.state, self.connector):
            combo.currentIndexChanged.connect(self._on_chosen)
            row.addWidget(combo)
        row.addWidget(self._clear)
        self.text.textEdited.connect(self._timer.start)
        self.text.textChanged.connect(self._on_text_changed)
        self._show_clear()

    def wanted(self) -> WorkItemFilter:
        """The filter on screen."""
        mode = int(self.mode.currentData())
        return WorkItemFilter(
            text=self.text.text().strip(),
            kind=Kind(self.kind.currentData()) if self.kind.currentData() else None,
            state=State(self.state.currentData()) if self.state.currentData() else None,
            test_mode=None if mode < 0 else bool(mode),
            connector_id=int(self.connector.currentData()) or None,
        )

    def set_connectors(self, connectors: Sequence[Connector]) -> None:
        """Offer these; the choice stays if it is still there."""
        present = self.connector.currentData()
        self.connector.blockSignals(True)
        while self.connector.count() > 1:
            self.connector.removeItem(1)
        for connector in connectors:
            self.connector.addItem(connector.name, connector.id)
        self.connector.setCurrentIndex(max(0, self.connector.findData(present)))
        self.connector.blockSignals(False)

    def clear(self) -> None:
        """Back to all live work."""
        for combo in (self.mode, self.kind, self.state, self.connector):
            combo.blockSignals(True)
            combo.setCurrentIndex(0)
            combo.blockSignals(False)
        self.text.clear()
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._show_clear()
        self.changed.emit()

    def _on_text_changed(self, text: str) -> None:
        self._show_clear()
        if not text:
            self._timer.start()

    def _show_clear(self) -> None:
        self._clear.setEnabled(self.wanted() != WorkItemFilter(test_mode=False))


def _combo(name: str, choices: Sequence[tuple[str, object]]) -> QComboBox:
    combo = QComboBox()
    for text, value in choices:
        combo.addItem(text, value)
    describe(combo, name)
    return combo
