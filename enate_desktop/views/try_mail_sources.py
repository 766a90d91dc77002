"""Where the mail that is tried comes from: a file, its source, a stored mail or a form (UI 3.7)."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.services.work_items import WorkItemService
from enate_desktop.views.drop_zone import DropZone, ZoneState
from enate_desktop.views.try_mail_dialogs import FormDialog, PasteDialog, PickDialog
from enate_desktop.views.widgets import button

LARGEST = 150 << 20
"""Bytes a mail that is tried may have."""


@dataclass(frozen=True, slots=True)
class Source:
    """The mail to try; ``path`` only of a file, ``stored`` when it was taken in before.

    ``connector_id`` is where a stored one came to.
    """

    raw: bytes
    name: str
    path: str = ""
    stored: bool = False
    connector_id: int | None = None


class SourceRow(QWidget):
    """``chosen`` carries a Source, ``failed`` the EnateError of one that cannot be used."""

    chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, work_items: WorkItemService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work_items = work_items
        self.setAcceptDrops(True)
        self.zone = DropZone(
            self.tr("Drop a saved mail (.eml) here, or"), self.tr("Browse…"), icon_name="mail"
        )
        self.zone.clicked.connect(self._on_browse)
        self.paste_button = button(self.tr("Paste source…"), self._on_paste)
        self.pick_button = button(self.tr("Pick a stored mail…"), self._on_pick)
        self.form_button = button(self.tr("Fill in a form…"), self._on_form)
        self._form = FormDialog(self)
        self._form.accepted.connect(self._on_form_filled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.zone, 1)
        column = QVBoxLayout()
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        for made in (self.paste_button, self.pick_button, self.form_button):
            top.addWidget(made)
        column.addStretch(1)
        column.addLayout(top)
        column.addStretch(1)
        row.addLayout(column)

    def take_file(self, path: Path) -> None:
        """Try the mail in a file."""
        try:
            if path.suffix.lower() == ".msg":
                raise InputError(
                    f"{path.name} is in Outlook's own format.",
                    "Save the mail as .eml there, or paste its source.",
                )
            with path.open("rb") as file:
                raw = file.read(LARGEST + 1)
        except EnateError as error:
            self.failed.emit(error)
            return
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.failed.emit(
                InputError(f"{path.name} cannot be read ({reason}).", "Choose another file.")
            )
            return
        if len(raw) > LARGEST:
            text = f"{path.name} is larger than {LARGEST >> 20} MB."
            self.failed.emit(InputError(text, "No mail of that size would be fetched."))
            return
        self.chosen.emit(Source(raw, path.name, str(path)))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        good = len(urls) == 1 and urls[0].isLocalFile()
        copies = event.possibleActions() & Qt.DropAction.CopyAction
        if good and copies:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.zone.show_state(ZoneState.ACCEPT, self.tr("Drop it to try it"))
        else:
            event.ignore()
            self.zone.show_state(ZoneState.REFUSE, self.tr("Only one saved mail (.eml)"))

    @override
    def dragLeaveEvent(self, event: object) -> None:
        self.zone.show_state(ZoneState.IDLE)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.zone.show_state(ZoneState.IDLE)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def _on_browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Try a saved mail"), "", f"{self.tr('Saved mails')} (*.eml);;* (*)"
        )
        if path:
            self.take_file(Path(path))

    def _on_paste(self) -> PasteDialog:
        dialog = PasteDialog(self)
        dialog.accepted.connect(
            lambda: self.chosen.emit(Source(dialog.raw, self.tr("Pasted mail")))
        )
        dialog.open()
        return dialog

    def _on_pick(self) -> PickDialog | None:
        try:
            lines = self._work_items.recent_mails()
        except EnateError as error:
            self.failed.emit(error)
            return None
        dialog = PickDialog(lines, self)
        dialog.picked.connect(self.take_stored)
        dialog.open()
        return dialog

    def take_stored(self, intake_id: int) -> None:
        """Try a mail that was taken in before, as if it came for the first time."""
        try:
            raw = self._work_items.raw(intake_id)
            subject = self._work_items.mail(intake_id).message.subject
            home = self._work_items.came_to(intake_id)
        except EnateError as error:
            self.failed.emit(error)
            return
        name = subject or self.tr("(no subject)")
        self.chosen.emit(Source(raw, name, stored=True, connector_id=home))

    def _on_form(self) -> None:
        self._form.open()

    def _on_form_filled(self) -> None:
        self.chosen.emit(Source(self._form.raw, self.tr("Made-up mail")))
