"""The window around the pages (UI 3.1)."""

import gc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QUndoCommand, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from enate_desktop.domain.errors import NotPermittedError
from enate_desktop.views.appearance import Appearance, Scheme
from enate_desktop.views.errors import Problem
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.menus import action, plain_text
from enate_desktop.views.message_bar import MessageKind
from enate_desktop.views.page import MenuName, Page
from enate_desktop.views.page_area import PageSpec
from enate_desktop.views.shortcuts_dialog import ShortcutsDialog

made: list[str] = []
"""Titles of the pages made so far in a test."""


class Rename(QUndoCommand):
    """A command that remembers how often it ran."""

    def __init__(self) -> None:
        super().__init__("Rename")
        self.times = 0

    @override
    def redo(self) -> None:
        self.times += 1

    @override
    def undo(self) -> None:
        self.times -= 1


class SamplePage(Page):
    """A page with a field, an action, an undo stack and something to remember."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        made.append(title)
        self.field = QLineEdit()
        self.field.setAccessibleName("Search")
        self.body.addWidget(self.field)
        self.stack = QUndoStack(self)
        self.new = action(self, f"New in {title}", keys="Ctrl+N")
        self.targets: list[object] = []
        self.times_shown = 0

    @override
    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        return {MenuName.FILE: [self.new]}

    @override
    def undo_stack(self) -> QUndoStack:
        return self.stack

    @override
    def shown(self) -> None:
        self.times_shown += 1

    @override
    def navigate(self, target: object) -> None:
        self.targets.append(target)

    @override
    def save_state(self) -> dict[str, object]:
        return {"search": self.field.text()}

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        self.field.setText(str(state.get("search", "")))


def spec(key: str, title: str, icon_name: str, keys: str = "") -> PageSpec:
    """One page of the sample window."""
    return PageSpec(key, title, icon_name, lambda: SamplePage(title), keys=keys)


SPECS = (
    spec("connectors", "Connectors", "plug"),
    spec("routes", "Email Routes", "route"),
    spec("unhandled", "Unhandled mail", "inbox"),
    spec("users", "Users & permissions", "users"),
    spec("settings", "Settings", "settings", "Ctrl+,"),
)

Opener = Callable[[], MainWindow]


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Where the window's state is kept."""
    return tmp_path / "window.ini"


@pytest.fixture
def open_window(appearance: Appearance, qtbot: QtBot, settings_file: Path) -> Opener:
    """Opens the window again and again on the same settings."""
    made.clear()

    def open_again() -> MainWindow:
        settings = QSettings(str(settings_file), QSettings.Format.IniFormat)
        window = MainWindow(SPECS, appearance, settings)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    return open_again


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    """The window, opened for the first time."""
    return open_window()


def sample(window: MainWindow, key: str) -> SamplePage:
    """A page that was visited."""
    page = window.page(key)
    assert isinstance(page, SamplePage)
    return page


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """A key in the window."""
    QTest.keyClick(window, key, modifier)


CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def test_pages_are_made_at_their_first_visit_and_kept(window: MainWindow) -> None:
    """UI 3.1: lazily built; switching keeps scroll, selection and search."""
    assert made == ["Connectors"]
    sample(window, "connectors").field.setText("HR")
    window.show_page("routes")
    window.show_page("connectors")
    assert made == ["Connectors", "Email Routes"]
    assert sample(window, "connectors").field.text() == "HR"
    assert sample(window, "connectors").times_shown == 2


@pytest.mark.parametrize(
    ("key", "page"),
    [
        (Qt.Key.Key_2, "routes"),
        (Qt.Key.Key_4, "users"),
        (Qt.Key.Key_5, "settings"),
        (Qt.Key.Key_Comma, "settings"),
    ],
)
def test_pages_are_reached_by_key(window: MainWindow, key: Qt.Key, page: str) -> None:
    """UI 3.17: Ctrl+1 to Ctrl+9, Ctrl+, for settings."""
    press(window, key, CTRL)
    assert window.current_key == page
    assert window.rail.current == page


