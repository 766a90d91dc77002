"""Adding, changing, switching, duplicating and deleting routes; what is typed is never lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.routes import Block, Route
from enate_desktop.item_models.route_columns import Column
from enate_desktop.services.changes import Changes
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.edit_conflict import ConflictDialog
from enate_desktop.views.route_editor import RouteEditor
from enate_desktop.views.routes_page import RoutesPage
from tests.company import open_services
from tests.journeys.routes_desk import CONTROL, HR_NAMES, RoutesDesk


def stored(desk: RoutesDesk, name: str) -> Route:
    groups = desk.services.routes.groups()
    return next(r for group in groups for r in group.routes if r.name == name)


def field_of(editor: RouteEditor, name: str) -> QLineEdit:
    control = editor.fields[name].control
    assert isinstance(control, QLineEdit)
    return control


def test_a_route_is_made_with_the_keyboard_alone(desk: RoutesDesk) -> None:
    """R-01, R-06: it goes to the end of its block; the process is found by any part of its name."""
    desk.select("France")
    desk.press(Qt.Key.Key_N, CONTROL)
    editor = desk.page.editing.incoming
    assert QApplication.focusWidget() is field_of(editor, "name")
    QTest.keyClicks(field_of(editor, "name"), "Spain")
    editor.process.setFocus()
    QTest.keyClicks(editor.process, "starter")
    QTest.keyClick(editor.process, Qt.Key.Key_Return)
    assert editor.process.text() == "New starter (Case)"
    assert editor.ui.category.currentText() == "Tickets only"
    editor.rules.add_rule("senders")
    values = editor.rules.values_of("senders").input
    QTest.keyClicks(values, "*@acme.es;ana@acme.com")
    assert editor.rules.words == (
        "In words: sent by anyone at acme.es or ana@acme.com. "
        "The text of the mail is never looked at."
    )
    QTest.keyClick(values, Qt.Key.Key_S, CONTROL)
    assert desk.stored() == [*HR_NAMES, "Spain"]
    assert desk.shown() == [*HR_NAMES, "Spain"]
    saved = stored(desk, "Spain")
    assert saved.address == "hr@acme.example"
    assert saved.rules.senders == (parse_pattern("*@acme.es"), parse_pattern("ana@acme.com"))
    assert desk.last_toast() == 'Added "Spain".'
    desk.page.work.stack.undo()
    assert desk.stored() == HR_NAMES
    desk.page.work.stack.redo()
    assert desk.stored() == [*HR_NAMES, "Spain"]
    assert stored(desk, "Spain").id == saved.id


def test_a_changed_route_is_saved_undone_and_redone(desk: RoutesDesk) -> None:
    """R-01, X-08."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    editor = desk.page.editing.incoming
    editor.ui.name.setText("Brittany")
    editor.ui.test_mode.setChecked(True)
    editor.rules.remove_rule("senders")
    assert desk.page.editing.save()
    assert stored(desk, "Brittany").test_mode
    assert stored(desk, "Brittany").rules.empty
    desk.page.work.stack.undo()
    assert not stored(desk, "France").test_mode
    assert stored(desk, "France").rules.senders == (parse_pattern("*@acme.fr"),)
    assert editor.ui.name.text() == "France"
    desk.page.work.stack.redo()
    assert stored(desk, "Brittany").test_mode


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("name", "  ", "The route has no name. Give it one."),
        (
            "address",
            "hr at acme",
            '"hr at acme" cannot be used as the email address of a route. Write one whole address '
            "such as hr@acme.com, or * for a wildcard route.",
        ),
        (
            "process",
            "nonsense",
            'No process is called "nonsense". Choose one of the list.',
        ),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(
    desk: RoutesDesk, field: str, text: str, error: str
) -> None:
    """UI 3.19: and what was typed stays."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    editor = desk.page.editing.incoming
    control = field_of(editor, field)
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, text)
    assert not desk.page.editing.save()
    assert editor.fields[field].error == error
    assert control.text() == text
    assert desk.stored() == HR_NAMES


def test_an_unusable_value_of_a_rule_is_refused_with_its_reason(desk: RoutesDesk) -> None:
    """R-11, Q-7: the value stays in the list."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    editor = desk.page.editing.incoming
    editor.rules.values_of("senders").set_values(("*@acme.fr", "a*b@acme.fr"))
    assert not desk.page.editing.save()
    assert editor.rules.values_of("senders").values() == ("*@acme.fr", "a*b@acme.fr")
    assert stored(desk, "France").rules.senders == (parse_pattern("*@acme.fr"),)


