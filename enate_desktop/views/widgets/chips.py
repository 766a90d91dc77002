"""A list of values as chips: typed, pasted, checked one by one, or edited as text (R-11)."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QRectF, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.rules import split_values
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.icons import icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets.chip import Chip
from enate_desktop.views.widgets.flow import FlowLayout
from enate_desktop.views.widgets.labels import label
from enate_desktop.views.widgets.layout import icon_button

Check = Callable[[str], object]
"""Returns the value as it is to be shown; raises EnateError when it cannot be used."""


class ChipEdit(QWidget):
    """A list of values; no text is ever dropped, an unusable value turns red with its reason.

    ``changed`` comes after each change of ``values()``; unusable values are among them and
    ``problems`` tells which.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        check: Check | None = None,
        *,
        placeholder: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check = check
        self._chips: list[Chip] = []
        self._read_only = False
        self._completer: QCompleter | None = None
        self._placeholder = self.tr("Add…") if placeholder is None else placeholder
        self._box = _Box()
        self._input = QLineEdit()
        self._text = QPlainTextEdit()
        self._mode = icon_button("pencil", self.tr("Edit as text"))
        self._note = label("", colour="secondary", wrap=True)
        self._build(name)
        self._note_problem()

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """The values that cannot be used, each with its reason."""
        return tuple((chip.value, chip.reason) for chip in self._chips if chip.reason)

    @property
    def input(self) -> QLineEdit:
        """Where the next value is typed."""
        return self._input

    def values(self) -> tuple[str, ...]:
        """All values in order; what is still being typed counts as the last one."""
        if self._as_text:
            return split_values(self._text.toPlainText())
        typed = split_values(self._input.text())
        return tuple(dict.fromkeys((*(chip.value for chip in self._chips), *typed)))

    def set_values(self, values: Iterable[str]) -> None:
        """Show these values instead; does not emit ``changed``."""
        for chip in tuple(self._chips):
            self._drop(chip)
        self._input.clear()
        self._add(values)
        self._text.setPlainText("; ".join(chip.value for chip in self._chips))
        self._note_problem()

    def set_suggestions(self, values: Iterable[str]) -> None:
        """Offer values while typing; any part of a suggestion may be typed."""
        completer = QCompleter(QStringListModel(list(values), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._input.setCompleter(completer)
        self._completer = completer
        queued = Qt.ConnectionType.QueuedConnection  # the completer writes after the signal
        completer.activated.connect(self._on_suggestion_taken, queued)

    def set_read_only(self, read_only: bool) -> None:
        """Show the values without a way to change them."""
        self._read_only = read_only
        self._input.setVisible(not read_only)
        self._mode.setVisible(not read_only)
        self._text.setReadOnly(read_only)
        for chip in self._chips:
            chip.set_read_only(read_only)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._input:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._on_key(event)
            if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                self._box.update()
            if event.type() == QEvent.Type.FocusOut and not self._completing:
                self._commit()
        return super().eventFilter(watched, event)

    @property
    def _as_text(self) -> bool:
        return self._mode.isChecked()

    @property
    def _completing(self) -> bool:
        popup = self._completer.popup() if self._completer is not None else None
        return popup is not None and popup.isVisible()

    def _build(self, name: str) -> None:
        describe(self._input, name)
        self._input.setToolTip("")
        self._input.setFrame(False)
        self._input.setStyleSheet("border: none; padding: 0 4px; background: transparent;")
        self._input.setMinimumWidth(80)
        self._input.setFixedHeight(24)
        self._input.setPlaceholderText(self._placeholder)
        self._input.installEventFilter(self)
        self._input.textEdited.connect(self._on_text_edited)
        self._box.setFocusProxy(self._input)
        self._box.flow.addWidget(self._input)
        describe(self._text, name)
        self._text.setFixedHeight(76)
        self._text.setTabChangesFocus(True)
        self._text.textChanged.connect(self._on_text_changed)
        self._text.hide()
        self._note.setFont(fonts.secondary_font())
        self._mode.setCheckable(True)
        self._mode.toggled.connect(self._on_mode_toggled)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._box, 1)
        row.addWidget(self._text, 1)
        row.addWidget(self._mode, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._note)
        self.setFocusProxy(self._input)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if self._completing and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            if self._input.text().strip():
                self._commit()
                return True
            return key != Qt.Key.Key_Tab
        if key == Qt.Key.Key_Backspace and not self._input.text() and self._chips:
            self._edit(self._chips[-1])
            return True
        return False

    def _on_text_edited(self, text: str) -> None:
        open_quote = text.count('"') % 2 == 1
        if not open_quote and any(mark in text for mark in ";,\n\r"):
            self._commit()
        else:
            self._note_problem()
            self.changed.emit()

    def _on_suggestion_taken(self) -> None:
        self._commit()

    def _on_text_changed(self) -> None:
        if self._as_text:
            self.changed.emit()

    def _on_mode_toggled(self, as_text: bool) -> None:
        if as_text:
            self._commit()
            self._text.setPlainText("; ".join(chip.value for chip in self._chips))
        else:
            self.set_values(split_values(self._text.toPlainText()))
        self._box.setVisible(not as_text)
        self._text.setVisible(as_text)
        describe(self._mode, self.tr("Show as chips") if as_text else self.tr("Edit as text"))
        self._mode.setIcon(icon("check" if as_text else "pencil"))
        self.setFocusProxy(self._text if as_text else self._input)
        self.setFocus()
        self.changed.emit()

    def _commit(self) -> None:
        values = split_values(self._input.text())
        if not values:
            return
        self._input.clear()
        repeated = self._add(values)
        self._note_problem()
        if repeated:
            self._say(self.tr("{values} is already in the list.").format(values=repeated))
        self.changed.emit()

    def _add(self, values: Iterable[str]) -> str:
        """Make chips; returns the values that were in the list already, as text."""
        repeated = []
        for value in values:
            shown, reason = self._checked(value)
            if any(chip.value == shown for chip in self._chips):
                repeated.append(shown)
                continue
            chip = Chip(shown, reason, self._box)
            chip.set_read_only(self._read_only)
            chip.edit_requested.connect(self._on_chip_edit_requested)
            chip.remove_requested.connect(self._on_chip_remove_requested)
            self._box.flow.insert_widget(len(self._chips), chip)
            self._chips.append(chip)
            chip.show()
        self._placeholders()
        return "; ".join(repeated)

    def _checked(self, value: str) -> tuple[str, str]:
        if self._check is None:
            return value, ""
        try:
            return str(self._check(value)), ""
        except EnateError as error:
            return value, error.sentence()

    def _on_chip_edit_requested(self, chip: Chip) -> None:
        self._edit(chip)

    def _on_chip_remove_requested(self, chip: Chip) -> None:
        self._drop(chip)
        self._note_problem()
        self._input.setFocus()
        self.changed.emit()

    def _edit(self, chip: Chip) -> None:
        self._commit()
        self._drop(chip)
        self._input.setText(chip.value)
        self._input.setFocus()
        self._note_problem()
        self.changed.emit()

    def _drop(self, chip: Chip) -> None:
        self._chips.remove(chip)
        self._box.flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self._placeholders()

    def _placeholders(self) -> None:
        self._input.setPlaceholderText(self._placeholder)
        self._box.updateGeometry()

    def _note_problem(self) -> None:
        reasons = [chip.reason for chip in self._chips if chip.reason]
        self._note.set_colour("error" if reasons else "secondary")
        self._note.setText(reasons[0] if reasons else "")
        self._note.setVisible(bool(reasons))
        if reasons:
            announce(reasons[0])

    def _say(self, text: str) -> None:
        if not self._note.text():
            self._note.setText(text)
            self._note.show()
        announce(text)


class _Box(QFrame):
    """The frame that looks like a field and holds chips and the input."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = FlowLayout(self)
        self.flow.setContentsMargins(4, 4, 4, 4)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(32)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        proxy = self.focusProxy()
        focused = proxy is not None and proxy.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.accent if focused else now.outline, 2 if focused else 1))
        painter.setBrush(now.base if self.isEnabled() else now.window)
        inset = 1.0 if focused else 0.5
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, 4, 4)
