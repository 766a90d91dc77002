"""The connector rows of the routes tree: name, service, counts, state in words, and their tools."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics

from enate_desktop.item_models import route_text
from enate_desktop.item_models.connector_state import connector_state
from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.route_painting import GAP, ICON, RowBrush

TOOL = 28
"""Side of a tool's box in pixels; WCAG 2.2 asks for 24."""


class Hit(StrEnum):
    """What a click on a row means; the value of a tool names its picture."""

    ROW = "row"
    TOGGLE = "toggle"
    REMEDY = "remedy"
    SEARCH = "funnel"
    UP = "arrow-up"
    DOWN = "arrow-down"
    ADD = "plus"


TOOL_NAMES = {
    Hit.SEARCH: "Search in this group (Ctrl+F)",
    Hit.UP: "Move the selected routes up (Alt+Up)",
    Hit.DOWN: "Move the selected routes down (Alt+Down)",
    Hit.ADD: "New route here",
}

_Word = tuple[str, str, QColor, QFont]
"""Picture (or empty), text, colour, font."""


def tool_boxes(group: RouteGroupRows, row: QRect) -> tuple[tuple[Hit, QRect], ...]:
    """The tools of a connector row and where they lie (left to right)."""
    tools = (Hit.SEARCH, Hit.ADD) if group.outgoing else (Hit.SEARCH, Hit.UP, Hit.DOWN, Hit.ADD)
    left = row.right() - GAP - TOOL * len(tools)
    top = row.top() + (row.height() - TOOL) // 2
    return tuple((hit, QRect(left + TOOL * n, top, TOOL, TOOL)) for n, hit in enumerate(tools))


def paint_group(
    brush: RowBrush,
    forest: RouteForest,
    group: RouteGroupRows,
    now: datetime,
    *,
    expanded: bool,
    selected: bool,
    hidden: frozenset[Column],
) -> None:
    """One connector row, but for its tools."""
    colours = brush.colours
    brush.ground(colours.selection if selected else colours.group_row)
    folded = "chevron-left" if brush.right_to_left else "chevron-right"
    brush.icon(brush.row.left() + GAP, "chevron-down" if expanded else folded, colours.text)
    rest = QRect(brush.row)
    rest.setLeft(brush.row.left() + 32)
    rest.setRight(tool_boxes(group, brush.row)[0][1].left() - GAP)
    for icon, text, colour, font in _words(brush, forest, group, now, hidden):
        if rest.width() < QFontMetrics(font).averageCharWidth() * 4:
            break
        if icon:
            brush.icon(rest.left(), icon, colour)
            rest.setLeft(rest.left() + ICON + 4)
        rest.setLeft(rest.left() + brush.text(rest, text, colour, font) + 12)


def paint_tool(
    brush: RowBrush, hit: Hit, box: QRect, *, hovered: bool, on: bool, usable: bool
) -> None:
    """One tool of a connector row."""
    colours = brush.colours
    if on or (hovered and usable):
        brush.shape(box.adjusted(1, 1, -1, -1), colours.selection if on else colours.line, 4)
    colour = colours.accent if on else colours.text if usable else colours.disabled
    inset = (TOOL - ICON) // 2
    picture = brush.placed(box.adjusted(inset, inset, -inset, -inset))
    paint_icon(brush.painter, picture, hit.value, colour)


def _words(
    brush: RowBrush,
    forest: RouteForest,
    group: RouteGroupRows,
    now: datetime,
    hidden: frozenset[Column],
) -> Iterator[_Word]:
    colours, body = brush.colours, brush.fonts.body
    yield "", group.connector.name, colours.text, brush.fonts.strong
    yield "", route_text.service_label(group), colours.secondary, body
    counts = f"{route_text.count_text(group)} · {route_text.direction_text(group)}"
    yield "", counts, colours.secondary, body
    if route_text.is_held(group, forest):
        yield "clock", "order not saved", colours.info, brush.fonts.strong
    state = connector_state(group.connector, now)
    yield state.shape, state.line(now), colours.named(state.token), body
    if group.connector.default_sender and group.outgoing:
        yield "send", "default sender", colours.secondary, body
    unseen = [group.search.words(column) for column in group.search.filled() if column in hidden]
    if unseen:
        yield "funnel", "; ".join(unseen), colours.info, body
    if group.warned:
        yield "triangle-alert", route_text.warned_text(group), colours.warning, body
    checked = route_text.last_check_text(group.connector, now)
    if checked and not group.outgoing:
        yield "", checked, colours.secondary, body
