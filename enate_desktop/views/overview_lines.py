"""Lines of the start page: an icon, a fact and a button; many of them fold behind one button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from enate_desktop.views.accessibility import explain_disabled, plain_tooltip
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import button, label, secondary_label

SHOWN_AT_FIRST = 8


@dataclass(frozen=True, slots=True)
class LineButton:
    """A button of a line; ``name`` is what a screen reader calls it, ``blocked`` why it is off."""

    text: str
    name: str
    run: Callable[[], object]
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class FactLine:
    """What one line shows; two lines with the same ``key`` look the same."""

    key: object
    shape: str
    token: str
    text: str
    small: str
    tip: str
    buttons: tuple[LineButton, ...]


class FactLines(QWidget):
    """The lines one below the other; the focus stays at its place when they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[FactLine, ...] = ()
        self._all = False
        self._rows: list[QWidget] = []
        self._more = button("", self._show_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        self._more.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """What the lines say, those that are folded away included."""
        return tuple(line.text for line in self._lines)

    def buttons(self) -> list[QPushButton]:
        """The buttons of the lines shown, in order."""
        return [each for row in self._rows for each in row.findChildren(QPushButton)]

    def show_lines(self, lines: Sequence[FactLine]) -> None:
        """Show other lines; nothing moves when they are the same."""
        if [line.key for line in lines] == [line.key for line in self._lines]:
            return
        self._lines = tuple(lines)
        self._fill()

    def _show_all(self) -> None:
        self._all = True
        self._fill()
        self.buttons()[SHOWN_AT_FIRST].setFocus()

    def _fill(self) -> None:
        focused = next((n for n, each in enumerate(self.buttons()) if each.hasFocus()), None)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        shown = self._lines if self._all else self._lines[:SHOWN_AT_FIRST]
        self._rows = [_row(line) for line in shown]
        for place, row in enumerate(self._rows):
            self._column.insertWidget(place, row)
        hidden = len(self._lines) - len(shown)
        self._more.setText(self.tr("Show {number} more").format(number=hidden))
        self._more.setVisible(hidden > 0)
        if focused is not None and self.buttons():
            self.buttons()[min(focused, len(self.buttons()) - 1)].setFocus()


def _row(line: FactLine) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    if line.shape:
        row.addWidget(Picture(line.shape, line.token, 16))
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(label(line.text, wrap=True))
    if line.small:
        words.addWidget(secondary_label(line.small))
    row.addLayout(words, 1)
    for each in line.buttons:
        row.addWidget(_button(each))
    made.setToolTip(plain_tooltip(line.tip))
    return made


def _button(wanted: LineButton) -> QPushButton:
    made = button(wanted.text, wanted.run)
    made.setAccessibleName(wanted.name)
    if wanted.blocked:
        explain_disabled(made, wanted.blocked)
    return made
