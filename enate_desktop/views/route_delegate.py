"""Paints whole rows of the routes tree and knows what lies under the mouse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_columns import AnyRoute, Column
from enate_desktop.item_models.route_refusals import (
    FALLBACK_ON,
    NO_EDITING,
    UNTESTED,
    Refusal,
)
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.views.route_group_painting import Hit, paint_group, paint_tool, tool_boxes
from enate_desktop.views.route_painting import RowBrush
from enate_desktop.views.route_row_painting import (
    RouteRow,
    ground_colour,
    paint_cell,
    paint_sentence,
    sentence_layout,
)
from enate_desktop.views.tokens import tokens

ROW_HEIGHT = 32

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row lies: all of it as seen, and its cells; both as for left to right."""

    row: QRect
    cells: tuple[tuple[Column, QRect], ...]
    hidden: frozenset[Column]
    direction: Qt.LayoutDirection


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands at the moment of painting."""

    selected: bool = False
    current: bool = False
    expanded: bool = False
    dragged: bool = False
    flashing: bool = False
    hovered: Hit | None = None
    usable: frozenset[Hit] = frozenset(Hit)


class RouteDelegate(QStyledItemDelegate):
    """Draws a row in one go from the route itself: many times cheaper than cell by cell."""

    def __init__(
        self, model: RouteTreeModel, clock: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._clock = clock
        self.may_edit = True

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, max(ROW_HEIGHT, option.fontMetrics.height() + 14))

    def switchable(self, route: AnyRoute) -> bool:
        """Whether the toggle of a route reacts to a click."""
        if isinstance(route, OutgoingRoute):
            return self.may_edit and (route.tested or route.enabled)
        return self.may_edit and not route.fallback

    def lock_refusal(self, route: AnyRoute) -> Refusal:
        """Why the toggle of a route does not react."""
        if not self.may_edit:
            return NO_EDITING
        return UNTESTED if isinstance(route, OutgoingRoute) else FALLBACK_ON

    def paint_row(self, painter: QPainter, index: Index, place: RowPlace, state: RowState) -> None:
        """Draw one row of the model."""
        painter.save()
        brush = RowBrush(painter, place.row, place.direction, tokens())
        group = self._model.group_at(index)
        route = self._model.route_at(index)
        if not index.internalId():
            paint_group(
                brush,
                self._model.forest,
                group,
                self._clock(),
                expanded=state.expanded,
                selected=state.selected,
                hidden=place.hidden,
            )
            for hit, box in tool_boxes(group, place.row):
                is_on = hit is Hit.SEARCH and group.search_open
                hovered, usable = hit is state.hovered, hit in state.usable
                paint_tool(brush, hit, box, hovered=hovered, on=is_on, usable=usable)
        elif route is not None:
            self._paint_route(brush, index, route, place, state)
        else:
            hovered = state.hovered is Hit.REMEDY
            paint_sentence(brush, group, group.children[index.row()], hovered=hovered)
        if state.current:
            brush.frame()
        painter.restore()

    def hit_at(self, index: Index, place: RowPlace, at: QPoint) -> Hit:
        """What lies under a point of a row; areas are at least 24 pixels each way."""
        point = QStyle.visualRect(place.direction, place.row, QRect(at, QSize(1, 1))).topLeft()
        group = self._model.group_at(index)
        if not index.internalId():
            boxes = tool_boxes(group, place.row)
            return next((hit for hit, box in boxes if box.contains(point)), Hit.ROW)
        if self._model.route_at(index) is None:
            _, box = sentence_layout(group, group.children[index.row()], place.row)
            return Hit.REMEDY if box.contains(point) else Hit.ROW
        cells = dict(place.cells)
        toggle = cells.get(Column.ENABLED)
        return Hit.TOGGLE if toggle is not None and toggle.contains(point) else Hit.ROW

    def _paint_route(
        self, brush: RowBrush, index: Index, route: AnyRoute, place: RowPlace, state: RowState
    ) -> None:
        colours = brush.colours
        is_last = isinstance(route, Route) and route.fallback
        hovered = state.hovered is not None
        ground = ground_colour(brush, selected=state.selected, hovered=hovered, last=is_last)
        brush.ground(colours.info_tint if state.flashing else ground)
        if state.selected:
            left = place.row.left()
            brush.shape(QRect(left, place.row.top(), 3, place.row.height() - 1), colours.accent, 0)
        if state.dragged:
            brush.painter.setOpacity(0.4)
        forest, group = self._model.forest, self._model.group_at(index)
        quiet = colours.secondary if route.enabled or state.selected else colours.placeholder
        row = RouteRow(
            forest=forest,
            group=group,
            route=route,
            ink=colours.text if route.enabled and not is_last else quiet,
            quiet=quiet,
            movable=not is_last and forest.order_refusal(group.key) is None,
            switchable=self.switchable(route),
            marked_here=Column.ATTENTION in place.hidden,
            now=self._clock(),
        )
        for column, cell in place.cells:
            paint_cell(brush, row, column, cell)
        brush.painter.setOpacity(1.0)
