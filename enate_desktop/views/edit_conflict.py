"""Somebody else saved first: before, theirs and mine side by side, a choice per field (S-01)."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.item_models.edit_conflict import Difference, Whose
from enate_desktop.views.accessibility import plain_tooltip
from enate_desktop.views.widgets import (
    ElidedLabel,
    SectionLabel,
    button,
    label,
    scrolled,
    secondary_label,
)

_SHOWN = 34
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class ConflictDialog(QDialog):
    """Open it with ``open()``; ``chosen`` gets the paths of the fields of which mine is kept.

    Cancel changes nothing: what was typed is still in the editor.
    """

    def __init__(
        self,
        name: str,
        who: str,
        differences: Sequence[Difference],
        chosen: Callable[[Sequence[str]], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("“{name}” was changed meanwhile").format(name=name))
        self._chosen = chosen
        self._rows: dict[str, dict[Whose, QRadioButton]] = {}
        self.save_button = button(self.tr("Save these"), self._on_save_clicked, primary=True)
        self.cancel_button = button(self.tr("Keep editing"), self.reject)
        self._build(who, differences)

    def radio(self, path: str, whose: Whose) -> QRadioButton:
        """The choice of one value of a field."""
        return self._rows[path][whose]

    def _build(self, who: str, differences: Sequence[Difference]) -> None:
        text = self.tr("{who} Choose for each field which value is stored; nothing is lost so far.")
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        titles = ("Field", "Stored before", "Theirs", "Mine")
        for column, title in enumerate(titles):
            grid.addWidget(secondary_label(self.tr(title), wrap=False), 0, column)
            grid.setColumnStretch(column, 1)
        for row, difference in enumerate(differences, start=1):
            self._add(grid, row, difference)
        grid.setRowStretch(len(differences) + 1, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(button(self.tr("All theirs"), lambda: self._take_all(Whose.THEIRS)))
        foot.addWidget(button(self.tr("All mine"), lambda: self._take_all(Whose.MINE)))
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        self.save_button.setDefault(True)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(16, 16, 16, 16)
        column_layout.setSpacing(12)
        column_layout.addWidget(SectionLabel(self.windowTitle()))
        column_layout.addWidget(label(text.format(who=who), wrap=True))
        column_layout.addWidget(scrolled(table), 1)
        column_layout.addLayout(foot)
        self.save_button.setFocus()
        self.resize(860, min(560, 200 + 40 * len(differences)))

    def _add(self, grid: QGridLayout, row: int, difference: Difference) -> None:
        grid.addWidget(label(difference.label, wrap=True), row, 0, _MIDDLE)
        before = ElidedLabel(difference.before, colour="secondary")
        grid.addWidget(before, row, 1, _MIDDLE)
        group = QButtonGroup(self)
        radios = {}
        for column, (whose, words) in enumerate(
            ((Whose.THEIRS, difference.theirs), (Whose.MINE, difference.mine)), start=2
        ):
            radio = QRadioButton(_shortened(words).replace("&", "&&"))
            radio.setToolTip(plain_tooltip(words))
            radio.setAccessibleName(f"{difference.label}: {whose.value}, {words}")
            radio.setChecked(whose is difference.suggested)
            group.addButton(radio)
            grid.addWidget(radio, row, column, _MIDDLE | Qt.AlignmentFlag.AlignLeading)
            radios[whose] = radio
        self._rows[difference.path] = radios

    def _take_all(self, whose: Whose) -> None:
        for radios in self._rows.values():
            radios[whose].setChecked(True)

    def _on_save_clicked(self) -> None:
        mine = [path for path, radios in self._rows.items() if radios[Whose.MINE].isChecked()]
        self.accept()
        self._chosen(mine)


def _shortened(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