def test_a_click_in_the_rail_opens_the_page(window: MainWindow) -> None:
    """UI 3.1."""
    entry = rail_entry(window, "Email Routes")
    entry.click()
    assert window.current_key == "routes"
    assert window.windowTitle().startswith("Email Routes")


def test_arrows_move_in_the_rail_and_enter_opens(window: MainWindow, qtbot: QtBot) -> None:
    """UI 3.17: one Tab stop, arrows inside."""
    window.rail.focus_current()
    QTest.keyClick(rail_entry(window, "Connectors"), Qt.Key.Key_Down)
    routes = rail_entry(window, "Email Routes")
    qtbot.waitUntil(routes.hasFocus)
    assert window.current_key == "connectors"
    QTest.keyClick(routes, Qt.Key.Key_Return)
    assert window.current_key == "routes"
    QTest.keyClick(routes, Qt.Key.Key_End)
    qtbot.waitUntil(rail_entry(window, "Settings").hasFocus)


def test_the_rail_shows_icons_only_in_a_narrow_window(window: MainWindow) -> None:
    """UI 3.1: 200 px, 56 px below 1440."""
    window.resize(1366, 700)
    assert window.rail.width() == 56
    assert rail_entry(window, "Email Routes").toolTip() == "Email Routes (Ctrl+2)"
    window.resize(1500, 700)
    assert window.rail.width() == 200
    assert rail_entry(window, "Email Routes").toolTip() == ""


def test_the_choice_of_rail_is_kept(open_window: Opener) -> None:
    """UI 3.1: by button; UI 2: restored."""
    first = open_window()
    first.resize(1366, 700)
    fold = next(b for b in buttons(first.rail) if b.accessibleName() == "Show words")
    fold.click()
    assert first.rail.width() == 200
    first.resize(1300, 700)
    assert first.rail.width() == 200
    first.close()
    assert open_window().rail.width() == 200


def test_a_badge_counts_what_needs_a_person(window: MainWindow) -> None:
    """UI 3.1: counts, said to readers too; before the page was ever visited."""
    window.set_badge("unhandled", 3)
    assert window.rail.badge("unhandled") == 3
    assert rail_entry(window, "Unhandled mail, 3 to look at").isVisible()
    sample(window, "connectors").badge_changed.emit(1)
    assert window.rail.badge("connectors") == 1


def test_a_page_sends_the_person_to_another(window: MainWindow) -> None:
    """A message's button may open what it speaks of."""
    sample(window, "connectors").page_requested.emit("routes", 42)
    assert window.current_key == "routes"
    assert sample(window, "routes").targets == [42]


def test_a_page_speaks_in_the_status_strip(window: MainWindow) -> None:
    """UI 2: the outcome of an action is a toast."""
    sample(window, "connectors").toast("Deleted “HR EMEA”.", lambda: None)
    assert window.strip.toast_text == "Deleted “HR EMEA”."


def test_menus_show_the_current_pages_actions(window: MainWindow) -> None:
    """UI 3.1: every action is one QAction, listed in the menu bar."""
    assert texts(window, MenuName.FILE) == ["New in Connectors", "Quit"]
    window.show_page("routes")
    assert texts(window, MenuName.FILE) == ["New in Email Routes", "Quit"]


def test_an_empty_menu_is_not_shown(window: MainWindow) -> None:
    """No dead ends in the menu bar."""
    route = window.menus.menu(MenuName.ROUTE).menuAction()
    assert not route.isVisible()
    window.menus.add(MenuName.ROUTE, [action(window, "New route")])
    assert route.isVisible()


def test_undo_works_on_the_current_pages_stack(window: MainWindow) -> None:
    """X-08, UI 3.20: one stack per page, Ctrl+Z and both keys for redo."""
    command = Rename()
    sample(window, "connectors").stack.push(command)
    window.show_page("routes")
    press(window, Qt.Key.Key_Z, CTRL)
    assert command.times == 1
    window.show_page("connectors")
    press(window, Qt.Key.Key_Z, CTRL)
    assert command.times == 0
    press(window, Qt.Key.Key_Y, CTRL)
    assert command.times == 1
    press(window, Qt.Key.Key_Z, CTRL)
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert command.times == 1


