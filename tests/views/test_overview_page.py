"""The start page: lines with their remedy, figures, worker, dead routes (UI 3.2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Condition, Health
from enate_desktop.domain.routes import Route
from enate_desktop.item_models.overview_text import all_clear_text, when_text
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.overview import LastProblem
from enate_desktop.views.overview_lines import SHOWN_AT_FIRST, FactLine, FactLines, LineButton
from enate_desktop.views.overview_page import OverviewPage
from enate_desktop.views.page import Toast
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.views.page_samples import add_connector, add_route, company, letter, take_in

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        with made.context.database.write() as work:
            work.connectors.change(1, enabled=True)
        yield made
        wait_for_tasks(5)


@pytest.fixture
def worker() -> WorkerControl:
    return WorkerControl()


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


def shown(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> OverviewPage:
    made = OverviewPage(services, notifier, worker)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitSignal(made.loader.loaded), qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def press(page: OverviewPage, name: str) -> None:
    (found,) = (b for b in page.findChildren(QPushButton) if b.accessibleName() == name)
    found.click()


def shadowed(services: Services) -> None:
    add_route(services, 1, "All")
    add_route(services, 1, "France", sender="*@acme.fr")


def test_all_clear_names_the_last_problem() -> None:
    """UI 3.2."""
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    last = LastProblem(now - timedelta(days=1), "It did not answer.")
    when = when_text(last.at, now)
    assert when.startswith("yesterday ")
    told = all_clear_text(last, now)
    assert told == f"Nothing needs attention. Last problem: {when} (solved)."


def test_nothing_is_claimed_before_it_was_read(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    page = OverviewPage(services, notifier, worker)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.loader.loaded):
        page.show()
        assert not page.attention.isVisible()
    assert page.attention.isVisible()
    assert page.attention.clear_text == "Nothing needs attention."


def test_a_line_leads_to_where_it_is_mended(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    with services.context.database.write() as work:
        work.connectors.change(1, enabled=False)
        work.connectors.set_condition(1, Condition(Health.STOPPED, "Sign-in was refused."))
    page = shown(qtbot, services, worker, notifier)
    assert page.attention.lines.texts == ('"HR EMEA" was stopped: Sign-in was refused.',)
    with qtbot.waitSignal(page.page_requested) as asked:
        page.attention.lines.buttons()[0].click()
    assert asked.args == ["connectors", 1]


def test_a_solved_line_goes_once_the_change_is_told(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    services.pauses.pause([1], None)
    page = shown(qtbot, services, worker, notifier)
    assert len(page.attention.lines.texts) == 1
    notifier.notify(services.pauses.resume([1]))
    qtbot.waitUntil(lambda: not page.attention.lines.texts)


def test_many_changes_are_read_together(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    """At most once a second, however fast mail comes in."""
    page = shown(qtbot, services, worker, notifier)
    read: list[object] = []
    page.loader.loaded.connect(read.append)
    for _ in range(50):
        notifier.notify(Changes(work_items=True))
    with qtbot.waitSignal(page.loader.loaded):
        pass
    assert len(read) == 1


def test_the_last_day_is_counted_with_test_items_apart(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    """W-04."""
    add_route(services, 1, "Trial", sender="*@acme.fr", test_mode=True)
    take_in(services, 1, [letter("a@acme.fr", "One"), letter("b@foo.org", "Two")])
    page = shown(qtbot, services, worker, notifier)
    told = {name: figure.accessibleName() for name, figure in page.numbers.figures.items()}
    assert told["mails"] == "2 mails"
    assert told["work_items"] == "1 work items"
    assert page.numbers.test_text == "1 test item besides, not counted"


def test_a_dead_route_is_switched_off_and_on_again(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    """R-12, X-08."""
    shadowed(services)
    page = shown(qtbot, services, worker, notifier)
    assert page.dead.lines.texts == ("“France” of “HR EMEA”: no mail can reach it",)
    with qtbot.waitSignal(page.toast_requested) as told:
        press(page, "Switch off “France” of “HR EMEA”")
    toast = told.args[0]
    assert isinstance(toast, Toast)
    assert not services.routes.group(1).routes[1].enabled
    assert toast.undo is not None
    toast.undo()
    assert services.routes.group(1).routes[1].enabled


def test_a_dead_route_is_shown_on_the_routes_page(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    shadowed(services)
    page = shown(qtbot, services, worker, notifier)
    with qtbot.waitSignal(page.page_requested) as asked:
        press(page, "Show “France” of “HR EMEA”")
    assert asked.args is not None
    key, target = asked.args
    assert key == "routes"
    assert isinstance(target, Route)
    assert target.name == "France"


def test_who_may_not_edit_routes_is_told_why(qtbot: QtBot, services: Services) -> None:
    """P-01."""
    shadowed(services)
    services.people.give_role("carl", "Viewer")
    with company(services.folder, "carl") as seen:
        page = shown(qtbot, seen, WorkerControl(), ChangeNotifier())
        off = page.dead.lines.buttons()[1]
        assert not off.isEnabled()
        assert "Edit routes" in off.accessibleDescription()
        assert wait_for_tasks(5)


def test_the_worker_card_says_when_the_next_look_is(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    page = shown(qtbot, services, worker, notifier)
    now = datetime.now(UTC)
    facts = WorkerFacts(running=frozenset((1,)), next_looks={1: now + timedelta(minutes=3)})
    worker.set_facts(facts)
    assert page.worker_card.next_text == "1 connector, next check in 3 min"
    with qtbot.waitSignal(worker.check_now_requested) as asked:
        page.worker_card.buttons.check.click()
    assert asked.args == [None]


def test_everything_is_paused_from_here(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    page = shown(qtbot, services, worker, notifier)
    page.worker_card.buttons.pause_requested.emit(None, timedelta(minutes=15))
    assert list(services.pauses.paused()) == [1]
    page.worker_card.buttons.resume_requested.emit(None)
    assert not services.pauses.paused()


def test_a_change_is_compared_in_activity(
    qtbot: QtBot, services: Services, worker: WorkerControl, notifier: ChangeNotifier
) -> None:
    add_route(services, 1, "France")
    page = shown(qtbot, services, worker, notifier)
    newest = services.overview.recent_changes(1)[0].head
    assert page.changes.lines.texts[0].startswith("Route “France”: created · anna · ")
    with qtbot.waitSignal(page.page_requested) as asked:
        page.changes.lines.buttons()[0].click()
    assert asked.args == ["activity", newest.id]


def lines(number: int) -> list[FactLine]:
    return [
        FactLine(n, "info", "info", f"Line {n}", "", "", (LineButton("Show", f"Show {n}", list),))
        for n in range(number)
    ]


def test_many_lines_fold_until_they_are_asked_for(qtbot: QtBot) -> None:
    made = FactLines()
    qtbot.addWidget(made)
    made.show_lines(lines(SHOWN_AT_FIRST + 4))
    made.show()
    assert len(made.buttons()) == SHOWN_AT_FIRST
    (more,) = (b for b in made.findChildren(QPushButton) if b.text() == "Show 4 more")
    more.click()
    assert len(made.buttons()) == SHOWN_AT_FIRST + 4


def test_the_focus_stays_in_its_place_when_a_line_goes(qtbot: QtBot) -> None:
    made = FactLines()
    qtbot.addWidget(made)
    made.show_lines(lines(3))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.buttons()[1].setFocus()
    made.show_lines(lines(2))
    assert QApplication.focusWidget() is made.buttons()[1]
