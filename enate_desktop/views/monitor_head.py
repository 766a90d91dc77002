"""The head of the monitor: the worker in words, pause, check now, restart, totals and plot."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from enate_desktop.item_models.monitor_state import age_text
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.monitor import Overview, Span, Throughput
from enate_desktop.services.pauses import CHOICES
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce
from enate_desktop.views.choice_bar import ChoiceBar
from enate_desktop.views.picture import Picture
from enate_desktop.views.plot import ThroughputPlot
from enate_desktop.views.status_strip import SHAPES, WorkerState
from enate_desktop.views.widgets import Card, button, label, menu_button, secondary_label

_SPANS = {Span.HOUR: "1 h", Span.DAY: "24 h", Span.WEEK: "7 d"}


class WorkerLine(QWidget):
    """Shape, colour and words of the worker; beside it which process it is and since when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = Picture("circle-slash", "secondary", 16)
        self._words = label("")
        self._since = secondary_label("", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        for part in (self._picture, self._words, self._since):
            row.addWidget(part)

    @property
    def text(self) -> str:
        """Everything said."""
        return f"{self._words.text()} {self._since.text()}".strip()

    def show_worker(self, state: WorkerState, facts: WorkerFacts) -> None:
        """Say what the worker does."""
        words = state.text.partition(": ")[2].partition(" · ")[0] or state.text
        self._words.setText(words[:1].upper() + words[1:])
        self._picture.set_picture(*SHAPES[state.kind])
        since = ""
        if facts.started is not None:
            up = age_text(facts.started, datetime.now(UTC))
            since = self.tr("pid {pid} · up {up}").format(pid=os.getpid(), up=up)
        self._since.setText(since)
        self.setAccessibleName(self.tr("Worker: {text}").format(text=self.text))


class Totals(QWidget):
    """Queue, in progress, retry and failed in large figures, and the plot beside them."""

    span_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = ThroughputPlot()
        self.span = Span.HOUR
        self._figures = {
            name: _Figure(words)
            for name, words in (
                ("queue", self.tr("Queue")),
                ("in_progress", self.tr("In progress")),
                ("retry", self.tr("Retry")),
                ("failed", self.tr("Failed")),
            )
        }
        self.spans = ChoiceBar()
        for span, words in _SPANS.items():
            made = self.spans.add(words, partial(self._choose, span))
            made.setAccessibleName(self.tr("Show the last {span}").format(span=words))
        self._summary = secondary_label("", wrap=False)
        self.plot.spoken.connect(self._on_spoken)
        self._build()

    @property
    def text(self) -> str:
        """The totals in words."""
        return ", ".join(figure.text for figure in self._figures.values())

    @property
    def summary(self) -> str:
        """What the plot shows, in a sentence."""
        return self._summary.text()

    def show_overview(self, overview: Overview) -> None:
        """Show the totals of an overview."""
        for name, figure in self._figures.items():
            figure.show_number(getattr(overview, name))

    def show_throughput(self, found: Throughput) -> None:
        """Show the counts, unless another span was chosen meanwhile."""
        if found.span is self.span:
            self.plot.show_throughput(found)
            self._summary.setText(self.plot.summary)

    def _build(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(28)
        for figure in self._figures.values():
            figures.addWidget(figure)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._summary)
        head.addStretch(1)
        head.addWidget(self.spans)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(head)
        right.addWidget(self.plot)
        card = Card()
        card.body.setContentsMargins(16, 8, 16, 8)
        row = QHBoxLayout()
        row.setSpacing(32)
        row.addLayout(figures)
        row.addLayout(right, 1)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def _choose(self, span: Span) -> None:
        self.span = span
        self.span_chosen.emit()

    def _on_spoken(self, text: str) -> None:
        self._summary.setText(text)
        announce(text)


class _Figure(QWidget):
    """A number with its name under it; what failed is red, when there is any."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._number = label("0")
        font = QFont(fonts.tabular_font(fonts.title_font()))
        self._number.setFont(font)
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = secondary_label(name, wrap=False)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self._number)
        column.addWidget(words)
        column.addStretch(1)

    @property
    def text(self) -> str:
        return f"{self._name} {self._number.text()}"

    def show_number(self, number: int) -> None:
        self._number.setText(f"{number:,}")
        alarming = {self.tr("Failed"): "error", self.tr("Retry"): "warning"}
        self._number.set_colour(alarming.get(self._name, "text") if number else "text")
        self.setAccessibleName(self.text)


class HeadButtons(QWidget):
    """Pause, check now, restart. ``pause_requested`` carries whom (id or None) and how long."""

    pause_requested = Signal(object, object)
    resume_requested = Signal(object)
    check_requested = Signal()
    restart_requested = Signal()
    window_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu(self)
        self._actions: list[tuple[QAction, str]] = []
        self._chosen: tuple[int, str] | None = None
        self._add_pauses(lambda: None, "")
        self.menu.addSeparator()
        self._add_pauses(lambda: self._chosen and self._chosen[0], self.tr("“{name}”"))
        self.pause = menu_button(self.tr("Pause"), self.menu, icon_name="pause")
        self.check = button(
            self.tr("Check now"),
            self.check_requested.emit,
            icon_name="refresh-cw",
            help_text=self.tr("Look into every mailbox at once (F5)"),
        )
        self.restart = button(
            self.tr("Restart"),
            self.restart_requested.emit,
            icon_name="power",
            help_text=self.tr("Stop the worker and start it again; no mail is lost by it"),
        )
        self.window_button = button(
            self.tr("Open in new window"), self.window_requested.emit, icon_name="external-link"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.pause, self.check, self.restart, self.window_button):
            row.addWidget(part)
        self.choose(None)

    def choose(self, connector: tuple[int, str] | None) -> None:
        """Offer to pause this connector (id and name) alone, or none."""
        self._chosen = connector
        for action, words in self._actions:
            action.setVisible(connector is not None or not words)
            if connector is not None and words:
                action.setText(words.format(name=connector[1]))

    def _add_pauses(self, whom: Callable[[], int | None], name: str) -> None:
        for words, length in CHOICES.items():
            what = self.tr("{name}: {length}") if name else self.tr("All: {length}")
            text = what.replace("{length}", words.lower()).replace("{name}", name or "")
            self._add(text, name, partial(self._pause, whom, length))
        text = self.tr("Resume {name}").replace("{name}", name or self.tr("all"))
        self._add(text, name, lambda: self.resume_requested.emit(whom()))

    def _add(self, text: str, name: str, run: Callable[[], object]) -> None:
        # Made by us and kept: an action that the menu makes can go with its Python wrapper.
        action = QAction(text, self)
        action.triggered.connect(lambda: run())
        self.menu.addAction(action)
        self._actions.append((action, text if name else ""))

    def _pause(self, whom: Callable[[], int | None], length: timedelta | None) -> None:
        self.pause_requested.emit(whom(), length)
