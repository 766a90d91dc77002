"""Every page by keyboard and screen reader: names, tooltips, sizes (UI 2, WCAG 2.2 AA)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from enate_desktop.pages import PageMaker
from enate_desktop.services.bundle import Services
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.connectors_page import ConnectorsPage
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.widgets import icon_button
from enate_desktop.views.widgets.chip_box import ChipBox
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.views.page_samples import (
    add_connector,
    add_route,
    add_sender,
    company,
    letter,
    take_in,
)

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
SMALLEST = 24
PAGES = [spec.key for spec in PageMaker(ChangeNotifier()).specs()]


def controls(within: QWidget) -> Iterator[QWidget]:
    """What one can get to and see, without the inner parts of Qt's own controls."""
    for widget in within.findChildren(QWidget):
        inner = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        ours = isinstance(widget, CONTROLS) and not isinstance(widget, QHeaderView) and not inner
        if ours and widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget


def name_of(widget: QWidget, within: QWidget) -> str:
    """What a screen reader calls it: its name, its words, or those of its label."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text()
    labels = (one.text() for one in within.findChildren(QLabel) if one.buddy() is widget)
    return next(labels, "")


def wanting(within: QWidget) -> list[str]:
    """What is wrong with the controls shown, one line each."""
    found = []
    for widget in controls(within):
        told = name_of(widget, within)
        what = f"{type(widget).__name__} {told or widget.objectName()} in {place(widget)}"
        if not told:
            found.append(f"{what}: no name")
        if is_picture_only(widget) and not widget.toolTip():
            found.append(f"{what}: no tooltip")
        around = widget.parentWidget()  # a box of chips hands a click on to its field
        target = around if isinstance(around, ChipBox) else widget
        if min(target.width(), target.height()) < SMALLEST and not is_text_with_mark(widget):
            found.append(f"{what}: {target.width()}x{target.height()}")
    return found


def is_picture_only(widget: QWidget) -> bool:
    """A button whose icon is all there is to tell what it does."""
    return isinstance(widget, QAbstractButton) and not widget.text() and not widget.icon().isNull()


def is_text_with_mark(widget: QWidget) -> bool:
    """A check box is as large as the line it stands in: spacing makes up for it (WCAG 2.5.8)."""
    return isinstance(widget, QCheckBox | QRadioButton) and bool(widget.text())


def place(widget: QWidget) -> str:
    """The nearest holder of ours."""
    parent = widget.parentWidget()
    while parent is not None and not type(parent).__module__.startswith("enate_desktop"):
        parent = parent.parentWidget()
    return type(parent).__name__


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        connector = add_connector(made)
        add_sender(made)
        add_route(made, connector.id, "France", sender="a@acme.example")
        add_route(made, connector.id, "Tests", sender="t@acme.example", test_mode=True)
        take_in(made, connector.id, [letter("a@acme.example", "One"), letter("b@x.example", "Two")])
        yield made


@pytest.fixture
def window(
    qtbot: QtBot, appearance: Appearance, services: Services, tmp_path: Path
) -> Iterator[MainWindow]:
    settings = QSettings(str(tmp_path / "interface.ini"), QSettings.Format.IniFormat)
    pages = PageMaker(ChangeNotifier())
    made = MainWindow(pages.specs(), appearance, settings, open_now=False)
    qtbot.addWidget(made)
    pages.show_in(made)
    pages.use(services)
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    wait_for_tasks(5)


def settled(qtbot: QtBot) -> None:
    """What the page reads apart from the window has come."""
    qtbot.wait(1)
    wait_for_tasks(5)
    qtbot.wait(1)


@pytest.mark.parametrize("key", PAGES)
def test_every_control_of_a_page_has_a_name_and_can_be_hit(
    qtbot: QtBot, window: MainWindow, key: str
) -> None:
    """UI 2: name, tooltip where there is only a picture, 24 pixels."""
    page = window.show_page(key)
    settled(qtbot)
    assert not wanting(page), "\n".join(wanting(page))


def test_every_control_around_the_pages_has_a_name_and_can_be_hit(window: MainWindow) -> None:
    """UI 2: rail and status strip."""
    found = [*wanting(window.rail), *wanting(window.strip)]
    assert not found, "\n".join(found)


def test_every_control_of_the_editors_has_a_name_and_can_be_hit(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    """UI 2: the editors of connectors and routes."""
    connectors = window.show_page("connectors")
    assert isinstance(connectors, ConnectorsPage)
    found = []
    for connector in services.connectors.all():
        connectors.navigate(connector.id)
        settled(qtbot)
        found += wanting(connectors)
    routes = window.show_page("routes")
    settled(qtbot)
    connector = next(c for c in services.connectors.all() if c.use_for.receives)
    routes.navigate(services.routes.group(connector.id).routes[0])
    settled(qtbot)
    found += wanting(routes)
    assert not found, "\n".join(found)


def test_a_picture_without_words_is_found(qtbot: QtBot, appearance: Appearance) -> None:
    """The walk itself can fail."""
    holder = QWidget()
    qtbot.addWidget(holder)
    mute = icon_button("search", "Search")
    mute.setParent(holder)
    holder.show()
    assert not wanting(holder)
    mute.setAccessibleName("")
    mute.setToolTip("")
    mute.setFixedSize(20, 20)
    assert [line.rsplit(": ", 1)[1] for line in wanting(holder)] == [
        "no name",
        "no tooltip",
        "20x20",
    ]
