"""Below the routes tree: what is odd about the current route, and the ways to mend it (R-12)."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.item_models.route_remedies import Remedy, RemedyKind
from enate_desktop.item_models.route_warnings import MARKS, by_seriousness, sentence, seriousness
from enate_desktop.routing.analysis.warning_kinds import RouteWarning
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.picture import Picture
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import button, label

_TINTS = {"error": "error_tint", "warning": "warning_tint", "secondary": "window"}


class RouteWarningBar(QFrame):
    """One line for each warning of one route; ``taken`` carries the Remedy that was clicked."""

    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[QWidget] = []
        self._colour = "warning"
        self.buttons: list[QPushButton] = []
        self._words = QGridLayout()
        self._words.setHorizontalSpacing(8)
        self._words.setVerticalSpacing(2)
        self._words.setColumnStretch(1, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(12)
        middle = QVBoxLayout()
        middle.addStretch(1)
        middle.addLayout(self._words)
        middle.addStretch(1)
        row.addLayout(middle, 1)
        row.addLayout(self._row)
        row.setAlignment(self._row, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, a line for each warning."""
        return self.accessibleName()

    def show_warnings(
        self, name: str, warnings: Sequence[RouteWarning], remedies: Sequence[Remedy]
    ) -> None:
        """Say what is odd about the route ``name`` and offer these remedies; none hides the bar."""
        self._clear()
        ordered = by_seriousness(warnings)
        for place, warning in enumerate(ordered):
            mark = MARKS[seriousness(warning)]
            words = label(sentence(warning), wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            picture = Picture(mark.shape, mark.token)
            self._words.addWidget(picture, place, 0, Qt.AlignmentFlag.AlignTop)
            self._words.addWidget(words, place, 1)
            self._lines += [picture, words]
        for remedy in remedies:
            self._add(remedy)
        if ordered:
            self._colour = MARKS[seriousness(ordered[0])].token
        self.setAccessibleName("\n".join(map(sentence, ordered)))
        self.setAccessibleDescription(name)
        self.setVisible(bool(ordered))
        self.update()

    def button(self, kind: RemedyKind) -> QPushButton | None:
        """The button of a remedy, if it is offered."""
        return next((made for made in self.buttons if made.objectName() == kind), None)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.named(_TINTS[self._colour]))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(now.named(self._colour))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        edge = box.right() - 3 if mirrored else box.left()
        painter.drawRoundedRect(QRectF(edge, box.top(), 3, box.height()), 1.5, 1.5)

    def _add(self, remedy: Remedy) -> None:
        made = button(remedy.text, lambda: self.taken.emit(remedy))
        made.setObjectName(remedy.kind)
        explain_disabled(made, remedy.reason)
        self._row.addWidget(made)
        self.buttons.append(made)

    def _clear(self) -> None:
        for part in (*self._lines, *self.buttons):
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self._lines, self.buttons = [], []