def test_size_page_and_search_are_restored(open_window: Opener, qtbot: QtBot) -> None:
    """UI 2: size, page, and what the page asks to remember."""
    first = open_window()
    first.resize(1200, 720)
    first.show_page("routes")
    sample(first, "routes").field.setText("fra")
    with qtbot.waitSignal(first.closing):
        first.close()
    second = open_window()
    assert second.size() == QSize(1200, 720)
    assert second.current_key == "routes"
    assert sample(second, "routes").field.text() == "fra"


def test_unreadable_state_is_ignored(open_window: Opener, settings_file: Path) -> None:
    """A damaged file of the interface's state must not keep the window from opening."""
    settings_file.write_text(
        "[window]\nsize=wide\npage=gone\nscheme=pink\nposition=here\n[pages]\nconnectors={oops\n"
    )
    window = open_window()
    assert window.current_key == "connectors"
    assert window.appearance.scheme is Scheme.SYSTEM


def test_a_window_is_brought_back_onto_a_screen(open_window: Opener, settings_file: Path) -> None:
    """UI 2: clamp to a live screen."""
    state = QSettings(str(settings_file), QSettings.Format.IniFormat)
    first = open_window()
    first.close()
    state.sync()
    text = settings_file.read_text().replace("position=@Point(", "position=@Point(90000")
    settings_file.write_text(text)
    window = open_window()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersects(window.frameGeometry())


def test_the_choice_of_colours_is_kept(open_window: Opener) -> None:
    """UI 2: System, Light, Dark in the View menu."""
    first = open_window()
    colours = next(a for a in actions(first, MenuName.VIEW) if a.text() == "Colours").menu()
    assert isinstance(colours, QWidget)
    dark = next(a for a in colours.actions() if a.text() == "Dark")
    dark.trigger()
    assert first.appearance.is_dark
    first.close()
    first.appearance.set_scheme(Scheme.LIGHT)
    assert open_window().appearance.is_dark


def test_the_bars_say_demo_and_read_only(window: MainWindow) -> None:
    """UI 3.15 and 3.1."""
    assert window.demo_bar.isHidden()
    assert window.read_only_bar.isHidden()
    window.show_demo_bar()
    window.show_read_only_bar("Edit routes")
    assert window.demo_bar.text == "Demo data. Nothing leaves this computer."
    assert "“Edit routes”" in window.read_only_bar.text
    window.show_read_only_bar("")
    assert window.read_only_bar.isHidden()


def test_a_known_problem_is_its_sentence(window: MainWindow) -> None:
    """ARCHITECTURE 6: known errors are shown to the person."""
    error = NotPermittedError("You need the permission “Edit routes”.", "Ask an administrator.")
    window.show_problem(Problem(error.sentence(), error))
    (bar,) = sample(window, "connectors").messages.bars
    assert bar.text == "You need the permission “Edit routes”. Ask an administrator."
    assert bar.kind is MessageKind.ERROR


def test_an_unknown_problem_is_a_report_to_copy(window: MainWindow) -> None:
    """UI 3.16: a bar, not a modal dialog."""
    window.show_page("routes")
    window.show_problem(Problem("ValueError: ours"))
    (bar,) = sample(window, "routes").messages.bars
    assert bar.text == "Something went wrong in Email Routes. Your data is safe."
    copy, reload = bar.buttons
    copy.click()
    assert QGuiApplication.clipboard().text() == "ValueError: ours"
    broken = sample(window, "routes")
    reload.click()
    assert sample(window, "routes") is not broken


