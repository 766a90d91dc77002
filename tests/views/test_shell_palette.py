"""Search or run a command (UI 3.1, 3.17)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.command_search import Command, found
from enate_desktop.pages import PageMaker
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.command_finder import CommandFinder
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.menus import action, explain
from enate_desktop.views.page import MenuName
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company


def named(title: str, *, kind: str = "Edit", also: str = "", many: bool = False) -> Command:
    return Command(title, kind, lambda: None, also=also, many=many)


SOME = (
    named("Mailbox monitor", kind="Page"),
    named("Unhandled mail", kind="Page"),
    named("France", kind="Route of HR", also="hr.fr@acme.example", many=True),
    named("Email routes", kind="Page"),
)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("mail", ["Mailbox monitor", "Unhandled mail", "Email routes"]),
        ("mon", ["Mailbox monitor"]),
        ("ROUTES", ["Email routes"]),
        ("mail un", ["Unhandled mail"]),
        ("fr@acme", ["France"]),
        ("acme", ["France"]),
        ("fran", ["France"]),
        ("route", ["Email routes", "France"]),
        ("zzz", []),
        ("", ["Mailbox monitor", "Unhandled mail", "Email routes"]),
    ],
)
def test_words_that_begin_so_come_before_those_that_hold_it(text: str, titles: list[str]) -> None:
    """UI 3.17: starts of words first, then anything; routes only once one types."""
    assert [command.title for command in found(SOME, text, ())] == titles


def test_what_was_used_last_comes_first_among_equals() -> None:
    """UI 3.17: the same words are typed again and again."""
    recent = ("Page: Unhandled mail", "Page: Email routes")
    titles = [command.title for command in found(SOME, "", recent)]
    assert titles == ["Unhandled mail", "Email routes", "Mailbox monitor"]


def test_of_five_thousand_routes_fifty_are_shown() -> None:
    """SPEC 10: a long list must not hold up the typing."""
    many = [named(f"Route {number}", many=True) for number in range(5000)]
    assert len(found([*many, SOME[0]], "ro", ())) == 50
    assert len(found([*many, SOME[0]], "mo", ())) == 1


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_route(made, add_connector(made).id, "France")
        yield made


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


@pytest.fixture
def finder(
    qtbot: QtBot,
    appearance: Appearance,
    services: Services,
    notifier: ChangeNotifier,
    tmp_path: Path,
) -> CommandFinder:
    """The palette of a window on the settings page."""
    settings = QSettings(str(tmp_path / "interface.ini"), QSettings.Format.IniFormat)
    pages = PageMaker(notifier)
    window = MainWindow(pages.specs(), appearance, settings, open_now=False)
    qtbot.addWidget(window)
    pages.show_in(window)
    pages.use(services)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.show_page("settings")
    made = pages.finder
    assert made is not None
    return made


def window_of(finder: CommandFinder) -> MainWindow:
    window = finder.parent()
    assert isinstance(window, MainWindow)
    return window


def titles(finder: CommandFinder) -> list[str]:
    return [command.title for command in finder.palette.shown]


def typed(finder: CommandFinder, text: str) -> None:
    QTest.keyClicks(finder.palette.search, text)


def test_ctrl_k_opens_it_and_escape_gives_the_keyboard_back(
    qtbot: QtBot, finder: CommandFinder
) -> None:
    """UI 3.17: Ctrl+K; Esc closes."""
    window = window_of(finder)
    before = window.focusWidget()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(finder.palette.search.hasFocus)
    assert {"Overview", "Settings", "Keyboard shortcuts"} <= set(titles(finder))
    QTest.keyClick(finder.palette.search, Qt.Key.Key_Escape)
    assert not finder.palette.isVisible()
    assert window.focusWidget() is before


def test_enter_runs_what_is_chosen_and_it_is_remembered(
    qtbot: QtBot, finder: CommandFinder
) -> None:
    """UI 3.17: arrow keys, Enter; recently used first."""
    window = window_of(finder)
    finder.open()
    typed(finder, "mail")
    assert titles(finder)[:2] == ["Mailbox monitor", "Unhandled mail"] or "Try a mail" in titles(
        finder
    )
    second = titles(finder)[1]
    QTest.keyClick(finder.palette.search, Qt.Key.Key_Down)
    QTest.keyClick(finder.palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.area.specs[window.current_key].title == second)
    assert not finder.palette.isVisible()
    finder.open()
    assert titles(finder)[0] == second


def test_connectors_and_routes_are_found_by_name_and_address(
    qtbot: QtBot, finder: CommandFinder
) -> None:
    """UI 3.17: search, not only commands."""
    finder.open()
    typed(finder, "fran")
    qtbot.waitUntil(lambda: titles(finder) == ["France"])
    QTest.keyClick(finder.palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window_of(finder).current_key == "routes")
    finder.open()
    typed(finder, "hr@acme")
    assert set(titles(finder)) >= {"HR EMEA", "France"}


def test_a_new_route_is_found_after_the_change(
    qtbot: QtBot, finder: CommandFinder, services: Services, notifier: ChangeNotifier
) -> None:
    """What was read once is read again when it changed."""
    finder.open()
    typed(finder, "fran")
    qtbot.waitUntil(lambda: titles(finder) == ["France"])
    finder.palette.close_up()
    connector = services.connectors.all()[0]
    add_route(services, connector.id, "Franconia")
    notifier.notify(Changes(routes=frozenset({connector.id})), None)
    finder.open()
    typed(finder, "fran")
    qtbot.waitUntil(lambda: sorted(titles(finder)) == ["France", "Franconia"])


def test_a_setting_opens_its_page_with_the_search(qtbot: QtBot, finder: CommandFinder) -> None:
    """UI 3.14: settings are found by their words."""
    window = window_of(finder)
    window.show_page("people")
    finder.open()
    typed(finder, "look for new")
    assert titles(finder) == ["Look for new mail every"]
    QTest.keyClick(finder.palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current_key == "settings")
    page = window.page("settings")
    assert page is not None
    assert page.search.text() == "Look for new mail every"  # type: ignore[attr-defined]


def test_what_cannot_be_done_now_says_why_and_does_nothing(finder: CommandFinder) -> None:
    """UI 3.19: disabled with the reason."""
    window = window_of(finder)
    ran: list[bool] = []
    empty = action(window, "Empty the bin")
    empty.triggered.connect(lambda: ran.append(True))
    explain(empty, "The bin is empty.")
    window.menus.add(MenuName.FILE, [empty])
    finder.open()
    typed(finder, "empty the")
    (command,) = finder.palette.shown
    assert command.reason == "The bin is empty."
    QTest.keyClick(finder.palette.search, Qt.Key.Key_Return)
    assert finder.palette.isVisible()
    assert not ran


def test_nothing_that_fits_is_said(finder: CommandFinder) -> None:
    """UI 3.16: an empty list says so."""
    finder.open()
    assert not finder.palette.nothing.isVisible()
    typed(finder, "zzz")
    assert finder.palette.nothing.isVisible()


def test_it_goes_when_the_keyboard_goes_elsewhere(finder: CommandFinder) -> None:
    """UI 3.17: a click beside it closes it."""
    finder.open()
    window_of(finder).rail.focus_current()
    assert not finder.palette.isVisible()
