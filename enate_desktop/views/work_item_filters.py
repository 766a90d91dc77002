"""The filters above the work items; what is asked for less often stands in a second row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import SEPARATOR, Kind
from enate_desktop.domain.routes import Route
from enate_desktop.domain.work_items import Automated, State
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.views.accessibility import describe
from enate_desktop.views.widgets import button

_TYPING_MILLISECONDS = 250
_BY_FALLBACK = "fallback"
_FALLBACK = (("Fallback", _BY_FALLBACK),)
_AUTOMATED = (
    ("Automated email: all", None),
    *((f"Automated email: {one.lower()}", one.value) for one in Automated),
)
_CREATED = (
    ("Created at any time", None),
    ("Created today", 0),
    ("Created in the last 7 days", 7),
    ("Created in the last 30 days", 30),
)


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
        self.process = _combo(self.tr("Process"), ((self.tr("All processes"), None),))
        self.route = _combo(self.tr("Route"), ((self.tr("All routes"), None), *_FALLBACK))
        self.created = _combo(self.tr("Created"), _CREATED)
        self.automated = _combo(self.tr("Automated email"), _AUTOMATED)
        self._combos = (self.mode, self.kind, self.state, self.connector)
        self._rare = (self.process, self.route, self.created, self.automated)
        self._second = QWidget()
        self.more = button(self.tr("More filters"), self._on_more)
        self.more.setCheckable(True)
        self._clear = button(self.tr("Clear"), self.clear)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MILLISECONDS)
        self._timer.timeout.connect(self.changed)
        describe(self.text, self.tr("Search work items"))
        self._build()
        self.text.textEdited.connect(self._timer.start)
        self.text.textChanged.connect(self._on_text_changed)
        self._show_clear()

    def wanted(self) -> WorkItemFilter:
        """The filter on screen."""
        mode = int(self.mode.currentData())
        made = WorkItemFilter(
            text=self.text.text().strip(),
            kind=Kind(self.kind.currentData()) if self.kind.currentData() else None,
            state=State(self.state.currentData()) if self.state.currentData() else None,
            test_mode=None if mode < 0 else bool(mode),
            connector_id=int(self.connector.currentData()) or None,
            process_ids=self.process.currentData(),
            automated=_automated(self.automated.currentData()),
            since=_since(self.created.currentData()),
        )
        route = self.route.currentData()
        if route == _BY_FALLBACK:
            return replace(made, fallback=True)
        return replace(made, route_id=route)

    def set_processes(self, entries: Mapping[str, tuple[int, ...]]) -> None:
        """Offer processes and what they stand below: paths to the ids of the processes."""
        _refill(self.process, 1, [(_indented(path), ids) for path, ids in entries.items()])

    def set_routes(self, routes: Sequence[Route]) -> None:
        """Offer the routes of the chosen connector."""
        _refill(self.route, 2, [(route.name, route.id) for route in routes if not route.fallback])

    def show_route(self, route_id: int) -> None:
        """Show what one route made, live and test."""
        self.clear()
        place = self.route.findData(route_id)
        if place < 0:
            self.route.addItem(self.tr("One route"), route_id)
            place = self.route.count() - 1
        self.route.setCurrentIndex(place)
        self.more.setChecked(True)
        self._on_more()

    def set_connectors(self, connectors: Sequence[Connector]) -> None:
        """Offer these; the choice stays if it is still there."""
        _refill(self.connector, 1, [(one.name, one.id) for one in connectors])

    def clear(self) -> None:
        """Back to all live work."""
        for combo in (*self._combos, *self._rare):
            combo.blockSignals(True)
            combo.setCurrentIndex(0)
            combo.blockSignals(False)
        self.text.clear()
        self._on_chosen()

    def _build(self) -> None:
        row, second, column = QHBoxLayout(), QHBoxLayout(self._second), QVBoxLayout(self)
        for layout in (row, second, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(8)
        row.addWidget(self.text, 1)
        for combo in self._combos:
            row.addWidget(combo)
        for made in (self.more, self._clear):
            row.addWidget(made)
        for combo in self._rare:
            second.addWidget(combo)
        second.addStretch(1)
        for combo in (*self._combos, *self._rare):
            combo.currentIndexChanged.connect(self._on_chosen)
        self.process.setMaximumWidth(320)
        self.route.setMaximumWidth(240)
        column.addLayout(row)
        column.addWidget(self._second)
        self._second.hide()

    def _on_more(self) -> None:
        self._second.setVisible(self.more.isChecked())

    def _on_chosen(self) -> None:
        self._show_clear()
        self.changed.emit()

    def _on_text_changed(self, text: str) -> None:
        self._show_clear()
        if not text:
            self._timer.start()

    def _show_clear(self) -> None:
        self._clear.setEnabled(self.wanted() != WorkItemFilter(test_mode=False))
        rare = sum(combo.currentIndex() > 0 for combo in self._rare)
        self.more.setText(self.tr("More filters") + (f" ({rare})" if rare else ""))


def _combo(name: str, choices: Sequence[tuple[str, object]]) -> QComboBox:
    combo = QComboBox()
    for text, value in choices:
        combo.addItem(text, value)
    describe(combo, name)
    return combo


def _refill(combo: QComboBox, kept: int, choices: Sequence[tuple[str, object]]) -> None:
    """Put choices behind the first ``kept``; the chosen one stays if it is still there."""
    present = combo.currentData()
    combo.blockSignals(True)
    while combo.count() > kept:
        combo.removeItem(kept)
    for text, value in choices:
        combo.addItem(text, value)
    places = (place for place in range(combo.count()) if combo.itemData(place) == present)
    combo.setCurrentIndex(next(places, 0))
    combo.blockSignals(False)


def _indented(path: str) -> str:
    *above, name = path.split(SEPARATOR)
    return "    " * len(above) + name


def _automated(value: str | None) -> Automated | None:
    return Automated(value) if value else None


def _since(days: int | None) -> datetime | None:
    """The beginning of the local day so many days ago; the same all day long."""
    if days is None:
        return None
    today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return (today - timedelta(days=days)).astimezone(UTC)
