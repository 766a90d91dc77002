"""The cards of the start page: what needs attention, the last day, the worker, changes, routes."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.history import HistoryChange
from enate_desktop.item_models.monitor_state import counted, until_text
from enate_desktop.item_models.overview_text import (
    DEAD_WORDS,
    SPOKEN,
    all_clear_text,
    change_line,
    line_shape,
    when_text,
)
from enate_desktop.services.overview import Attention, DeadRoute, LastProblem, Numbers
from enate_desktop.views import fonts
from enate_desktop.views.monitor_head import HeadButtons, WorkerLine
from enate_desktop.views.overview_lines import FactLine, FactLines, LineButton
from enate_desktop.views.picture import Picture
from enate_desktop.views.plot import ThroughputPlot
from enate_desktop.views.widgets import Card, SectionLabel, label, secondary_label
from enate_desktop.views.worker_control import WorkerControl


class AttentionCard(Card):
    """``wanted`` carries a page and what to show there."""

    wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = SectionLabel("")
        self._clear = _Clear()
        self.lines = FactLines()
        self.body.addWidget(self._title)
        self.body.addWidget(self._clear)
        self.body.addWidget(self.lines)
        self.body.addStretch(1)
        self.show_attention((), None)

    @property
    def clear_text(self) -> str:
        """What is said when nothing needs attention, or empty."""
        return "" if self.lines.texts else self._clear.text

    def show_attention(self, found: tuple[Attention, ...], last: LastProblem | None) -> None:
        """Show these lines, or that all is clear."""
        now = datetime.now(UTC)
        many = f" ({len(found)})" if found else ""
        self._title.setText(self.tr("Needs attention") + many)
        self._clear.set_text(all_clear_text(last, now))
        self._clear.setVisible(not found)
        self.lines.setVisible(bool(found))
        self.lines.show_lines([self._line(each, now) for each in found])

    def _line(self, found: Attention, now: datetime) -> FactLine:
        shape, token = line_shape(found.severity, found.kind)
        since = f"since {when_text(found.since, now)}" if found.since else ""
        go = partial(self.wanted.emit, found.page, found.target)
        name = f"{found.remedy}. {SPOKEN[found.severity]}: {found.sentence}"
        act = LineButton(found.remedy, name, go)
        key = (found, since)
        return FactLine(key, shape, token, found.sentence, since, found.detail, (act,))


class NumbersCard(Card):
    """The last 24 hours in figures and as a plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Last 24 hours", parent)
        self.plot = ThroughputPlot()
        self.figures = {
            name: _Figure(words)
            for name, words in (
                ("mails", self.tr("mails")),
                ("work_items", self.tr("work items")),
                ("fallback", self.tr("by fallback")),
                ("appended", self.tr("added to work")),
                ("unhandled", self.tr("unhandled")),
                ("sent", self.tr("emails sent")),
            )
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, place // 3, place % 3)
        self._tests = secondary_label("")
        self.body.addLayout(grid)
        self.body.addWidget(self._tests)
        self.body.addWidget(self.plot)
        self._tests.hide()

    @property
    def test_text(self) -> str:
        """What is said of test items, or empty."""
        return self._tests.text()

    def show_numbers(self, numbers: Numbers) -> None:
        """Show other figures; test items stand apart (W-04)."""
        created = numbers.created
        shown = {
            "mails": numbers.mails,
            "work_items": created.live,
            "fallback": created.fallback,
            "appended": numbers.appended,
            "unhandled": numbers.unhandled,
            "sent": numbers.sent,
        }
        for name, number in shown.items():
            self.figures[name].show_number(number)
        self.figures["unhandled"].alarm(bool(numbers.unhandled))
        tests = counted(created.test, "test item")
        self._tests.setText(self.tr("{tests} besides, not counted").format(tests=tests))
        self._tests.setVisible(bool(created.test))
        self.plot.show_throughput(numbers.throughput)


class WorkerCard(Card):
    """What the worker does, when it looks next, Pause and Check now."""

    def __init__(self, worker: WorkerControl, parent: QWidget | None = None) -> None:
        super().__init__("Worker", parent)
        self._worker = worker
        self.line = WorkerLine()
        layout = self.line.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self._next = secondary_label("")
        self.buttons = HeadButtons()
        self.buttons.restart.hide()
        self.buttons.window_button.hide()
        row = QHBoxLayout()
        row.addWidget(self.buttons)
        row.addStretch(1)
        self.body.addWidget(self.line)
        self.body.addWidget(self._next)
        self.body.addLayout(row)
        worker.changed.connect(self.refresh)
        self.refresh()

    @property
    def next_text(self) -> str:
        """How many mailboxes are watched and when the next look is."""
        return self._next.text()

    def refresh(self) -> None:
        """Say it anew: seconds pass without anything happening."""
        facts, now = self._worker.facts, datetime.now(UTC)
        self.line.show_worker(self._worker.state, facts)
        parts = [self._worker.facts.trouble] if facts.trouble else []
        parts.append(counted(len(facts.running), "connector"))
        if facts.next_looks:
            next_look = until_text(min(facts.next_looks.values()), now)
            parts.append(self.tr("next check {when}").format(when=next_look))
        self._next.setText(", ".join(parts))


class ChangesCard(Card):
    """The newest changes; ``wanted`` as of AttentionCard."""

    wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Recently changed", parent)
        self._empty = secondary_label(self.tr("Nothing was changed yet."))
        self.lines = FactLines()
        self.body.addWidget(self._empty)
        self.body.addWidget(self.lines)

    def show_changes(self, changes: tuple[HistoryChange, ...]) -> None:
        """Show these changes."""
        now = datetime.now(UTC)
        self._empty.setVisible(not changes)
        self.lines.setVisible(bool(changes))
        self.lines.show_lines([self._line(change, now) for change in changes])

    def _line(self, change: HistoryChange, now: datetime) -> FactLine:
        text = change_line(change, now)
        go = partial(self.wanted.emit, "activity", change.head.id)
        compare = LineButton(self.tr("Compare"), f"Compare: {text}", go)
        return FactLine((change.head.id, text), "", "", text, "", "", (compare,))


class DeadRoutesCard(Card):
    """Routes of no use; ``switched_off`` carries a DeadRoute."""

    wanted = Signal(str, object)
    switched_off = Signal(object)

    def __init__(self, blocked: str, parent: QWidget | None = None) -> None:
        """``blocked`` is why nothing may be switched off, or empty."""
        super().__init__("Dead routes", parent)
        self._blocked = blocked
        self._empty = secondary_label(self.tr("Every enabled route is of use."))
        self.lines = FactLines()
        self.body.addWidget(self._empty)
        self.body.addWidget(self.lines)

    def show_dead(self, dead: tuple[DeadRoute, ...]) -> None:
        """Show these routes."""
        self._empty.setVisible(not dead)
        self.lines.setVisible(bool(dead))
        self.lines.show_lines([self._line(each) for each in dead])

    def _line(self, dead: DeadRoute) -> FactLine:
        name = f"“{dead.route.name}” of “{dead.connector}”"
        run: Callable[[], object] = partial(self.switched_off.emit, dead)
        acts = (
            LineButton("Show", f"Show {name}", partial(self.wanted.emit, "routes", dead.route)),
            LineButton("Switch off", f"Switch off {name}", run, self._blocked),
        )
        text = f"{name}: {DEAD_WORDS[dead.reason][:1].lower()}{DEAD_WORDS[dead.reason][1:]}"
        return FactLine(dead, "circle-slash", "secondary", text, dead.sentence, "", acts)


class _Clear(QWidget):
    """The green line that nothing needs attention."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Picture("circle-check", "ok", 16))
        row.addWidget(self._words, 1)

    @property
    def text(self) -> str:
        return self._words.text()

    def set_text(self, text: str) -> None:
        self._words.setText(text)


class _Figure(QWidget):
    """A number above what it counts."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self._number = label("0")
        self._number.setFont(fonts.title_font())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._number, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(secondary_label(words, wrap=False))

    @property
    def text(self) -> str:
        return self._number.text()

    def show_number(self, number: int) -> None:
        self._number.setText(f"{number:,}")
        self.setAccessibleName(f"{number:,} {self._words}")

    def alarm(self, alarming: bool) -> None:
        self._number.set_colour("warning" if alarming else "text")
