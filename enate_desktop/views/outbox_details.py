"""One delivery in full: how far it got, what the server said, and the mail as it is sent."""

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from enate_desktop.domain.outbox import Delivery
from enate_desktop.item_models.delivery_state import LOOKS, unknown_note
from enate_desktop.item_models.time_text import whole_text
from enate_desktop.mail.parsing import body_text
from enate_desktop.views.widgets import SectionLabel, label, secondary_label


class OutboxDetails(QWidget):
    """Shows what it is given; nothing of the mail is loaded or run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = SectionLabel("")
        self._title.setWordWrap(True)
        self._facts = secondary_label("")
        self._error = label("", colour="error", wrap=True)
        self._note = label("", colour="warning", wrap=True)
        self._mail = QPlainTextEdit()
        self._mail.setReadOnly(True)
        self._mail.setAccessibleName(self.tr("The mail as it is sent"))
        self._mail.setMinimumHeight(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._facts, self._error, self._note):
            column.addWidget(part)
        column.addWidget(self._mail, 1)

    @property
    def error(self) -> str:
        """Why it was not sent, as shown."""
        return self._error.text()

    @property
    def note(self) -> str:
        """What is said about a delivery that is not certain."""
        return self._note.text()

    @property
    def mail(self) -> str:
        """Headers and text as shown."""
        return self._mail.toPlainText()

    def set_delivery(self, delivery: Delivery, raw: bytes, *, again: bool) -> None:
        """Show a delivery; ``again``: one that is not certain is sent once more by itself."""
        self._title.setText(delivery.subject)
        state = LOOKS[delivery.state].words
        tries = self.tr("1 try") if delivery.attempts == 1 else f"{delivery.attempts} tries"
        parts = (
            f"{state} since {whole_text(delivery.changed)}",
            tries,
            self.tr("to {address}").format(address=delivery.recipient),
            self.tr("by {name}").format(name=delivery.connector),
        )
        self._facts.setText(" · ".join(f"\u2068{part}\u2069" for part in parts))
        for part, text in (
            (self._error, delivery.error),
            (self._note, unknown_note(delivery, again=again)),
        ):
            part.setText(text)
            part.setVisible(bool(text))
        self._mail.setPlainText(as_sent(raw))


def as_sent(raw: bytes) -> str:
    """The header lines as they are sent, then the text for reading."""
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").replace("\r\n", "\n")
    return f"{head}\n\n{body_text(raw)}"
