"""Looking at the program as another role sees it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import NotPermittedError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings
from enate_desktop.other_window import open_as
from enate_desktop.pages import PageMaker
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.people_page import PeoplePage
from enate_desktop.wiring import view_as
from enate_desktop.worker.notifier import ChangeNotifier
from tests.company import open_services


@pytest.mark.parametrize("name", ["Route editor", "Viewer"])
def test_what_the_role_may_is_shown_and_nothing_is_changed(tmp_path: Path, name: str) -> None:
    """P-01: even what the role may do is refused while somebody only looks."""
    services = open_services(tmp_path / "data")
    role = next(role for role in services.people.roles() if role.name == name)
    seen = view_as(services, role)
    assert seen.people.me.permissions == role.permissions
    assert seen.connectors.all() == services.connectors.all()
    with pytest.raises(NotPermittedError, match=f"You are looking as {name}"):
        seen.settings.save(Settings(poll_seconds=99))
    with pytest.raises(NotPermittedError):
        seen.people.give_role("anna", name)
    services.close()


def test_the_window_says_as_whom_and_closes_with_its_owner(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    """P-01: controls stay visible, disabled, with the reason of that role."""
    services = open_services(tmp_path / "data")
    notifier = ChangeNotifier()
    pages = PageMaker(notifier)
    pages.use(services)
    settings = QSettings(str(tmp_path / "interface.ini"), QSettings.Format.IniFormat)
    owner = MainWindow(pages.specs(), appearance, settings, open_now=False)
    qtbot.addWidget(owner)
    owner.show()
    role = next(role for role in services.people.roles() if role.name == "Agent")
    window = open_as(role, services, owner, notifier)
    qtbot.addWidget(window)
    assert "You are looking as “Agent”" in window.read_only_bar.text
    page = window.show_page("people")
    assert isinstance(page, PeoplePage)
    assert page.add_button.toolTip() == f'You need the permission "{Permission.MANAGE_USERS}".'
    owner.close()
    assert not window.isVisible()
    services.close()
