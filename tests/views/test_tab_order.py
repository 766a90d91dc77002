"""Tab goes the way people read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import (
    Connector,
    Fallback,
    IntakeAction,
    Security,
    Side,
    UseFor,
)
from enate_desktop.domain.directory import Kind, Process
from enate_desktop.services.bundle import Services
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.connector_fallback import FallbackSection
from enate_desktop.views.tab_order import follow_reading_order
from tests.views.connector_desk import choose_security, choose_service, open_editor
from tests.views.page_samples import company


def stops(window: QWidget, count: int) -> list[QWidget]:
    """Where the focus goes with each press of Tab."""
    found: list[QWidget] = []
    for _ in range(count):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        found.append(focus)
    return found


def test_a_control_put_in_later_is_visited_where_it_stands(qtbot: QtBot) -> None:
    """UI 3.17: Tab order is reading order."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    fields = [QLineEdit() for _ in range(4)]
    for field in (fields[0], fields[2], fields[3]):
        column.addWidget(field)
    column.insertWidget(1, fields[1])
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    follow_reading_order(window)
    fields[0].setFocus()
    assert stops(window, 3) == fields[1:]


def test_tab_reaches_the_process_of_the_fallback(qtbot: QtBot, appearance: Appearance) -> None:
    """C-07: between what stands above it and the category below."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    above, section = QLineEdit(), FallbackSection()
    column.addWidget(above)
    column.addWidget(section)
    section.set_processes(
        [Process(1, "HR query", Kind.TICKET, "Acme", "HR", "Onboarding", ("General",))]
    )
    section.set_fallback(Fallback(1, "General"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.wait(50)
    above.setFocus()
    first, second, third = stops(window, 3)
    assert section.process.isAncestorOf(first) or section.process is first
    assert (second, third) == (section.ui.category, section.ui.covers)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


def names(window: QWidget, count: int) -> list[str]:
    """The accessible names of the stops, as a screen reader says them."""
    return [stop.accessibleName() or getattr(stop, "text", str)() for stop in stops(window, count)]


def test_tab_goes_through_the_connector_editor_as_it_is_read(
    qtbot: QtBot, appearance: Appearance, services: Services
) -> None:
    """UI 3.17: also through what came with a choice; every stop has a name."""
    editor = open_editor(qtbot, services)
    editor.load(Connector(0, "", UseFor.INCOMING, ""))
    form = editor.form
    choose_security(editor, Security.STARTTLS)
    form.sides.servers[Side.INCOMING].ui.additional_use.setChecked(True)
    combo = form.intake.ui.action
    combo.setCurrentIndex(combo.findData(IntakeAction.MOVE.value))
    qtbot.wait(50)
    editor.focus_start()
    assert names(editor, 21) == [
        "Primary Email Address",
        "Incoming",
        "Email Service",
        "Server",
        "Port",
        "Security",
        "Trust a private CA…",
        "Can access additional mailbox",
        "Name of the additional mailbox",
        "Browse folders…",
        "Authentication",
        "Username",
        "Password",
        "Show password",
        "Process",
        "Fallback covers",
        "Send Automated Emails",
        "Only create work in test mode",
        "After a mail was taken in",
        "Folder to move it to",
        "Browse folders…",
    ]
    choose_service(editor, Side.INCOMING, "gmail_imap")
    qtbot.wait(50)
    form.sides.servers[Side.INCOMING].ui.service.setFocus()
    assert names(editor, 2) == ["Can access additional mailbox", "Name of the additional mailbox"]
