"""Messages in the page: one bar, and the stack of at most two that every page carries."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.icons import icon, paint_icon
from enate_desktop.views.tokens import tokens

MAXIMUM_SHOWN = 2


class MessageKind(StrEnum):
    """How serious a message is; shape, colour and spoken word follow from it."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


_SHAPES = {
    MessageKind.INFO: ("info", "info"),
    MessageKind.SUCCESS: ("circle-check", "ok"),
    MessageKind.WARNING: ("triangle-alert", "warning"),
    MessageKind.ERROR: ("circle-x", "error"),
}
"""Kind to icon name and token."""


@dataclass(frozen=True, slots=True)
class MessageAction:
    """A button of a bar; the bar closes after it unless told to stay."""

    text: str
    run: Callable[[], object]
    closes: bool = True


class MessageBar(QFrame):
    """One message: shape, plain text, at most two buttons and a close button.

    ``closed`` comes once, however the bar went. Bars live in a MessageStack; make one alone only
    for a place without a stack.
    """

    closed = Signal()

    def __init__(
        self,
        kind: MessageKind,
        text: str,
        actions: tuple[MessageAction, ...] = (),
        *,
        closable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if len(actions) > MAXIMUM_SHOWN:
            raise ValueError("a message bar has at most two buttons")
        self._kind = kind
        self._closing = False
        self._text = QLabel(text)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(8)
        row.addSpacing(36)
        row.addWidget(self._text, 1)
        for action in actions:
            row.addWidget(self._button(action), 0, Qt.AlignmentFlag.AlignTop)
        if closable:
            row.addWidget(self._close_button(), 0, Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(40)
        self.setAccessibleName(f"{kind.value}: {text}")

    @property
    def kind(self) -> MessageKind:
        """How serious it is."""
        return self._kind

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """Its action buttons, in order."""
        return tuple(self._buttons)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        shape, token = _SHAPES[self._kind]
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.named(f"{token}_tint"))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(now.named(token))
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        edge = box.left() if left_to_right else box.right() - 3
        painter.drawRoundedRect(QRectF(edge, box.top(), 3, box.height()), 1.5, 1.5)
        side = box.left() + 14 if left_to_right else box.right() - 30
        paint_icon(painter, QRectF(side, box.top() + 12, 16, 16), shape, now.named(token))

    def close_bar(self) -> None:
        """Take the bar away; a second call does nothing."""
        if self._closing:
            return
        self._closing = True
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def close_after(self, seconds: float) -> None:
        """Take the bar away by itself after that time."""
        QTimer.singleShot(round(seconds * 1000), self, self.close_bar)

    def _button(self, action: MessageAction) -> QPushButton:
        button = QPushButton(action.text)
        button.clicked.connect(lambda: self._on_action(action))
        self._buttons.append(button)
        return button

    def _close_button(self) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("x"))
        button.setFixedSize(32, 32)
        describe(button, self.tr("Close message"))
        button.clicked.connect(self.close_bar)
        return button

    def _on_action(self, action: MessageAction) -> None:
        if action.closes:
            self.close_bar()
        action.run()


class MessageStack(QWidget):
    """The messages of a page or form: two at most, the rest behind "+ 3 more"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[tuple[str, MessageBar]] = []
        self._all_shown = False
        self._more = QPushButton()
        self._more.clicked.connect(self._on_more_clicked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._arrange()

    @property
    def bars(self) -> tuple[MessageBar, ...]:
        """All open bars, newest first, hidden ones too."""
        return tuple(bar for _, bar in self._bars)

    def show_message(
        self,
        kind: MessageKind,
        text: str,
        *actions: MessageAction,
        key: str = "",
        seconds: float = 0,
        closable: bool = True,
    ) -> MessageBar:
        """Show a message above the older ones and have it announced.

        A message with the same ``key`` (or, without one, the same text) takes its place instead of
        piling up. ``seconds`` lets it go by itself; 0 keeps it.
        """
        name = key or text
        self.dismiss(name)
        bar = MessageBar(kind, text, actions, closable=closable, parent=self)
        self._bars.insert(0, (name, bar))
        bar.closed.connect(lambda: self._forget(bar))
        self._column.insertWidget(0, bar)
        self._arrange()
        if seconds:
            bar.close_after(seconds)
        announce(text, urgent=kind is MessageKind.ERROR)
        return bar

    def show_error(self, error: EnateError, *actions: MessageAction, key: str = "") -> MessageBar:
        """Show a known error as its sentence."""
        return self.show_message(MessageKind.ERROR, error.sentence(), *actions, key=key)

    def dismiss(self, key: str) -> None:
        """Close the message with that key (or text), if it is open."""
        for name, bar in tuple(self._bars):
            if name == key:
                bar.close_bar()

    def clear(self) -> None:
        """Close every message."""
        for _, bar in tuple(self._bars):
            bar.close_bar()

    def focus_latest(self) -> bool:
        """Put the focus on the newest message's first button; False when there is none."""
        for _, bar in self._bars:
            if bar.buttons:
                bar.buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return False

    def _forget(self, gone: MessageBar) -> None:
        self._bars = [(name, bar) for name, bar in self._bars if bar is not gone]
        if len(self._bars) <= MAXIMUM_SHOWN:
            self._all_shown = False
        self._arrange()

    def _arrange(self) -> None:
        hidden = 0 if self._all_shown else max(0, len(self._bars) - MAXIMUM_SHOWN)
        for place, (_, bar) in enumerate(self._bars):
            bar.setVisible(self._all_shown or place < MAXIMUM_SHOWN)
        self._more.setText(self.tr("+ {count} more").format(count=hidden))
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(self._bars))

    def _on_more_clicked(self) -> None:
        self._all_shown = True
        self._arrange()
        self.focus_latest()
