"""The Data card of the settings page: backup, configuration file, versions (UI 3.14)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.people import Permission
from enate_desktop.services.backup import Backup
from enate_desktop.services.bundle import Services
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.first_run_import import ConfigurationOpening
from enate_desktop.views.restoring_backup import BackupRestoring, ProgramControl, held
from enate_desktop.views.widgets import Card, button, label, secondary_label
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background

T = TypeVar("T")
_FOR_A_CONFIGURATION = (
    Permission.EDIT_DIRECTORY,
    Permission.EDIT_CONNECTORS,
    Permission.EDIT_ROUTES,
    Permission.REORDER_ROUTES,
)


@dataclass(frozen=True, slots=True)
class _Step:
    """One line of the card: what it is for, and the button that does it."""

    text: str
    hint: str
    act: Callable[[], object]
    reason: str = ""


class DataCard(Card):
    """``done`` carries a sentence for the strip, ``failed`` an EnateError."""

    done = Signal(str)
    failed = Signal(object)

    def __init__(
        self, services: Services, notifier: ChangeNotifier, program: ProgramControl | None
    ) -> None:
        """Without ``program`` nothing can be restored, as it cannot be started anew."""
        super().__init__(self.tr("Data"))
        self._services = services
        self._notifier = notifier
        self.opening = ConfigurationOpening(services, self)
        self.restoring = BackupRestoring(services, program, self)
        self.buttons: dict[str, QPushButton] = {}
        self.dialog: QFileDialog | None = None
        self._result = label("", wrap=True)
        self._result.hide()
        self._build(program is not None)
        self.opening.failed.connect(self.failed)
        self.opening.imported.connect(self._on_imported)
        self.restoring.failed.connect(self.failed)

    @property
    def result(self) -> str:
        """What the last backup or export says of itself."""
        return self._result.text()

    def back_up(self, path: Path) -> None:
        """Write everything into the file at ``path``."""
        self._say(self.tr("Backing up …"))
        self.buttons["backup"].setEnabled(False)
        self._run(lambda: self._services.backup.write(path), self._on_backed_up)

    def export(self, path: Path) -> None:
        """Write the configuration into the file at ``path``, without secrets."""
        self._say(self.tr("Exporting …"))
        self._run(lambda: _exported(self._services, path), self._on_exported)

    def _build(self, can_restart: bool) -> None:
        me = self._services.people.me
        lacking = [p for p in _FOR_A_CONFIGURATION if not me.may(p)]
        no_import = f'You need the permission "{lacking[0]}".' if lacking else ""
        no_data = Permission.CHANGE_SETTINGS
        no_backup = "" if me.may(no_data) else f'You need the permission "{no_data}".'
        no_program = "" if can_restart else self.tr("Only the main window of real data restores.")
        for key, step in {
            "backup": _Step(
                self.tr("Back up…"),
                self.tr("Everything in one file: settings, mails and work. Keep the key too."),
                self._ask_backup,
                no_backup,
            ),
            "restore": _Step(
                self.tr("Restore…"),
                self.tr("Go back to a backup. What is there now is kept in a file first."),
                self._ask_restore,
                no_backup or no_program,
            ),
            "export": _Step(
                self.tr("Export configuration…"),
                self.tr("Connectors, routes and directory as a text file, without passwords."),
                self._ask_export,
            ),
            "import": _Step(
                self.tr("Import configuration…"),
                self.tr("You see what would change before anything is changed."),
                self._ask_import,
                no_import,
            ),
            "folder": _Step(
                self.tr("Open folder"),
                self.tr("Data folder: {path}").format(path=self._services.folder),
                self._open_folder,
            ),
        }.items():
            self.body.addLayout(self._row(key, step))
        self.body.addWidget(self._result)

    def _row(self, key: str, step: _Step) -> QHBoxLayout:
        made = button(step.text, step.act)
        made.setMinimumWidth(180)
        explain_disabled(made, step.reason)
        self.buttons[key] = made
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(secondary_label(step.hint), 1)
        row.addWidget(made)
        return row

    def _ask_backup(self) -> None:
        self._ask(self.tr("Back up"), "enate-desktop-backup.sqlite3", self.back_up)

    def _ask_export(self) -> None:
        self._ask(self.tr("Export configuration"), "configuration.json", self.export)

    def _ask_restore(self) -> None:
        self._ask(self.tr("Restore a backup"), "", self.restoring.look)

    def _ask_import(self) -> None:
        self._ask(self.tr("Import configuration"), "", self.opening.open)

    def _ask(self, title: str, name: str, chosen: Callable[[Path], object]) -> None:
        """Ask for a new file called ``name``, or for one that is there when it is empty."""
        dialog = QFileDialog(self, title)
        if name:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(Path(name).suffix[1:])
            dialog.selectFile(name)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self.dialog = dialog

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.folder)))

    def _on_backed_up(self, made: Backup) -> None:
        self.buttons["backup"].setEnabled(True)
        words = self.tr("{contents} were backed up to {path} and read back.")
        self._say(words.format(contents=held(made), path=made.path))
        self.done.emit(self.tr("The backup was written."))

    def _on_exported(self, path: Path) -> None:
        words = self.tr("The configuration was written to {path}, without passwords.")
        self._say(words.format(path=path))
        self.done.emit(self.tr("The configuration was exported."))

    def _on_imported(self, changes: object, _report: object) -> None:
        self._notifier.notify(changes, self)
        self.done.emit(self.tr("The configuration was imported."))

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        run_in_background(self, work, done, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self._say("")
        may = self._services.people.me.may(Permission.CHANGE_SETTINGS)
        self.buttons["backup"].setEnabled(may)
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)

    def _say(self, text: str) -> None:
        self._result.setText(text)
        self._result.setVisible(bool(text))


class AboutCard(Card):
    """What runs here, and under which licences."""

    def __init__(self, versions: str) -> None:
        super().__init__(self.tr("About"))
        self.body.addWidget(label(versions, wrap=True))
        words = self.tr(
            "Qt and PySide6 are used under the LGPL 3, the Lucide icons under the ISC licence."
        )
        self.body.addWidget(secondary_label(words))


def _exported(services: Services, path: Path) -> Path:
    text = json.dumps(services.exchange.export(), ensure_ascii=False, indent=2) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}).",
            "Nothing was exported. Choose another folder.",
        ) from None
    return path
