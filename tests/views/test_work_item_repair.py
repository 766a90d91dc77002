"""The repair dialog: what would move, grouped and ticked, and routing it again (X-07)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from enate_desktop.domain.work_items import State
from enate_desktop.item_models.repair_tree import TICK_COLUMN
from enate_desktop.services.bundle import Services
from enate_desktop.views.work_item_repair import RepairDialog
from enate_desktop.views.work_items_page import WorkItemsPage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company, letter, take_in

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        connector = add_connector(made)
        take_in(made, connector.id, [letter(f"p{n}@globex.com", f"Mail {n}") for n in range(3)])
        add_route(made, connector.id, "Globex", sender="*@globex.com")
        made.handling.set_state([1], State.IN_PROGRESS)
        yield made


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> WorkItemsPage:
    made = WorkItemsPage(services, ChangeNotifier())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def dialog(qtbot: QtBot, page: WorkItemsPage) -> RepairDialog:
    page.commands.repair.trigger()
    (made,) = page.findChildren(RepairDialog)
    qtbot.waitUntil(lambda: bool(made.model.plan.mails))
    return made


def heads(dialog: RepairDialog) -> list[str]:
    model = dialog.model
    return [model.item(row).text() for row in range(model.rowCount())]


def test_mails_are_grouped_from_and_to(dialog: RepairDialog) -> None:
    assert heads(dialog) == ["Fallback → Globex   (3 mails)"]
    assert dialog.run_button.text() == "Route 2 mails again"


def test_begun_work_is_ticked_only_on_request(dialog: RepairDialog) -> None:
    dialog.touched.click()
    assert len(dialog.model.chosen()) == 3
    dialog.touched.click()
    assert len(dialog.model.chosen()) == 2


def test_a_group_ticks_its_mails(dialog: RepairDialog) -> None:
    group, head = dialog.model.item(0), dialog.model.item(0, TICK_COLUMN)
    head.setCheckState(Qt.CheckState.Unchecked)
    assert dialog.model.chosen() == ()
    assert not dialog.run_button.isEnabled()
    group.child(0, TICK_COLUMN).setCheckState(Qt.CheckState.Checked)
    assert head.checkState() is Qt.CheckState.PartiallyChecked
    assert dialog.run_button.text() == "Route 1 mail again"


def test_what_is_ticked_is_routed_again_and_undone(
    services: Services, page: WorkItemsPage, dialog: RepairDialog
) -> None:
    """X-07, X-08: from the page's own undo."""
    dialog.run_button.click()
    routes = [item.route for item in services.work_items.page().items if item.state is State.TO_DO]
    assert routes == ["Globex", "Globex"]
    page.undo_stack().undo()
    left = [item.route for item in services.work_items.page().items if item.state is State.TO_DO]
    assert "Globex" not in left


def test_it_starts_at_a_bad_change(qtbot: QtBot, services: Services, page: WorkItemsPage) -> None:
    since = services.repair.change_time(services.history.page()[0].head.id)
    made = RepairDialog(services, page.commands.work, page, since)
    made.open()
    qtbot.waitUntil(lambda: "0 of 0 mails" in made.found_text)
    assert made.period.currentText().startswith("Since the change of")
