"""The Users & permissions page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from enate_desktop.domain.people import Permission
from enate_desktop.item_models.role_matrix import PERMISSIONS, RoleMatrixModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.people import Member
from enate_desktop.views.confirm import ConfirmDialog
from enate_desktop.views.people_dialogs import PersonDialog, RoleDialog
from enate_desktop.views.people_page import PeoplePage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        made.people.give_role("berta", "Route editor")
        made.people.give_role("carl", "Route editor")
        yield made


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> PeoplePage:
    return shown(qtbot, services)


def shown(qtbot: QtBot, services: Services) -> PeoplePage:
    made = PeoplePage(services, ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def cell(page: PeoplePage, role: str, permission: Permission) -> QModelIndex:
    model = page.matrix
    names = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    return model.index(PERMISSIONS.index(permission), names.index(role))


def click(page: PeoplePage, index: QModelIndex) -> None:
    table = page.matrix_table
    place = table.visualRect(index).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def dialog(kind: type[QDialog]) -> QDialog:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def test_model_contract(page: PeoplePage) -> None:
    QAbstractItemModelTester(page.matrix, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_a_tick_says_who_loses_what_before_it_is_saved(
    page: PeoplePage, services: Services
) -> None:
    """P-01, UI 3.13: changing a tick is a form."""
    click(page, cell(page, "Route editor", Permission.REORDER_ROUTES))
    assert page.consequences.text() == "2 people lose “Reorder routes”."
    stored = next(role for role in services.people.roles() if role.name == "Route editor")
    assert Permission.REORDER_ROUTES in stored.permissions
    page.save_button.click()
    stored = next(role for role in services.people.roles() if role.name == "Route editor")
    assert Permission.REORDER_ROUTES not in stored.permissions
    assert not page.save_button.isEnabled()


def test_space_changes_the_tick(page: PeoplePage) -> None:
    """UI 3.17: the keyboard does what the mouse does."""
    index = cell(page, "Agent", Permission.EDIT_ROUTES)
    page.matrix_table.setCurrentIndex(index)
    page.matrix_table.setFocus()
    QTest.keyClick(page.matrix_table, Qt.Key.Key_Space)
    assert page.matrix.changed.keys() == {"Agent"}
    assert page.consequences.text() == "Nobody loses a permission."


@pytest.mark.parametrize(
    ("role", "permission", "reason"),
    [
        ("Administrator", Permission.EDIT_ROUTES, "An Administrator may do everything."),
        ("Viewer", Permission.VIEW, "Everybody may view."),
    ],
)
def test_what_cannot_be_changed_says_why(
    page: PeoplePage, role: str, permission: Permission, reason: str
) -> None:
    """P-01, UI 3.19."""
    index = cell(page, role, permission)
    click(page, index)
    assert not page.matrix.changed
    assert index.data(Qt.ItemDataRole.ToolTipRole) == reason
    assert reason in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_ticks_are_not_lost_by_leaving(page: PeoplePage, services: Services) -> None:
    """UI 3.13: the page asks first; saving goes on to where the person wanted to."""
    assert page.may_leave(lambda: None)
    click(page, cell(page, "Agent", Permission.EDIT_ROUTES))
    gone: list[bool] = []
    assert not page.may_leave(lambda: gone.append(True))
    asked = dialog(ConfirmDialog)
    assert isinstance(asked, ConfirmDialog)
    asked.buttons[0].click()
    assert gone == [True]
    agent = next(role for role in services.people.roles() if role.name == "Agent")
    assert Permission.EDIT_ROUTES in agent.permissions


def test_a_person_is_added_and_gets_another_role(page: PeoplePage, services: Services) -> None:
    """P-01."""
    page.add_button.click()
    asked = dialog(PersonDialog)
    assert isinstance(asked, PersonDialog)
    asked.accept_button.click()
    assert "needs a login" in asked.fields["login"].error
    asked.login.setText("dora")
    asked.accept_button.click()
    assert Member("dora", "Viewer") in services.people.members()
    page.member_table.setCurrentIndex(page.members.index(3, 0))
    page.role_button.click()
    asked = dialog(PersonDialog)
    assert isinstance(asked, PersonDialog)
    asked.roles.setCurrentText("Agent")
    asked.accept_button.click()
    assert Member("dora", "Agent") in services.people.members()


def test_a_removed_person_can_be_brought_back(page: PeoplePage, services: Services) -> None:
    """UI 2: undo instead of a question."""
    toasts: list[object] = []
    page.toast_requested.connect(toasts.append)
    page.member_table.setCurrentIndex(page.members.index(1, 0))
    page.remove_button.click()
    assert [m.login for m in services.people.members()] == ["anna", "carl"]
    toasts[0].undo()  # type: ignore[attr-defined]
    assert Member("berta", "Route editor") in services.people.members()


def test_the_last_administrator_stays(page: PeoplePage, services: Services) -> None:
    """P-01: the refusal is said on the page."""
    page.member_table.setCurrentIndex(page.members.index(0, 0))
    page.remove_button.click()
    assert len(services.people.members()) == 3
    assert "Nobody would be left" in page.messages.bars[0].text


def test_a_role_is_made_used_and_deleted(page: PeoplePage, services: Services) -> None:
    """P-01: custom roles."""
    page.new_role_button.click()
    asked = dialog(RoleDialog)
    assert isinstance(asked, RoleDialog)
    asked.name.setText("Payroll lead")
    asked.accept_button.click()
    index = cell(page, "Payroll lead", Permission.HANDLE_MAIL)
    click(page, index)
    page.save_button.click()
    made = next(role for role in services.people.roles() if role.name == "Payroll lead")
    assert made.permissions == {Permission.VIEW, Permission.HANDLE_MAIL}
    page.matrix_table.setCurrentIndex(cell(page, "Payroll lead", Permission.VIEW))
    page.delete_role_button.click()
    assert "Payroll lead" not in {role.name for role in services.people.roles()}


def test_a_viewer_looks_and_reads_why(qtbot: QtBot, tmp_path: Path, services: Services) -> None:
    """P-01: mirrored in the interface with the reason."""
    with company(tmp_path, "vera") as other:
        page = shown(qtbot, other)
        for made in (page.add_button, page.role_button, page.remove_button, page.new_role_button):
            assert not made.isEnabled()
            assert made.toolTip() == 'You need the permission "Manage users".'
        click(page, cell(page, "Agent", Permission.EDIT_ROUTES))
        assert not page.matrix.changed


def test_looking_as_another_role_is_asked_for(qtbot: QtBot, page: PeoplePage) -> None:
    """P-01."""
    actions = page.view_as_button.menu().actions()
    assert [a.text() for a in actions] == ["Route editor", "Agent", "Viewer"]
    with qtbot.waitSignal(page.view_as_requested) as asked:
        actions[0].trigger()
    assert asked.args is not None
    assert asked.args[0].name == "Route editor"


def test_the_model_keeps_a_draft_per_role() -> None:
    model = RoleMatrixModel()
    assert model.rowCount() == len(Permission)
    assert model.changed == {}
