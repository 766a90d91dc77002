"""Why a mail went where it went: routes tried, rules asked and found, the winner (M-12, UI 3.7)."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.routing.explanation import Decision, Outcome, Result, RouteTrace, RuleTrace
from enate_desktop.views.picture import Picture
from enate_desktop.views.tags import Tag
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import button, label, secondary_label

_RESULTS = {
    Result.TOOK: ("circle-check", "ok", "took the mail"),
    Result.OFF: ("power", "placeholder", "off – not evaluated"),
    Result.ADDRESS_DIFFERS: ("minus", "placeholder", "address differs"),
    Result.RULE_FAILED: ("circle-x", "secondary", "a rule was not met"),
    Result.NOT_EVALUATED: (
        "circle",
        "placeholder",
        "not evaluated: an earlier one took it",
    ),
}
_OUTCOMES = {
    Outcome.CREATED: ("Created work", "ok"),
    Outcome.APPENDED: ("Added to work", "info"),
    Outcome.UNHANDLED: ("Unhandled", "warning"),
    Outcome.OWN: ("Own mail", "info"),
    Outcome.DUPLICATE: ("Duplicate", "info"),
}
_QUIET = (Result.ADDRESS_DIFFERS, Result.OFF, Result.NOT_EVALUATED)


class ExplanationView(QWidget):
    """One block per recipient; routes that say little are folded away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks: list[DecisionBlock] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    @property
    def blocks(self) -> tuple["DecisionBlock", ...]:
        """What is shown, one per decision."""
        return tuple(self._blocks)

    def set_decisions(self, decisions: Sequence[Decision], paths: Mapping[int, str]) -> None:
        """Explain these; ``paths`` names the processes by id."""
        for block in self._blocks:
            self._column.removeWidget(block)
            block.hide()
            block.deleteLater()
        self._blocks = [DecisionBlock(decision, paths) for decision in decisions]
        for block in self._blocks:
            self._column.addWidget(block)


class DecisionBlock(QFrame):
    """The answer for one recipient, with the routes it was worked out from."""

    def __init__(
        self, decision: Decision, paths: Mapping[int, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._folded: list[QWidget] = []
        self._more = button("", self._on_more_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(self._head(decision))
        for text in (_created_text(decision, paths), decision.reason):
            if text:
                column.addWidget(label(text, wrap=True))
        quiet = 0
        for step in decision.trace:
            row = TraceRow(step)
            column.addWidget(row)
            if step.result in _QUIET:
                quiet += step.count
                self._folded.append(row)
                row.hide()
        self._quiet = quiet
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._more.setVisible(bool(quiet))
        self._show_more_text(open_now=False)
        self.text = " ".join(_spoken(decision, paths))
        self.setAccessibleName(self.text)

    @property
    def more_button(self) -> QPushButton:
        """Shows and hides the routes that say little."""
        return self._more

    @property
    def folded(self) -> tuple[QWidget, ...]:
        """The rows that are folded away at first."""
        return tuple(self._folded)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.line, 1.2))
        painter.setBrush(now.base)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 6, 6)

    def _head(self, decision: Decision) -> QHBoxLayout:
        words, colour = _OUTCOMES[decision.outcome]
        row = QHBoxLayout()
        row.setSpacing(8)
        nobody = decision.outcome in (Outcome.CREATED, Outcome.UNHANDLED)
        other = self.tr("No recipient took part") if nobody else self.tr("The whole mail")
        recipient = decision.recipient or other
        shown = label(recipient, strong=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(shown)
        row.addWidget(Tag(words, colour))
        if decision.test_mode:
            row.addWidget(Tag(self.tr("Test mode"), "test_mode"))
        row.addStretch(1)
        return row

    def _on_more_clicked(self) -> None:
        open_now = any(row.isHidden() for row in self._folded)
        for row in self._folded:
            row.setVisible(open_now)
        self._show_more_text(open_now=open_now)

    def _show_more_text(self, *, open_now: bool) -> None:
        routes = "1 route" if self._quiet == 1 else f"{self._quiet} routes"
        verb = self.tr("Hide") if open_now else self.tr("Show")
        text = self.tr("{verb} {routes} not looked at")
        self._more.setText(text.format(verb=verb, routes=routes))


class TraceRow(QFrame):
    """One route: name, what came of it, and its rules; the winner is tinted."""

    def __init__(self, step: RouteTrace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        shape, colour, words = _RESULTS[step.result]
        self._won = step.result is Result.TOOK
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        grid.addWidget(Picture(shape, colour), 0, 0, Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(step.label, strong=self._won))
        head.addWidget(secondary_label(words, wrap=False))
        head.addStretch(1)
        grid.addLayout(head, 0, 1, 1, 2)
        for place, rule in enumerate(step.rules, start=1):
            self._add_rule(grid, place, rule)
        if not step.rules and self._won:
            grid.addWidget(secondary_label(self.tr("It has no rules to meet.")), 1, 1, 1, 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._won:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens().ok_tint)
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)

    def _add_rule(self, grid: QGridLayout, place: int, rule: RuleTrace) -> None:
        inner = QGridLayout()
        inner.setHorizontalSpacing(8)
        inner.setVerticalSpacing(2)
        inner.setColumnStretch(2, 1)
        shape, colour = ("check", "ok") if rule.true else ("x", "error")
        inner.addWidget(Picture(shape, colour), 0, 0, Qt.AlignmentFlag.AlignTop)
        inner.addWidget(label(rule.rule.value), 0, 1, 1, 2)
        for line, (name, text) in enumerate(
            ((self.tr("asked"), rule.asked), (self.tr("found"), rule.found)), start=1
        ):
            inner.addWidget(secondary_label(name, wrap=False), line, 1, Qt.AlignmentFlag.AlignTop)
            shown = label(text or "–", wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inner.addWidget(shown, line, 2)
        grid.addLayout(inner, place, 1, 1, 2)


def _created_text(decision: Decision, paths: Mapping[int, str]) -> str:
    if decision.process_id is None:
        return ""
    path = paths.get(decision.process_id, "a process that no longer exists")
    process = path.replace(SEPARATOR, " › ")
    category = f", {decision.category.replace('>', '›')}" if decision.category else ""
    return f"{process}{category}"


def _spoken(decision: Decision, paths: Mapping[int, str]) -> Sequence[str]:
    parts = [decision.recipient or "", _OUTCOMES[decision.outcome][0], decision.reason]
    if decision.route:
        parts.append(f"Route {decision.route}.")
    return [part for part in (*parts, _created_text(decision, paths)) if part]
