"""An administrator at the whole window, whose clicks and keys are counted."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import group_key
from enate_desktop.pages import PageMaker
from enate_desktop.services.bundle import Services
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.page import Page
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.views.widgets import Toggle
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.qt_drag import drag

HR = "HR EMEA"
_AGAIN_MILLISECONDS = 10
P = TypeVar("P", bound=Page)
D = TypeVar("D", bound=QDialog)


class Administrator:
    """Works in the window by real events; ``clicks`` and ``keys`` grow, typed text is free.

    A drag counts as one click. Nothing is asked of a page but where its parts are.
    """

    def __init__(
        self, qtbot: QtBot, services: Services, appearance: Appearance, folder: Path
    ) -> None:
        self.qtbot = qtbot
        self.services = services
        self.clicks = self.keys = 0
        self.notifier = ChangeNotifier()
        pages = PageMaker(self.notifier)
        pages.use(services)
        settings = QSettings(str(folder / "interface.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(pages.specs(), appearance, settings, open_now=False)
        pages.show_in(self.window)
        self.window.open_first_page()
        qtbot.addWidget(self.window)
        self.window.resize(1500, 920)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def close(self) -> None:
        """Close the window and wait for background work."""
        self.window.close()
        assert wait_for_tasks(5)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(true)

    def page(self, key: str, wanted: type[P]) -> P:
        """A page that was visited."""
        page = self.window.page(key)
        assert isinstance(page, wanted)
        return page

    @property
    def routes(self) -> RoutesPage:
        """The routes page, once visited."""
        return self.page("routes", RoutesPage)

    def press(self, *sequences: str) -> None:
        """Press keys, such as ``Ctrl+Z``, where the focus is."""
        for sequence in sequences:
            self.keys += 1
            QTest.keySequence(self.focus, QKeySequence(sequence))
            QApplication.processEvents()  # as a person's fingers are slower than a timer of 0 ms

    def go(self, page: str) -> None:
        """To a page by its shortcut."""
        specs = self.window.area.specs
        place = list(specs).index(page) + 1
        self.press(f"Ctrl+{place}" if place <= 9 else specs[page].keys)

    def write(self, text: str) -> None:
        """Type a text where the focus is."""
        QTest.keyClicks(self.focus, text)

    @property
    def focus(self) -> QWidget:
        """What has the keyboard; the window gets it back after a dialog, as a desktop sees to."""
        if not (QApplication.activeWindow() or QApplication.activePopupWidget()):
            self.window.activateWindow()
            self.until(self.window.isActiveWindow)
        focus = QApplication.focusWidget()
        return focus if focus is not None else self.window

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click the middle of a widget, or a point in it."""
        self.clicks += 1
        assert widget.isVisible()
        assert widget.isEnabled()
        spot = at if at is not None else widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)

    def button(self, text: str) -> QPushButton:
        """The button with these words, in the window that has the keyboard."""
        window = QApplication.activeWindow()
        assert window is not None
        buttons = [each for each in window.findChildren(QPushButton) if each.isVisible()]
        (found,) = (each for each in buttons if each.text() == text)
        return found

    def switch(self, toggle: Toggle) -> None:
        """Click the switch itself, at the start of its words."""
        self.click(toggle, QPoint(16, toggle.height() // 2))

    def choose(self, button: QWidget, entry: str) -> None:
        """Open the menu of a button and take an entry: two clicks."""
        self.click(button)
        self.until(lambda: QApplication.activePopupWidget() is not None)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        (found,) = (each for each in menu.actions() if each.text() == entry)
        self.click(menu, menu.actionGeometry(found).center())

    def meanwhile(
        self, look: Callable[[], QWidget | None], act: Callable[[QWidget], object]
    ) -> None:
        """Do something with a window that is about to open and keeps the caller until it goes."""

        def again() -> None:
            found = look()
            if found is not None and found.isVisible():
                act(found)
            else:
                QTimer.singleShot(_AGAIN_MILLISECONDS, again)

        again()

    def dialog(self, wanted: type[D]) -> D:
        """The open dialog of that kind, once it has the keyboard."""

        def found() -> D | None:
            window = QApplication.activeWindow()
            return window if isinstance(window, wanted) else None

        self.until(lambda: found() is not None)
        dialog = found()
        assert dialog is not None
        return dialog

    def stored(self, connector: str = HR) -> list[str]:
        """The routes of a connector in the data file, without the fallback."""
        home = self.services.connectors.find(connector)
        return [route.name for route in self.services.routes.group(home.id).routes][:-1]

    def shown(self, connector: str = HR) -> list[str]:
        """The same as the tree shows them."""
        group = self.routes.forest.groups[self.key(connector)]
        routes = [group.route(child) for child in group.children]
        return [route.name for route in routes if route is not None][:-1]

    def key(self, connector: str = HR, *, outgoing: bool = False) -> int:
        """The key of a connector's group."""
        return group_key(self.services.connectors.find(connector).id, outgoing=outgoing)

    def row(self, name: str, height: float = 0.5) -> QPoint:
        """A point on a route's row, ``height`` from its top (0) to its foot (1)."""
        tree = self.routes.tree
        for group in self.routes.forest.groups.values():
            for each in group.routes:
                if each.name == name:
                    index = tree.routes.child_index(group.key, each.id, Column.NAME)
                    box = tree.visualRect(index)
                    return QPoint(box.left() + 20, int(box.top() + box.height() * height))
        raise LookupError(name)

    def click_route(self, name: str) -> None:
        """Select a route with the mouse."""
        self.click(self.routes.tree.viewport(), self.row(name))

    def drag_route(self, name: str, above: str) -> None:
        """Drag a route above another one."""
        self.clicks += 1
        drag(self.qtbot, self.routes.tree, self.row(name), self.row(above, 0.1))
