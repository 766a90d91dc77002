"""One drag of routes: where it would land, why not, and how that is drawn."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QTreeView
from typing_extensions import override

from enate_desktop.item_models.route_mime import unpacked
from enate_desktop.item_models.route_refusals import Refusal
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.route_painting import row_fonts
from enate_desktop.views.tokens import tokens


class EscapeWatch(QObject):
    """Sees whether a drag was ended with Esc, which Qt tells nobody.

    Qt watches the application's events itself while a drag runs, and the last one to watch is
    asked first: so this has to begin within the drag, with :meth:`begin` on a timer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pressed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.begin)
        self._timer.start(0)

    def begin(self) -> None:
        """Watch from now on."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def end(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.pressed = True
        return False


@dataclass(frozen=True, slots=True)
class Landing:
    """What a drop at this point would mean: a line at ``y`` with its text, or a refusal."""

    row: int
    parent: QModelIndex
    refusal: Refusal | None
    y: int = 0
    text: str = ""


def landing(view: QTreeView, model: RouteTreeModel, data: QMimeData, at: QPoint) -> Landing:
    """Where a drop at ``at`` (viewport) would go; half of a row decides above or below it."""
    row, parent = _aim(view, model, at)
    refusal = model.drop_refusal(data, row, parent)
    if refusal is not None:
        return Landing(row, parent, refusal)
    key, ids = unpacked(data)
    place = model.forest.place_of(key, ids, row)
    group = model.forest.groups[key]
    fallback = group.fallback
    row = max(row, 0)
    if fallback is not None and fallback.id in group.children:
        row = min(row, group.children.index(fallback.id))
    if row < len(group.children):
        y = view.visualRect(model.index(row, 0, parent)).top()
    else:
        y = view.visualRect(model.index(row - 1, 0, parent)).bottom() + 1
    return Landing(row, parent, None, y, f"position {place + 1}")


def _aim(view: QTreeView, model: RouteTreeModel, at: QPoint) -> tuple[int, QModelIndex]:
    index = view.indexAt(QPoint(view.columnViewportPosition(0) + 1, at.y()))
    if not index.isValid():
        last = model.index(model.rowCount() - 1, 0)
        return model.rowCount(last), last
    if not index.internalId():
        return -1, index.siblingAtColumn(0)
    rect = view.visualRect(index)
    return index.row() + (at.y() > rect.center().y()), index.parent()


def paint_landing(painter: QPainter, spot: Landing, row: QRect, *, right_to_left: bool) -> None:
    """The accent line with its label."""
    colours = tokens()
    font = row_fonts().small
    width = QFontMetrics(font).horizontalAdvance(spot.text) + 16
    top = min(max(spot.y - 10, 0), row.bottom() - 20)
    left = row.right() - width - 16 if not right_to_left else row.left() + 16
    label = QRectF(left, top, width, 20)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.accent, 2))
    painter.drawLine(row.left(), spot.y, row.right(), spot.y)
    painter.setBrush(colours.accent)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(label, 4, 4)
    painter.setPen(colours.on_accent)
    painter.setFont(font)
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, spot.text)


def drag_picture(names: tuple[str, ...], ratio: float) -> QPixmap:
    """What hangs on the cursor: the route's name, or how many there are."""
    colours = tokens()
    font = row_fonts().strong
    text = names[0] if len(names) == 1 else f"{len(names)} routes"
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 280)
    box = QRectF(0, 0, metrics.horizontalAdvance(shown) + 44, 32)
    picture = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.accent, 1.4))
    painter.setBrush(colours.base)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
    paint_icon(painter, QRectF(10, 8, 16, 16), "grip-vertical", colours.secondary)
    painter.setFont(font)
    painter.setPen(colours.text)
    painter.drawText(box.adjusted(32, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, shown)
    painter.end()
    return picture
