"""The Test connection panel: stages live, the first failure with its remedy (C-06, UI 3.4)."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.time_text import short_text
from enate_desktop.mail.report import StageResult, StageState
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.accessibility import announce
from enate_desktop.views.connection_details import details_text
from enate_desktop.views.connection_failure import FailureBox
from enate_desktop.views.connection_stages import StageList, time_taken
from enate_desktop.views.connection_test_mail import TestMailChoice
from enate_desktop.views.connection_words import breakable, never_wider, unbroken
from enate_desktop.views.form_fields import reveal
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import (
    Card,
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
        self.second_failure = FailureBox()
        self.mail = TestMailChoice()
        self.start_button = button(self.tr("Test connection"), icon_name="plug")
        self.cancel_button = button(self.tr("Cancel"))
        self._took = secondary_label("", wrap=False)
        self._summary = label("", wrap=True)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._stale = _StaleLine()
        self._last = secondary_label("")
        usual = self.tr("Tests what is on screen, saved or not. Nothing in the mailbox is changed.")
        self._intro = secondary_label(intro or usual)
        self._use_for = UseFor.INCOMING
        self._refused = False
        self._tested: tuple[Connector, ConnectionTest] | None = None
        self._build()
        self._connect()
        self.set_running(running=False)

    @property
    def summary(self) -> str:
        """The outcome shown."""
        return unbroken(self._summary.text())

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
        self.mail.setVisible(use_for.sends)
        self._say("", "text")
        self._took.setText("")
        self._hide_failures()
        self.set_stale("")

    def follow(self, use_for: UseFor) -> None:
        """The direction was changed: show its stages, unless there is a result to keep."""
        if use_for is not self._use_for and not self.has_result:
            self.set_use_for(use_for)
        self.mail.setVisible(use_for.sends)

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
        for box in (self.failure, self.second_failure):
            box.set_faded(bool(text))
        if self._tested is not None:
            ok = self._tested[1].ok
            self._summary.set_colour("placeholder" if text else "ok" if ok else "secondary")
        if text:
            announce(text)

    def set_running(self, *, running: bool) -> None:
        """Offer to start, or to cancel what runs."""
        comes, goes = self.start_button, self.cancel_button
        if running:
            comes, goes = goes, comes
        had_focus = goes.hasFocus()
        comes.show()
        if had_focus:
            comes.setFocus(Qt.FocusReason.OtherFocusReason)
        goes.hide()
        if running:
            self.stages.begin()
            self._took.setText(self.tr("Testing…"))
        else:
            self.stages.stop()

    def forget_refusal(self) -> None:
        """Something was changed: the reason why no test could be made may be gone."""
        if self._refused:
            self._say("", "text")

    def add(self, result: StageResult) -> None:
        """A stage ended."""
        self.stages.end_stage(result)
        if result.state is not StageState.FAILED:
            return
        side = result.side if self._use_for is UseFor.BOTH else None
        if self.failure.isHidden():
            self.failure.show_result(result, side)
        elif self.failure.side is not side:
            self.second_failure.show_result(result, side)

    def reveal_outcome(self) -> None:
        """Scroll to what the test found, and at last to the way to mend it."""
        failure = self.failure
        parts = (failure, failure.edit_button) if failure.isVisible() else (self._summary,)
        for part in parts:
            if part.isVisible():
                reveal(part)

    def finish(self, connector: Connector, test: ConnectionTest) -> None:
        """The test of ``connector`` ended."""
        self.set_running(running=False)
        report = test.report
        took = self.tr("took {time}")
        self._took.setText(took.format(time=time_taken(report.took_ms)))
        self._tested = connector, test
        if report.cancelled:
            self._hide_failures()
            self._say(self.tr("Cancelled. Nothing was changed."), "secondary")
        elif report.ok:
            self._say(report.summary, "ok")
        else:
            self._say("", "text")
        announce(report.summary, urgent=not report.ok)
        QTimer.singleShot(0, self, self.reveal_outcome)  # once it is laid out

    def refuse(self, error: EnateError) -> None:
        """The test could not be made at all."""
        self.set_running(running=False)
        self._took.setText("")
        self._say(error.sentence(), "error")
        self._refused = True
        announce(error.sentence(), urgent=True)
        QTimer.singleShot(0, self, self.reveal_outcome)

    def _say(self, text: str, token: str) -> None:
        self._refused = False
        self._summary.set_colour(token)
        self._summary.setText(breakable(text))
        self._summary.setVisible(bool(text))

    def _hide_failures(self) -> None:
        self.failure.hide()
        self.second_failure.hide()

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
        self.start_button.setToolTip(self.tr("Test what is on screen, saved or not (Ctrl+T)"))
        self.body.addLayout(head)
        self.body.addLayout(buttons)
        self.body.addWidget(self._intro)
        failures = (self.failure, self.second_failure)
        never_wider(self._summary)
        for part in (self.mail, self._stale, self.stages, *failures, self._summary, self._last):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._last.hide()

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.test_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        for box in (self.failure, self.second_failure):
            box.field_requested.connect(self._on_field_requested)
            box.copy_requested.connect(self._on_copy_requested)

    def _on_field_requested(self, field: str) -> None:
        if field.endswith("send_to"):
            self.mail.ask()
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
