"""One list of the monitor: newest first, follows what comes until somebody scrolls (UI 3.10)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from enate_desktop.item_models.monitor_lines import Line, LineTableModel
from enate_desktop.views.widgets import prepare_table


class MonitorList(QTableView):
    """``opened`` carries the Line that was activated, ``end_reached`` asks for older ones.

    ``scrolled`` says whether the person is at the top.
    """

    opened = Signal(object)
    end_reached = Signal()
    scrolled = Signal(bool)

    def __init__(
        self, name: str, headers: Sequence[str], widths: Sequence[int], stretched: int
    ) -> None:
        super().__init__()
        self.lines = LineTableModel(headers, self)
        self._filling = False
        prepare_table(self, name)
        self.setModel(self.lines)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setStretchLastSection(False)
        for column, width in enumerate(widths):
            header.resizeSection(column, width)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_rows)
        self.activated.connect(self._on_activated)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    @property
    def chosen(self) -> tuple[Line, ...]:
        """The selected lines, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.lines.lines[row] for row in rows)

    def show_lines(self, lines: Sequence[Line], *, follow: bool) -> None:
        """Show other lines; with ``follow`` the newest comes into view."""
        self._filling = True
        self.lines.set_lines(lines)
        if follow:
            self.scrollToTop()
        self._filling = False

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard, cells between tabs."""
        text = "\n".join(line.as_text() for line in self.chosen)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _on_activated(self, index: object) -> None:
        line = self.lines.row_of(self.currentIndex())
        if line is not None:
            self.opened.emit(line)

    def _on_scrolled(self, value: int) -> None:
        if self._filling:
            return
        bar = self.verticalScrollBar()
        self.scrolled.emit(value <= bar.minimum())
        if value >= bar.maximum() > bar.minimum():
            self.end_reached.emit()
