"""The facts of a certificate on screen: whose, by whom, until when, and its fingerprint (C-04)."""

from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.certificates import CertificateFacts, CertificateReading, day_in_words
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.certificate_file import isolated
from enate_desktop.views.icons import pixmap
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import icon_button, label, secondary_label

_ICON = 16
_LOOKS = {30: ("info", "info"), 21: ("info", "info"), 7: ("triangle-alert", "warning")}
_LAST_LOOK = ("circle-x", "error")


def validity_look(facts: CertificateFacts, now: datetime) -> tuple[str, str]:
    """Icon and token for the time that is left."""
    step = facts.warning_step(now)
    return ("circle-check", "ok") if step is None else _LOOKS.get(step, _LAST_LOOK)


def validity_words(facts: CertificateFacts, now: datetime) -> str:
    """From when until when, and how long that still is."""
    days, step = facts.days_left(now), facts.warning_step(now)
    span = f"{day_in_words(facts.not_before)} – {day_in_words(facts.not_after)}"
    if step == 0:
        return f"{span} (expired; add a newer .pfx)"
    left = "ends within a day" if days == 0 else f"ends in {days} day{'' if days == 1 else 's'}"
    renew = {None: "", 30: "; renew it soon", 21: "; renew it soon"}.get(step, "; renew it now")
    return f"{span} ({left}{renew})"


class CertificateDetails(QWidget):
    """Read only; every value can be selected, by keyboard too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: CertificateFacts | None = None
        self._look = ("circle-check", "ok")
        self._picture = QLabel()
        self._subject, self._issuer = _value(), _value()
        self._validity = label("", wrap=True)
        self._fingerprint = _OneLine(self.tr("SHA-256 fingerprint"))
        self._copy = icon_button("copy", self.tr("Copy the fingerprint"), self._on_copy_clicked)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(4)
        self._build()

    @property
    def facts(self) -> CertificateFacts | None:
        """What is shown."""
        return self._facts

    @property
    def validity(self) -> str:
        """The line about its time, as shown."""
        return self._validity.text()

    @property
    def fingerprint(self) -> QLineEdit:
        """The field with the fingerprint."""
        return self._fingerprint

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes shown."""
        return tuple(note.text for note in self._shown_notes())

    def show_reading(self, reading: CertificateReading, now: datetime) -> None:
        """Show what was read; ``now`` (UTC) decides on the warning."""
        facts = self._facts = reading.facts
        self._subject.setText(isolated(facts.subject))
        self._issuer.setText(isolated(facts.issuer))
        self._look = validity_look(facts, now)
        self._validity.setText(validity_words(facts, now))
        self._validity.set_colour("text" if self._look[1] == "ok" else self._look[1])
        self._fingerprint.show_whole(facts.sha256)
        self._colour()
        for old in self._shown_notes():
            self._notes.removeWidget(old)
            old.hide()
            old.deleteLater()
        for text in reading.notes:
            self._notes.addWidget(_Note(text))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _shown_notes(self) -> list["_Note"]:
        items = (self._notes.itemAt(row) for row in range(self._notes.count()))
        found = (item.widget() for item in items if item is not None)
        return [note for note in found if isinstance(note, _Note)]

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        valid = QHBoxLayout()
        valid.setSpacing(6)
        valid.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        valid.addWidget(self._validity, 1)
        fingerprint = QHBoxLayout()
        fingerprint.setSpacing(4)
        fingerprint.addWidget(self._fingerprint, 1)
        fingerprint.addWidget(self._copy)
        names = (self.tr("Subject"), self.tr("Issued by"), self.tr("Valid"), "SHA-256")
        for row, name in enumerate(names):
            top = Qt.AlignmentFlag.AlignTop if row < 3 else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(secondary_label(name, wrap=False), row, 0, top)
        grid.addWidget(self._subject, 0, 1)
        grid.addWidget(self._issuer, 1, 1)
        grid.addLayout(valid, 2, 1)
        grid.addLayout(fingerprint, 3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addLayout(self._notes)

    def _colour(self) -> None:
        shape, token = self._look
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(shape, _ICON, tokens().named(token), ratio))

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint.text())
        announce(self.tr("Copied"))


class _OneLine(QLineEdit):
    """A value too long for a label: it scrolls, and is copied whole."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTextMargins(-2, 0, 0, 0)
        self.setFont(fonts.tabular_font())
        self.setStyleSheet("border: none; padding: 0; background: transparent;")
        describe(self, name)

    def show_whole(self, text: str) -> None:
        """Show a value from its beginning; where it does not fit, pointing at it tells all."""
        self.setText(text)
        self.setCursorPosition(0)
        self.setToolTip(text)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        if self.hasFocus() or self.hasSelectedText() or shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), flags, shown)


class _Note(QWidget):
    """Something worth knowing that keeps nobody from using the file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._picture = QLabel()
        self._words = label(text, colour="secondary", wrap=True)
        self._words.setFont(fonts.secondary_font())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self._colour()

    @property
    def text(self) -> str:
        return self._words.text()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        self._picture.setPixmap(pixmap("info", 14, tokens().info, self.devicePixelRatioF()))


def _value() -> QLabel:
    made = label("", wrap=True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made