def test_a_ticket_needs_a_category_and_a_case_has_none(desk: RoutesDesk) -> None:
    """M-06, R-01."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    editor = desk.page.editing.incoming
    editor.process.setFocus()
    editor.process.selectAll()
    QTest.keyClicks(editor.process, "query")
    QTest.keyClick(editor.process, Qt.Key.Key_Return)
    assert not desk.page.editing.save()
    assert editor.fields["category"].error.startswith("Choose a ticket category.")
    editor.ui.category.setCurrentIndex(editor.ui.category.findData("Payroll > Error"))
    assert desk.page.editing.save()
    assert stored(desk, "France").category == "Payroll > Error"


def test_a_wildcard_route_needs_senders_and_stays_one(desk: RoutesDesk) -> None:
    """R-05."""
    desk.select("France")
    desk.page.new.wildcard.trigger()
    editor = desk.page.editing.incoming
    editor.ui.name.setText("Partners")
    editor.process.set_process_id(stored(desk, "France").process_id)
    assert not desk.page.editing.save()
    editor.rules.values_of("senders").set_values(("*@partner.example",))
    assert desk.page.editing.save()
    assert stored(desk, "Partners").block is Block.WILDCARD
    assert editor.ui.address.isReadOnly()


def test_the_fallback_can_be_read_and_leads_to_its_connector(desk: RoutesDesk) -> None:
    """R-03."""
    fallback = desk.page.forest.groups[desk.key()].fallback
    assert fallback is not None
    desk.page.editing.open(fallback)
    editor = desk.page.editing.incoming
    assert not editor.ui.name.isEnabled()
    assert editor.enabled.locked
    edit = editor.messages.bars[0].buttons[0]
    assert edit.text() == "Edit in connector"
    desk.click(edit)
    assert desk.asked_for == [("connectors", fallback.connector_id)]


def test_a_save_that_came_second_loses_nothing(desk: RoutesDesk) -> None:
    """S-01: somebody else saved first."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    editor = desk.page.editing.incoming
    editor.ui.name.setText("Mine")
    theirs = replace(stored(desk, "France"), name="Theirs", test_mode=True)
    desk.services.routes.save(theirs)
    desk.notifier.notify(Changes(routes=frozenset((theirs.connector_id,))), None)
    assert editor.ui.name.text() == "Mine"
    assert not desk.page.editing.save()
    assert stored(desk, "Theirs").test_mode
    (bar,) = editor.messages.bars
    desk.click(bar.buttons[0])
    dialog = desk.page.window().findChild(ConflictDialog)
    assert dialog is not None
    desk.click(dialog.save_button)
    assert (stored(desk, "Mine").id, stored(desk, "Mine").test_mode) == (theirs.id, True)


def test_what_others_save_shows_in_an_editor_without_changes(desk: RoutesDesk) -> None:
    """S-01: views refresh when someone else changes something."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    theirs = desk.services.routes.save(replace(stored(desk, "France"), name="Theirs"))
    desk.notifier.notify(Changes(routes=frozenset((theirs.connector_id,))), None)
    assert desk.page.editing.incoming.ui.name.text() == "Theirs"
    assert not desk.page.editing.incoming.dirty


def test_leaving_a_changed_route_keeps_what_was_typed(desk: RoutesDesk) -> None:
    """UI 3.6: a draft with a dot in the tree, no question."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    desk.page.editing.incoming.ui.name.setText("Bretagne")
    desk.select("Payslips")
    desk.press(Qt.Key.Key_Return)
    assert desk.page.editing.incoming.ui.name.text() == "Payslips"
    assert desk.page.forest.drafts == {(False, desk.route_id("France"))}
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    assert desk.page.editing.incoming.ui.name.text() == "Bretagne"
    assert desk.page.forest.drafts == frozenset()
    desk.page.editing.discard()
    assert desk.page.editing.incoming.ui.name.text() == "France"


def test_escape_closes_the_pane_and_gives_the_tree_the_keyboard(desk: RoutesDesk) -> None:
    """UI 3.17."""
    desk.select("France")
    desk.press(Qt.Key.Key_Return)
    QTest.keyClick(desk.page.editing.incoming.ui.name, Qt.Key.Key_Escape)
    assert not desk.page.editing.is_open
    assert desk.tree.hasFocus()


