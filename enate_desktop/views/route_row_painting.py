"""The route rows of the routes tree, cell by cell, and the rows that hold a sentence."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics

from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models import route_text
from enate_desktop.item_models.route_columns import AnyRoute, Column
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import (
    NO_FALLBACK_ROW,
    SEARCH_ROW,
    RouteGroupRows,
)
from enate_desktop.item_models.route_warnings import MARKS, seriousness
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.route_painting import GAP, ICON, RowBrush, row_fonts
from enate_desktop.views.widgets import paint_toggle

_GRIP = 8
_NUMBER_RIGHT = 66
_WARNING = 78
_FLAG = 100
_LOCK_GAP = 18
_HITS_NUMBER = 36
_BAR_WIDTH, _BAR_HEIGHT = 4, 14


@dataclass(frozen=True, slots=True)
class RouteRow:
    """What one route row is painted from."""

    forest: RouteForest
    group: RouteGroupRows
    route: AnyRoute
    ink: QColor
    quiet: QColor
    movable: bool
    switchable: bool
    marked_here: bool
    """Whether the flag stands beside the number, because its column is hidden."""
    now: datetime


def ground_colour(brush: RowBrush, *, selected: bool, hovered: bool, last: bool) -> QColor:
    """What a route row stands on."""
    colours = brush.colours
    if selected:
        return colours.selection
    if hovered:
        return colours.hover
    return colours.window if last else colours.base


def paint_cell(brush: RowBrush, row: RouteRow, column: Column, cell: QRect) -> None:
    """One cell of a route row."""
    inner = cell.adjusted(GAP, 0, -4, 0)
    match column:
        case Column.PRIORITY:
            _paint_priority(brush, row, cell)
        case Column.NAME:
            _paint_name(brush, row, inner)
        case Column.CREATES:
            _paint_creates(brush, row, inner)
        case Column.ENABLED:
            _paint_enabled(brush, row, cell)
        case Column.HITS:
            _paint_hits(brush, row, inner)
        case Column.MODE if isinstance(row.route, Route) and row.route.test_mode:
            _paint_test_mode(brush, inner)
        case Column.ATTENTION if isinstance(row.route, Route) and row.route.for_attention:
            brush.icon(inner.left(), "flag", brush.colours.warning)
            brush.text(inner.adjusted(ICON + 6, 0, 0, 0), "Yes", row.ink)
        case _:
            text = route_text.cell_text(row.group, row.route, column, row.forest.book)
            plain = column in (Column.ADDRESS, Column.CATEGORY) or (
                column is Column.AUTO and text == "On"
            )
            brush.text(inner, text, row.ink if plain else row.quiet)


def sentence_layout(group: RouteGroupRows, key: int, row: QRect) -> tuple[QRect, QRect]:
    """Where the sentence and the button of such a row lie; without a button its box is empty."""
    sentence, remedy = route_text.sentence_row(group, key)
    metrics = QFontMetrics(row_fonts().body)
    left = row.left() + _GRIP + ICON + GAP
    room = row.right() - GAP - left
    button = metrics.horizontalAdvance(remedy) + 2 * GAP if remedy else 0
    width = min(metrics.horizontalAdvance(sentence) + 2, max(0, room - button))
    words = QRect(left, row.top(), width, row.height())
    return words, QRect(words.right() + GAP, row.top() + 2, button, row.height() - 4)


def paint_sentence(brush: RowBrush, group: RouteGroupRows, key: int, *, hovered: bool) -> None:
    """The search row's ground, or a sentence with its button."""
    colours = brush.colours
    serious = key == NO_FALLBACK_ROW
    brush.ground(colours.error_tint if serious else colours.base)
    if key == SEARCH_ROW:
        brush.icon(brush.row.left() + _GRIP, "funnel", colours.accent)
        words = brush.row.adjusted(_GRIP + ICON + GAP, 0, 0, 0)
        brush.text(words, "Search", colours.secondary)
        return
    words, box = sentence_layout(group, key, brush.row)
    ink = colours.error if serious else colours.secondary
    brush.icon(brush.row.left() + _GRIP, "circle-x" if serious else "info", ink)
    sentence, remedy = route_text.sentence_row(group, key)
    brush.text(words, sentence, ink)
    if not remedy:
        return
    if hovered:
        brush.shape(box, colours.selection, 4)
    brush.text(box, remedy, colours.accent, brush.fonts.strong, Qt.AlignmentFlag.AlignHCenter)


