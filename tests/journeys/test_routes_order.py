"""Changing the order of routes: drag, keys, buttons, dialog; undo; refusals with their remedy."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.services.changes import Changes
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.route_group_painting import Hit, tool_boxes
from tests.canary import secret
from tests.journeys.routes_desk import (
    ALT,
    CONTROL,
    HR_NAMES,
    SHIFT,
    RoutesDesk,
    company_services,
)
from tests.qt_drag import drag

MOVED = ["France", "Urgent payroll", "Payslips", "Everything else"]


def test_a_dragged_route_stays_where_it_was_dropped(desk: RoutesDesk, tmp_path: Path) -> None:
    """G-04: on screen, in the data file, and after opening it again."""
    drag(desk.qtbot, desk.tree, desk.at("France"), desk.at("Urgent payroll", height=0.1))
    desk.qtbot.waitUntil(lambda: desk.shown() == MOVED)
    assert desk.stored() == MOVED
    assert desk.last_toast() == 'Moved "France" to 1.'
    again = company_services(tmp_path / "data")
    connector_id = again.connectors.find("HR EMEA").id
    assert [route.name for route in again.routes.group(connector_id).routes][:-1] == MOVED
    again.close()


@pytest.mark.parametrize(
    ("key", "modifiers", "name", "order"),
    [
        (Qt.Key.Key_Up, ALT, "France", ["Urgent payroll", "France", "Payslips", "Everything else"]),
        (
            Qt.Key.Key_Down,
            ALT,
            "Urgent payroll",
            ["Payslips", "Urgent payroll", "France", "Everything else"],
        ),
        (Qt.Key.Key_Home, ALT, "France", MOVED),
        (
            Qt.Key.Key_End,
            ALT,
            "Urgent payroll",
            ["Payslips", "France", "Everything else", "Urgent payroll"],
        ),
        (Qt.Key.Key_Up, ALT, "Urgent payroll", HR_NAMES),
        (Qt.Key.Key_Down, ALT, "Everything else", HR_NAMES),
    ],
)
def test_keys_move_a_route_as_the_mouse_does(
    desk: RoutesDesk, key: Qt.Key, modifiers: Qt.KeyboardModifier, name: str, order: list[str]
) -> None:
    """G-06: the moved route stays selected, so that the key can be pressed again."""
    desk.select(name)
    desk.press(key, modifiers)
    desk.qtbot.waitUntil(lambda: desk.stored() == order)
    assert desk.shown() == order
    assert desk.tree.selection() == (desk.key(), (desk.route_id(name),))


def test_several_routes_move_together(desk: RoutesDesk) -> None:
    """G-06: and keep their relative order."""
    desk.select("Everything else", "Payslips")
    desk.press(Qt.Key.Key_Home, ALT)
    wanted = ["Payslips", "Everything else", "Urgent payroll", "France"]
    desk.qtbot.waitUntil(lambda: desk.stored() == wanted)
    assert desk.shown() == wanted
    assert desk.last_toast() == "Moved 2 routes to 1."


def test_a_position_can_be_typed(desk: RoutesDesk) -> None:
    """G-06: Move to position… says between which routes that is."""
    desk.select("France")
    dialog = desk.page.handling.ask_position()
    assert dialog is not None
    assert dialog.between == 'between "Payslips" and "Everything else"'
    dialog.set_position(1)
    assert dialog.between == 'above "Urgent payroll"'
    dialog.activateWindow()
    desk.qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)


def test_the_buttons_of_the_connector_move_the_selected_route(desk: RoutesDesk) -> None:
    """G-06: moving by single clicks, without dragging (WCAG 2.5.7)."""
    desk.select("France")
    rect = desk.tree.visualRect(desk.tree.routes.group_index(desk.key()))
    row = rect.adjusted(0, 0, desk.tree.viewport().width() - rect.right() - 1, 0)
    group = desk.page.forest.groups[desk.key()]
    boxes = dict(tool_boxes(group, row))
    up = boxes[Hit.UP].center()
    QTest.mouseClick(desk.tree.viewport(), Qt.MouseButton.LeftButton, pos=up)
    desk.qtbot.waitUntil(lambda: desk.stored()[1] == "France")
    QTest.mouseClick(desk.tree.viewport(), Qt.MouseButton.LeftButton, pos=up)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)


def test_every_move_can_be_undone_and_redone(desk: RoutesDesk) -> None:
    """X-08, G-06."""
    desk.select("France")
    desk.press(Qt.Key.Key_Home, ALT)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)
    desk.page.work.stack.undo()
    assert (desk.stored(), desk.shown()) == (HR_NAMES, HR_NAMES)
    desk.page.work.stack.redo()
    assert (desk.stored(), desk.shown()) == (MOVED, MOVED)
    undo = desk.toasts[-1].undo
    assert undo is not None
    undo()
    assert desk.stored() == HR_NAMES


def test_an_undo_that_came_too_late_says_so_and_changes_nothing(desk: RoutesDesk) -> None:
    """X-08: somebody else has deleted a route meanwhile."""
    desk.select("France")
    desk.press(Qt.Key.Key_Home, ALT)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)
    desk.services.routes.delete((desk.route_id("Payslips"),))
    desk.page.work.stack.undo()
    assert desk.messages() == [
        "Routes were added or deleted in the meantime. The order was left as it is."
    ]
    assert desk.stored() == ["France", "Urgent payroll", "Everything else"]
    assert not desk.page.work.stack.canUndo()


def test_a_sorted_list_refuses_and_offers_the_remedy(desk: RoutesDesk) -> None:
    """G-04: one message however often one tries; the remedy makes the same key work."""
    desk.tree.routes.sort(Column.ADDRESS, Qt.SortOrder.DescendingOrder)
    desk.select("France")
    for _ in range(2):
        desk.press(Qt.Key.Key_Up, ALT)
    assert desk.messages() == [
        "Sort by Priority, ascending, to change the order. The list is sorted by Email address, "
        "descending; routes still run by priority."
    ]
    assert desk.stored() == HR_NAMES
    desk.click_remedy("Sort by priority")
    assert desk.shown() == HR_NAMES
    desk.press(Qt.Key.Key_Home, ALT)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)


def test_a_search_refuses_and_offers_the_remedy(desk: RoutesDesk) -> None:
    """G-05."""
    desk.select("France")
    desk.press(Qt.Key.Key_F, CONTROL)
    QTest.keyClicks(desk.page.search.field(desk.key(), Column.NAME), "fra")
    assert desk.shown() == []  # only France is left, and it stands where the fallback stood
    desk.select("France")
    desk.press(Qt.Key.Key_Home, ALT)
    assert desk.messages() == [
        "Clear the search in HR EMEA to change the order. "
        "Hidden routes would make the new position unclear."
    ]
    desk.click_remedy("Clear search")
    assert desk.shown() == HR_NAMES
    desk.press(Qt.Key.Key_Home, ALT)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)


def test_a_filtered_list_refuses_and_offers_the_remedy(desk: RoutesDesk) -> None:
    """G-05: routes that are left out make a position as unclear as a search does."""
    key = desk.key()
    warning = RouteWarning(WarningKind.PARTLY_SHADOWED, desk.route_id("France"), "It is odd.")
    desk.qtbot.waitUntil(lambda: bool(desk.page.forest.warnings))
    desk.tree.routes.set_warnings({desk.route_id("France"): (warning,)})
    desk.page.filters.choose_only(ShowOnly.WARNINGS)
    assert desk.page.forest.groups[key].children == [desk.route_id("France")]
    desk.select("France")
    desk.press(Qt.Key.Key_Home, ALT)
    assert desk.messages() == [
        "Show all routes to change the order. Hidden routes would make the new position unclear."
    ]
    desk.click_remedy("Show all routes")
    assert desk.shown() == HR_NAMES
    desk.press(Qt.Key.Key_Home, ALT)
    desk.qtbot.waitUntil(lambda: desk.stored() == MOVED)


def test_a_drag_while_orders_are_held_is_not_stored_until_it_is_saved(desk: RoutesDesk) -> None:
    """UI 3.5: a second drag goes on from the order on screen."""
    desk.page.filters.hold.setChecked(True)
    drag(desk.qtbot, desk.tree, desk.at("France"), desk.at("Urgent payroll", height=0.1))
    desk.qtbot.waitUntil(lambda: desk.shown() == MOVED)
    drag(desk.qtbot, desk.tree, desk.at("Payslips"), desk.at("France", height=0.1))
    desk.qtbot.waitUntil(lambda: desk.shown()[:2] == ["Payslips", "France"])
    assert desk.stored() == HR_NAMES
    desk.page.foresight.bar.save_button.click()
    assert desk.stored()[:2] == ["Payslips", "France"]


def test_a_header_click_sorts_and_a_third_one_comes_back(desk: RoutesDesk) -> None:
    """G-08."""
    header = desk.tree.header()
    at = QPoint(header.sectionViewportPosition(Column.NAME) + 20, header.height() // 2)
    orders = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        orders.append(desk.shown())
    by_name = ["Everything else", "France", "Payslips", "Urgent payroll"]
    assert orders == [by_name, by_name[::-1], HR_NAMES]


def test_all_groups_fold_and_unfold_with_one_key(desk: RoutesDesk) -> None:
    """G-01."""
    index = desk.tree.routes.group_index(desk.key())
    desk.press(Qt.Key.Key_Left, CONTROL | SHIFT)
    assert not desk.tree.isExpanded(index)
    desk.press(Qt.Key.Key_Right, CONTROL | SHIFT)
    assert desk.tree.isExpanded(index)


def test_what_others_do_is_shown_without_losing_the_selection(desk: RoutesDesk) -> None:
    """S-01: and the page does not listen to its own echo."""
    desk.select("France")
    connector_id = desk.services.connectors.find("HR EMEA").id
    changes = desk.services.routes.move(connector_id, (desk.route_id("Everything else"),), 0)
    desk.notifier.notify(changes, None)
    assert desk.shown()[0] == "Everything else"
    assert desk.tree.selection()[1] == (desk.route_id("France"),)
    before = desk.shown()
    desk.services.routes.move(connector_id, (desk.route_id("France"),), 0)
    desk.notifier.notify(Changes(routes=frozenset((connector_id,))), desk.page)
    assert desk.shown() == before


def test_someone_without_the_permission_can_look_and_ask(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-01, G-04: the second person to open a file is a Viewer."""
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    company_services(tmp_path / "data").close()
    services = company_services(tmp_path / "data", "berta")
    desk = RoutesDesk(qtbot, services)
    desk.select("France")
    desk.press(Qt.Key.Key_Up, ALT)
    assert desk.messages() == [
        'You need the permission "Reorder routes". Ask an administrator for it.'
    ]
    desk.click_remedy("Copy request")
    assert "Reorder routes" in QGuiApplication.clipboard().text()
    assert not desk.page.route_actions.delete.isEnabled()
    assert "Edit routes" in desk.page.route_actions.delete.toolTip()
    desk.page.editing.open(desk.page.forest.groups[desk.key()].routes[0])
    assert not desk.page.editing.incoming.ui.name.isEnabled()
    desk.close()
    services.close()
