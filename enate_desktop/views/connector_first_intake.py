"""What the first enable of a mailbox does with the mail that is in it already (C-12)."""

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from enate_desktop.domain.connectors import Connector, FirstIntake, StartFrom
from enate_desktop.forms.ui_connector_first_intake import Ui_ConnectorFirstIntake
from enate_desktop.services.history import HistoryService
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.widgets import Card, label, secondary_label


class FirstIntakeChoice(QWidget):
    """Only new mail, mail since a day, or everything."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_ConnectorFirstIntake()
        set_up(self.ui, self)
        self.ui.since.setMinimumDate(QDate(1990, 1, 1))
        self.ui.since.setMaximumDate(QDate.currentDate())
        self.ui.since.setAccessibleName(self.tr("Take in mail since"))
        self._radios = {
            FirstIntake.NEW: self.ui.first_new,
            FirstIntake.SINCE: self.ui.first_since,
            FirstIntake.ALL: self.ui.first_all,
        }
        # Qt makes only those of one parent exclude each other.
        group = QButtonGroup(self)
        for radio in self._radios.values():
            group.addButton(radio)
        self.ui.since.setFixedHeight(32)
        self.set_start_from(StartFrom())
        self.ui.since.dateChanged.connect(self._on_date_changed)
        for radio in self._radios.values():
            radio.toggled.connect(self._on_toggled)

    def set_start_from(self, start: StartFrom) -> None:
        """Show a choice."""
        since = start.since.astimezone() if start.since else datetime.now().astimezone()
        self.ui.since.setDate(QDate(since.year, since.month, since.day))
        self._radios[start.choice].setChecked(True)
        self._show()

    def start_from(self) -> StartFrom:
        """The choice on screen; a date means its first moment here."""
        choice = next(choice for choice, radio in self._radios.items() if radio.isChecked())
        if choice is not FirstIntake.SINCE:
            return StartFrom(choice)
        seconds = QDateTime(self.ui.since.date(), QTime(0, 0)).toSecsSinceEpoch()
        return StartFrom(choice, datetime.fromtimestamp(seconds, UTC))

    def _on_date_changed(self) -> None:
        self.changed.emit()

    def _on_toggled(self, on: bool) -> None:
        if on:
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        self.ui.since.setEnabled(self.ui.first_since.isChecked())


class FirstIntakeCard(Card):
    """The choice with its heading, above *Enable* while a mailbox is switched on first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.choice = FirstIntakeChoice()
        self._heading = label("", strong=True, wrap=True)
        self._note = secondary_label(self.tr("No automated emails are sent for mail that is old."))
        self.body.setSpacing(8)
        self.body.setContentsMargins(16, 12, 16, 12)
        for part in (self._heading, self.choice, self._note):
            self.body.addWidget(part)
        self.set_count(None)

    @property
    def heading(self) -> str:
        """What is asked."""
        return self._heading.text()

    def set_count(self, count: int | None) -> None:
        """Say how many mails are there, None when nobody has looked."""
        self._heading.setText(_question(count))


def mails_there(count: int) -> str:
    """``1 mail is`` or ``214 mails are``, as the start of a sentence."""
    return "1 mail is" if count == 1 else f"{count:,} mails are"


def never_was_on(history: HistoryService, connector: Connector) -> bool:
    """Whether enabling ``connector`` would be the first time: only then there is a choice."""
    if connector.enabled or not connector.use_for.receives:
        return False
    # One that was added enabled has no line of its being switched on, but of its going off.
    entries = history.entries("connector", connector.id) if connector.id else ()
    switched = ("switched on", "switched off", "stopped")
    return not any(entry.action in switched or entry.field == "enabled" for entry in entries)


def _question(count: int | None) -> str:
    if count is None:
        return "Mail that is in the mailbox already: what shall be taken in?"
    return f"{mails_there(count)} in the mailbox already. What shall be taken in?"
