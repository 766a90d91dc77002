"""A small question: fields one below the other, a verb and Cancel; refusals at their field."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.views.widgets import FormField, button, label, secondary_label


class QuestionDialog(QDialog):
    """``act`` does what was asked for; what it refuses is said at the field, and nothing closes."""

    def __init__(self, title: str, words: str, verb: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self.fields: Mapping[str, FormField] = {}
        self.accept_button = button(verb, self._on_accepted, primary=True)
        self.accept_button.setDefault(True)
        self._act: Callable[[], object] = self.accept
        self._problem = label("", colour="error", wrap=True)
        self._problem.hide()
        self.form = QVBoxLayout()
        self.form.setSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.accept_button)
        row.addWidget(button(self.tr("Cancel"), self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(secondary_label(words))
        column.addLayout(self.form)
        column.addWidget(self._problem)
        column.addLayout(row)

    @property
    def problem(self) -> str:
        """What was refused and belongs to no field, or empty."""
        return self._problem.text()

    def set_fields(self, fields: Mapping[str, FormField], act: Callable[[], object]) -> None:
        """Ask for these; ``act`` may raise EnateError, whose field names one of them."""
        self.fields, self._act = fields, act
        for field in fields.values():
            self.form.addWidget(field)

    def _on_accepted(self) -> None:
        for field in self.fields.values():
            field.set_error("")
        self._problem.hide()
        try:
            self._act()
        except EnateError as error:
            wrong = self.fields.get(error.field)
            if wrong is not None:
                wrong.set_error(error.sentence())
                wrong.control.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self._problem.setText(error.sentence())
                self._problem.show()
            return
        self.accept()
