"""One field to choose a process: type any part of its name or path, Down, Enter."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QStyleOptionViewItem, QWidget
from typing_extensions import override

from enate_desktop.domain.directory import Process
from enate_desktop.item_models.process_list import ID_ROLE, PATH_ROLE, ProcessListModel
from enate_desktop.item_models.route_processes import SHOWN_SEPARATOR
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets.tables import RowDelegate

_POPUP_WIDTH = 440
_ROWS = 10
_ARROW = 20
_RECENT = 5


class ProcessPicker(QLineEdit):
    """Shows ``New starter (Case)`` and offers a list that narrows while typing.

    ``process_chosen`` comes whenever :attr:`process_id` is another one. A typed text that names
    no process leaves None behind; ``problem`` says so in words.
    """

    process_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._processes: dict[int, Process] = {}
        self._chosen: int | None = None
        self._list = ProcessListModel(self)
        self._completer = QCompleter(self._list, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(_ROWS)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._popup.setItemDelegate(_ProcessDelegate(self))
        self._popup.setMinimumWidth(_POPUP_WIDTH)
        self._popup.setAccessibleName(self.tr("Processes"))
        self._popup.clicked.connect(self._on_list_clicked)
        self._completer.setWidget(self)
        self.setPlaceholderText(self.tr("Type any part of the name or path"))
        self.setTextMargins(0, 0, _ARROW, 0)
        self.textEdited.connect(self._on_text_edited)

    @property
    def process_id(self) -> int | None:
        """The chosen process, or None while there is none."""
        return self._chosen

    @property
    def process(self) -> Process | None:
        """The same with its names."""
        return self._processes.get(self._chosen) if self._chosen is not None else None

    @property
    def path(self) -> str:
        """Customer, contract and service of the choice, for the line under the field."""
        process = self.process
        if process is None:
            return ""
        return SHOWN_SEPARATOR.join((process.customer, process.contract, process.service))

    @property
    def problem(self) -> str:
        """Why nothing is chosen, or empty."""
        typed = self.text().strip()
        if self._chosen is not None:
            return ""
        if typed:
            return self.tr('No process is called "{name}". Choose one of the list.').format(
                name=typed
            )
        return self.tr("Choose the Ticket or Case it creates.")

    @property
    def recent(self) -> tuple[int, ...]:
        """The last five processes that were used, the newest first."""
        return self._list.recent

    def set_recent(self, process_ids: Iterable[int]) -> None:
        """Offer these first, at most five."""
        self._list.recent = tuple(dict.fromkeys(process_ids))[:_RECENT]

    def note_used(self, process_id: int) -> None:
        """A route was saved with this process."""
        self.set_recent((process_id, *self.recent))

    def set_processes(self, processes: Iterable[Process]) -> None:
        """Offer these; a retired one is shown when it is the choice, but not offered."""
        self._processes = {process.id: process for process in processes}
        self._list.set_processes(self._processes.values())
        self._show_choice()

    def set_process_id(self, process_id: int | None) -> None:
        """Choose a process without asking; does not emit."""
        self._chosen = process_id if process_id in self._processes else None
        self._show_choice()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._popup.isVisible():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                self._choose_first()
                return
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4) and not self.isReadOnly():
            self._open("")
            return
        super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._popup.isVisible():
            event.accept()
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.isReadOnly():
            self.selectAll()
            self._open("")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isReadOnly():
            return
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        left = self.width() - _ARROW - 4 if left_to_right else 12
        box = QRectF(left, (self.height() - 16) / 2, 16, 16)
        now = tokens()
        paint_icon(
            QPainter(self), box, "chevron-down", now.text if self.isEnabled() else now.disabled
        )

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._settle()

    def _open(self, text: str) -> None:
        self._list.narrow(text)
        if self._list.shown:
            self._completer.complete(QRect(0, 0, max(self.width(), _POPUP_WIDTH), self.height()))
        else:
            self._popup.hide()

    def _settle(self) -> None:
        """Take the only process that fits what was typed, or keep the text and choose none."""
        process = self.process
        if process is not None and self.text() == _shown(process):
            return
        self._list.narrow(self.text())
        if self.text().strip() and len(self._list.shown) == 1:
            self._choose(self._list.shown[0].id)

    def _choose_first(self) -> None:
        index = self._popup.currentIndex()
        row = index.row() if index.isValid() else 0
        self._popup.hide()
        if row < len(self._list.shown):
            self._choose(self._list.shown[row].id)

    def _choose(self, process_id: int | None) -> None:
        is_other = process_id != self._chosen
        self._chosen = process_id
        if process_id is not None:
            self._show_choice()
        if is_other:
            self.process_chosen.emit()

    def _show_choice(self) -> None:
        process = self.process
        self.setText(_shown(process) if process is not None else "")
        self.setCursorPosition(0)

    def _on_text_edited(self, text: str) -> None:
        self._choose(None)
        self._open(text)

    def _on_list_clicked(self, index: QModelIndex) -> None:
        self._choose(index.data(ID_ROLE))
        self._show_choice()


class _ProcessDelegate(RowDelegate):
    """Name first, path in grey behind it."""

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        name = str(index.data() or "")
        taken = option.fontMetrics.horizontalAdvance(name) + 20
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        box = (
            option.rect.adjusted(taken, 0, -8, 0)
            if left_to_right
            else (option.rect.adjusted(8, 0, -taken, 0))
        )
        path = str(index.data(PATH_ROLE) or "")
        shown = option.fontMetrics.elidedText(path, Qt.TextElideMode.ElideRight, box.width())
        painter.save()
        painter.setPen(tokens().secondary)
        painter.setFont(option.font)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(box, align, shown)
        painter.restore()


def _shown(process: Process) -> str:
    return f"{process.label}, retired" if process.retired else process.label
