"""Importing companies and contacts on the Directory page: preview, import, undo; the demo's bar."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.services.bundle import Services
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.directory_page import DirectoryPage
from enate_desktop.views.first_run import offer_own, start_own
from enate_desktop.views.main_window import MainWindow
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path / "data") as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> DirectoryPage:
    made = DirectoryPage(services, ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    made.companies_button.click()
    return made


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """What the person takes in the system's dialog."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))


def test_a_file_is_previewed_imported_and_taken_back(
    qtbot: QtBot,
    page: DirectoryPage,
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """D-02, X-08: nothing happens before Import; one undo takes all of it back."""
    path = tmp_path / "people.csv"
    path.write_text("company;email\nNew;jo@new.example\n;nobody\n")
    choose(monkeypatch, path)
    before = services.directory.companies(), services.directory.contacts()
    page.companies.import_button.click()
    importing = page.companies.importing
    qtbot.waitUntil(lambda: importing.dialog is not None)
    dialog = importing.dialog
    assert dialog is not None
    assert dialog.lines == (
        "Added (2)",
        "Company New",
        "Contact jo@new.example",
        "Cannot be used (1)",
        'Line 3: "nobody" is not a mail address.',
    )
    assert "1 line cannot be used" in dialog.summary
    assert (services.directory.companies(), services.directory.contacts()) == before
    dialog.import_button.click()
    qtbot.waitUntil(lambda: page.work.stack.count() == 1)
    assert "New" in [each.name for each in services.directory.companies()]
    assert page.work.stack.undoText() == 'Imported "people.csv".'
    page.work.stack.undo()
    assert (services.directory.companies(), services.directory.contacts()) == before


def test_a_file_that_cannot_be_used_is_told_on_the_page(
    qtbot: QtBot, page: DirectoryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "missing.csv")
    with qtbot.waitSignal(page.companies.importing.failed) as told:
        page.companies.import_button.click()
    assert '"missing.csv" cannot be read' in str(told.args)


@pytest.mark.parametrize("starts", [True, False])
def test_the_demo_bar_starts_the_program_with_the_persons_own_data(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path, starts: bool
) -> None:
    """UI 3.15: and closes the demo, unless it could not be started."""
    settings = QSettings(str(tmp_path / "interface.ini"), QSettings.Format.IniFormat)
    window = MainWindow((), appearance, settings, open_now=False)
    qtbot.addWidget(window)
    window.show_demo_bar()
    given: list[list[str]] = []

    def start(_program: str, arguments: list[str]) -> bool:
        given.append(arguments)
        return starts

    offer_own(window, lambda: start_own(start))
    window.show()
    (leave,) = window.demo_bar.findChildren(QPushButton)
    assert leave.text() == "Start with my own"
    leave.click()
    QTest.qWait(0)
    assert "demo" not in given[0]
    assert window.isVisible() is not starts
