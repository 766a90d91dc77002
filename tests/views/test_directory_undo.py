"""Undo and redo on the Directory page: every change goes back and forth (X-08)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from enate_desktop.domain.directory import Company, Contact
from enate_desktop.item_models.directory_tree import node_key, process_key
from enate_desktop.services.bundle import Services
from enate_desktop.views.directory_dialogs import CompanyDialog, ContactDialog, EntryDialog
from enate_desktop.views.directory_page import DirectoryPage
from enate_desktop.views.directory_retire_dialog import RetireDialog
from enate_desktop.views.page import Toast
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company, process_id

pytestmark = pytest.mark.usefixtures("appearance")
Facts = tuple[object, ...]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def toasts() -> list[Toast]:
    return []


@pytest.fixture
def page(qtbot: QtBot, services: Services, toasts: list[Toast]) -> DirectoryPage:
    made = DirectoryPage(services, ChangeNotifier())
    made.toast_requested.connect(toasts.append)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def facts(services: Services) -> Facts:
    """The whole directory, and whether its routes are on."""
    directory = services.directory
    return (
        directory.nodes(),
        directory.processes(retired=True),
        directory.companies(),
        directory.contacts(),
        [(r.name, r.enabled) for g in services.routes.groups() for r in g.routes],
    )


def dialog(kind: type[QDialog]) -> QDialog:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def add_customer(page: DirectoryPage, services: Services) -> None:
    page.processes.add_customer.click()
    name_it("Globex")


def add_process(page: DirectoryPage, services: Services) -> None:
    service = next(node for node in services.directory.nodes() if node.name == "Onboarding")
    page.processes.select(node_key(service.id))
    page.processes.details.add_button.click()
    name_it("Leaver")


def rename(page: DirectoryPage, services: Services) -> None:
    page.navigate(process_id(services, "New starter"))
    page.processes.details.rename_button.click()
    name_it("Joiner")


def name_it(name: str) -> None:
    asked = dialog(EntryDialog)
    assert isinstance(asked, EntryDialog)
    asked.ui.name.setText(name)
    asked.ui.accept_button.click()


def save_categories(page: DirectoryPage, services: Services) -> None:
    page.navigate(process_id(services, "HR query"))
    QTest.keyClicks(page.processes.details.categories.input, "Travel\r")
    page.processes.details.save_button.click()


def retire_with_routes(page: DirectoryPage, services: Services) -> None:
    """R-09: the routes that are disabled with it come back with it."""
    page.navigate(process_id(services, "New starter"))
    page.processes.details.retire_button.click()
    asked = dialog(RetireDialog)
    assert isinstance(asked, RetireDialog)
    asked.disable.setChecked(True)
    asked.retire_button.click()


def add_company(page: DirectoryPage, services: Services) -> None:
    page.navigate("companies")
    page.companies.add_company.click()
    asked = dialog(CompanyDialog)
    assert isinstance(asked, CompanyDialog)
    asked.ui.name.setText("Initech")
    asked.domains.set_values(["initech.com"])
    asked.ui.accept_button.click()


def edit_contact(page: DirectoryPage, services: Services) -> None:
    (contact,) = services.directory.contacts()
    page.navigate(("contact", contact.id))
    page.companies.edit_contact.click()
    asked = dialog(ContactDialog)
    assert isinstance(asked, ContactDialog)
    asked.ui.name.setText("Robert")
    asked.ui.accept_button.click()


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (add_customer, 'Added "Globex".'),
        (add_process, 'Added "Leaver".'),
        (rename, 'Renamed "New starter" to "Joiner".'),
        (save_categories, 'Saved the categories of "HR query".'),
        (retire_with_routes, 'Retired "New starter".'),
        (add_company, 'Added "Initech".'),
        (edit_contact, 'Saved "bob@umbrella.com".'),
    ],
)
def test_every_change_goes_back_and_forth(
    page: DirectoryPage,
    services: Services,
    toasts: list[Toast],
    act: Callable[[DirectoryPage, Services], None],
    text: str,
) -> None:
    """X-08: by the toast's Undo, then by redo and undo of the window."""
    add_route(services, add_connector(services).id, "France")
    umbrella = services.directory.save_company(Company(0, "Umbrella"))
    services.directory.save_contact(Contact(0, "bob@umbrella.com", "Bob", umbrella))
    page.companies.read()
    before = facts(services)
    act(page, services)
    after = facts(services)
    assert before != after
    assert [toast.text for toast in toasts] == [text]
    assert toasts[0].undo is not None
    toasts[0].undo()
    assert facts(services) == before
    for _ in range(2):
        page.undo_stack().redo()
        assert facts(services) == after
        page.undo_stack().undo()
        assert facts(services) == before


def test_undo_that_is_refused_says_why(page: DirectoryPage, services: Services) -> None:
    """X-08, D-01: what is used meanwhile stays, and nothing is changed."""
    add_customer(page, services)
    globex = next(node for node in services.directory.nodes() if node.name == "Globex")
    services.directory.add_node(type(globex.kind).CONTRACT, "Payroll", globex.id)
    page.undo_stack().undo()
    assert any("retire it instead" in bar.text for bar in page.messages.bars)
    assert globex in services.directory.nodes()
    assert not page.undo_stack().canRedo()


def test_the_tree_follows_an_undo(page: DirectoryPage, services: Services) -> None:
    rename(page, services)
    page.undo_stack().undo()
    entry = page.processes.model.entry(
        page.processes.model.index_of(process_key(process_id(services, "New starter")))
    )
    assert entry is not None
    assert entry.name == "New starter"


def test_the_activity_of_an_entry_is_one_click_away(
    qtbot: QtBot, page: DirectoryPage, services: Services
) -> None:
    """A-01."""
    key = process_id(services, "New starter")
    page.navigate(key)
    with qtbot.waitSignal(page.page_requested) as asked:
        page.processes.details.activity_button.click()
    assert asked.args == ["activity", ("process", key, "New starter")]
