"""Going back to a backup from the window: looked at, asked about, then started anew."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.monitor_state import counted
from enate_desktop.item_models.time_text import day_text
from enate_desktop.services.backup import Backup
from enate_desktop.services.bundle import Services
from enate_desktop.views.confirm import Choice, ConfirmDialog
from enate_desktop.views.widgets import SectionLabel, button, label
from enate_desktop.worker.tasks import run_in_background


@dataclass(frozen=True, slots=True)
class ProgramControl:
    """What restoring needs of the program around the page.

    ``stop_worker`` calls what it is given once the worker has ended, ``start_worker`` begins it
    again, ``restart`` ends the program whatever is open and starts it anew.
    """

    stop_worker: Callable[[Callable[[], object]], object]
    start_worker: Callable[[], object]
    restart: Callable[[], object]


class BackupRestoring(QObject):
    """``failed`` carries an EnateError; nothing was changed then, and the worker runs again."""

    failed = Signal(object)

    def __init__(self, services: Services, program: ProgramControl | None, page: QWidget) -> None:
        super().__init__(page)
        self._services = services
        self._program = program
        self._page = page
        self.question: ConfirmDialog | None = None
        self.ending: RestoredDialog | None = None

    def look(self, path: Path) -> None:
        """Say what the backup at ``path`` holds, and ask."""
        backup = self._services.backup
        run_in_background(self, lambda: backup.look(path), self._ask, self._on_failed)

    def _ask(self, found: Backup) -> None:
        made = day_text(found.made) if found.made else self.tr("an unknown day")
        title = self.tr("Restore “{name}”?").format(name=found.path.name)
        holds = self.tr("It holds {contents}, of {day}.").format(contents=held(found), day=made)
        lines = (
            self.tr("Everything since then is gone from the program: settings, mails and work."),
            self.tr("What is there now is kept in a file in the data folder first."),
            self.tr("Mail still on a server that the backup does not know is taken in again."),
            self.tr("The program starts anew afterwards; what is not saved is lost."),
        )
        choice = Choice(self.tr("Restore"), lambda: self._stop(found.path), danger=True)
        self.question = ConfirmDialog(title, holds, lines, (choice,), self._page)
        self.question.open()

    def _stop(self, path: Path) -> None:
        if self._program is not None:
            self._program.stop_worker(lambda: self._restore(path))

    def _restore(self, path: Path) -> None:
        services = self._services
        run_in_background(
            self,
            lambda: services.backup.restore(path, services.folder),
            lambda done: self._end(*done),
            self._on_not_restored,
        )

    def _end(self, found: Backup, kept: Path) -> None:
        words = self.tr("{contents} were restored. What was there before is in {path}.")
        self.ending = RestoredDialog(words.format(contents=held(found), path=kept), self._page)
        if self._program is not None:
            self.ending.finished.connect(lambda _result: self._restart())
        self.ending.open()

    def _restart(self) -> None:
        if self._program is not None:
            self._program.restart()

    def _on_not_restored(self, error: Exception) -> None:
        if self._program is not None:
            self._program.start_worker()
        self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


class RestoredDialog(QDialog):
    """However it is closed, the program starts anew: the pages show what is gone."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setWindowTitle(self.tr("The backup was restored"))
        self.setMinimumWidth(460)
        self.restart_button = button(self.tr("Restart"), self.accept, primary=True)
        self.restart_button.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.restart_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.tr("Restart the program")))
        column.addWidget(label(text, wrap=True))
        column.addLayout(row)


def held(found: Backup) -> str:
    """How much a backup holds, in words."""
    return (
        f"{counted(found.connectors, 'connector')}, {counted(found.routes, 'route')}, "
        f"{counted(found.mails, 'mail')} and {counted(found.work_items, 'work item')}"
    )
