"""The frame of an editor at the end side of a page: title, messages, form, Enable, Save."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.message_bar import MessageStack
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import ElidedLabel, Toggle, button, icon_button, scrolled

PANE_WIDTH = 480


class EditorPane(QFrame):
    """Base of the route editors; the form goes into ``form``. Nothing is saved in here."""

    save_requested = Signal()
    discard_requested = Signal()
    close_requested = Signal()
    activity_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.messages = MessageStack()
        self.form = QWidget()
        self.enabled = Toggle(self.tr("Enable"))
        self._title = ElidedLabel()
        self._activity = button(self.tr("Show Activity"), icon_name="history")
        self._close = icon_button("x", self.tr("Close"), help_text=self.tr("Close (Esc)"))
        self._save = button(self.tr("Save"), primary=True, help_text=self.tr("Save (Ctrl+S)"))
        self._discard = button(self.tr("Discard"))
        self._build()
        self._activity.clicked.connect(self.activity_requested)
        self._close.clicked.connect(self.close_requested)
        self._save.clicked.connect(self.save_requested)
        self._discard.clicked.connect(self.discard_requested)
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Save), self._on_save_pressed)
        self._shortcut(QKeySequence(Qt.Key.Key_Escape), self.close_requested.emit)

    @property
    def title(self) -> str:
        """What the head of the pane says."""
        return self._title.text

    def set_title(self, title: str) -> None:
        """Name what is edited."""
        self._title.set_text(title)

    def set_button_texts(self, save: str, discard: str) -> None:
        """Say what saving and discarding do where it is something else."""
        self._save.setText(save)
        self._discard.setText(discard)

    def set_can_save(self, dirty: bool, *, reason: str = "") -> None:
        """Enable Save and Discard when there is something to save and no reason against it."""
        nothing = "" if dirty else self.tr("Nothing has been changed.")
        explain_disabled(self._save, reason or nothing)
        explain_disabled(self._discard, nothing)
        self._save.setVisible(not reason)
        self._discard.setVisible(not reason)

    def set_activity_shown(self, shown: bool) -> None:
        """Offer Show Activity; a thing that was never saved has none."""
        self._activity.setVisible(shown)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.line, 1.2))
        painter.setBrush(now.base)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    def _build(self) -> None:
        self._title.setFont(fonts.section_font())
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._activity)
        head.addWidget(self._close)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(16, 0, 16, 12)
        column.addWidget(self.form)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.enabled)
        foot.addStretch(1)
        foot.addWidget(self._discard)
        foot.addWidget(self._save)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 12, 12)
        top.setSpacing(8)
        top.addLayout(head)
        top.addWidget(self.messages)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(scrolled(middle), 1)
        whole.addLayout(foot)

    def _shortcut(self, keys: QKeySequence, slot: object) -> None:
        shortcut = QShortcut(keys, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    def _on_save_pressed(self) -> None:
        if self._save.isEnabled() and self._save.isVisible():
            self.save_requested.emit()
