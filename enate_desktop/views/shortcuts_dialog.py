"""The list of shortcuts (F1): what the menus know, and the keys that live in lists."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.views.menus import plain_text
from enate_desktop.views.widgets import SectionLabel, button, label


class ShortcutsDialog(QDialog):
    """Keys and their actions, group by group; Esc closes."""

    def __init__(
        self,
        menus: Sequence[tuple[str, Sequence[QAction]]],
        in_lists: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        self._rows: list[tuple[str, str]] = []
        for title, actions in menus:
            self._add_group(grid, title, [(plain_text(a), _keys(a)) for a in actions])
        self._add_group(grid, self.tr("In lists"), in_lists)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName(self.windowTitle())
        close = button(self.tr("Close"), self.accept)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 12, 16, 12)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addLayout(foot)
        self.resize(520, 640)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is listed: words and keys."""
        return tuple(self._rows)

    def _add_group(self, grid: QGridLayout, title: str, rows: Sequence[tuple[str, str]]) -> None:
        row = grid.rowCount()
        heading = SectionLabel(title)
        self._rows.extend(rows)
        heading.setContentsMargins(0, 8 if row > 1 else 0, 0, 0)
        grid.addWidget(heading, row, 0, 1, 2)
        for offset, (text, keys) in enumerate(rows, start=1):
            grid.addWidget(label(text), row + offset, 0)
            shown: QLabel = label(keys, colour="secondary")
            grid.addWidget(shown, row + offset, 1, Qt.AlignmentFlag.AlignTrailing)


def _keys(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(sequence.toString(native) for sequence in action.shortcuts())
