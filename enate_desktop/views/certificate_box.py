"""The box for a certificate: a .pfx file, its password, its facts (C-04, UI 3.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from enate_desktop.domain.certificates import CertificateFacts, CertificateReading
from enate_desktop.domain.errors import EnateError
from enate_desktop.views.accessibility import announce
from enate_desktop.views.certificate_card import CertificateCard
from enate_desktop.views.certificate_file import isolated, read_file, size_text
from enate_desktop.views.certificate_frame import CertificateFrame
from enate_desktop.views.form_fields import reveal
from enate_desktop.views.sign_in_run import ReadCertificate, utc_now
from enate_desktop.views.standing_field import StandingField
from enate_desktop.views.widgets import button, secondary_label
from enate_desktop.worker.tasks import Task, run_in_background

TYPING_MILLISECONDS = 300
"""How long nothing must be typed before the file is read with the new password."""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    data: bytes


class CertificateBox(QWidget):
    """Holds a new file, shows the stored one, or asks for one; the path of a file is never kept.

    ``changed`` comes after each choice of a person and after each reading.
    """

    changed = Signal()

    def __init__(
        self,
        read: ReadCertificate,
        now: Callable[[], datetime] = utc_now,
        *,
        elevated: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._now = now
        self._stored = False
        self._stored_facts: CertificateFacts | None = None
        self._removed = False
        self._file: _File | None = None
        self._reading: CertificateReading | None = None
        self._task: Task[bytes] | Task[CertificateReading] | None = None
        self._browsed = False
        self._wrong_password = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MILLISECONDS)
        self.frame = CertificateFrame()
        self.keep_button = button(self.tr("Keep stored"), self._on_keep_clicked)
        self._going = secondary_label(self.tr("The stored certificate is removed when you save."))
        self._elevated = secondary_label(
            self.tr(
                "Dropping files does not work while the program runs as administrator. Use Browse."
            )
        )
        self._elevated.setVisible(elevated)
        field = StandingField(self.tr("Certificate file (.pfx)"), self.frame)
        self.fields = {"certificate": field, "certificate_password": self.card.password_field}
        self._build(field)
        self._connect()
        self._show()

    @property
    def card(self) -> CertificateCard:
        """What is shown of a certificate."""
        return self.frame.card

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._task is not None or self._typing.isActive()

    @property
    def shows_stored(self) -> bool:
        """Whether the stored certificate is the one that counts."""
        return self._stored and not self._removed and self._file is None

    @property
    def facts(self) -> CertificateFacts | None:
        """What may be shown of the certificate that counts, as far as it is known."""
        if self.shows_stored:
            return self._stored_facts
        return self._reading.facts if self._reading is not None else None

    def changes(self) -> dict[str, bytes | None]:
        """File and password that are to be stored; None forgets, nothing keeps the stored ones."""
        if self.shows_stored:
            return {}
        if self._file is None:
            return {"certificate": None, "certificate_password": None}
        password = self.card.password.text.encode() or None
        return {"certificate": self._file.data, "certificate_password": password}

    def set_stored(self, *, stored: bool, facts: CertificateFacts | None = None) -> None:
        """Forget what was chosen, and show whether a certificate is stored."""
        self._stored, self._stored_facts, self._removed = stored, facts, False
        self._forget()
        self._show()

    def take(self, path: Path, *, browsed: bool = False) -> None:
        """Use this file instead; it is read in the background.

        After ``browsed`` the password comes next, wherever the closed dialog left the focus.
        """
        self._stop()
        self._browsed = browsed
        self.fields["certificate"].set_standing("")
        self.frame.begin(isolated(path.name))
        self._task = run_in_background(
            self,
            lambda: read_file(path),
            lambda data: self._on_loaded(path.name, data),
            self._on_not_loaded,
        )
        self.changed.emit()

    def _build(self, field: StandingField) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(field)
        column.addWidget(self._elevated)
        column.addWidget(self._going)
        column.addWidget(self.keep_button, 0, Qt.AlignmentFlag.AlignLeading)

    def _connect(self) -> None:
        card, edit = self.card, self.card.password.edit
        self.frame.dropped.connect(self.take)
        self.frame.zone.clicked.connect(self._on_browse_clicked)
        card.replace_button.clicked.connect(self._on_browse_clicked)
        card.remove_button.clicked.connect(self._on_remove_clicked)
        card.password.changed.connect(self._on_password_changed)
        edit.editingFinished.connect(lambda: self._show_wrong_password(typing=False))
        self._typing.timeout.connect(self._read_file)

    def _show(self) -> None:
        """Everything by the state at hand."""
        card = self.card
        if self._file is not None:
            size = size_text(len(self._file.data))
            card.show_file(isolated(self._file.name), size, stored=self._stored)
        elif self.shows_stored:
            card.show_stored(self._stored_facts, self._now())
        self.frame.show_card(shown=self._file is not None or self.shows_stored)
        gone = self._stored and self._removed and self._file is None
        self._going.setVisible(gone)
        self.keep_button.setVisible(gone)

    def _forget(self) -> None:
        """Drop the new file with all that was found out about it."""
        self._stop()
        self._file = None
        self._reading = None
        self._wrong_password = ""
        self.card.password.blockSignals(True)
        self.card.password.set_text("")
        self.card.password.blockSignals(False)
        self.fields["certificate"].set_standing("")
        self.fields["certificate_password"].set_standing("")
        self.fields["certificate_password"].set_hint("")

    def _stop(self) -> None:
        self._typing.stop()
        if self._task is not None:
            self._task.discard()
            self._task = None

    def _on_loaded(self, name: str, data: bytes) -> None:
        follow = self._browsed or self.frame.has_focus_inside()
        self._forget()
        self._file = _File(name, data)
        self._show()
        if follow:
            self.card.password.edit.setFocus()
            reveal(self.card.password_field)
        self._read_file()

    def _read_file(self) -> None:
        if self._file is None:
            return
        self._stop()
        read, data, password = self._read, self._file.data, self.card.password.text
        self.card.say(self.tr("Reading…"))
        self._task = run_in_background(
            self, lambda: read(data, password), self._on_read, self._on_not_read
        )
        self.changed.emit()

    def _on_read(self, reading: CertificateReading) -> None:
        self._task = None
        self._reading = reading
        self._wrong_password = ""
        for field in self.fields.values():
            field.set_standing("")
        self.fields["certificate_password"].set_hint("")
        self.card.say("")
        self.card.show_reading(reading, self._now())
        announce(f"{reading.facts.subject}: {self.card.details.validity}")
        self.changed.emit()

    def _on_not_loaded(self, error: Exception) -> None:
        """The file did not get this far; what was there stays."""
        self._task = None
        self.frame.end()
        if not isinstance(error, EnateError):
            raise error
        self.fields["certificate"].set_standing(error.sentence())
        if self._file is not None and self._reading is None:
            self._read_file()
        self.changed.emit()

    def _on_not_read(self, error: Exception) -> None:
        self._task = None
        self._reading = None
        self.card.say("")
        self.card.show_reading(None, self._now())
        if not isinstance(error, EnateError):
            raise error
        if error.field == "certificate_password":
            self._wrong_password = error.sentence()
            self.fields["certificate"].set_standing("")
            password = self.fields["certificate_password"]
            focus = self.card.password.edit.hasFocus()
            self._show_wrong_password(typing=focus and not password.standing)
        else:
            self._wrong_password = ""
            self.fields["certificate_password"].set_standing("")
            self.fields["certificate_password"].set_hint("")
            self.fields["certificate"].set_standing(error.sentence())
        self.changed.emit()

    def _show_wrong_password(self, *, typing: bool) -> None:
        """Not yet while it is being typed, and not as an error before anything was typed."""
        field, password = self.fields["certificate_password"], self.card.password
        if not self._wrong_password:
            return
        if not password.text:
            field.set_standing("")
            field.set_hint(self.tr("This file is protected. Type its password."))
        elif typing:
            field.set_hint(self.tr("The file does not open with what is typed so far."))
        else:
            field.set_hint("")
            field.set_standing(self._wrong_password)

    def _on_password_changed(self) -> None:
        if self._file is not None:
            self._typing.start()
            self.changed.emit()

    def _on_browse_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a certificate file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = (self.tr("Certificate files (*.pfx *.p12)"), self.tr("All files (*)"))
        dialog.setNameFilters(kinds)
        dialog.fileSelected.connect(lambda path: self.take(Path(path), browsed=True))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_remove_clicked(self) -> None:
        self._removed = self._file is None
        self._forget()
        self._show()
        self.frame.setFocus()
        self.changed.emit()

    def _on_keep_clicked(self) -> None:
        self.set_stored(stored=True, facts=self._stored_facts)
        self.frame.setFocus()
        self.changed.emit()
