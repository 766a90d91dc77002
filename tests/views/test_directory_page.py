"""The Directory page: the tree, categories, retiring with linked routes, companies and contacts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from enate_desktop.domain.directory import Company, Contact, Kind
from enate_desktop.item_models.directory_tree import node_key, process_key
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.directory_dialogs import CompanyDialog, ContactDialog, EntryDialog
from enate_desktop.views.directory_page import DirectoryPage
from enate_desktop.views.directory_retire_dialog import RetireDialog
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company, process_id

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> DirectoryPage:
    return shown(qtbot, services)


def shown(
    qtbot: QtBot, services: Services, notifier: ChangeNotifier | None = None
) -> DirectoryPage:
    made = DirectoryPage(services, notifier or ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def drawing(page: DirectoryPage) -> list[str]:
    """The tree as indented text."""
    model = page.processes.model

    def lines(parent: QModelIndex, depth: int) -> list[str]:
        found = []
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            entry = model.entry(index)
            assert entry is not None
            mark = " (retired)" if entry.retired else ""
            found.append(f"{'  ' * depth}{entry.name}{mark}")
            found += lines(index, depth + 1)
        return found

    return lines(QModelIndex(), 0)


def dialog(kind: type[QDialog]) -> QDialog:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def test_the_tree_goes_down_to_the_processes(page: DirectoryPage) -> None:
    """D-01: Tickets first, then Cases."""
    assert drawing(page) == [
        "Acme",
        "  HR services",
        "    Onboarding",
        "      HR query",
        "      New starter",
    ]


def test_model_contract(page: DirectoryPage) -> None:
    QAbstractItemModelTester(page.processes.model, FATAL)


def test_a_process_is_added_below_its_service(
    qtbot: QtBot, page: DirectoryPage, services: Services
) -> None:
    """D-01."""
    service = next(node for node in services.directory.nodes() if node.name == "Onboarding")
    page.processes.select(node_key(service.id))
    assert page.processes.details.add_button.text() == "Add process…"
    page.processes.details.add_button.click()
    asked = dialog(EntryDialog)
    assert isinstance(asked, EntryDialog)
    asked.ui.name.setText("Leaver")
    asked.ui.case_kind.setChecked(True)
    QTest.mouseClick(asked.ui.accept_button, Qt.MouseButton.LeftButton)
    added = next(p for p in services.directory.processes() if p.name == "Leaver")
    assert added.kind is Kind.CASE
    assert "      Leaver" in drawing(page)


def test_a_name_that_is_taken_is_said_in_the_dialog(
    page: DirectoryPage, services: Services
) -> None:
    page.processes.add_customer.click()
    asked = dialog(EntryDialog)
    assert isinstance(asked, EntryDialog)
    asked.ui.name.setText("acme")
    asked.ui.accept_button.click()
    assert asked.isVisible()
    assert "already a customer" in asked.fields["name"].error
    asked.reject()


def test_renaming(page: DirectoryPage, services: Services) -> None:
    page.navigate(process_id(services, "New starter"))
    page.processes.details.rename_button.click()
    asked = dialog(EntryDialog)
    assert isinstance(asked, EntryDialog)
    assert asked.ui.name.text() == "New starter"
    asked.ui.name.setText("Joiner")
    asked.ui.accept_button.click()
    assert "      Joiner" in drawing(page)


class TestCategories:
    def test_they_are_saved_together(
        self, qtbot: QtBot, page: DirectoryPage, services: Services
    ) -> None:
        """D-01: up to three levels."""
        page.navigate(process_id(services, "HR query"))
        details = page.processes.details
        assert not details.save_button.isEnabled()
        QTest.keyClicks(details.categories.input, "Payroll>Error>Tax\r")
        details.save_button.click()
        query = next(p for p in services.directory.processes() if p.name == "HR query")
        assert query.categories[-1] == "Payroll > Error > Tax"

    def test_four_levels_are_refused_with_the_reason(
        self, qtbot: QtBot, page: DirectoryPage, services: Services
    ) -> None:
        page.navigate(process_id(services, "HR query"))
        details = page.processes.details
        QTest.keyClicks(details.categories.input, "a>b>c>d\r")
        assert [value for value, _ in details.categories.problems] == ["a>b>c>d"]
        assert not details.save_button.isEnabled()

    def test_a_case_has_none(self, page: DirectoryPage, services: Services) -> None:
        """M-06: Tickets only."""
        page.navigate(process_id(services, "New starter"))
        assert not page.processes.details.categories.isVisible()


class TestRetire:
    @pytest.fixture
    def linked(self, services: Services) -> int:
        """A connector whose fallback and one route create work."""
        connector = add_connector(services)
        add_route(services, connector.id, "France")
        return connector.id

    def open_dialog(self, page: DirectoryPage, process: int) -> RetireDialog:
        page.navigate(process)
        page.processes.details.retire_button.click()
        asked = dialog(RetireDialog)
        assert isinstance(asked, RetireDialog)
        return asked

    def test_linked_routes_are_listed_before(
        self, page: DirectoryPage, services: Services, linked: int
    ) -> None:
        """R-09: tells so and lists them; left alone they go on."""
        asked = self.open_dialog(page, process_id(services, "New starter"))
        assert asked.listed == ("HR EMEA  ›  France  (hr@acme.example)",)
        assert asked.cancel_button.isDefault()
        asked.retire_button.click()
        assert "      New starter" not in drawing(page)
        assert [r.enabled for r in services.routes.group(linked).routes if r.name == "France"] == [
            True
        ]

    def test_a_customer_lists_the_fallbacks_below_it(
        self, page: DirectoryPage, services: Services, linked: int
    ) -> None:
        """R-09: Customer, Contract and Service too, fallbacks included."""
        page.processes.select(node_key(services.directory.nodes()[0].id))
        page.processes.details.retire_button.click()
        asked = dialog(RetireDialog)
        assert isinstance(asked, RetireDialog)
        assert len(asked.listed) == 2
        asked.reject()

    def test_the_routes_can_be_disabled_with_it(
        self, page: DirectoryPage, services: Services, linked: int
    ) -> None:
        """R-09: Disable those routes."""
        asked = self.open_dialog(page, process_id(services, "New starter"))
        asked.disable.setChecked(True)
        asked.retire_button.click()
        france = next(r for r in services.routes.group(linked).routes if r.name == "France")
        assert not france.enabled

    def test_the_routes_can_go_to_another_process(
        self, page: DirectoryPage, services: Services, linked: int
    ) -> None:
        """R-09: Retarget all to…, fallbacks too."""
        target = process_id(services, "New starter")
        asked = self.open_dialog(page, process_id(services, "HR query"))
        asked.retarget.setChecked(True)
        asked.retire_button.click()
        assert asked.isVisible()
        assert "Choose the process" in asked.problem
        asked.picker.set_process_id(target)
        asked.retire_button.click()
        fallback = services.connectors.get(linked).fallback
        assert fallback is not None
        assert fallback.process_id == target

    def test_restoring(self, page: DirectoryPage, services: Services) -> None:
        process = process_id(services, "New starter")
        services.directory.change_process(process, retired=True)
        page.refresh(Changes(directory=True))
        page.processes.show_retired.setChecked(True)
        assert "      New starter (retired)" in drawing(page)
        page.processes.select(process_key(process))
        page.processes.details.restore_button.click()
        assert "      New starter" in drawing(page)


class TestCompanies:
    def test_a_company_is_added_with_its_domains(
        self, page: DirectoryPage, services: Services
    ) -> None:
        """D-02."""
        page.navigate("companies")
        page.companies.add_company.click()
        asked = dialog(CompanyDialog)
        assert isinstance(asked, CompanyDialog)
        asked.ui.name.setText("Globex")
        asked.domains.set_values(["*@Globex.com", "globex.de"])
        asked.ui.accept_button.click()
        assert services.directory.companies() == (
            Company(1, "Globex", ("globex.com", "globex.de")),
        )
        assert page.companies.company == services.directory.companies()[0]

    def test_a_contact_belongs_to_the_chosen_company(
        self, page: DirectoryPage, services: Services
    ) -> None:
        """D-02: at most one company."""
        globex = services.directory.save_company(Company(0, "Globex"))
        page.refresh(Changes(directory=True))
        page.navigate("companies")
        page.companies.choose(globex)
        page.companies.add_contact.click()
        asked = dialog(ContactDialog)
        assert isinstance(asked, ContactDialog)
        asked.ui.address.setText("bob")
        asked.ui.accept_button.click()
        assert "is not a mail address" in asked.fields["address"].error
        asked.ui.address.setText("bob@globex.com")
        asked.ui.accept_button.click()
        contacts = {c.address: c.company_id for c in services.directory.contacts()}
        assert contacts == {"bob@globex.com": globex}
        assert page.companies.contacts.rowCount() == 1

    def test_contacts_without_a_company_are_found(
        self, page: DirectoryPage, services: Services
    ) -> None:
        """M-07: the intake makes such contacts."""
        services.directory.save_contact(Contact(0, "eve@elsewhere.org", "Eve"))
        page.refresh(Changes(directory=True))
        page.companies.choose(0)
        model = page.companies.contacts
        assert model.index(0, 0).data() == "eve@elsewhere.org"


def test_a_person_without_the_permission_is_told_why(
    qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    """P-01."""
    with company(tmp_path, "stranger") as theirs:
        page = shown(qtbot, theirs)
        page.navigate(process_id(theirs, "HR query"))
        details = page.processes.details
        for made in (page.processes.add_customer, details.rename_button, details.retire_button):
            assert not made.isEnabled()
            assert "Edit directory" in made.toolTip()


def test_linked_routes_lead_to_the_routes_page(
    qtbot: QtBot, page: DirectoryPage, services: Services
) -> None:
    connector = add_connector(services)
    page.navigate(process_id(services, "HR query"))
    with qtbot.waitSignal(page.page_requested) as asked:
        page.processes.details.routes.cellDoubleClicked.emit(0, 0)
    assert asked.args == ["routes", connector.id]
