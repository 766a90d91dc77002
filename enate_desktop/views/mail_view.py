"""One mail for reading: headers, plain text, attachments that are saved only on request (W-02)."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.item_models.time_text import whole_text
from enate_desktop.services.work_items import MailView as Mail
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import ElidedLabel, button, label, secondary_label

ReadAttachment = Callable[[int, int], bytes]
"""Id of a mail and place of an attachment in it to the attachment's bytes."""


class MailView(QWidget):
    """``saved`` carries the name of a file written, ``problem`` an exception met while saving."""

    saved = Signal(str)
    problem = Signal(object)

    def __init__(self, read: ReadAttachment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._mail: Mail | None = None
        self._subject = label("", strong=True, wrap=True)
        self._subject.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._headers = QWidget()
        self._notes = label("", colour="warning", wrap=True)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName(self.tr("Text of the mail"))
        self._text.setMinimumHeight(140)
        self._attachments = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        for part in (self._subject, self._headers, self._notes, self._attachments):
            self._column.addWidget(part)
        self._column.addWidget(self._text, 1)

    @property
    def text(self) -> str:
        """The text shown."""
        return self._text.toPlainText()

    @property
    def subject(self) -> str:
        """The subject shown."""
        return self._subject.text()

    def set_mail(self, mail: Mail) -> None:
        """Show a mail; nothing of it is loaded or run."""
        self._mail = mail
        message = mail.message
        self._subject.setText(message.subject or self.tr("(no subject)"))
        self._headers = self._replaced(self._headers, self._header_grid(mail))
        self._notes.setText("\n".join(message.notes))
        self._notes.setVisible(bool(message.notes))
        self._attachments = self._replaced(
            self._attachments, self._attachment_list(message.attachments)
        )
        self._attachments.setVisible(bool(message.attachments))
        self._text.setPlainText(mail.text or self.tr("(no text)"))

    def save_attachment(self, place: int, path: Path) -> None:
        """Write one attachment to ``path``; it is never opened or run."""
        if self._mail is None:
            return
        try:
            path.write_bytes(self._read(self._mail.intake_id, place))
        except Exception as error:  # whatever it is, the page has to tell
            self.problem.emit(error)
            return
        self.saved.emit(path.name)

    def _replaced(self, old: QWidget, new: QWidget) -> QWidget:
        self._column.replaceWidget(old, new)
        old.hide()
        old.deleteLater()
        return new

    def _header_grid(self, mail: Mail) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, text) in enumerate(_headers(mail)):
            grid.addWidget(secondary_label(name, wrap=False), row, 0)
            grid.addWidget(ElidedLabel(text), row, 1)
        return made

    def _attachment_list(self, attachments: tuple[Attachment, ...]) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for place, attachment in enumerate(attachments):
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(Picture("paperclip", "secondary"))
            row.addWidget(ElidedLabel(_shown_name(attachment), Qt.TextElideMode.ElideMiddle), 1)
            row.addWidget(secondary_label(_size_text(attachment.size), wrap=False))
            row.addWidget(button(self.tr("Save…"), self._saver(place, attachment)))
            column.addLayout(row)
        return made

    def _saver(self, place: int, attachment: Attachment) -> Callable[[], None]:
        def ask() -> None:
            proposal = str(Path.home() / _shown_name(attachment))
            path, _ = QFileDialog.getSaveFileName(self, self.tr("Save attachment"), proposal)
            if path:
                self.save_attachment(place, Path(path))

        return ask


def _headers(mail: Mail) -> list[tuple[str, str]]:
    message = mail.message
    sender = ", ".join(message.senders) or "(no sender)"
    if message.sender_name:
        sender = f"{message.sender_name} <{sender}>"
    found = [("From", sender), ("To", ", ".join(message.to)), ("CC", ", ".join(message.cc))]
    found += [("Received", whole_text(mail.received)), ("Marks", _marks(message))]
    if message.unusable_addresses:
        found.append(("Unusable", "; ".join(message.unusable_addresses)))
    return [(name, text) for name, text in found if text]


def _marks(message: Message) -> str:
    marks = (message.importance_header, message.auto_generated)
    return " · ".join(mark for mark in marks if mark)


def _shown_name(attachment: Attachment) -> str:
    ending = attachment.media_type.rpartition("/")[2] or "bin"
    return attachment.name or f"attachment.{ending}"


def _size_text(size: int) -> str:
    if size < 1024:
        return f"{size} bytes"
    if size < 1 << 20:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1 << 20):.1f} MB"
