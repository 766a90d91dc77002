"""Search or run a command (Ctrl+K): a field and what fits, above the page (UI 3.1, 3.17)."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from typing_extensions import override

from enate_desktop.item_models.command_search import Command, found
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.widgets import Card, prepare_tree, secondary_label

_WIDTH = 640
_HEIGHT = 440
_IN_THE_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_OURS = (*_IN_THE_LIST, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_ENTRY = Qt.ItemDataRole.UserRole


class CommandPalette(Card):
    """Lies on the window; ``chosen`` carries a Command after the palette has closed."""

    chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(parent=window)
        self._commands: tuple[Command, ...] = ()
        self._recent: tuple[str, ...] = ()
        self._former: QWidget | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search or run a command"))
        describe(self.search, self.tr("Search or run a command"))
        self.list = QTreeWidget()
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        prepare_tree(self.list, self.tr("What fits"))
        self.nothing = secondary_label(self.tr("Nothing is called so. Try another word."))
        self._build()
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._fill)
        self.list.itemClicked.connect(self._take)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.hide()

    @property
    def shown(self) -> tuple[Command, ...]:
        """What is listed now, best first."""
        items = (self.list.topLevelItem(place) for place in range(self.list.topLevelItemCount()))
        return tuple(item.data(0, _ENTRY) for item in items if item is not None)

    def open(self, commands: Iterable[Command], recent: Sequence[str]) -> None:
        """Show everything there is; ``recent`` are names of commands, newest first."""
        self._commands, self._recent = tuple(commands), tuple(recent)
        self._former = QApplication.focusWidget()
        self.search.clear()
        self._fill()
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def add(self, commands: Iterable[Command]) -> None:
        """Something more can be found, which took a moment to read."""
        self._commands = (*self._commands, *commands)
        if self.isVisible():
            self._fill()

    def close_up(self) -> None:
        """Go, and give the keyboard back to where it was."""
        had_focus = self.search.hasFocus()
        self.hide()
        if had_focus and self._former is not None and self._former.isVisible():
            self._former.setFocus(Qt.FocusReason.PopupFocusReason)
        self._former = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            if self.window().isActiveWindow():
                self.close_up()
        elif isinstance(event, QKeyEvent) and event.key() in _OURS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._on_key(event)
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.body.addWidget(self.search)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self.list, 1)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def _place(self) -> None:
        around = self.window().rect()
        width, height = min(_WIDTH, around.width() - 32), min(_HEIGHT, around.height() - 96)
        self.setGeometry((around.width() - width) // 2, 48, width, height)

    def _fill(self) -> None:
        self.list.clear()
        for command in found(self._commands, self.search.text(), self._recent):
            item = QTreeWidgetItem([command.title, command.reason or command.kind, command.keys])
            item.setData(0, _ENTRY, command)
            item.setToolTip(0, command.reason or command.title)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            item.setDisabled(bool(command.reason))
            self.list.addTopLevelItem(item)
        is_empty = self.list.topLevelItemCount() == 0
        self.nothing.setVisible(is_empty)
        self._choose_first()

    def _choose_first(self) -> None:
        for place in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(place)
            if item is not None and not item.isDisabled():
                self.list.setCurrentItem(item)
                return

    def _on_key(self, event: QKeyEvent) -> None:
        if event.key() in _IN_THE_LIST:
            QApplication.sendEvent(self.list, event)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_up()
        else:
            self._take(self.list.currentItem())

    def _take(self, item: QTreeWidgetItem | None) -> None:
        if item is None or item.isDisabled():
            return
        command = item.data(0, _ENTRY)
        self.close_up()
        self.chosen.emit(command)

    def _on_current_changed(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and self.isVisible():
            announce(", ".join(text for text in map(item.text, range(3)) if text))
