"""Backup, restore and the configuration file from the settings page (UI 3.14)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.services.bundle import Services
from enate_desktop.views.restoring_backup import ProgramControl
from enate_desktop.views.settings_page import Interface, SettingsPage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path / "data") as made:
        add_route(made, add_connector(made).id, "France")
        yield made


@pytest.fixture
def told() -> list[str]:
    """What the program was asked for."""
    return []


@pytest.fixture
def page(qtbot: QtBot, services: Services, told: list[str]) -> SettingsPage:
    def stop(then: Callable[[], object]) -> None:
        told.append("stop")
        then()

    program = ProgramControl(stop, lambda: told.append("start"), lambda: told.append("restart"))
    return shown(qtbot, services, program)


def shown(qtbot: QtBot, services: Services, program: ProgramControl | None = None) -> SettingsPage:
    interface = Interface(lambda: "light", lambda _name: None)
    made = SettingsPage(services, ChangeNotifier(), interface, program)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def names(services: Services) -> list[str]:
    return [connector.name for connector in services.connectors.all()]


def test_a_backup_says_what_it_holds(qtbot: QtBot, page: SettingsPage, tmp_path: Path) -> None:
    """SPEC 11: written and read back."""
    path = tmp_path / "one.sqlite3"
    page.data.buttons["backup"].click()
    assert page.data.dialog is not None
    page.data.dialog.fileSelected.emit(str(path))
    qtbot.waitUntil(lambda: "were backed up" in page.data.result)
    assert "1 connector, 1 route, 0 mails and 0 work items" in page.data.result
    assert path.stat().st_size > 0
    page.data.dialog.reject()


def test_a_backup_that_cannot_be_written_is_told(
    qtbot: QtBot, page: SettingsPage, tmp_path: Path
) -> None:
    """UI 3.16: the reason and what to do."""
    page.data.back_up(tmp_path / "nowhere" / "one.sqlite3")
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    assert "Choose another folder" in page.messages.bars[0].text
    assert page.data.buttons["backup"].isEnabled()
    assert page.data.result == ""


def test_a_restore_asks_first_and_ends_with_a_new_start(
    qtbot: QtBot, page: SettingsPage, services: Services, told: list[str], tmp_path: Path
) -> None:
    """SPEC 11: what it holds, Cancel by default, the worker stopped, then started anew."""
    path = services.backup.write(tmp_path / "one.sqlite3").path
    services.connectors.delete(services.connectors.all()[0].id)
    restoring = page.data.restoring
    restoring.look(path)
    qtbot.waitUntil(lambda: restoring.question is not None)
    question = restoring.question
    assert question is not None
    assert question.cancel_button.isDefault()
    assert names(services) == []
    question.buttons[0].click()
    qtbot.waitUntil(lambda: restoring.ending is not None)
    assert names(services) == ["HR EMEA"]
    assert told == ["stop"]
    ending = restoring.ending
    assert ending is not None
    ending.reject()
    assert told == ["stop", "restart"]
    assert list(services.folder.glob("before-restore-*.sqlite3"))


def test_a_restore_that_was_cancelled_changes_nothing(
    qtbot: QtBot, page: SettingsPage, services: Services, told: list[str], tmp_path: Path
) -> None:
    """UI 2: Cancel."""
    restoring = page.data.restoring
    restoring.look(services.backup.write(tmp_path / "one.sqlite3").path)
    qtbot.waitUntil(lambda: restoring.question is not None)
    assert restoring.question is not None
    restoring.question.cancel_button.click()
    assert not told


def test_a_file_that_is_no_backup_is_told(
    qtbot: QtBot, page: SettingsPage, told: list[str], tmp_path: Path
) -> None:
    """SPEC 11: nothing is stopped for it."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam")
    page.data.restoring.look(path)
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    assert page.data.restoring.question is None
    assert not told


def test_a_restore_that_is_refused_lets_the_worker_go_on(
    qtbot: QtBot, page: SettingsPage, services: Services, told: list[str], tmp_path: Path
) -> None:
    """SPEC 11: a backup of other data is refused; mail is fetched again."""
    with company(tmp_path / "other") as other:
        path = other.backup.write(tmp_path / "other.sqlite3").path
    restoring = page.data.restoring
    restoring.look(path)
    qtbot.waitUntil(lambda: restoring.question is not None)
    assert restoring.question is not None
    restoring.question.buttons[0].click()
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    assert told == ["stop", "start"]
    assert names(services) == ["HR EMEA"]


def test_the_configuration_goes_out_and_comes_back_after_a_look(
    qtbot: QtBot, page: SettingsPage, services: Services, tmp_path: Path
) -> None:
    """SPEC 11: export without secrets; import shows first what would change."""
    path = tmp_path / "configuration.json"
    page.data.export(path)
    qtbot.waitUntil(lambda: "was written" in page.data.result)
    text = path.read_text()
    assert "correct" not in text
    path.write_text(text.replace('"France"', '"Frankreich"'))
    page.data.opening.open(path)
    qtbot.waitUntil(lambda: page.data.opening.dialog is not None)
    dialog = page.data.opening.dialog
    assert dialog is not None
    assert any("Frankreich" in line for line in dialog.lines)
    with qtbot.waitSignal(page.data.done):
        dialog.import_button.click()
    exported = json.dumps(services.exchange.export())
    assert "Frankreich" in exported


def test_without_the_permission_the_buttons_say_which_one(
    qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    """P-01: visible, disabled, with the reason."""
    services.people.give_role("bert", "Viewer")
    with company(tmp_path / "data", login="bert") as seen:
        data = shown(qtbot, seen).data
        for key in ("backup", "restore", "import"):
            assert not data.buttons[key].isEnabled()
            assert "You need the permission" in data.buttons[key].toolTip()
        assert data.buttons["export"].isEnabled()
        assert data.buttons["folder"].isEnabled()


def test_what_cannot_be_started_anew_cannot_be_restored(qtbot: QtBot, services: Services) -> None:
    """The demo and the window that looks as another role."""
    data = shown(qtbot, services).data
    assert not data.buttons["restore"].isEnabled()
    assert data.buttons["restore"].toolTip()
    assert data.buttons["backup"].isEnabled()
