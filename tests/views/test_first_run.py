"""The first minutes: how to begin, opening a configuration, the first steps (UI 3.15)."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.services.bundle import Services
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.views.first_run import start_demo
from enate_desktop.views.first_run_import import ImportDialog
from enate_desktop.views.overview_page import OverviewPage
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.company import connector, document
from tests.views.page_samples import add_connector, add_route, company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path / "data") as made:
        yield made
        wait_for_tasks(5)


def shown(qtbot: QtBot, services: Services, *, demo_starts: bool = True) -> OverviewPage:
    made = OverviewPage(services, ChangeNotifier(), WorkerControl(), begin_demo=lambda: demo_starts)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitSignal(made.loader.loaded):
        made.show()
    return made


def again(qtbot: QtBot, page: OverviewPage) -> None:
    with qtbot.waitSignal(page.loader.loaded):
        page.shown()


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    home = connector()
    del home["incoming"]["password"]
    path = tmp_path / "acme.json"
    path.write_text(json.dumps(document(home)), encoding="utf-8")
    return path


def opened(qtbot: QtBot, page: OverviewPage, path: Path) -> ImportDialog:
    page.open_configuration(path)
    qtbot.waitUntil(lambda: page.opening.dialog is not None)
    assert page.opening.dialog is not None
    return page.opening.dialog


def test_an_empty_installation_asks_how_to_begin(qtbot: QtBot, services: Services) -> None:
    page = shown(qtbot, services)
    assert page.is_welcoming
    assert page.welcome.isVisible()
    with qtbot.waitSignal(page.page_requested) as asked:
        page.welcome.connect_button.click()
    assert asked.args == ["connectors", "new"]


def test_the_question_goes_with_the_first_connector(qtbot: QtBot, services: Services) -> None:
    page = shown(qtbot, services)
    add_connector(services)
    again(qtbot, page)
    assert not page.is_welcoming


def test_the_demo_is_a_program_of_its_own(qtbot: QtBot, services: Services) -> None:
    """Demo and real data live apart."""
    started: list[tuple[str, list[str]]] = []

    def start(program: str, arguments: list[str]) -> bool:
        started.append((program, arguments))
        return True

    assert start_demo(start)
    assert started == [(sys.executable, ["-m", "enate_desktop", "demo"])]
    page = shown(qtbot, services)
    with qtbot.waitSignal(page.toast_requested):
        page.welcome.demo_button.click()


def test_a_demo_that_does_not_start_is_told(qtbot: QtBot, services: Services) -> None:
    page = shown(qtbot, services, demo_starts=False)
    page.welcome.demo_button.click()
    assert "could not be started" in page.messages.bars[0].text


def test_what_a_configuration_changes_is_shown_before_it_is_imported(
    qtbot: QtBot, services: Services, configuration: Path
) -> None:
    page = shown(qtbot, services)
    dialog = opened(qtbot, page, configuration)
    assert "Created connector “HR EMEA”" in dialog.lines
    assert "Created route “France”" in dialog.lines
    assert services.connectors.all() == ()
    with qtbot.waitSignal(page.opening.imported):
        dialog.import_button.click()
    assert [c.name for c in services.connectors.all()] == ["HR EMEA"]
    qtbot.waitUntil(lambda: not page.is_welcoming)


def test_nothing_is_imported_after_cancel(
    qtbot: QtBot, services: Services, configuration: Path
) -> None:
    page = shown(qtbot, services)
    opened(qtbot, page, configuration).reject()
    assert wait_for_tasks(5)
    assert services.connectors.all() == ()
    assert page.is_welcoming


def test_a_file_that_is_no_configuration_is_refused_with_its_sentence(
    qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    page = shown(qtbot, services)
    path = tmp_path / "letter.json"
    path.write_text("Dear all", encoding="utf-8")
    with qtbot.waitSignal(page.opening.failed):
        page.open_configuration(path)
    assert page.messages.bars[0].text.startswith("letter.json is not a JSON document")


def test_a_viewer_is_told_why_nothing_can_be_set_up(qtbot: QtBot, services: Services) -> None:
    """P-01."""
    services.people.give_role("carl", "Viewer")
    with company(services.folder, "carl") as seen:
        page = shown(qtbot, seen)
        assert not page.welcome.connect_button.isEnabled()
        assert "Edit connectors" in page.welcome.connect_button.accessibleDescription()
        assert page.welcome.demo_button.isEnabled()
        assert wait_for_tasks(5)


def test_the_first_steps_tick_themselves(qtbot: QtBot, services: Services) -> None:
    add_connector(services)
    page = shown(qtbot, services)
    assert page.checklist.isVisible()
    assert list(page.checklist.done) == ["fallback"]
    add_route(services, 1, "France")
    services.trial.of(composed(MailForm("a@foo.org", "hr@acme.example")))
    again(qtbot, page)
    assert list(page.checklist.done) == ["fallback", "routed", "tried"]
    with services.context.database.write() as work:
        work.connectors.change(1, tested_fingerprint="tested")
    again(qtbot, page)
    assert page.checklist.is_complete


def test_a_step_leads_to_its_page(qtbot: QtBot, services: Services) -> None:
    add_connector(services)
    page = shown(qtbot, services)
    with qtbot.waitSignal(page.page_requested) as asked:
        page.checklist.steps["tried"].button.click()
    assert asked.args == ["try_mail", None]


def test_dismissed_first_steps_stay_away(qtbot: QtBot, services: Services) -> None:
    add_connector(services)
    page = shown(qtbot, services)
    page.checklist.dismiss.click()
    assert not page.checklist.isVisible()
    later = shown(qtbot, services)
    later.restore_state(page.save_state())
    again(qtbot, later)
    assert not later.checklist.isVisible()


def test_nobody_is_bothered_with_steps_that_are_all_done(qtbot: QtBot, services: Services) -> None:
    add_connector(services)
    add_route(services, 1, "France")
    with services.context.database.write() as work:
        work.connectors.change(1, tested_fingerprint="tested")
    services.trial.of(composed(MailForm("a@foo.org", "hr@acme.example")))
    page = shown(qtbot, services)
    assert page.checklist.is_complete
    assert not page.checklist.isVisible()
