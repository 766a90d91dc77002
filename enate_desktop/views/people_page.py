"""The Users & permissions page: who works with this data, and what the roles allow (UI 3.13)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import ADMINISTRATOR, ROLES, VIEWER, Permission, Role
from enate_desktop.item_models.company_table import Columns, ListTableModel
from enate_desktop.item_models.role_matrix import RoleMatrixModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.people import Member
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.confirm import Choice, ConfirmDialog
from enate_desktop.views.page import Page
from enate_desktop.views.people_dialogs import PersonDialog, RoleDialog
from enate_desktop.views.tick_delegate import TickDelegate
from enate_desktop.views.widgets import (
    button,
    label,
    menu_button,
    prepare_table,
    secondary_label,
)
from enate_desktop.worker.notifier import ChangeNotifier

_COLUMNS: Columns[Member] = (
    ("Login", lambda member: member.login),
    ("Role", lambda member: member.role),
)


class PeoplePage(Page):
    """``view_as_requested`` carries the Role to look at the program as."""

    view_as_requested = Signal(object)

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Users & permissions", parent)
        self._people = services.people
        may = services.people.me.may(Permission.MANAGE_USERS)
        self._reason = "" if may else f'You need the permission "{Permission.MANAGE_USERS}".'
        self.members = ListTableModel[Member](_COLUMNS, self)
        self.matrix = RoleMatrixModel(self)
        self.member_table, self.matrix_table = QTableView(), QTableView()
        self.add_button = button(self.tr("Add person…"), self._on_add_clicked, icon_name="plus")
        self.role_button = button(self.tr("Change role…"), self._on_change_role_clicked)
        self.remove_button = button(self.tr("Remove"), self._on_remove_clicked)
        self.new_role_button = button(
            self.tr("New role…"), self._on_new_role_clicked, icon_name="plus"
        )
        self.delete_role_button = button(self.tr("Delete role"), self._on_delete_role_clicked)
        self.consequences = secondary_label("")
        self.save_button = button(self.tr("Save permissions"), self.save, primary=True)
        self.discard_button = button(self.tr("Discard"), self.read)
        self._roles_menu = QMenu(self)
        self.view_as_button = menu_button(self.tr("View as…"), self._roles_menu, icon_name="eye")
        self.header.add_widget(self.view_as_button)
        self._build()
        self._connect()
        notifier.changed.connect(self._on_changed)
        self.read()

    def read(self) -> None:
        """Show what is stored now; ticks that were not saved are gone."""
        chosen = self._member()
        members = self._people.members()
        self.members.set_values(members)
        logins = [member.login for member in members]
        row = logins.index(chosen.login) if chosen and chosen.login in logins else 0
        self.member_table.setCurrentIndex(self.members.index(row, 0))
        self.matrix.set_roles(self._people.roles(), self._reason)
        self._show_roles()

    def save(self) -> None:
        """Keep the ticks of every role that was changed."""
        try:
            for name, permissions in self.matrix.changed.items():
                self._people.save_role(name, permissions)
        except EnateError as error:
            self.messages.show_error(error, key="people")
            return
        self.toast(self.tr("The permissions were saved."))
        self.read()

    @override
    def shown(self) -> None:
        if not self.matrix.changed:
            self.read()

    @override
    def may_leave(self, then: Callable[[], object]) -> bool:
        if not self.matrix.changed:
            return True

        def save() -> None:
            self.save()
            if not self.matrix.changed:
                then()

        def discard() -> None:
            self.read()
            then()

        ConfirmDialog(
            self.tr("Save the permissions?"),
            self.consequences.text(),
            (),
            (Choice(self.tr("Save permissions"), save), Choice(self.tr("Discard"), discard)),
            self,
        ).open()
        return False

    def _build(self) -> None:
        prepare_table(self.member_table, self.tr("People"))
        self.member_table.setModel(self.members)
        self.member_table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.member_table.horizontalHeader().resizeSection(0, 200)
        prepare_table(self.matrix_table, self.tr("Permissions of each role"))
        self.matrix_table.setModel(self.matrix)
        self.matrix_table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.matrix_table.setItemDelegate(TickDelegate(self.matrix_table))
        self.matrix_table.verticalHeader().show()
        self.matrix_table.setCornerButtonEnabled(False)
        mode = QHeaderView.ResizeMode.Stretch
        self.matrix_table.horizontalHeader().setSectionResizeMode(mode)
        people = self.add_button, self.role_button, self.remove_button
        roles = self.new_role_button, self.delete_role_button
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(_half(self.tr("People"), people, self.member_table))
        right = _half(self.tr("What each role may do"), roles, self.matrix_table)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.consequences, 1)
        foot.addWidget(self.discard_button)
        foot.addWidget(self.save_button)
        layout = right.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(foot)
        splitter.addWidget(right)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.setSizes([420, 840])
        self.body.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.member_table.selectionModel().currentChanged.connect(self._show_buttons)
        self.member_table.doubleClicked.connect(self._on_change_role_clicked)
        self.matrix_table.selectionModel().currentChanged.connect(self._show_buttons)
        self.matrix.edited.connect(self._show_consequences)

    def _member(self) -> Member | None:
        return self.members.value(self.member_table.currentIndex())

    def _role(self) -> Role | None:
        return self.matrix.role(self.matrix_table.currentIndex().column())

    def _show_buttons(self) -> None:
        nobody = "" if self._member() else self.tr("Choose a person first.")
        explain_disabled(self.add_button, self._reason)
        explain_disabled(self.role_button, self._reason or nobody)
        explain_disabled(self.remove_button, self._reason or nobody)
        explain_disabled(self.new_role_button, self._reason)
        role = self._role()
        kept = ""
        if role is None:
            kept = self.tr("Choose a role first.")
        elif role.name in ROLES:
            kept = self.tr("A built-in role cannot be deleted.")
        explain_disabled(self.delete_role_button, self._reason or kept)

    def _show_consequences(self) -> None:
        changed = self.matrix.changed
        lost = [
            self._loss(number, permission)
            for name, permissions in changed.items()
            for permission, number in self._people.losing(name, permissions).items()
        ]
        text = "; ".join(lost)
        if changed and not lost:
            text = self.tr("Nobody loses a permission.")
        self.consequences.setText(f"{text}." if lost else text)
        for made in (self.save_button, self.discard_button):
            explain_disabled(made, "" if changed else self.tr("Nothing was changed."))
        self._show_buttons()

    def _loss(self, people: int, permission: Permission) -> str:
        if people == 1:
            return self.tr("1 person loses “{permission}”").format(permission=permission)
        return self.tr("{people} people lose “{permission}”").format(
            people=people, permission=permission
        )

    def _show_roles(self) -> None:
        self._roles_menu.clear()
        for role in self._people.roles():
            if role.name != ADMINISTRATOR:
                action = self._roles_menu.addAction(role.name)
                action.triggered.connect(lambda _on, role=role: self.view_as_requested.emit(role))

    def _names(self) -> list[str]:
        return [role.name for role in self._people.roles()]

    def _on_add_clicked(self) -> None:
        PersonDialog("", VIEWER, self._names(), self._give, self).open()

    def _on_change_role_clicked(self) -> None:
        member = self._member()
        if member is not None and not self._reason:
            PersonDialog(member.login, member.role, self._names(), self._give, self).open()

    def _give(self, login: str, role: str) -> None:
        self._people.give_role(login, role)
        self.toast(self.tr("“{login}” is {role} now.").format(login=login.strip(), role=role))
        self.read()

    def _on_remove_clicked(self) -> None:
        member = self._member()
        if member is None:
            return
        try:
            self._people.remove(member.login)
        except EnateError as error:
            self.messages.show_error(error, key="people")
            return

        def back() -> None:
            self._give(member.login, member.role)

        self.toast(self.tr("Removed “{login}”.").format(login=member.login), back)
        self.read()

    def _on_new_role_clicked(self) -> None:
        def save(name: str) -> None:
            self._people.save_role(name, ())
            self.toast(self.tr("Created the role “{name}”.").format(name=name.strip()))
            self.read()

        RoleDialog(save, self).open()

    def _on_delete_role_clicked(self) -> None:
        role = self._role()
        if role is None:
            return
        try:
            self._people.remove_role(role.name)
        except EnateError as error:
            self.messages.show_error(error, key="people")
            return

        def back() -> None:
            self._people.save_role(role.name, role.permissions)
            self.read()

        self.toast(self.tr("Deleted the role “{name}”.").format(name=role.name), back)
        self.read()

    def _on_changed(self) -> None:
        if not self.matrix.changed and self.isVisible():
            self.read()


def _half(title: str, buttons: tuple[QWidget, ...], table: QTableView) -> QWidget:
    made = QWidget()
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(label(title, strong=True), 1)
    for each in buttons:
        head.addWidget(each)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addLayout(head)
    column.addWidget(table, 1)
    return made
