"""The frame that looks like a field and holds chips and the place to type the next one."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy
from typing_extensions import override

from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets.chip import Chip
from enate_desktop.views.widgets.flow import FlowLayout


class ChipBox(QFrame):
    """Lays out chips, then the input; a click beside them goes to the input."""

    def __init__(self) -> None:
        super().__init__()
        self.input = _Input()
        self.input.setFrame(False)
        self.input.setStyleSheet("border: none; padding: 0 4px; background: transparent;")
        self.input.setMinimumWidth(80)
        self.input.setFixedHeight(24)
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(4, 4, 4, 4)
        self._flow.addWidget(self.input)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(32)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusProxy(self.input)

    def insert(self, index: int, chip: Chip) -> None:
        """Put a chip before the one with that index."""
        self._flow.insert_widget(index, chip)
        chip.show()
        self.updateGeometry()

    def remove(self, chip: Chip) -> None:
        """Take a chip out and delete it."""
        self._flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.updateGeometry()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        focused = self.input.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.accent if focused else now.outline, 2 if focused else 1))
        painter.setBrush(now.base if self.isEnabled() else now.window)
        inset = 1.0 if focused else 0.5
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, 4, 4)


class _Input(QLineEdit):
    """Pastes a text of several lines as a list; a line edit would join the lines with blanks."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(self._paste)
        menu.popup(event.globalPos())

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text().replace("\r\n", "\n")
        self.insert(text.strip("\n").replace("\n", ";"))
        self.textEdited.emit(self.text())
