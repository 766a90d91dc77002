"""The two small questions of the people page: who with which role, and a new role's name."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.errors import EnateError
from enate_desktop.views.widgets import FormField, button


class PersonDialog(QDialog):
    """Login and role; of somebody who is known only the role can be changed."""

    def __init__(
        self,
        login: str,
        role: str,
        roles: Sequence[str],
        save: Callable[[str, str], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        _prepare(self, self.tr("Change role") if login else self.tr("Add person"))
        self._save = save
        self.login = QLineEdit(login)
        self.login.setReadOnly(bool(login))
        self.roles = QComboBox()
        self.roles.addItems(list(roles))
        self.roles.setCurrentText(role)
        hint = self.tr("The name this person signs in to the computer or the database with.")
        self.fields = {
            "login": FormField(self.tr("Login"), self.login, hint="" if login else hint),
            "role": FormField(self.tr("Role"), self.roles),
        }
        verb = self.tr("Change role") if login else self.tr("Add person")
        self.accept_button = _lay_out(self, self.fields.values(), verb, self._on_accepted)
        (self.roles if login else self.login).setFocus()

    def _on_accepted(self) -> None:
        _finish(self, self.fields, lambda: self._save(self.login.text(), self.roles.currentText()))


class RoleDialog(QDialog):
    """The name of a new role."""

    def __init__(self, save: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        _prepare(self, self.tr("New role"))
        self._save = save
        self.name = QLineEdit()
        hint = self.tr("It may view at first; tick what else it may do.")
        self.fields = {"name": FormField(self.tr("Name"), self.name, hint=hint)}
        verb = self.tr("Create role")
        self.accept_button = _lay_out(self, self.fields.values(), verb, self._on_accepted)
        self.name.setFocus()

    def _on_accepted(self) -> None:
        _finish(self, self.fields, lambda: self._save(self.name.text()))


def _prepare(dialog: QDialog, title: str) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(440)


def _lay_out(
    dialog: QDialog, fields: Iterable[FormField], verb: str, accepted: Callable[[], object]
) -> QPushButton:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    for field in fields:
        column.addWidget(field)
    accept = button(verb, accepted, primary=True)
    accept.setDefault(True)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    row.addWidget(accept)
    row.addWidget(button(dialog.tr("Cancel"), dialog.reject))
    column.addLayout(row)
    return accept


def _finish(dialog: QDialog, fields: Mapping[str, FormField], save: Callable[[], object]) -> None:
    """Save and close; what is refused is said at its field."""
    for field in fields.values():
        field.set_error("")
    try:
        save()
    except EnateError as error:
        field = fields.get(error.field) or next(iter(fields.values()))
        field.set_error(error.sentence())
        field.control.setFocus()
        return
    dialog.accept()