def test_space_and_the_painted_switch_turn_a_route_off_and_on(desk: RoutesDesk) -> None:
    """R-07, X-08."""
    desk.select("France")
    desk.press(Qt.Key.Key_Space)
    assert not stored(desk, "France").enabled
    assert desk.last_toast() == 'Switched "France" off.'
    at = desk.at("France", Column.ENABLED)
    QTest.mouseClick(desk.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert stored(desk, "France").enabled
    desk.page.work.stack.undo()
    assert not stored(desk, "France").enabled


def test_the_switch_of_the_fallback_only_says_why(desk: RoutesDesk) -> None:
    """R-03."""
    group = desk.page.forest.groups[desk.key()]
    assert group.fallback is not None
    desk.page.handling.toggle(group.key, (group.fallback.id,))
    assert desk.messages() == [
        "The fallback is always on. Its other settings are edited in its connector."
    ]


def test_deleted_routes_come_back_at_their_places(desk: RoutesDesk) -> None:
    """X-08: undo in place of a question."""
    desk.select("Payslips", "France")
    desk.press(Qt.Key.Key_Delete)
    assert desk.stored() == ["Urgent payroll", "Everything else"]
    assert desk.last_toast() == "Deleted 2 routes."
    desk.page.work.stack.undo()
    assert desk.stored() == HR_NAMES
    assert desk.shown() == HR_NAMES


def test_a_copy_is_off_and_stands_below_its_original(desk: RoutesDesk) -> None:
    """UI 3.5: Ctrl+D."""
    desk.select("Payslips")
    desk.press(Qt.Key.Key_D, CONTROL)
    assert desk.stored()[1:3] == ["Payslips", "Payslips (copy)"]
    assert not stored(desk, "Payslips (copy)").enabled
    assert desk.page.editing.incoming.ui.name.text() == "Payslips (copy)"
    desk.page.work.stack.undo()
    assert desk.stored() == HR_NAMES


def test_an_outgoing_route_cannot_be_enabled_untested(desk: RoutesDesk) -> None:
    """R-02."""
    key = desk.key("Noreply", outgoing=True)
    desk.page.handling.toggle(key, (desk.page.forest.groups[key].routes[0].id,))
    assert desk.messages()[0].startswith("Test the connection first.")
    desk.page.new.outgoing.trigger()
    editor = desk.page.editing.outgoing
    editor.ui.name.setText("Facilities")
    editor.ui.address.setText("Facilities@Acme.example")
    assert editor.enabled.locked
    assert desk.page.editing.save()
    group = desk.page.forest.groups[key]
    assert [route.name for route in group.routes] == ["Careers", "Facilities"]
    assert group.routes[1].address == "facilities@acme.example"
    desk.page.work.stack.undo()
    assert [route.name for route in desk.page.forest.groups[key].routes] == ["Careers"]


def test_typing_in_the_search_row_keeps_the_focus(desk: RoutesDesk) -> None:
    """G-03: letter by letter, with rows coming and going below."""
    desk.select("France")
    desk.press(Qt.Key.Key_F, CONTROL)
    field = desk.page.search.field(desk.key(), Column.NAME)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    for letter in "everything":
        assert QApplication.focusWidget() is field
        QTest.keyClicks(field, letter)
    group = desk.page.forest.groups[desk.key()]
    assert [group.number(key) for key in group.children if group.route(key)] == [4]
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert desk.tree.hasFocus()
    assert desk.tree.routes.route_at(desk.tree.currentIndex()) == stored(desk, "Everything else")
    desk.press(Qt.Key.Key_Escape)
    assert desk.shown() == HR_NAMES


def test_one_connector_can_be_chosen_and_the_page_remembers(desk: RoutesDesk) -> None:
    """G-01, G-02."""
    page = desk.page
    page.filters.choose(desk.services.connectors.find("Finance UK").id)
    shown = [
        group.connector.name
        for key, group in page.forest.groups.items()
        if not desk.tree.isRowHidden(page.forest.row_of[key], desk.tree.rootIndex())
    ]
    assert shown == ["Finance UK"]
    desk.tree.collapse(desk.tree.routes.group_index(desk.key()))
    page.columns.set_wanted(Column.CATEGORY, False)
    desk.tree.routes.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    again = RoutesPage(desk.services, desk.notifier)
    desk.qtbot.addWidget(again)
    again.restore_state(page.save_state())
    assert again.save_state() == page.save_state()
    assert not again.tree.isExpanded(again.tree.routes.group_index(desk.key()))
    assert again.tree.isColumnHidden(Column.CATEGORY)
    again.tree.setFocus()
    again.handling.left.emit()
    assert again.filters.connector_id == 0


def test_activity_tells_who_changed_what(desk: RoutesDesk) -> None:
    """R-08."""
    route = stored(desk, "France")
    desk.services.routes.save(replace(route, test_mode=True))
    entries = desk.services.history.entries("route", route.id)
    newest = entries[0]
    assert (newest.who, newest.action, newest.field, newest.old, newest.new) == (
        "anna",
        "changed",
        "test_mode",
        "off",
        "on",
    )
    dialog = desk.page.handling.show_activity(route)
    assert dialog.isVisible()
    dialog.close()


def test_a_company_without_connectors_is_led_to_them(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    """UI 3.16."""
    services = open_services(tmp_path / "data")
    desk = RoutesDesk(qtbot, services)
    desk.page.new.route.trigger()
    assert desk.messages() == ["There is no connector that receives mail yet."]
    desk.click_remedy("Add connector")
    assert desk.asked_for == [("connectors", None)]
    desk.close()
    services.close()