def _paint_priority(brush: RowBrush, row: RouteRow, cell: QRect) -> None:
    colours = brush.colours
    left = cell.left()
    number = row.group.number(row.route.id)
    if number:
        grip = colours.placeholder if row.movable else colours.line
        brush.icon(left + _GRIP, "grip-vertical", grip)
        box = QRect(left + 18, cell.top(), _NUMBER_RIGHT - 18, cell.height())
        right = Qt.AlignmentFlag.AlignRight
        brush.text(box, str(number), row.ink, brush.fonts.numbers, right)
    elif isinstance(row.route, OutgoingRoute):
        brush.icon(left + _GRIP, "send", colours.placeholder)
    else:
        brush.icon(left + _GRIP, "lock", colours.placeholder)
        box = QRect(left + 18, cell.top(), _NUMBER_RIGHT - 18, cell.height())
        brush.text(box, "last", row.quiet, None, Qt.AlignmentFlag.AlignRight)
    warnings = row.forest.warnings_of(row.route)
    if warnings:
        mark = MARKS[min(map(seriousness, warnings))]
        brush.icon(left + _WARNING, mark.shape, colours.named(mark.token))
    if row.marked_here and isinstance(row.route, Route) and row.route.for_attention:
        brush.icon(left + _FLAG, "flag", colours.warning)


def _paint_hits(brush: RowBrush, row: RouteRow, inner: QRect) -> None:
    hits = row.forest.hits_of(row.route)
    if hits is None:
        return
    text, word = route_text.hits_words(row.route, row.forest, row.now)
    number = QRect(inner.left(), inner.top(), _HITS_NUMBER, inner.height())
    ink = row.ink if hits.week else row.quiet
    brush.text(number, text, ink, brush.fonts.numbers, Qt.AlignmentFlag.AlignRight)
    left = number.right() + GAP
    if word:
        rest = QRect(left, inner.top(), inner.right() - left + 4, inner.height())
        brush.text(rest, word, row.quiet, brush.fonts.small)
        return
    most = max(hits.days)
    foot = inner.top() + (inner.height() + _BAR_HEIGHT) // 2
    for place, count in enumerate(hits.days):
        height = max(1, round(_BAR_HEIGHT * count / most)) if most else 1
        bar = QRect(left + place * (_BAR_WIDTH + 1), foot - height, _BAR_WIDTH, height)
        if bar.right() > inner.right():
            break
        brush.painter.fillRect(
            brush.placed(bar), brush.colours.accent if count else brush.colours.line
        )


def _paint_name(brush: RowBrush, row: RouteRow, inner: QRect) -> None:
    is_draft = (row.group.outgoing, row.route.id) in row.forest.drafts
    if is_draft:
        middle = inner.top() + (inner.height() - 8) // 2
        brush.shape(QRect(inner.left(), middle, 8, 8), brush.colours.accent, 4)
    brush.text(inner.adjusted(14 if is_draft else 0, 0, 0, 0), row.route.name, row.ink)


def _paint_creates(brush: RowBrush, row: RouteRow, inner: QRect) -> None:
    if isinstance(row.route, OutgoingRoute):
        brush.text(inner, row.route.description, row.quiet)
        return
    process = row.forest.book.of(row.route.process_id)
    rest = QRect(inner)
    rest.setLeft(rest.left() + brush.text(rest, process.label, row.ink) + GAP)
    if process.retired:
        colours = brush.colours
        pill = brush.pill(rest, "Retired", colours.warning, colours.warning_tint)
        rest.setLeft(rest.left() + pill + (GAP if pill else 0))
    if rest.width() > 40:
        brush.text(rest, process.path, row.quiet)


def _paint_test_mode(brush: RowBrush, inner: QRect) -> None:
    colours = brush.colours
    middle = inner.top() + (inner.height() - 8) // 2
    brush.shape(QRect(inner.left(), middle, 8, 8), colours.test_mode, 4)
    brush.text(inner.adjusted(14, 0, 0, 0), "Test", colours.test_mode)


def _paint_enabled(brush: RowBrush, row: RouteRow, cell: QRect) -> None:
    box = QRect(cell.left() + GAP, cell.top(), 30, cell.height())
    paint_toggle(brush.painter, brush.placed(box), on=row.route.enabled, enabled=row.switchable)
    if not row.switchable:
        lock = QRect(box.right() + 5, cell.top() + (cell.height() - 12) // 2, 12, 12)
        if lock.right() < cell.right():
            paint_icon(brush.painter, brush.placed(lock), "lock", brush.colours.placeholder)
