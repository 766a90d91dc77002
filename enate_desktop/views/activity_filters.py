"""The filters above the activity: of what, by whom, when, what was done, and any words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QDate, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QLineEdit, QWidget

from enate_desktop.domain.history import HistoryFilter
from enate_desktop.item_models.activity_text import ItemChoice, WhatChoice, kind_words
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.widgets import button, label

_TYPING_MILLISECONDS = 250
_ALWAYS, _BETWEEN = 0, -1


class ActivityFilters(QWidget):
    """``changed`` comes a moment after the last key, at once after a choice."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: tuple[str, int] | None = None
        self.item = _combo(self.tr("Item"), [(choice.words, choice) for choice in ItemChoice])
        self.who = _combo(self.tr("Who"), [(self.tr("Anyone"), "")])
        self.when = _combo(
            self.tr("When"),
            [
                (self.tr("Any time"), _ALWAYS),
                (self.tr("Today"), 1),
                (self.tr("Last 7 days"), 7),
                (self.tr("Last 30 days"), 30),
                (self.tr("Between…"), _BETWEEN),
            ],
        )
        self.what = _combo(self.tr("What"), [(choice.words, choice) for choice in WhatChoice])
        self.first, self.last = _date(self.tr("From")), _date(self.tr("To"))
        self.text = QLineEdit()
        self._clear = button(self.tr("Clear"), self.clear)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MILLISECONDS)
        self._timer.timeout.connect(self.changed)
        self._build()
        self._connect()
        self._show_state()

    @property
    def is_clear(self) -> bool:
        """Whether nothing is filtered."""
        return self.wanted() == HistoryFilter()

    def wanted(self) -> HistoryFilter:
        """The filter on screen; days are those of the local time zone."""
        since, until = self._span()
        item, what = self.item.currentData(), self.what.currentData()
        return HistoryFilter(
            kinds=item.kinds if isinstance(item, ItemChoice) else (),
            subject=None if isinstance(item, ItemChoice) else item,
            who=str(self.who.currentData()),
            since=since,
            until=until,
            actions=what.actions,
            text=self.text.text().strip(),
        )

    def set_people(self, people: Sequence[str]) -> None:
        """Offer these; the choice stays."""
        present = self.who.currentData()
        self.who.blockSignals(True)
        while self.who.count() > 1:
            self.who.removeItem(1)
        for person in people:
            self.who.addItem(person, person)
        self.who.setCurrentIndex(max(0, self.who.findData(present)))
        self.who.blockSignals(False)

    def show_subject(self, kind: str, subject_id: int, name: str) -> None:
        """Show the changes of one thing only; the other filters are cleared."""
        self._silently_clear()
        self.item.blockSignals(True)
        self.item.insertItem(0, f"{kind_words(kind)} {name}", (kind, subject_id))
        self.item.setCurrentIndex(0)
        self.item.blockSignals(False)
        self._on_chosen()

    def clear(self) -> None:
        """Back to everything."""
        self._silently_clear()
        self._on_chosen()

    def _build(self) -> None:
        self.text.setPlaceholderText(self.tr("Search names, fields and values"))
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(160)
        describe(self.text, self.tr("Search the activity"))
        self._to = label("–")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for words, combo in (
            (self.tr("Item"), self.item),
            (self.tr("Who"), self.who),
            (self.tr("When"), self.when),
        ):
            row.addWidget(label(words, colour="secondary"))
            row.addWidget(combo)
        for part in (self.first, self._to, self.last):
            row.addWidget(part)
        row.addWidget(label(self.tr("What"), colour="secondary"))
        row.addWidget(self.what)
        row.addWidget(self.text, 1)
        row.addWidget(self._clear)

    def _connect(self) -> None:
        for combo in (self.item, self.who, self.when, self.what):
            combo.currentIndexChanged.connect(self._on_chosen)
        for date in (self.first, self.last):
            date.dateChanged.connect(self._timer.start)
        self.text.textChanged.connect(self._on_text_changed)

    def _span(self) -> tuple[datetime | None, datetime | None]:
        days = int(self.when.currentData())
        if days == _ALWAYS:
            return None, None
        if days == _BETWEEN:
            first, last = sorted((self.first.date(), self.last.date()), key=QDate.toJulianDay)
            return _start_of(first), _start_of(last.addDays(1))
        return _start_of(QDate.currentDate().addDays(1 - days)), None

    def _silently_clear(self) -> None:
        for combo in (self.item, self.who, self.when, self.what):
            combo.blockSignals(True)
            if combo is self.item and not isinstance(combo.itemData(0), ItemChoice):
                combo.removeItem(0)
            combo.setCurrentIndex(0)
            combo.blockSignals(False)
        self.text.blockSignals(True)
        self.text.clear()
        self.text.blockSignals(False)

    def _on_chosen(self) -> None:
        self._timer.stop()
        self._show_state()
        self.changed.emit()

    def _on_text_changed(self) -> None:
        self._show_state()
        self._timer.start()

    def _show_state(self) -> None:
        between = self.when.currentData() == _BETWEEN
        for part in (self.first, self._to, self.last):
            part.setVisible(between)
        explain_disabled(self._clear, self.tr("Nothing is filtered.") if self.is_clear else "")


def _combo(name: str, choices: Sequence[tuple[str, object]]) -> QComboBox:
    combo = QComboBox()
    for text, value in choices:
        combo.addItem(text, value)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setMaximumWidth(240)
    describe(combo, name)
    return combo


def _date(name: str) -> QDateEdit:
    made = QDateEdit(QDate.currentDate())
    made.setCalendarPopup(True)
    made.setDisplayFormat("d MMM yyyy")
    made.setFixedHeight(32)
    describe(made, name)
    return made


def _start_of(day: QDate) -> datetime:
    """Local midnight of a day, in UTC."""
    return datetime(day.year(), day.month(), day.day()).astimezone(UTC)