def test_f6_goes_from_pane_to_pane(window: MainWindow, qtbot: QtBot) -> None:
    """UI 3.17: F6 and Shift+F6."""
    window.rail.focus_current()
    press(window, Qt.Key.Key_F6, PLAIN)
    qtbot.waitUntil(sample(window, "connectors").field.hasFocus)
    press(window, Qt.Key.Key_F6, PLAIN)
    qtbot.waitUntil(lambda: window.strip.isAncestorOf(focused()))
    press(window, Qt.Key.Key_F6, SHIFT)
    qtbot.waitUntil(sample(window, "connectors").field.hasFocus)


def test_f8_focuses_the_last_message(window: MainWindow, qtbot: QtBot) -> None:
    """UI 3.17: F8."""
    window.show_toast("Moved “France”.", lambda: None)
    press(window, Qt.Key.Key_F8, PLAIN)
    qtbot.waitUntil(lambda: window.strip.isAncestorOf(focused()))


def test_the_page_has_the_focus_at_the_start(window: MainWindow, qtbot: QtBot) -> None:
    """The person came for the page, not for the rail."""
    qtbot.waitUntil(sample(window, "connectors").field.hasFocus)


def test_the_list_of_shortcuts_knows_every_key(window: MainWindow) -> None:
    """UI 3.17: F1 and Ctrl+/."""
    press(window, Qt.Key.Key_F1, PLAIN)
    dialog = window.findChild(ShortcutsDialog)
    assert isinstance(dialog, ShortcutsDialog)
    shown = dialog.rows()
    assert ("New in Connectors", "Ctrl+N") in shown
    assert ("Users & permissions", "Ctrl+4") in shown
    assert ("Undo", "Ctrl+Z") in shown
    assert ("Move a route up or down", "Alt+Up, Alt+Down") in shown
    dialog.accept()


def test_no_two_actions_share_a_key(window: MainWindow) -> None:
    """Qt runs neither of two actions with the same shortcut."""
    found = [
        sequence.toString()
        for _, menu_actions in window.menus.with_shortcuts()
        for one in menu_actions
        for sequence in one.shortcuts()
    ]
    assert len(found) == len(set(found))


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    """UI 2, screen reader: an accessible name on every control without words."""
    window.show_toast("Moved.", lambda: None)
    window.show_message(MessageKind.INFO, "Message")
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == []


def test_targets_are_large_enough(window: MainWindow) -> None:
    """WCAG 2.5.8: at least 24 x 24 pixels."""
    window.show_toast("Moved.", lambda: None)
    small = [b for b in buttons(window) if b.isVisible() and min(b.width(), b.height()) < 24]
    assert small == []


def focused() -> QWidget:
    """The widget with the focus."""
    widget = QApplication.focusWidget()
    return widget if widget is not None else QWidget()


def buttons(parent: QWidget) -> list[QAbstractButton]:
    """All buttons inside."""
    return [w for w in parent.findChildren(QWidget) if isinstance(w, QAbstractButton)]


def rail_entry(window: MainWindow, name: str) -> QAbstractButton:
    """The entry of that accessible name."""
    return next(b for b in buttons(window.rail) if b.accessibleName() == name)


def actions(window: MainWindow, name: MenuName) -> list[QAction]:
    """A menu's entries without lines."""
    return [a for a in window.menus.menu(name).actions() if not a.isSeparator()]


def texts(window: MainWindow, name: MenuName) -> list[str]:
    """A menu's words."""
    return [plain_text(a) for a in actions(window, name)]


def test_menus_outlive_the_wrapper_of_the_menu_bar(window: MainWindow) -> None:
    """UI 3.1: PySide6 forgets the menus of a bar whose wrapper was collected."""
    window.menuBar()
    gc.collect()
    window.show_page("routes")
    window.show_page("connectors")
    assert window.menus.menu(MenuName.FILE).title()


def test_a_toast_goes_when_what_it_could_undo_was_undone(window: MainWindow) -> None:
    """UI 2: its Undo would otherwise take back something else."""
    page = sample(window, window.current_key)
    page.stack.push(Rename())
    page.toast("Renamed.", page.stack.undo)
    assert window.strip.toast_text == "Renamed."
    page.stack.undo()
    assert window.strip.toast_text == ""
