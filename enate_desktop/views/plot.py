"""Mails as bars above a line and errors below it, painted by ourselves (UI 3.10)."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from enate_desktop.item_models.monitor_state import counted
from enate_desktop.item_models.time_text import clock_text, short_text
from enate_desktop.services.monitor import Span, Throughput
from enate_desktop.views import fonts
from enate_desktop.views.tokens import tokens

_STEP_WORDS = {Span.HOUR: "minute", Span.DAY: "15 minutes", Span.WEEK: "hour"}
_SPAN_WORDS = {Span.HOUR: "last hour", Span.DAY: "last 24 hours", Span.WEEK: "last 7 days"}
_LABEL = 16
_SIDE = 44
_ERROR_SHARE = 0.25


class ThroughputPlot(QWidget):
    """The counts of a span as bars; Left and Right walk along them, for the ear as well.

    ``spoken`` carries what the step under the cursor holds.
    """

    spoken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Throughput | None = None
        self._cursor = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(fonts.secondary_font())
        self.setAccessibleName(self.tr("Mails taken in"))

    @property
    def summary(self) -> str:
        """The whole plot in a sentence."""
        return summary_text(self._shown) if self._shown else ""

    def show_throughput(self, shown: Throughput) -> None:
        """Show other counts."""
        if shown == self._shown:
            return
        self._shown = shown
        self._cursor = min(self._cursor, len(shown.mails) - 1)
        self.setAccessibleDescription(self.summary)
        self.update()

    def step_text(self, place: int) -> str:
        """One step in words: ``12:40 to 12:41: 7 mails, 1 error``."""
        shown = self._shown
        if shown is None or not 0 <= place < len(shown.mails):
            return ""
        start = shown.start + shown.span.step * place
        mails, errors = shown.mails[place], shown.errors[place]
        end = clock_text(start + shown.span.step)
        told = f"{_moment(start, shown.span)} to {end}: {counted(mails, 'mail')}"
        return f"{told}, {counted(errors, 'error')}" if errors else told

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, 80)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, 80)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps or self._shown is None:
            super().keyPressEvent(event)
            return
        forward = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        step = steps[Qt.Key(event.key())] * (1 if forward else -1)
        last = len(self._shown.mails) - 1
        self._cursor = last if self._cursor < 0 else min(max(self._cursor + step, 0), last)
        text = self.step_text(self._cursor)
        self.setAccessibleDescription(text)
        self.spoken.emit(text)
        self.update()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.step_text(self._place_at(event.x())), self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._shown is None:
            return
        area = self._area()
        most = _round_up(max(self._shown.mails, default=0))
        axis = area.bottom() - (area.height() * _ERROR_SHARE if any(self._shown.errors) else 0)
        self._paint_scale(painter, area, axis, most)
        self._paint_bars(painter, area, axis, most)
        self._paint_times(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(tokens().accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _area(self) -> QRectF:
        box = QRectF(self.rect()).adjusted(4, _LABEL / 2, -4, -_LABEL)
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        return box.adjusted(_SIDE, 0, 0, 0) if left_to_right else box.adjusted(0, 0, -_SIDE, 0)

    def _place_at(self, x: int) -> int:
        if self._shown is None:
            return -1
        area = self._area()
        place = int((x - area.left()) / (area.width() / len(self._shown.mails)))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place = len(self._shown.mails) - 1 - place
        return place

    def _paint_scale(self, painter: QPainter, area: QRectF, axis: float, most: int) -> None:
        now = tokens()
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        side = area.left() - _SIDE if left_to_right else area.right() + 6
        align = Qt.AlignmentFlag.AlignRight
        for number, height in ((most, area.top()), (0, axis)):
            painter.setPen(QPen(now.line, 1))
            painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))
            painter.setPen(now.secondary)
            box = QRectF(side, height - 8, _SIDE - 6, 16)
            painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, f"{number:,}")

    def _paint_bars(self, painter: QPainter, area: QRectF, axis: float, most: int) -> None:
        if self._shown is None:
            return
        now = tokens()
        steps = len(self._shown.mails)
        width = area.width() / steps
        gap = 1.0 if width < 6 else 2.0
        worst = max(1, *self._shown.errors)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (mails, errors) in enumerate(
            zip(self._shown.mails, self._shown.errors, strict=True)
        ):
            x = area.left() + self._column(place, steps) * width
            if place == self._cursor:
                painter.setBrush(now.selection)
                painter.drawRect(QRectF(x, area.top(), width, area.height()))
            if mails:
                high = max(2.0, (axis - area.top()) * mails / most)
                painter.setBrush(now.accent)
                painter.drawRect(QRectF(x, axis - high, max(1.0, width - gap), high))
            if errors:
                deep = max(3.0, (area.bottom() - axis - 1) * errors / worst)
                painter.setBrush(now.error)
                painter.drawRect(QRectF(x, axis + 1, max(1.0, width - gap), deep))

    def _paint_times(self, painter: QPainter, area: QRectF) -> None:
        shown = self._shown
        if shown is None:
            return
        painter.setPen(tokens().secondary)
        middle = Qt.AlignmentFlag.AlignVCenter
        row = QRectF(area.left(), area.bottom() + 1, area.width(), _LABEL - 1)
        first, last = _moment(shown.start, shown.span), self.tr("now")
        half = _moment(shown.start + shown.span.step * (shown.span.steps // 2), shown.span)
        # The painter turns left and right round by itself where text runs from right to left.
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | middle, first)
        painter.drawText(row, Qt.AlignmentFlag.AlignHCenter | middle, half)
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | middle, last)

    def _column(self, place: int, steps: int) -> int:
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        return place if left_to_right else steps - 1 - place


def summary_text(shown: Throughput) -> str:
    """``212 mails in the last hour, at most 12 in a minute; 5 errors.``"""
    errors = sum(shown.errors)
    told = f"{counted(sum(shown.mails), 'mail')} in the {_SPAN_WORDS[shown.span]}"
    most = max(shown.mails, default=0)
    peak = f", at most {most:,} in {_a(_STEP_WORDS[shown.span])}" if most else ""
    return f"{told}{peak}; {counted(errors, 'error') if errors else 'no errors'}."


def _a(step: str) -> str:
    return step if step[0].isdigit() else ("an " if step[0] == "h" else "a ") + step


def _moment(moment: datetime, span: Span) -> str:
    return short_text(moment) if span is Span.WEEK else clock_text(moment)


def _round_up(most: int) -> int:
    """The top of the scale: 5, 10, 20, 50, 100 …"""
    top = 5
    for factor in _factors(most):
        top = factor
        if top >= most:
            return top
    return top


def _factors(most: int) -> Sequence[int]:
    found = [5, 10]
    while found[-1] < most:
        found += [found[-1] * 2, found[-1] * 5, found[-1] * 10]
    return sorted(set(found))
