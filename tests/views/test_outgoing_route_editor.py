"""The editor of an outgoing route: tested before it is enabled (R-02)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.mail.report import Stage
from enate_desktop.services.bundle import Services
from enate_desktop.views.outgoing_route_editor import OutgoingRouteEditor
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.mail.support import smtp_script
from tests.servers.scripted import ScriptedServer
from tests.views.page_samples import add_sender, company

pytestmark = pytest.mark.usefixtures("appearance")
SIGNS_IN = {"EHLO": b"250-x\r\n250 AUTH PLAIN LOGIN\r\n", "AUTH": b"235 ok\r\n"}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def heard() -> list[bytes]:
    return []


@pytest.fixture
def server(heard: list[bytes]) -> Iterator[ScriptedServer]:
    with ScriptedServer(smtp_script(SIGNS_IN, heard)) as made:
        yield made


@pytest.fixture
def sender(services: Services, server: ScriptedServer) -> Connector:
    return moved_to(services, add_sender(services), server)


@pytest.fixture
def page(qtbot: QtBot, services: Services, sender: Connector) -> RoutesPage:
    made = RoutesPage(services, ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1500, 900)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


@pytest.fixture
def editor(page: RoutesPage, sender: Connector) -> OutgoingRouteEditor:
    """A new route, named and addressed."""
    page.editing.open_new_outgoing(sender.id)
    made = page.editing.outgoing
    made.ui.name.setText("Payroll replies")
    made.ui.address.setText("payroll@acme.example")
    return made


def moved_to(services: Services, connector: Connector, server: ScriptedServer) -> Connector:
    """The connector sends over this server."""
    assert connector.outgoing is not None
    return services.connectors.save(
        replace(connector, outgoing=replace(connector.outgoing, port=server.port))
    )


def run_test(qtbot: QtBot, editor: OutgoingRouteEditor) -> None:
    editor.testing.view.start_button.click()
    qtbot.waitUntil(editor.testing.view.start_button.isVisible)


def stored(services: Services) -> list[tuple[str, bool, bool]]:
    """Name, tested and enabled of every outgoing route."""
    found = [route for group in services.routes.groups() for route in group.outgoing]
    return [(route.name, route.tested, route.enabled) for route in found]


def test_it_is_locked_until_the_test_passed(
    qtbot: QtBot, page: RoutesPage, editor: OutgoingRouteEditor, services: Services
) -> None:
    """R-02: test, Space, Ctrl+S."""
    assert editor.enabled.locked
    editor.enabled.click()
    (bar,) = editor.messages.bars
    assert bar.text == "Test the connection first."
    bar.buttons[0].click()
    qtbot.waitUntil(lambda: not editor.enabled.locked)
    assert QApplication.focusWidget() is editor.enabled
    QTest.keyClick(editor.enabled, Qt.Key.Key_Space)
    assert editor.enabled.state_text == "On – starts when you save"
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert stored(services) == [("Payroll replies", True, True)]


def test_the_server_is_asked_about_the_address_and_nothing_is_sent(
    qtbot: QtBot, editor: OutgoingRouteEditor, heard: list[bytes]
) -> None:
    """R-02, C-06: mail is never sent without asking."""
    run_test(qtbot, editor)
    assert any(b"MAIL FROM:<payroll@acme.example>" in line for line in heard)
    assert b"DATA" not in heard
    row = editor.testing.view.stages.row(Side.OUTGOING, Stage.SEND)
    assert "othing was sent" in row.text or "No mail was sent" in row.text, row.text


def test_a_refused_address_leads_back_to_it(
    qtbot: QtBot, page: RoutesPage, services: Services, sender: Connector
) -> None:
    """C-06: the server's words, and the field to mend."""
    refusing = smtp_script({**SIGNS_IN, "MAIL": b"550 5.7.60 may not send as this\r\n"})
    with ScriptedServer(refusing) as strict:
        moved_to(services, sender, strict)
        page.editing.open_new_outgoing(sender.id)
        editor = page.editing.outgoing
        editor.ui.name.setText("Payroll replies")
        editor.ui.address.setText("payroll@acme.example")
        run_test(qtbot, editor)
    failure = editor.testing.view.failure
    assert "may not send as this" in failure.text
    assert editor.enabled.locked
    assert failure.edit_button.isVisible()


def test_another_address_is_another_test(qtbot: QtBot, editor: OutgoingRouteEditor) -> None:
    """R-02: what was tested is this address over this connector."""
    run_test(qtbot, editor)
    before = editor.enabled.locked
    editor.ui.address.setText("other@acme.example")
    assert [before, editor.enabled.locked] == [False, True]
    assert editor.testing.view.stale_text.startswith("Out of date")
    editor.ui.address.setText("Payroll@ACME.example")
    assert not editor.enabled.locked
    editor.ui.name.setText("Another name")
    assert editor.testing.view.stale_text == ""


def test_a_tested_route_may_be_enabled_later(
    qtbot: QtBot, page: RoutesPage, editor: OutgoingRouteEditor, services: Services
) -> None:
    run_test(qtbot, editor)
    assert page.editing.save()
    assert stored(services) == [("Payroll replies", True, False)]
    assert editor.testing.view.has_result
    route = page.editing.outgoing.route
    page.editing.close()
    page.editing.open(route)
    assert not editor.enabled.locked
    editor.enabled.click()
    assert page.editing.save()
    assert stored(services) == [("Payroll replies", True, True)]


def test_an_unusable_address_is_said_before_anything_is_asked(
    editor: OutgoingRouteEditor, heard: list[bytes]
) -> None:
    editor.ui.address.setText("payroll")
    editor.test()
    assert "cannot be used" in editor.fields["address"].error
    assert heard == []


def test_trouble_of_the_connector_is_mended_there(
    qtbot: QtBot, page: RoutesPage, services: Services, sender: Connector
) -> None:
    """C-06: one button that goes to where it is mended."""
    refusing = smtp_script({**SIGNS_IN, "AUTH": b"535 5.7.8 wrong password\r\n"})
    wanted: list[int] = []
    page.editing.connector_requested.connect(wanted.append)
    with ScriptedServer(refusing) as strict:
        moved_to(services, sender, strict)
        page.editing.open_new_outgoing(sender.id)
        editor = page.editing.outgoing
        editor.ui.name.setText("Payroll replies")
        editor.ui.address.setText("payroll@acme.example")
        run_test(qtbot, editor)
    button = editor.testing.view.failure.edit_button
    assert button.text() == "Open the connector"
    button.click()
    assert wanted == [sender.id]


def test_somebody_without_the_permission_can_only_look(
    qtbot: QtBot, services: Services, sender: Connector, tmp_path: Path
) -> None:
    """P-01."""
    route = services.routes.save_outgoing(OutgoingRoute(0, sender.id, "A", "a@acme.example"))
    with company(tmp_path, "stranger") as theirs:
        page = RoutesPage(theirs, ChangeNotifier())
        qtbot.addWidget(page)
        page.shown()
        page.editing.open(route)
        editor = page.editing.outgoing
        assert not editor.testing.view.isEnabled()
        assert "Edit routes" in editor.enabled.lock_reason
