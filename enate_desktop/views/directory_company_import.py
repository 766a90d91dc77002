"""Imports companies and contacts from a file: what it would change is shown first (UI 3.12)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.directory import Company, Contact
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.monitor_state import counted
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.company_import import CompanyPlan
from enate_desktop.services.context import noting
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.widgets import button, label, prepare_tree
from enate_desktop.worker.tasks import run_in_background

T = TypeVar("T")
MOST_SHOWN = 200
"""Of the things in each group; more are counted only."""


class CompanyImporting(QObject):
    """``imported`` carries Changes, ``failed`` an EnateError."""

    imported = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, work: UndoableWork, view: QWidget) -> None:
        """Nothing is told any more once ``view`` is gone."""
        super().__init__(view)
        self._services = services
        self._work = work
        self._view = view
        self.dialog: CompanyImportDialog | None = None

    def open(self, path: Path) -> None:
        """Read the file, and show what it would change."""
        service = self._services.company_import
        self._run(lambda: service.preview(path), lambda plan: self._show(path, plan))

    def _show(self, path: Path, plan: CompanyPlan) -> None:
        self.dialog = CompanyImportDialog(plan, self._view)
        self.dialog.accepted.connect(lambda: self._import(path, plan))
        self.dialog.open()

    def _import(self, path: Path, plan: CompanyPlan) -> None:
        def act() -> tuple[Changes, list[int]]:
            with noting() as change_ids:
                changes = self._services.company_import.run(path, plan)
            return changes, change_ids

        def done(result: tuple[Changes, list[int]]) -> None:
            changes, change_ids = result
            self.imported.emit(changes)
            self._work.did(f'Imported "{plan.file}".', change_ids)

        self._run(act, done)

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        run_in_background(self._view, work, done, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


class CompanyImportDialog(QDialog):
    """What a file adds and changes, and the lines that cannot be used; Import does it."""

    def __init__(self, plan: CompanyPlan, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Import companies and contacts"))
        self.resize(720, 520)
        self.list = QTreeWidget()
        self.list.setHeaderHidden(True)
        prepare_tree(self.list, self.tr("What is imported"))
        for title, lines in _groups(plan):
            self._add(title, lines)
        self.import_button = button(self.tr("Import"), self.accept, primary=True)
        self.import_button.setEnabled(bool(plan.added + plan.changed))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.import_button)
        row.addWidget(button(self.tr("Cancel"), self.reject))
        self.summary = _summary(plan)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(self.summary, wrap=True))
        column.addWidget(self.list, 1)
        column.addLayout(row)

    @property
    def lines(self) -> tuple[str, ...]:
        """What is listed, group by group, with the title of each group before it."""
        found: list[str] = []
        for place in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(place)
            if item is not None:
                found.append(item.text(0))
                children = (item.child(row) for row in range(item.childCount()))
                found += [child.text(0) for child in children if child is not None]
        return tuple(found)

    def _add(self, title: str, lines: list[str]) -> None:
        if not lines:
            return
        item = QTreeWidgetItem([f"{title} ({len(lines)})"])
        more = len(lines) - MOST_SHOWN
        told = [*lines[:MOST_SHOWN], *([f"… and {more} more"] if more > 0 else [])]
        item.addChildren([QTreeWidgetItem([line]) for line in told])
        self.list.addTopLevelItem(item)
        item.setExpanded(True)


def _groups(plan: CompanyPlan) -> Iterator[tuple[str, list[str]]]:
    things: tuple[Company | Contact, ...] = (*plan.companies, *plan.contacts)
    yield "Added", [_words(each) for each in things if each.id < 0]
    yield "Changed", [_words(each) for each in things if each.id > 0]
    yield "Cannot be used", [f"Line {each.number}: {each.reason}" for each in plan.unusable]


def _words(thing: Company | Contact) -> str:
    if isinstance(thing, Company):
        domains = ", ".join(thing.domains)
        return f"Company {thing.name}" + (f": {domains}" if domains else "")
    return f"Contact {thing.address}" + (f" ({thing.name})" if thing.name else "")


def _summary(plan: CompanyPlan) -> str:
    parts = [f"“{plan.file}”: {plan.added} added, {plan.changed} changed"]
    parts.append(f"{counted(plan.unchanged, 'line')} unchanged")
    if plan.unusable:
        parts.append(f"{counted(len(plan.unusable), 'line')} cannot be used and will be left out")
    return ", ".join(parts) + ". Nothing is changed yet."
