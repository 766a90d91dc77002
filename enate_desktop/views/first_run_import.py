"""Opens a configuration file: what it would change is shown first, then it is imported."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.history import HistoryEntry
from enate_desktop.item_models.activity_text import entry_words
from enate_desktop.item_models.monitor_state import counted
from enate_desktop.item_models.overview_text import entry_line
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.exchange.service import ImportReport, read_document
from enate_desktop.views.widgets import button, label, prepare_tree, secondary_label
from enate_desktop.worker.tasks import run_in_background

T = TypeVar("T")


class ConfigurationOpening(QObject):
    """``imported`` carries Changes and the ImportReport, ``failed`` an EnateError."""

    imported = Signal(object, object)
    failed = Signal(object)

    def __init__(self, services: Services, page: QWidget) -> None:
        """Nothing is told any more once ``page`` is gone."""
        super().__init__(page)
        self._services = services
        self._page = page
        self.dialog: ImportDialog | None = None

    def open(self, path: Path) -> None:
        """Read the file, and show what it would change."""
        exchange = self._services.exchange

        def read() -> tuple[Mapping[str, Any], ImportReport]:
            document = read_document(path)
            return document, exchange.import_(document, path.parent, dry_run=True)

        self._run(read, lambda found: self._show(path, *found))

    def _show(self, path: Path, document: Mapping[str, Any], report: ImportReport) -> None:
        self.dialog = ImportDialog(path.name, report, self._page)
        self.dialog.accepted.connect(lambda: self._import(document, path.parent))
        self.dialog.open()

    def _import(self, document: Mapping[str, Any], folder: Path) -> None:
        services = self._services

        def act() -> tuple[Changes, ImportReport]:
            report = services.exchange.import_(document, folder)
            ids = frozenset(connector.id for connector in services.connectors.all())
            return Changes(connectors=ids, routes=ids, directory=True), report

        self._run(act, lambda done: self.imported.emit(*done))

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        run_in_background(self._page, work, done, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


class ImportDialog(QDialog):
    """The changes a file would make, thing by thing; nothing is changed before Import."""

    def __init__(self, name: str, report: ImportReport, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Open a configuration"))
        self.resize(720, 520)
        self.list = QTreeWidget()
        self.list.setHeaderHidden(True)
        prepare_tree(self.list, self.tr("What is changed"))
        things = _by_thing(report.changes)
        for words, entries in things:
            item = QTreeWidgetItem([words])
            item.addChildren([QTreeWidgetItem([entry_words(e)]) for e in entries if e.field])
            self.list.addTopLevelItem(item)
        self.import_button = button(self.tr("Import"), self.accept, primary=True)
        self.import_button.setEnabled(bool(things))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.import_button)
        row.addWidget(button(self.tr("Cancel"), self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(_summary(name, len(things)), wrap=True))
        column.addWidget(self.list, 1)
        for note in report.notes:
            column.addWidget(secondary_label(note))
        column.addLayout(row)

    @property
    def lines(self) -> tuple[str, ...]:
        """What is changed, thing by thing."""
        items = (self.list.topLevelItem(place) for place in range(self.list.topLevelItemCount()))
        return tuple(item.text(0) for item in items if item is not None)


def _summary(name: str, number: int) -> str:
    if not number:
        return f"“{name}” is what is stored already. There is nothing to import."
    return f"“{name}” makes {counted(number, 'change')}. Nothing is changed yet."


def _by_thing(entries: Iterable[HistoryEntry]) -> list[tuple[str, list[HistoryEntry]]]:
    found: dict[tuple[str, int, str], tuple[str, list[HistoryEntry]]] = {}
    for entry in entries:
        words = entry_line(entry.kind, entry.name, entry.action)
        key = (entry.kind, entry.subject_id, entry.action)
        found.setdefault(key, (words, []))[1].append(entry)
    return list(found.values())
