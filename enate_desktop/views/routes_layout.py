"""Where things stand on the routes page: filter line, hint, tree, and the editor beside it."""

from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views.editor_pane import PANE_WIDTH
from enate_desktop.views.route_filter_bar import RouteFilterBar
from enate_desktop.views.route_header import RouteHeader
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import EmptyState, secondary_label

_SIDE_BY_SIDE = 1080
"""In a narrower page the editor takes the place of the tree."""
_ANY_WIDTH = 16_777_215
_NOTHING = "No route is left"
_HINT = (
    "Most specific first, generic last: routes are tried from 1 down, and the first one that "
    "fits takes the mail."
)


class RoutesLayout(QStackedWidget):
    """The tree with its editor, or the sentence for a company without connectors."""

    def __init__(
        self,
        bar: RouteFilterBar,
        tree: RouteTreeView,
        header: RouteHeader,
        pane: QWidget,
        foot: QWidget,
    ) -> None:
        """``foot`` stands below the tree, ``pane`` beside it."""
        super().__init__()
        self._bar = bar
        self._header = header
        self._tree = tree
        self._pane = pane
        self.empty = EmptyState(
            "route",
            self.tr("No routes yet"),
            self.tr("Routes belong to a connector. Add one first."),
        )
        hint = self.tr(_HINT)
        self.nothing = EmptyState("circle-check", _NOTHING, _NOTHING)
        self.nothing.hide()
        self._framed = _Framed(tree)
        self._side = QWidget()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(bar)
        column.addWidget(secondary_label(hint))
        column.addWidget(self._framed, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(foot)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._side, 1)
        row.addWidget(pane)
        self.addWidget(both)
        self.addWidget(self.empty)

    def show_empty(self, is_empty: bool) -> None:
        """Show the sentence in place of the tree, or the tree."""
        self.setCurrentIndex(1 if is_empty else 0)

    def show_nothing(self, words: tuple[str, str] | None) -> None:
        """Say (title and sentence) in place of the tree that nothing is left; None ends that."""
        if words is not None:
            self.nothing.set_text(*(self.tr(text) for text in words))
        self.nothing.setVisible(words is not None)
        self._framed.setVisible(words is None)

    def fit(self) -> None:
        """Give tree and editor their places for the present width."""
        is_open = not self._pane.isHidden()
        narrow = self.width() < _SIDE_BY_SIDE
        self._side.setVisible(not (is_open and narrow))
        self._pane.setMinimumWidth(360 if narrow else PANE_WIDTH)
        self._pane.setMaximumWidth(_ANY_WIDTH if narrow else PANE_WIDTH)
        taken = PANE_WIDTH + 12 if is_open and not narrow else 0
        self._bar.fit(self.width() - taken)
        self._header.fit(self.width() - taken)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class _Framed(QFrame):
    """A hair line around the tree."""

    def __init__(self, tree: QWidget) -> None:
        super().__init__()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(tree)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(tokens().line, 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
