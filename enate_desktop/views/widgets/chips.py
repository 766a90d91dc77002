"""A list of values as chips: typed, pasted, checked one by one, or edited as text (R-11)."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.rules import split_values
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.icons import icon
from enate_desktop.views.widgets.chip import Chip
from enate_desktop.views.widgets.chip_box import ChipBox
from enate_desktop.views.widgets.labels import label
from enate_desktop.views.widgets.layout import icon_button

Check = Callable[[str], object]
"""Returns the value as it is to be shown; raises EnateError when it cannot be used."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


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
        self._box = ChipBox()
        self._text = QPlainTextEdit()
        self._mode = icon_button("pencil", self.tr("Edit as text"))
        self._note = label("", colour="error", wrap=True)
        self.input.setPlaceholderText(self.tr("Add…") if placeholder is None else placeholder)
        self._name(name)
        self._lay_out()
        self._connect()
        self._note_problem()

    @property
    def input(self) -> QLineEdit:
        """Where the next value is typed."""
        return self._box.input

    @property
    def note(self) -> str:
        """The line under the field: why a value cannot be used, or which was there already."""
        return self._note.text()

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """The values that cannot be used, each with its reason; also those still being typed."""
        checked = ((value, self._checked(value)[1]) for value in self.values())
        return tuple((value, reason) for value, reason in checked if reason)

    def values(self) -> tuple[str, ...]:
        """All values in order; what is still being typed counts as the last ones."""
        if self._as_text:
            return split_values(self._text.toPlainText())
        typed = (self._checked(value)[0] for value in split_values(self.input.text()))
        return tuple(dict.fromkeys((*(chip.value for chip in self._chips), *typed)))

    def set_values(self, values: Iterable[str]) -> None:
        """Show these values instead; does not emit ``changed``."""
        for chip in tuple(self._chips):
            self._drop(chip)
        self.input.clear()
        self._add(values)
        self._text.blockSignals(True)
        self._text.setPlainText(self._joined())
        self._text.blockSignals(False)
        self._note_problem()

    def set_suggestions(self, values: Iterable[str]) -> None:
        """Offer values while typing; any part of a suggestion may be typed."""
        completer = QCompleter(QStringListModel(list(values), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.input.setCompleter(completer)
        self._completer = completer
        queued = Qt.ConnectionType.QueuedConnection  # the completer writes after the signal
        completer.activated.connect(self._on_suggestion_taken, queued)

    def set_read_only(self, read_only: bool) -> None:
        """Show the values without a way to change them."""
        self._read_only = read_only
        self.input.setVisible(not read_only)
        self._mode.setVisible(not read_only)
        self._text.setReadOnly(read_only)
        for chip in self._chips:
            chip.set_read_only(read_only)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
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

    def _name(self, name: str) -> None:
        for field in (self.input, self._text):
            field.setAccessibleName(name)
        self.setAccessibleName(name)

    def _lay_out(self) -> None:
        self._text.setFixedHeight(76)
        self._text.setTabChangesFocus(True)
        self._text.hide()
        self._note.setFont(fonts.secondary_font())
        self._mode.setCheckable(True)
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
        self.setFocusProxy(self.input)

    def _connect(self) -> None:
        self.input.installEventFilter(self)
        self.input.textEdited.connect(self._on_text_edited)
        self._text.textChanged.connect(self.changed)
        self._mode.toggled.connect(self._on_mode_toggled)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (*_ENTER, Qt.Key.Key_Tab):
            if self._completing or not self.input.text().strip():
                return False
            self._commit()
            return True
        if event.key() == Qt.Key.Key_Backspace and not self.input.text() and self._chips:
            self._edit(self._chips[-1])
            return True
        return False

    def _on_text_edited(self, text: str) -> None:
        open_quote = text.count('"') % 2 == 1
        separated = text.rstrip().endswith((";", ",")) or len(split_values(text)) > 1
        if separated and not open_quote:
            self._commit()
        else:
            self._note_problem()
            self.changed.emit()

    def _on_suggestion_taken(self) -> None:
        self._commit()

    def _on_mode_toggled(self, as_text: bool) -> None:
        if as_text:
            self._add(split_values(self.input.text()))
            self.input.clear()
            self._text.setPlainText(self._joined())
        else:
            self.set_values(split_values(self._text.toPlainText()))
        self._box.setVisible(not as_text)
        self._text.setVisible(as_text)
        describe(self._mode, self.tr("Show as chips") if as_text else self.tr("Edit as text"))
        self._mode.setIcon(icon("check" if as_text else "pencil"))
        self.setFocusProxy(self._text if as_text else self.input)
        self.setFocus()
        self.changed.emit()

    def _commit(self) -> None:
        values = split_values(self.input.text())
        if not values:
            return
        self.input.clear()
        repeated = self._add(values)
        self._note_problem()
        if repeated and not self._note.text():
            self._note.set_colour("secondary")
            self._note.setText(self.tr("Already in the list: {values}").format(values=repeated))
            self._note.show()
            announce(self._note.text())
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
            chip.edit_requested.connect(self._edit)
            chip.remove_requested.connect(self._remove)
            self._box.insert(len(self._chips), chip)
            self._chips.append(chip)
        return "; ".join(repeated)

    def _checked(self, value: str) -> tuple[str, str]:
        if self._check is None:
            return value, ""
        try:
            return str(self._check(value)), ""
        except EnateError as error:
            return value, error.sentence()

    def _joined(self) -> str:
        return "; ".join(chip.value for chip in self._chips)

    def _remove(self, chip: Chip) -> None:
        self._drop(chip)
        self._note_problem()
        self.input.setFocus()
        self.changed.emit()

    def _edit(self, chip: Chip) -> None:
        self._commit()
        self._drop(chip)
        self.input.setText(chip.value)
        self.input.setFocus()
        self._note_problem()
        self.changed.emit()

    def _drop(self, chip: Chip) -> None:
        self._chips.remove(chip)
        self._box.remove(chip)

    def _note_problem(self) -> None:
        reason = next((chip.reason for chip in self._chips if chip.reason), "")
        if reason and reason != self._note.text():
            announce(reason)
        self._note.set_colour("error")
        self._note.setText(reason)
        self._note.setVisible(bool(reason))
