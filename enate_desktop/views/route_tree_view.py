"""The Email Routes tree: routes are dragged, or moved by step, inside their connector (G-06)."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from enate_desktop.item_models.route_mime import carries_routes
from enate_desktop.item_models.route_refusals import Refusal
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.views.accessibility import announce
from enate_desktop.views.route_drag import (
    EscapeWatch,
    Landing,
    drag_picture,
    landing,
    paint_landing,
)
from enate_desktop.views.route_moves import Step, target
from enate_desktop.views.route_rows_view import RouteRowsView


class RouteTreeView(RouteRowsView):
    """Asks for moves and refuses those that cannot be; the order changes elsewhere.

    ``move_requested``: group key, route ids, place after removal. ``refused``: a Refusal.
    """

    move_requested = Signal(object, object, object)
    refused = Signal(object)

    def __init__(
        self,
        model: RouteTreeModel,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, clock, parent)
        self._landing: Landing | None = None
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragEnabled(True)
        self.setAutoExpandDelay(-1)
        model.move_requested.connect(self.move_requested)

    def move_selection(self, step: Step) -> None:
        """Ask to move the selected routes one step, or say why that is not possible."""
        key, ids = self.selection()
        if not ids:
            return
        place = target(self.routes.forest, key, ids, step)
        if isinstance(place, Refusal):
            self.refused.emit(place)
        elif place is None:
            first = step in (Step.TOP, Step.UP)
            announce(self.tr("Already first.") if first else self.tr("Already last."))
        else:
            self.move_requested.emit(key, ids, place)

    def select_routes(self, key: int, ids: tuple[int, ...]) -> None:
        """Select these routes, make the first one current and bring it into sight."""
        indexes = [self.routes.child_index(key, route_id) for route_id in ids]
        shown = [index for index in indexes if index.isValid()]
        if not shown:
            return
        flag = self.selectionModel().SelectionFlag
        self.selectionModel().setCurrentIndex(shown[0], flag.ClearAndSelect | flag.Rows)
        for index in shown[1:]:
            self.selectionModel().select(index, flag.Select | flag.Rows)
        self.scrollTo(shown[0])

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._landing is not None and self._landing.refusal is None:
            painter = QPainter(self.viewport())
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            paint_landing(painter, self._landing, self.viewport().rect(), right_to_left=mirrored)

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Run the drag from here: Qt's own would hold up every Python thread meanwhile."""
        key, ids = self.selection()
        if not ids:
            return
        refusal = self.routes.forest.move_refusal(key, ids)
        if refusal is not None:
            # Qt would now take the pointer's further way for a selection of rows.
            self._pointer_is_dragging_nothing = True
            self.refused.emit(refusal)
            return
        group = self.routes.forest.groups[key]
        names = tuple(route.name for route in group.routes if route.id in ids)
        drag = QDrag(self)
        indexes = [self.routes.child_index(key, route_id) for route_id in ids]
        drag.setMimeData(self.routes.mimeData(indexes))
        drag.setPixmap(drag_picture(names, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(16, 16))
        self._dragged = (key, ids)
        self._landing = None
        self._hover(None)
        escape = EscapeWatch()
        drag.exec(Qt.DropAction.MoveAction)
        escape.end()
        last = self._take_landing()
        self._dragged = (0, ())
        self.viewport().update()
        if last is not None and last.refusal is not None and not escape.pressed:
            self.refused.emit(last.refusal)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is self and carries_routes(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.source() is not self or not carries_routes(event.mimeData()):
            event.ignore()
            return
        at = event.position().toPoint()
        self._landing = landing(self, self.routes, event.mimeData(), at)
        margin = self.autoScrollMargin()
        if not self.viewport().rect().adjusted(0, margin, 0, -margin).contains(at):
            self.startAutoScroll()
        if self._landing.refusal is None:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()
        self.viewport().update()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.stopAutoScroll()
        self.viewport().update()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.stopAutoScroll()
        spot = landing(self, self.routes, event.mimeData(), event.position().toPoint())
        self._landing = None
        move = Qt.DropAction.MoveAction
        if self.routes.dropMimeData(event.mimeData(), move, spot.row, 0, spot.parent):
            event.setDropAction(move)
            event.accept()
        else:
            event.ignore()

    def _take_landing(self) -> Landing | None:
        last, self._landing = self._landing, None
        return last
