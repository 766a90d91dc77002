"""What happens to mail on the server, and to mail that is there at the first enable (C-12)."""

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import AfterIntake, FirstIntake, IntakeAction, StartFrom
from enate_desktop.forms.ui_connector_intake import Ui_ConnectorIntake
from enate_desktop.views.form_fields import set_up

_ACTIONS = {
    IntakeAction.KEEP: "Leave it as it is and remember it",
    IntakeAction.MARK_READ: "Mark it as read",
    IntakeAction.MOVE: "Move it to a folder",
    IntakeAction.DELETE: "Delete it from the mailbox",
}


class IntakeSection(QWidget):
    """The action after intake, and the choice at the first enable."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_ConnectorIntake()
        self.fields = set_up(self.ui, self)
        self.ui.folder.setPlaceholderText(self.tr("Processed"))
        for action, words in _ACTIONS.items():
            self.ui.action.addItem(words, action.value)
        self.ui.since.setMaximumDate(QDate.currentDate())
        self._first = {
            FirstIntake.NEW: self.ui.first_new,
            FirstIntake.SINCE: self.ui.first_since,
            FirstIntake.ALL: self.ui.first_all,
        }
        self.ui.action.currentIndexChanged.connect(self._on_action_chosen)
        self.ui.folder.textChanged.connect(self.changed)
        self.ui.since.dateChanged.connect(self._on_since_changed)
        for choice in self._first.values():
            choice.toggled.connect(self._on_first_toggled)
        self.set_values(AfterIntake(), StartFrom())

    def set_values(self, after: AfterIntake, start: StartFrom) -> None:
        """Show what is stored."""
        self.ui.action.setCurrentIndex(self.ui.action.findData(after.action.value))
        self.ui.folder.setText(after.folder)
        since = start.since.astimezone() if start.since else datetime.now().astimezone()
        self.ui.since.setDate(QDate(since.year, since.month, since.day))
        self._first[start.choice].setChecked(True)
        self._show()

    def after_intake(self) -> AfterIntake:
        """The action on screen."""
        action = IntakeAction(self.ui.action.currentData())
        moves = action is IntakeAction.MOVE
        return AfterIntake(action, self.ui.folder.text().strip() if moves else "")

    def start_from(self) -> StartFrom:
        """The choice on screen; a date means its first moment here."""
        choice = next(choice for choice, radio in self._first.items() if radio.isChecked())
        if choice is not FirstIntake.SINCE:
            return StartFrom(choice)
        seconds = QDateTime(self.ui.since.date(), QTime(0, 0)).toSecsSinceEpoch()
        return StartFrom(choice, datetime.fromtimestamp(seconds, UTC))

    def _on_action_chosen(self) -> None:
        self._show()
        if self._moves:
            self.ui.folder.setFocus()
        self.changed.emit()

    def _on_first_toggled(self, on: bool) -> None:
        if on:
            self._show()
            self.changed.emit()

    def _on_since_changed(self) -> None:
        self.changed.emit()

    @property
    def _moves(self) -> bool:
        return bool(self.ui.action.currentData() == IntakeAction.MOVE.value)

    def _show(self) -> None:
        self.fields["folder"].setVisible(self._moves)
        self.ui.since.setEnabled(self.ui.first_since.isChecked())
        deletes = self.ui.action.currentData() == IntakeAction.DELETE.value
        hint = self.tr("Only after it is safely stored here. It cannot be brought back there.")
        self.fields["action"].set_hint(hint if deletes else "")
