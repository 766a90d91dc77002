"""A tree whose rows are painted whole: what is under the mouse, and what a click on it asks for."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
    QWidget,
)
from typing_extensions import override

from enate_desktop.item_models.route_columns import COLUMNS, Column
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.views.accessibility import plain_tooltip
from enate_desktop.views.route_delegate import Index, RouteDelegate, RowPlace, RowState
from enate_desktop.views.route_group_painting import TOOL_NAMES, Hit

_FLASH_MILLISECONDS = 600

Spot = tuple[QPersistentModelIndex, Hit]
"""A row (its first column) and what of it."""


class RouteRowsView(QTreeView):
    """Shows a RouteTreeModel and says what was clicked; it changes nothing itself.

    ``toggle_requested``: group key, route ids. ``edit_requested``: group key, route id.
    ``tool_requested``: group key, Hit. ``remedy_requested``: group key, key of the sentence's row.
    """

    toggle_requested = Signal(object, object)
    edit_requested = Signal(object, object)
    tool_requested = Signal(object, object)
    remedy_requested = Signal(object, object)

    def __init__(
        self,
        model: RouteTreeModel,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setUniformRowHeights(True)  # before anything expands: a height of -1 would be kept
        self.routes = model
        self.rows = RouteDelegate(model, clock, self)
        self._first_row: RowPlace | None = None
        self._pressed: Spot | None = None
        self._pointer_is_dragging_nothing = False
        self._hovered: Spot | None = None
        self._dragged: tuple[int, tuple[int, ...]] = (0, ())
        self._flashing: tuple[int, tuple[int, ...]] = (0, ())
        self._flash_timer = QTimer(self)
        self._flash_timer.setSingleShot(True)
        self._flash_timer.setInterval(_FLASH_MILLISECONDS)
        self._flash_timer.timeout.connect(self._on_flash_over)
        self.setModel(model)
        self.setItemDelegate(self.rows)
        self.setAccessibleName(self.tr("Email routes"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def selection(self) -> tuple[int, tuple[int, ...]]:
        """The selected routes of the current group: its key and their ids in the order shown."""
        rows = self.selectionModel().selectedRows()
        key = self.currentIndex().internalId() if self.currentIndex().isValid() else 0
        key = key or next((row.internalId() for row in rows if row.internalId()), 0)
        return key, self.routes.route_ids(key, rows)

    def current_group(self) -> RouteGroupRows | None:
        """The group the current row belongs to."""
        index = self.currentIndex()
        return self.routes.group_at(index) if index.isValid() else None

    def flash(self, key: int, ids: tuple[int, ...]) -> None:
        """Light rows up for a moment."""
        self._flashing = (key, ids)
        self._flash_timer.start()
        self.viewport().update()

    def visible_row(self, at: QPoint) -> QModelIndex:
        """The row at a height of the viewport, whatever column; invalid below the last one."""
        left = self.columnViewportPosition(Column.PRIORITY)
        return self.indexAt(QPoint(left + 1, at.y())).siblingAtColumn(0)

    @override
    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        first = self._row(index)
        place = self._place(options.rect)
        self._first_row = self._first_row or place
        self.rows.paint_row(painter, first, place, self._state(first))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tooltip(self._tooltip(event.pos())), self)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        hit = self._hit(at)
        self._pressed = None
        self._pointer_is_dragging_nothing = False
        if event.button() == Qt.MouseButton.LeftButton and hit is not None:
            self._pressed = hit
            if hit[1] is not Hit.ROW:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                return
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or pressed[1] is Hit.ROW:
            super().mouseReleaseEvent(event)
        if pressed is None or pressed != self._hit(event.position().toPoint()):
            return
        index, hit = pressed
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if hit is not Hit.ROW:
            self._act(index, hit)
        elif not index.internalId() and plain:
            self.setExpanded(self._row(index), not self.isExpanded(self._row(index)))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self._hit(event.position().toPoint())
        route = self.routes.route_at(hit[0]) if hit is not None else None
        if hit is not None and hit[1] is not Hit.ROW:
            self.mousePressEvent(event)
        elif hit is not None and route is not None:
            self.edit_requested.emit(hit[0].internalId(), route.id)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self._pressed[1] is not Hit.ROW:
            return
        if self._pointer_is_dragging_nothing and event.buttons():
            return
        super().mouseMoveEvent(event)
        self._hover(event.position().toPoint())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._first_row = None  # columns may have changed since
        super().paintEvent(event)
        self._first_row = None

    def _place(self, rect: QRect) -> RowPlace:
        """Where a row lies; while the view is painted only the first one is worked out."""
        top, height = rect.top(), rect.height()
        row = QRect(0, top, self.viewport().width(), height)
        first = self._first_row
        if first is None or first.row.height() != height:
            return self._placed_anew(row)
        by = top - first.row.top()
        cells = tuple((column, cell.translated(0, by)) for column, cell in first.cells)
        return RowPlace(row, cells, first.hidden, first.direction)

    def _placed_anew(self, row: QRect) -> RowPlace:
        header, direction = self.header(), self.layoutDirection()
        shown = [column for column in COLUMNS if not header.isSectionHidden(column)]
        cells = []
        for column in shown:
            left, width = header.sectionViewportPosition(column), header.sectionSize(column)
            cell = QRect(left, row.top(), width, row.height())
            cells.append((column, QStyle.visualRect(direction, row, cell)))
        return RowPlace(row, tuple(cells), frozenset(COLUMNS).difference(shown), direction)

    def _state(self, index: QModelIndex) -> RowState:
        key = index.internalId()
        route = self.routes.route_at(index)
        child = (key, route.id if route is not None else 0)
        hovered = self._hovered
        return RowState(
            selected=self.selectionModel().isRowSelected(index.row(), index.parent()),
            current=self.hasFocus()
            and self.currentIndex().row() == index.row()
            and self.currentIndex().internalId() == key,
            expanded=not key and self.isExpanded(index),
            dragged=child[0] == self._dragged[0] and child[1] in self._dragged[1],
            flashing=child[0] == self._flashing[0] and child[1] in self._flashing[1],
            hovered=hovered[1] if hovered is not None and hovered[0] == index else None,
            usable=frozenset(Hit) if key else self._usable(index),
        )

    def _usable(self, index: QModelIndex) -> frozenset[Hit]:
        """The tools of a connector row that would do something now."""
        group = self.routes.group_at(index)
        key, ids = self.selection()
        usable = {Hit.SEARCH}
        if self.rows.may_edit:
            usable.add(Hit.ADD)
        if key == group.key and ids:
            usable |= {Hit.UP, Hit.DOWN}
        return frozenset(usable)

    def _row(self, index: Index) -> QModelIndex:
        return self.routes.index(index.row(), 0, index.parent())

    def _hit(self, at: QPoint) -> Spot | None:
        index = self.visible_row(at)
        if not index.isValid():
            return None
        hit = self.rows.hit_at(index, self._place(self.visualRect(index)), at)
        return QPersistentModelIndex(index), hit

    def _hover(self, at: QPoint | None) -> None:
        hovered = self._hit(at) if at is not None else None
        if hovered == self._hovered:
            return
        self._hovered = hovered
        clickable = hovered is not None and (
            hovered[1] is not Hit.ROW or not hovered[0].internalId()
        )
        shape = Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()

    def _tooltip(self, at: QPoint) -> str:
        hit = self._hit(at)
        if hit is None:
            return ""
        if hit[1] in TOOL_NAMES:
            return TOOL_NAMES[hit[1]]
        cell = self.indexAt(at)
        return str(cell.data(Qt.ItemDataRole.ToolTipRole) or "") if cell.isValid() else ""

    def _act(self, index: QPersistentModelIndex, hit: Hit) -> None:
        group = self.routes.group_at(index)
        route = self.routes.route_at(index)
        if hit is Hit.TOGGLE and route is not None:
            self.toggle_requested.emit(group.key, (route.id,))
        elif hit is Hit.REMEDY:
            self.remedy_requested.emit(group.key, group.children[index.row()])
        elif hit is not Hit.TOGGLE:
            self.tool_requested.emit(group.key, hit)

    def _on_flash_over(self) -> None:
        self._flashing = (0, ())
        self.viewport().update()
