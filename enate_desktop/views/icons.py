"""Lucide pictures in the colours of the palette, for buttons, actions and painters."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QDir, QFile, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from enate_desktop.views.tokens import tokens

SMALL = QSize(16, 16)
BESIDE_TEXT = QSize(20, 16)
"""For buttons with words: styled buttons leave no gap, so the picture brings its own."""
MEDIUM = QSize(20, 20)
_STROKE = b"currentColor"
_pixmaps: dict[tuple[str, int, int, float, int], QPixmap] = {}
_icons: dict[tuple[str, str], tuple[QIconEngine, QIcon]] = {}


def install(folder: str) -> None:
    """Make ``icons:name.svg`` (also for style sheets) mean a file of that folder."""
    QDir.setSearchPaths("icons", [folder])
    _source.cache_clear()


def icon(name: str, colour: str = "text") -> QIcon:
    """The icon called as its Lucide file; it follows the scheme by itself.

    ``colour`` is the token of the normal state (``"on_accent"`` on a primary button). The same
    object comes back each time, so this may be called while painting. Raises LookupError for a
    name that is not shipped.
    """
    key = (name, colour)
    if key not in _icons:
        _source(name)
        engine = _PaletteEngine(name, colour)
        _icons[key] = (engine, QIcon(engine))
    return _icons[key][1]


def pixmap(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """The picture in one colour, ``size`` logical pixels square; kept for the next call."""
    return _render(name, size, size, ratio, colour)


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, colour: QColor) -> None:
    """Draw the picture into a square; the delegate's way, exact on fractional scales."""
    ratio = painter.device().devicePixelRatioF()
    box = QRectF(rect)
    picture = _render(name, round(box.width()), round(box.height()), ratio, colour)
    painter.drawPixmap(box.topLeft(), picture)


class _PaletteEngine(QIconEngine):
    """Recolours one SVG at the moment it is drawn, so a change of scheme needs no refresh."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        paint_icon(painter, box, self._name, self._colour(mode))

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _render(self._name, size.width(), size.height(), 1.0, self._colour(mode))

    @override
    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        width, height = round(size.width() / scale), round(size.height() / scale)
        return _render(self._name, width, height, scale, self._colour(mode))

    @override
    def clone(self) -> QIconEngine:
        twin = _PaletteEngine(self._name, self._token)
        _clones.append(twin)
        return twin

    def _colour(self, mode: QIcon.Mode) -> QColor:
        now = tokens()
        return now.disabled if mode == QIcon.Mode.Disabled else now.named(self._token)


_clones: list[QIconEngine] = []
"""Keeps the Python half of clones alive; Qt owns only the other half."""


@lru_cache(maxsize=256)
def _source(name: str) -> bytes:
    file = QFile(f"icons:{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise LookupError(f"no icon {name!r}")
    data = bytes(file.readAll().data())
    file.close()
    return data


def _square(width: int, height: int) -> QRectF:
    """Where the picture goes: at the start of a wide box, in the middle of a high one."""
    side = min(width, height)
    right_to_left = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return QRectF(width - side if right_to_left else 0, (height - side) / 2, side, side)


def _render(name: str, width: int, height: int, ratio: float, colour: QColor) -> QPixmap:
    key = (name, width, height, ratio, colour.rgba())
    found = _pixmaps.get(key)
    if found is not None:
        return found
    drawn = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    data = _source(name).replace(_STROKE, colour.name().encode())
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(data)).render(painter, _square(width, height))
    painter.end()
    _pixmaps[key] = drawn
    return drawn
