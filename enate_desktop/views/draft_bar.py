"""The bar at the foot of the routes page while an order is held back for review (UI 3.5)."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views.accessibility import announce
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import button, label


class DraftBar(QFrame):
    """What is held back and what it would do; review it, discard it or save it."""

    review_requested = Signal()
    discard_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", wrap=True)
        self.review_button = button(self.tr("Review"), self.review_requested.emit)
        self.discard_button = button(self.tr("Discard"), self.discard_requested.emit)
        self.save_button = button(self.tr("Save order"), self.save_requested.emit)
        self.save_button.setToolTip(
            f"{self.save_button.text()} ({QKeySequence(QKeySequence.StandardKey.Save).toString()})"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        for made in (self.review_button, self.discard_button, self.save_button):
            row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """What the bar says."""
        return self._text.text()

    def show_draft(self, what: str, consequences: str, *, reviewable: bool) -> None:
        """Say what was moved and, once it is known, what that would do."""
        self._text.setText(f"{what} {consequences}".strip())
        self.review_button.setEnabled(reviewable)
        reason = "" if reviewable else self.tr("No mail would go elsewhere.")
        self.review_button.setToolTip(reason)
        self.review_button.setAccessibleDescription(reason)
        self.setAccessibleName(self.text)
        if consequences:
            announce(self.text)
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.info, 1.2))
        painter.setBrush(now.info_tint)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 6, 6)
