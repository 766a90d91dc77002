"""The Test connection panel: stages live, the first failure with its remedy (C-06, UI 3.4)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.time_text import short_text
from enate_desktop.mail.report import StageResult, StageState
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.connection_details import details_text
from enate_desktop.views.connection_failure import FailureBox
from enate_desktop.views.connection_stages import StageList, time_taken
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import (
    Card,
    FormField,
    SectionLabel,
    button,
    label,
    secondary_label,
)


class ConnectionTestView(Card):
    """Asks for tests, shows how they went. ``field_requested`` carries the field to mend."""

    test_requested = Signal()
    cancel_requested = Signal()
    field_requested = Signal(str)

    def __init__(self, intro: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.stages = StageList()
        self.failure = FailureBox()
        self.start_button = button(self.tr("Test connection"), icon_name="plug")
        self.cancel_button = button(self.tr("Cancel"))
        self._took = secondary_label("", wrap=False)
        self._summary = label("", wrap=True)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._stale = _StaleLine()
        self._last = secondary_label("")
        usual = self.tr("Tests what is on screen, saved or not. Nothing in the mailbox is changed.")
        self._intro = secondary_label(intro or usual)
        self._send = QCheckBox(self.tr("Also send a test mail"))
        self._address = QLineEdit()
        self._send_to = FormField(self.tr("To this address"), self._address)
        self._use_for = UseFor.INCOMING
        self._tested: tuple[Connector, ConnectionTest] | None = None
        self._build()
        self._connect()
        self.set_running(running=False)

    @property
    def send_to(self) -> str | None:
        """Where a test mail is to go, perhaps still empty; None when none is wanted."""
        if not self._send.isVisibleTo(self) or not self._send.isChecked():
            return None
        return self._address.text().strip()

    @property
    def address_error(self) -> str:
        """What is missing of that address."""
        return self._send_to.error

    @property
    def summary(self) -> str:
        """The outcome shown."""
        return self._summary.text()

    @property
    def stale_text(self) -> str:
        """Why what is shown is out of date, or empty."""
        return self._stale.text

    @property
    def has_result(self) -> bool:
        """Whether a test that ended is shown."""
        return self._tested is not None

    def set_use_for(self, use_for: UseFor) -> None:
        """Show the stages of these sides; earlier results go."""
        self._tested = None
        self._use_for = use_for
        self.stages.set_sides(use_for)
        self.set_sends(use_for.sends)
        self._say("", "text")
        self._took.setText("")
        self.failure.hide()
        self.set_stale("")

    def follow(self, use_for: UseFor) -> None:
        """The direction was changed: show its stages, unless there is a result to keep."""
        if use_for is not self._use_for and not self.has_result:
            self.set_use_for(use_for)
        self.set_sends(use_for.sends)

    def set_sends(self, sends: bool) -> None:
        """Whether a test mail can be sent."""
        self._send.setVisible(sends)
        self._send_to.setVisible(sends and self._send.isChecked())

    def set_last(self, connector: Connector) -> None:
        """Say when the last good test was, and who made it."""
        self._last.setVisible(connector.tested_at is not None)
        if connector.tested_at is not None:
            text = self.tr("Last good test: {when} by {who}")
            when = short_text(connector.tested_at)
            self._last.setText(text.format(when=when, who=connector.tested_by))

    def set_stale(self, text: str) -> None:
        """Say why what is shown is out of date; empty when it is not."""
        if text == self._stale.text:
            return
        self._stale.set_text(text)
        self.stages.set_faded(bool(text))
        self.failure.set_faded(bool(text))
        if self._tested is not None:
            ok = self._tested[1].ok
            self._summary.set_colour("placeholder" if text else "ok" if ok else "secondary")
        if text:
            announce(text)

    def set_running(self, *, running: bool) -> None:
        """Offer to start, or to cancel what runs."""
        self.start_button.setVisible(not running)
        self.cancel_button.setVisible(running)
        if running:
            self.stages.begin()
            self._took.setText(self.tr("Testing…"))

    def ask_for_address(self, text: str) -> None:
        """Say at the address of the test mail what is missing, and put the focus there."""
        self._send_to.set_error(text)
        self._address.setFocus()

    def add(self, result: StageResult) -> None:
        """A stage ended."""
        self.stages.end_stage(result)
        if result.state is StageState.FAILED and not self.failure.isVisibleTo(self):
            self.failure.show_result(result)

    def finish(self, connector: Connector, test: ConnectionTest) -> None:
        """The test of ``connector`` ended."""
        self.set_running(running=False)
        report = test.report
        took = self.tr("took {time}")
        self._took.setText(took.format(time=time_taken(report.took_ms)))
        self._tested = connector, test
        if report.cancelled:
            self.failure.hide()
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
        send = QVBoxLayout()
        send.setSpacing(8)
        send.addWidget(self._send)
        send.addWidget(self._send_to)
        self._address.setPlaceholderText("anna@acme.com")
        describe(self._address, self.tr("Address for the test mail"))
        self._address.setToolTip("")
        self._send_to.hide()
        self.start_button.setToolTip(self.tr("Test what is on screen, saved or not (Ctrl+T)"))
        self.body.addLayout(head)
        self.body.addLayout(buttons)
        self.body.addWidget(self._intro)
        self.body.addLayout(send)
        for part in (self._stale, self.stages, self.failure, self._summary, self._last):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._last.hide()

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.test_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self._send.toggled.connect(self._on_send_toggled)
        self._address.textChanged.connect(self._on_address_changed)
        self.failure.field_requested.connect(self._on_field_requested)
        self.failure.copy_requested.connect(self._on_copy_requested)

    def _on_send_toggled(self, on: bool) -> None:
        self._send_to.setVisible(on)
        if on:
            self._address.setFocus()

    def _on_address_changed(self) -> None:
        if self._send_to.error:
            self._send_to.set_error("")

    def _on_field_requested(self, field: str) -> None:
        if field.endswith("send_to"):
            self._send.setChecked(True)
            self._address.setFocus()
        else:
            self.field_requested.emit(field)

    def _on_copy_requested(self) -> None:
        if self._tested is not None:
            connector, test = self._tested
            QGuiApplication.clipboard().setText(details_text(connector, test.report))


class _StaleLine(QWidget):
    """What is shown below is out of date: shape and words."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", colour="warning", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Picture("triangle-alert", "warning"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._words.text()

    def set_text(self, text: str) -> None:
        self._words.setText(text)
        self.setVisible(bool(text))
