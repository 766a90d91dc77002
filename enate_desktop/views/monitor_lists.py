"""Deliveries, errors and log of the monitor side by side, with filters and export (UI 3.10)."""

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.work_items import End
from enate_desktop.item_models.monitor_lines import ERROR_HEADERS, LOG_HEADERS, MAIL_HEADERS, Line
from enate_desktop.services.history import harmless
from enate_desktop.services.monitor import MailFilter
from enate_desktop.views.accessibility import describe
from enate_desktop.views.choice_bar import ChoiceBar
from enate_desktop.views.monitor_list import MonitorList
from enate_desktop.views.widgets import EmptyState, button

_LEAST_HEIGHT = 120
_END_WORDS = {
    End.CREATED: "Created work",
    End.APPENDED: "Linked to work",
    End.UNHANDLED: "Unhandled",
    End.DUPLICATE: "Duplicate",
    End.OWN: "Own mail",
    End.QUARANTINED: "In quarantine",
    End.SKIPPED: "Skipped",
    End.PENDING: "Not decided yet",
}


class MonitorLists(QWidget):
    """``wanted`` asks for the lists anew, ``older_wanted`` for mails before that intake id.

    ``opened`` carries a Line of any list, ``failed`` an OSError's words of an export.
    """

    wanted = Signal()
    older_wanted = Signal(int)
    opened = Signal(object)
    exported = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mails = MonitorList(self.tr("Deliveries"), MAIL_HEADERS, (96, 150, 300, 300, 80), 3)
        self.errors = MonitorList(self.tr("Errors"), ERROR_HEADERS, (96, 150, 84, 400, 260), 3)
        self.log = MonitorList(self.tr("Log"), LOG_HEADERS, (150, 80, 150, 500), 3)
        self.choices = ChoiceBar()
        self._stack = QStackedWidget()
        self._empty = EmptyState("activity", self.tr("Nothing yet"))
        self.buttons = [
            self.choices.add(words, partial(self._choose, view))
            for words, view in (
                (self.tr("Deliveries"), self.mails),
                (self.tr("Errors"), self.errors),
                (self.tr("Log"), self.log),
            )
        ]
        self.connector = QComboBox()
        self.end = QComboBox()
        self.follow = QCheckBox(self.tr("Follow"))
        self.follow.setChecked(True)
        self._build()
        self._choose(self.mails)

    @property
    def current(self) -> MonitorList:
        """The list in front."""
        return self._shown

    @property
    def connector_id(self) -> int | None:
        """The connector the lists are about, None for all."""
        return int(self.connector.currentData() or 0) or None

    def mail_filter(self, before_id: int | None = None) -> MailFilter:
        """Which mails are wanted."""
        end = self.end.currentData()
        return MailFilter(self.connector_id, End(end) if end else None, before_id)

    def offer(self, connectors: Sequence[Connector]) -> None:
        """Offer these connectors to choose from; the chosen one stays."""
        wanted = [(self.tr("All connectors"), 0), *((c.name, c.id) for c in connectors)]
        combo = self.connector
        present = [(combo.itemText(row), combo.itemData(row)) for row in range(combo.count())]
        if present == wanted:
            return
        chosen = combo.currentData() or 0
        blocked = combo.blockSignals(True)
        combo.clear()
        for words, key in wanted:
            combo.addItem(words, key)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        combo.blockSignals(blocked)

    def show_lines(self, view: MonitorList, lines: Sequence[Line], *, older: bool = False) -> None:
        """Show the lines of one list; ``older`` ones come under what is there."""
        shown = (*view.lines.lines, *lines) if older else tuple(lines)
        view.show_lines(shown, follow=self.follow.isChecked() and not older)
        self._show_front()

    def ask_where_to_export(self) -> QFileDialog:
        """Ask for the file the list in front is written to."""
        dialog = QFileDialog(self, self.tr("Export the list"), "monitor.csv")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Comma-separated values (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def export(self, path: Path) -> None:
        """Write the list in front as it is, safe to open in a spreadsheet."""
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(self._shown.lines.headers)
                for line in self._shown.lines.lines:
                    writer.writerow([harmless(cell) for cell in line.cells])
        except OSError as error:
            self.failed.emit(f"{path.name} was not written: {error.strerror or error}.")
            return
        self.exported.emit(path.name)

    def _build(self) -> None:
        describe(self.connector, self.tr("Connector"))
        describe(self.end, self.tr("Where mails went"))
        self.end.addItem(self.tr("All"), "")
        for end, words in _END_WORDS.items():
            self.end.addItem(words, end.value)
        self.offer(())
        self.follow.setToolTip(self.tr("Show what comes at once; off while you read further down"))
        self.copy = button(self.tr("Copy row"), lambda: self._shown.copy_rows())
        export = button(self.tr("Export"), self.ask_where_to_export)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choices, 1)
        for part in (self.follow, self.end, self.connector, self.copy, export):
            row.addWidget(part)
        for view in (self.mails, self.errors, self.log):
            self._stack.addWidget(view)
            view.opened.connect(self.opened)
            view.scrolled.connect(self._on_scrolled)
            view.selectionModel().selectionChanged.connect(self._show_copy)
        self._stack.addWidget(self._empty)
        # The words of an empty list must not take the room of the mailboxes.
        self._empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(_LEAST_HEIGHT)
        self.mails.end_reached.connect(self._on_end_reached)
        for combo in (self.connector, self.end):
            combo.currentIndexChanged.connect(lambda _place: self.wanted.emit())
        self.follow.clicked.connect(lambda: self.wanted.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._stack, 1)

    def _choose(self, view: MonitorList) -> None:
        self._shown = view
        self.end.setVisible(view is self.mails)
        self._show_front()
        self._show_copy()
        self.wanted.emit()

    def _show_front(self) -> None:
        there = self._shown.lines.rowCount() > 0
        title, text = self._nothing()
        self._empty.set_text(title, text)
        self._stack.setCurrentWidget(self._shown if there else self._empty)

    def _nothing(self) -> tuple[str, str]:
        if self._shown is self.errors:
            return self.tr("No errors"), self.tr("Every server answered as it should.")
        if self._shown is self.log:
            return self.tr("Nothing in the log"), ""
        if self.end.currentData() or self.connector_id:
            return self.tr("No mail fits"), self.tr("Choose other mails above.")
        text = self.tr("Mails appear here as soon as a mailbox is looked into.")
        return self.tr("No mail was taken in so far"), text

    def _show_copy(self) -> None:
        self.copy.setEnabled(bool(self._shown.chosen))

    def _on_scrolled(self, at_top: bool) -> None:
        if self.follow.isChecked() != at_top:
            self.follow.setChecked(at_top)
            if at_top:
                self.wanted.emit()

    def _on_end_reached(self) -> None:
        lines = self.mails.lines.lines
        if lines:
            self.older_wanted.emit(lines[-1].key)
