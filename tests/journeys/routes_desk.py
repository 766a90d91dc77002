"""The routes page on real services, and the few things a person does with it."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import group_key
from enate_desktop.services.bundle import Services
from enate_desktop.views.page import Toast
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.company import connector, document, open_services, route

HR_NAMES = ["Urgent payroll", "Payslips", "France", "Everything else"]
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def company_services(folder: Path, login: str = "anna") -> Services:
    """Two connectors that receive and one that sends; imported once."""
    services = open_services(folder, login)
    if services.connectors.all():
        return services
    services.exchange.import_(
        document(
            connector(
                routes=[
                    route("Urgent payroll", rules={"subject_keywords": ["urgent"]}),
                    route("Payslips", "payroll@acme.example"),
                    route("France", rules={"senders": ["*@acme.fr"]}),
                    route("Everything else"),
                ]
            ),
            connector(
                "Finance UK",
                primary_address="ap@acme.example",
                routes=[route("Invoices", "ap@acme.example")],
            ),
            connector(
                "Noreply",
                use_for="outgoing",
                primary_address="noreply@acme.example",
                incoming=None,
                fallback=None,
                routes=[],
                outgoing={
                    "service": "other_smtp",
                    "host": "127.0.0.1",
                    "port": 1587,
                    "security": "starttls",
                    "authentication": "none",
                },
                outgoing_routes=[
                    {
                        "name": "Careers",
                        "description": "Applications",
                        "address": "careers@acme.example",
                        "enabled": False,
                    }
                ],
            ),
        ),
        folder,
    )
    return services


class RoutesDesk:
    """A page in a window, with its toasts and the other pages it asked for."""

    def __init__(self, qtbot: QtBot, services: Services) -> None:
        self.qtbot = qtbot
        self.services = services
        self.notifier = ChangeNotifier()
        self.page = RoutesPage(services, self.notifier)
        self.toasts: list[Toast] = []
        self.asked_for: list[tuple[str, object]] = []
        self.page.toast_requested.connect(self.toasts.append)
        self.page.page_requested.connect(lambda key, what: self.asked_for.append((key, what)))
        qtbot.addWidget(self.page)
        self.page.resize(1500, 900)
        with qtbot.waitActive(self.page):
            self.page.show()
            self.page.activateWindow()
        self.page.shown()
        self.tree = self.page.tree
        self.tree.setFocus()

    def close(self) -> None:
        """Wait for background work; nothing of it may outlive the services."""
        self.page.close()
        assert wait_for_tasks(5)

    def key(self, name: str = "HR EMEA", *, outgoing: bool = False) -> int:
        """The key of a connector's group."""
        return group_key(self.services.connectors.find(name).id, outgoing=outgoing)

    def route_id(self, name: str) -> int:
        """The id of a route by its name."""
        return next(
            route.id
            for group in self.page.forest.groups.values()
            for route in group.routes
            if route.name == name and not (group.outgoing and name == "Fallback")
        )

    def shown(self, connector_name: str = "HR EMEA") -> list[str]:
        """The names of a connector's routes as the tree shows them, without the fallback."""
        group = self.page.forest.groups[self.key(connector_name)]
        routes = [group.route(child) for child in group.children]
        return [route.name for route in routes if route is not None][:-1]

    def stored(self, connector_name: str = "HR EMEA") -> list[str]:
        """The same as the data file has them."""
        connector_id = self.services.connectors.find(connector_name).id
        return [route.name for route in self.services.routes.group(connector_id).routes][:-1]

    def select(self, *names: str, connector_name: str = "HR EMEA", outgoing: bool = False) -> None:
        """Select routes of one connector; the first one is the current one."""
        group = self.page.forest.groups[self.key(connector_name, outgoing=outgoing)]
        ids = {route.name: route.id for route in group.routes}
        self.tree.select_routes(group.key, tuple(ids[name] for name in names))
        self.tree.setFocus()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key in the tree."""
        QTest.keyClick(self.tree, key, modifier or Qt.KeyboardModifier.NoModifier)

    def at(self, name: str, column: Column = Column.NAME, height: float = 0.5) -> QPoint:
        """A point on a route's row in the viewport."""
        for group in self.page.forest.groups.values():
            for each in group.routes:
                if each.name == name:
                    index = self.tree.routes.child_index(group.key, each.id, column)
                    rect = self.tree.visualRect(index)
                    return QPoint(rect.left() + 20, int(rect.top() + rect.height() * height))
        raise LookupError(name)

    def messages(self) -> list[str]:
        """What the bars of the page say, newest first."""
        return [bar.text for bar in self.page.messages.bars]

    def click_remedy(self, text: str) -> None:
        """Click the button of a bar."""
        buttons = [b for bar in self.page.messages.bars for b in bar.buttons if b.text() == text]
        self.click(buttons[0])

    def click(self, button: QPushButton) -> None:
        """Click a button with the mouse."""
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def last_toast(self) -> str:
        """What was done last, in words."""
        return self.toasts[-1].text if self.toasts else ""
