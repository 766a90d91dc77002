"""The first ten minutes as README tells them, by the labels written there, on a real Dovecot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from enate_desktop.services.bundle import Services
from enate_desktop.session import Session
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.overview_page import OverviewPage
from enate_desktop.views.process_picker import ProcessPicker
from enate_desktop.views.widgets import FormField, Toggle
from tests.company import open_services
from tests.journeys.administrator import Administrator
from tests.servers.dovecot import Dovecot
from tests.views.page_samples import letter

README = Path(__file__).parents[2] / "README.md"
PATIENCE = 20_000


class NewUser(Administrator):
    """Does what the instructions say, and nothing whose label they do not name."""

    told = ""

    def says(self, label: str) -> str:
        """``label``, which must stand in the instructions."""
        assert f"*{label}*" in self.told, f"README does not name {label!r}"
        return label

    def press_button(self, text: str) -> None:
        """Click the button with this label, once it is there."""
        wanted = self.says(text)

        def found() -> list[QPushButton]:
            window = QApplication.activeWindow() or self.window
            buttons = window.findChildren(QPushButton)
            return [b for b in buttons if b.text() == wanted and b.isVisible() and b.isEnabled()]

        self.qtbot.waitUntil(lambda: bool(found()), timeout=PATIENCE)
        self.click(found()[0])

    def field(self, text: str) -> QWidget:
        """What is below this label."""
        window = QApplication.activeWindow() or self.window
        fields = [f for f in window.findChildren(FormField) if f.isVisible()]
        labels = {f: [each.text() for each in f.findChildren(QLabel)] for f in fields}
        found = [f.control for f in fields if self.says(text) in labels[f]]
        assert found, labels.values()
        return found[0]

    def enter(self, text: str, value: str) -> None:
        """Type a value into the field with this label, or choose it there."""
        control = self.field(text)
        if isinstance(control, QComboBox):
            control.setFocus()
            QTest.keyClicks(control, value)
            assert control.currentText().startswith(value), control.currentText()
            return
        inner = control if isinstance(control, QLineEdit) else control.findChild(QLineEdit)
        assert inner is not None
        inner.setFocus()
        inner.selectAll()
        QTest.keyClicks(inner, value)
        if isinstance(control, ProcessPicker):
            QTest.keyClick(inner, Qt.Key.Key_Return)
        if isinstance(control, QSpinBox):
            assert control.value() == int(value)

    def turn_on(self, text: str) -> None:
        """Click the switch with this label."""
        toggles = [t for t in self.window.findChildren(Toggle) if t.isVisible()]
        (wanted,) = (t for t in toggles if t.accessibleName().startswith(f"{self.says(text)}: "))
        self.qtbot.waitUntil(lambda: not wanted.lock_reason, timeout=PATIENCE)
        self.switch(wanted)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = open_services(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def user(
    qtbot: QtBot, services: Services, appearance: Appearance, tmp_path: Path
) -> Iterator[NewUser]:
    made = NewUser(qtbot, services, appearance, tmp_path)
    made.told = README.read_text("utf-8").partition("## First ten minutes")[2].partition("\n## ")[0]
    session = Session(services, made.window, made.notifier)
    session.start()
    yield made
    assert session.stop()
    made.close()


def test_a_new_user_gets_from_nothing_to_the_first_work_item(
    user: NewUser, services: Services, dovecot: Dovecot, mailbox_user: str
) -> None:
    """UI 3.15: first start, directory, mailbox, test, enable, route, mail, and its why."""
    address = f"{mailbox_user}@example.test"
    overview = user.page("overview", OverviewPage)
    user.until(lambda: overview.is_welcoming)
    user.go("directory")
    for button, name in (
        ("Add customer…", "Acme"),
        ("Add contract…", "HR services"),
        ("Add service…", "Onboarding"),
        ("Add process…", "New starter"),
    ):
        user.press_button(button)
        user.enter("Name", name)
        user.press_button("Save")
    user.go("overview")
    user.press_button("Connect a mailbox")
    for label, value in (
        ("Email Connector Name", "HR"),
        ("Primary Email Address", address),
        ("Server", "127.0.0.1"),
        ("Security", "N"),
        ("Port", str(dovecot.imap_port)),
        ("Username", mailbox_user),
        ("Password", dovecot.password(mailbox_user)),
        ("Process", "starter"),
    ):
        user.enter(label, value)
    user.press_button("Test connection")
    user.turn_on("Enable")
    user.press_button("Save")
    user.qtbot.waitUntil(lambda: services.connectors.all()[0].enabled, timeout=PATIENCE)
    user.go("routes")
    user.choose(user.button(user.says("New route")), "New route")
    for label, value in (
        ("Route Name", "Starters"),
        ("Email Address", address),
        ("Process", "starter"),
    ):
        user.enter(label, value)
    user.press_button("Save")
    user.until(lambda: any(r.name == "Starters" for r in services.routes.groups()[0].routes))
    dovecot.deliver(mailbox_user, letter("marie@acme.fr", "My first day", address))
    user.qtbot.waitUntil(lambda: bool(services.work_items.page().items), timeout=PATIENCE)
    (item,) = services.work_items.page().items
    assert item.subject == "My first day"
    user.go("work_items")
    (decision,) = services.work_items.detail(item.id).mails[0].decisions
    assert 'Route "Starters"' in decision.reason
    shown = user.window.page("work_items")
    assert shown is not None
    (table,) = (each for each in shown.findChildren(QTableView) if each.isVisible())
    user.qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=PATIENCE)
    user.click(table.viewport(), table.visualRect(table.model().index(0, 0)).center())
    user.qtbot.waitUntil(lambda: decision.reason in spoken(shown), timeout=PATIENCE)


def spoken(page: QWidget) -> str:
    """Everything the labels of a page say."""
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())
