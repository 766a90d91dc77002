"""What happens to a mail on the server once it was taken in (C-12)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import AfterIntake, IntakeAction
from enate_desktop.forms.ui_connector_intake import Ui_ConnectorIntake
from enate_desktop.views.connector_folder_field import FolderField
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.widgets import FormField

_ACTIONS = {
    IntakeAction.KEEP: "Leave it as it is and remember it",
    IntakeAction.MARK_READ: "Mark it as read",
    IntakeAction.MOVE: "Move it to a folder",
    IntakeAction.DELETE: "Delete it from the mailbox",
}
_POP3_KNOWS = (IntakeAction.KEEP, IntakeAction.DELETE)
_POP3 = "POP3 has no folders and no read marks: a mail can only stay or be deleted."


class IntakeSection(QWidget):
    """The action after intake; ``browse_requested`` asks for the folders of the mailbox."""

    changed = Signal()
    browse_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pop3 = False
        self._before_pop3 = IntakeAction.KEEP
        self.ui = Ui_ConnectorIntake()
        self.fields = set_up(self.ui, self)
        self.folder = FolderField(self.tr("Processed"))
        self.fields["folder"] = FormField(self.tr("Folder to move it to"), self.folder)
        self.ui.action_row.addWidget(self.fields["folder"], 1, Qt.AlignmentFlag.AlignTop)
        for action, words in _ACTIONS.items():
            self.ui.action.addItem(words, action.value)
        self.ui.action.currentIndexChanged.connect(self._on_action_chosen)
        self.folder.changed.connect(self.changed)
        self.folder.browse_requested.connect(self.browse_requested)
        self.set_after_intake(AfterIntake())

    def set_after_intake(self, after: AfterIntake) -> None:
        """Show what is stored."""
        self._choose(after.action)
        self.folder.set_text(after.folder)
        self._show()

    def set_pop3(self, pop3: bool) -> None:
        """Offer what the protocol can do; a choice it cannot do comes back with the other one."""
        if pop3 == self._pop3:
            return
        self._pop3 = pop3
        items = self.ui.action.model()
        for row, action in enumerate(_ACTIONS):
            item = items.item(row) if isinstance(items, QStandardItemModel) else None
            if item is not None:
                usable = not pop3 or action in _POP3_KNOWS
                item.setEnabled(usable)
                item.setToolTip("" if usable else _POP3)
        if pop3:
            self._before_pop3 = self._action
            if self._action not in _POP3_KNOWS:
                self._choose(IntakeAction.KEEP)
        elif self._before_pop3 not in _POP3_KNOWS:
            self._choose(self._before_pop3)
        self._show()

    def after_intake(self) -> AfterIntake:
        """The action on screen."""
        moves = self._action is IntakeAction.MOVE
        return AfterIntake(self._action, self.folder.text if moves else "")

    @property
    def _action(self) -> IntakeAction:
        return IntakeAction(self.ui.action.currentData())

    def _choose(self, action: IntakeAction) -> None:
        self.ui.action.blockSignals(True)
        self.ui.action.setCurrentIndex(self.ui.action.findData(action.value))
        self.ui.action.blockSignals(False)

    def _on_action_chosen(self) -> None:
        self._show()
        if self._action is IntakeAction.MOVE:
            self.folder.edit.setFocus()
        self.changed.emit()

    def _show(self) -> None:
        self.fields["folder"].setVisible(self._action is IntakeAction.MOVE)
        gone = self.tr("Only after it is safely stored here. It cannot be brought back there.")
        hints = [gone] if self._action is IntakeAction.DELETE else []
        self.fields["action"].set_hint(" ".join([*hints, _POP3] if self._pop3 else hints))
