"""The Test connection panel: stages live, the first failure with its remedy (C-06, UI 3.4)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.time_text import short_text
from enate_desktop.mail.report import StageResult, StageState
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.connection_stages import WORDS, StageList
from enate_desktop.views.widgets import Card, SectionLabel, button, label, secondary_label

_FIELD_WORDS = {
    "host": "Edit server",
    "port": "Edit port",
    "security": "Edit security",
    "username": "Edit username",
    "password": "Edit password",
    "authentication": "Edit sign-in",
    "additional_mailbox": "Edit additional mailbox",
    "service": "Edit service",
    "ca_certificate": "Edit private CA",
    "send_to": "Edit address",
}


class ConnectionTestView(Card):
    """Asks for tests, shows how they went. ``field_requested`` carries the field to mend."""

    test_requested = Signal()
    cancel_requested = Signal()
    field_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.stages = StageList()
        self.start_button = button(self.tr("Test connection"), icon_name="plug")
        self.cancel_button = button(self.tr("Cancel"))
        self._took = secondary_label("", wrap=False)
        self._summary = label("", wrap=True)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._stale = label("", colour="warning", wrap=True)
        self._last = secondary_label("")
        self._intro = secondary_label(
            self.tr("Tests what is on screen, saved or not. Nothing in the mailbox is changed.")
        )
        self._send = QCheckBox(self.tr("Also send a test mail to"))
        self._send_to = QLineEdit()
        self._failure = _FailureBox()
        self._report: ConnectionTest | None = None
        self._lines: list[str] = []
        self._build()
        self._connect()
        self.set_running(running=False)

    @property
    def send_to(self) -> str | None:
        """Where a test mail is to go, or None when none is wanted."""
        if not self._send.isVisibleTo(self) or not self._send.isChecked():
            return None
        return self._send_to.text().strip() or None

    @property
    def summary(self) -> str:
        """The outcome shown."""
        return self._summary.text()

    @property
    def failure(self) -> "_FailureBox":
        """What is said about the first failure."""
        return self._failure

    def set_use_for(self, use_for: UseFor) -> None:
        """Show the stages of these sides; earlier results go."""
        self.stages.set_sides(use_for)
        for part in (self._send, self._send_to):
            part.setVisible(use_for.sends)
        self._send_to.setVisible(use_for.sends and self._send.isChecked())
        self._say("", "text")
        self._took.setText("")
        self._failure.hide()
        self._lines.clear()

    def set_last(self, connector: Connector) -> None:
        """Say when the last good test was, and who made it."""
        self._last.hide()
        if connector.tested_at is not None:
            text = self.tr("Last good test: {when} by {who}")
            when = short_text(connector.tested_at)
            self._last.setText(text.format(when=when, who=connector.tested_by))
            self._last.show()

    def set_stale(self, text: str) -> None:
        """Say that the settings changed since the test; empty when they did not."""
        self._stale.setText(text)
        self._stale.setVisible(bool(text))

    def set_running(self, *, running: bool) -> None:
        """Offer to start, or to cancel what runs."""
        self.start_button.setVisible(not running)
        self.cancel_button.setVisible(running)
        if running:
            self.stages.begin()
            self._took.setText(self.tr("Testing…"))

    def add(self, result: StageResult) -> None:
        """A stage ended."""
        self.stages.end_stage(result)
        line = f"{result.side.capitalize()} {WORDS[result.stage]}: {result.state.value}"
        details = (result.detail, result.server_words, result.cause)
        self._lines.append(" – ".join((line, *filter(None, details))))
        if result.state is StageState.FAILED and not self._failure.isVisibleTo(self):
            self._failure.show_result(result)

    def finish(self, test: ConnectionTest) -> None:
        """The test ended."""
        self.set_running(running=False)
        report = test.report
        self._took.setText(
            self.tr("took {seconds} s").format(seconds=f"{report.took_ms / 1000:.1f}")
        )
        if report.cancelled:
            self._failure.hide()
            self._say(self.tr("Cancelled. Nothing was changed."), "secondary")
        elif report.ok:
            self._say(report.summary, "ok")
        else:
            self._say("", "text")
        announce(report.summary, urgent=not report.ok)

    def refuse(self, error: EnateError) -> None:
        """The test could not be made at all."""
        self.set_running(running=False)
        self._took.setText("")
        self._say(error.sentence(), "error")
        announce(error.sentence(), urgent=True)

    def _say(self, text: str, token: str) -> None:
        self._summary.set_colour(token)
        self._summary.setText(text)
        self._summary.setVisible(bool(text))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(SectionLabel(self.tr("Test connection")))
        head.addStretch(1)
        head.addWidget(self._took)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start_button)
        buttons.addWidget(self.cancel_button)
        buttons.addStretch(1)
        self._send_to.setPlaceholderText("anna@acme.com")
        self._send_to.hide()
        describe(self._send_to, self.tr("Address for the test mail"))
        self._send_to.setToolTip("")
        self.start_button.setToolTip(self.tr("Test what is on screen, saved or not (Ctrl+T)"))
        self.body.addLayout(head)
        self.body.addLayout(buttons)
        for part in (
            self._intro,
            self._stale,
            self._send,
            self._send_to,
            self.stages,
            self._failure,
            self._summary,
            self._last,
        ):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.set_stale("")
        self._last.hide()

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.test_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self._send.toggled.connect(self._on_send_toggled)
        self._failure.field_requested.connect(self._on_field_requested)
        self._failure.copy_requested.connect(self._on_copy_requested)

    def _on_send_toggled(self, on: bool) -> None:
        self._send_to.setVisible(on)
        if on:
            self._send_to.setFocus()

    def _on_field_requested(self, field: str) -> None:
        if field.endswith("send_to"):
            self._send.setChecked(True)
            self._send_to.setFocus()
        else:
            self.field_requested.emit(field)

    def _on_copy_requested(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._lines))


class _FailureBox(QWidget):
    """Server's own words, likely cause, and the way to the field to mend."""

    field_requested = Signal(str)
    copy_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._field = ""
        self._title = label("", colour="error", wrap=True, strong=True)
        self._heading = secondary_label(self.tr("The server said"))
        self._words = label("", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._cause = label("", wrap=True)
        self._edit: QPushButton = button("", icon_name="pencil")
        copy = button(self.tr("Copy details"), icon_name="clipboard-copy")
        self._edit.clicked.connect(self._on_edit_clicked)
        copy.clicked.connect(self.copy_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._edit)
        row.addWidget(copy)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._title, self._heading, self._words, self._cause):
            column.addWidget(part)
        column.addLayout(row)
        self._words.setFont(fonts.body_font())
        self.hide()

    @property
    def text(self) -> str:
        """Everything said."""
        return "\n".join((self._title.text(), self._words.text(), self._cause.text()))

    @property
    def edit_button(self) -> QPushButton:
        """The button that leads to the field."""
        return self._edit

    def show_result(self, result: StageResult) -> None:
        """Tell of a failed stage."""
        title = self.tr("{stage}: {detail}")
        self._title.setText(title.format(stage=WORDS[result.stage], detail=result.detail))
        self._words.setText(result.server_words)
        for part in (self._heading, self._words):
            part.setVisible(bool(result.server_words))
        self._cause.setText(result.cause)
        self._cause.setVisible(bool(result.cause))
        name = result.field.rpartition(".")[2]
        self._field = result.field
        self._edit.setText(_FIELD_WORDS.get(name, self.tr("Show the field")))
        self._edit.setVisible(bool(result.field))
        self.show()

    def _on_edit_clicked(self) -> None:
        self.field_requested.emit(self._field)
