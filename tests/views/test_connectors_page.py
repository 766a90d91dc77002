"""The Connectors page: list, switch, menu actions, and the way to the editor and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import FirstIntake
from enate_desktop.item_models.connector_table import ConnectorColumn
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.activity_dialog import ActivityDialog
from enate_desktop.views.confirm import ConfirmDialog
from enate_desktop.views.connectors_page import ConnectorsPage
from enate_desktop.views.first_intake_dialog import FirstIntakeDialog
from enate_desktop.worker.notifier import ChangeNotifier
from tests.servers.scripted import ScriptedServer, imap_script
from tests.views.page_samples import add_connector, add_route, add_sender, company

EMPTY_BOX = b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 1] x\r\n"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


def show(qtbot: QtBot, services: Services, notifier: ChangeNotifier) -> ConnectorsPage:
    page = ConnectorsPage(services, notifier)
    qtbot.addWidget(page)
    page.resize(1310, 735)
    with qtbot.waitExposed(page):
        page.show()
    return page


def messages(page: ConnectorsPage) -> list[str]:
    return [bar.text for bar in page.messages.bars]


def dialog(qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    def found() -> QDialog | None:
        shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind))
        return next((w for w in shown if w.isVisible()), None)

    qtbot.waitUntil(lambda: found() is not None)
    made = found()
    assert made is not None
    return made


@pytest.mark.usefixtures("appearance")
class TestList:
    def test_an_empty_list_offers_to_add_one(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.16: the empty state names what is missing and how to fill it."""
        page = show(qtbot, services, notifier)
        assert page.list.empty.isVisible()
        QTest.mouseClick(page.list.add_button, Qt.MouseButton.LeftButton)
        assert page.editing

    def test_a_connector_added_elsewhere_appears(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        page = show(qtbot, services, notifier)
        stored = add_connector(services)
        notifier.notify(Changes(connectors=frozenset((stored.id,))), None)
        assert page.list.model.rowCount() == 1
        assert page.list.table.isVisible()

    def test_the_routes_that_people_made_are_counted(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.3: nobody made the fallback."""
        stored = add_connector(services)
        add_route(services, stored.id, "France")
        page = show(qtbot, services, notifier)
        assert page.list.model.index(0, ConnectorColumn.ROUTES).data() == "1"

    def test_enter_opens_the_editor(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.17: Enter edits."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.list.select(stored.id)
        QTest.keyClick(page.list.table, Qt.Key.Key_Return)
        assert page.editing
        assert page.editor.connector_id == stored.id

    def test_the_routes_of_a_connector_are_asked_for(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.list.select(stored.id)
        with qtbot.waitSignal(page.page_requested) as asked:
            page.actions_of_row.show_routes.trigger()
        assert asked.args == ["routes", stored.id]

    def test_show_activity_tells_who_created_it(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """R-08: created by whom and when."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.list.select(stored.id)
        page.actions_of_row.show_activity.trigger()
        shown = dialog(qtbot, ActivityDialog)
        assert isinstance(shown, ActivityDialog)
        model = shown.browser.model
        qtbot.waitUntil(lambda: model.rowCount() == 1)
        change = model.row_of(model.index(0, 0))
        assert change is not None
        assert (change.head.who, change.head.action) == ("anna", "created")
        shown.close()

    def test_a_person_without_the_permission_is_told_why(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier, tmp_path: Path
    ) -> None:
        """P-01: disabled controls say why."""
        add_connector(services)
        with company(tmp_path, "stranger") as theirs:
            page = show(qtbot, theirs, notifier)
            assert not page.actions_of_row.new.isEnabled()
            assert "Edit connectors" in page.actions_of_row.new.toolTip()
            page.edit(1)
            assert not page.editor.footer.save_button.isEnabled()
            assert "Edit connectors" in page.editor.footer.save_button.toolTip()


@pytest.mark.usefixtures("appearance")
class TestActions:
    def test_new_is_one_click_and_enter(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.3: the "+" opens a menu with Email connector first."""
        add_connector(services)
        page = show(qtbot, services, notifier)
        page.list.select(1)
        button = page.header.findChild(QPushButton)
        assert button is not None
        menu = button.menu()
        texts = [action.text() for action in menu.actions()]
        assert texts == ["New email connector", "Copy of “HR EMEA”"]
        menu.popup(page.mapToGlobal(QPoint(0, 0)))
        qtbot.waitUntil(lambda: menu.activeAction() is not None)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: page.editing)
        assert page.editor.connector_id == 0

    def test_the_row_menu_has_everything_the_editor_has(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.3: … and Shift+F10."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.list.select(stored.id)
        page.list.table.setFocus()
        before = menus()
        page.actions_of_row.popup(page.mapToGlobal(QPoint(10, 10)))
        (menu,) = menus() - before
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert texts == [
            "Edit",
            "Test connection",
            "Show routes",
            "Show Activity",
            "Duplicate",
            "Make default sender",
            "Delete…",
        ]
        menu.close()

    def test_another_default_sender_takes_the_mark_over(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-09: exactly one; the one that is it says so."""
        first, second = add_sender(services), add_sender(services, "Second")
        page = show(qtbot, services, notifier)
        page.list.select(first.id)
        assert page.actions_of_row.default_sender.toolTip() == "It is the default sender already."
        page.list.select(second.id)
        page.actions_of_row.default_sender.trigger()
        assert [c.default_sender for c in services.connectors.all()] == [False, True]

    def test_a_narrow_window_leaves_out_what_is_needed_least(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3: nothing is cut off at the end side."""
        add_connector(services)
        page = show(qtbot, services, notifier)
        table = page.list.table
        for width in (1310, 1012, 800):
            page.resize(width, 600)
            qtbot.waitUntil(lambda: table.horizontalHeader().length() == table.viewport().width())
        hidden = [c for c in ConnectorColumn if table.isColumnHidden(c)]
        assert hidden == [ConnectorColumn.USE_FOR, ConnectorColumn.LAST_CHECK]


@pytest.mark.usefixtures("appearance")
class TestSwitch:
    def test_an_untested_connector_asks_for_the_test(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-05: locked until tested, with the remedy beside the reason."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        click_switch(qtbot, page, stored.id)
        assert messages(page) == ["Test the connection of “HR EMEA” first."]
        assert [b.text() for b in page.messages.bars[0].buttons] == ["Test now"]
        assert not services.connectors.get(stored.id).enabled

    def test_the_request_goes_with_the_connector_and_undo_selects_its_row(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-10, X-08: nothing is said of what is gone; what comes back is the current row."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        click_switch(qtbot, page, stored.id)
        page.confirm_delete(stored.id).buttons[0].click()
        assert messages(page) == []
        page.work.stack.undo()
        assert page.list.current_id == stored.id

    def test_test_now_switches_on_when_the_test_passes(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-05: test, then enable."""
        with ScriptedServer(imap_script({"EXAMINE": EMPTY_BOX})) as server:
            stored = add_connector(services, port=server.port)
            page = show(qtbot, services, notifier)
            click_switch(qtbot, page, stored.id)
            with qtbot.waitSignal(page.switching.enabled):
                page.messages.bars[0].buttons[0].click()
        assert services.connectors.get(stored.id).enabled

    def test_mail_that_is_there_already_is_asked_about(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-12: the first enable of a mailbox with mail asks what to take in."""
        with ScriptedServer(imap_script()) as server:
            stored = add_connector(services, port=server.port)
            page = show(qtbot, services, notifier)
            page.switching.test(stored, then_enable=True)
            asked = dialog(qtbot, FirstIntakeDialog)
            assert isinstance(asked, FirstIntakeDialog)
            asked.choice.ui.first_all.setChecked(True)
            asked.enable_button.click()
        now = services.connectors.get(stored.id)
        assert now.enabled
        assert now.start_from.choice is FirstIntake.ALL

    def test_a_failed_test_keeps_it_off_and_says_why(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-06: what happened and the way to the field."""
        with ScriptedServer(imap_script()) as server:
            port = server.port
        stored = add_connector(services, port=port)
        page = show(qtbot, services, notifier)
        with qtbot.waitSignal(page.switching.tested):
            page.switching.test(stored, then_enable=True)
        assert not services.connectors.get(stored.id).enabled
        assert f"port {port}" in messages(page)[0]
        assert [b.text() for b in page.messages.bars[0].buttons] == ["Edit connector"]

    def test_switching_off_takes_effect_at_once(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        with ScriptedServer(imap_script({"EXAMINE": EMPTY_BOX})) as server:
            stored = add_connector(services, port=server.port)
            page = show(qtbot, services, notifier)
            with qtbot.waitSignal(page.switching.enabled):
                page.switching.test(stored, then_enable=True)
        with qtbot.waitSignal(page.toast_requested) as told:
            click_switch(qtbot, page, stored.id)
        assert not services.connectors.get(stored.id).enabled
        assert told.args[0].text == "Switched off “HR EMEA”."
        assert told.args[0].undo is not None


@pytest.mark.usefixtures("appearance")
class TestDelete:
    def test_it_names_what_depends_on_it_and_cancel_is_the_default(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-10, UI 2: confirm names object and verb."""
        stored = add_connector(services)
        add_route(services, stored.id, "France")
        page = show(qtbot, services, notifier)
        asked = page.confirm_delete(stored.id)
        assert asked.windowTitle() == "Delete connector “HR EMEA”?"
        assert asked.cancel_button.isDefault()
        assert any("1 email route" in text for text in texts_of(asked))
        asked.reject()
        assert services.connectors.all()

    def test_it_is_deleted_after_the_question(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.confirm_delete(stored.id).buttons[0].click()
        assert services.connectors.all() == ()
        assert page.list.empty.isVisible()

    def test_it_comes_back_with_its_routes_but_without_its_sign_in(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """X-08, S-02: undo for every change; a secret is never kept for it."""
        stored = add_connector(services)
        add_route(services, stored.id, "France")
        page = show(qtbot, services, notifier)
        with qtbot.waitSignal(page.toast_requested) as told:
            page.confirm_delete(stored.id).buttons[0].click()
        assert told.args[0].text == "Deleted “HR EMEA”."
        told.args[0].undo()
        (back,) = services.connectors.all()
        assert back.name == "HR EMEA"
        assert services.connectors.stored_secrets(back.id) == frozenset()
        assert page.list.model.index(0, ConnectorColumn.ROUTES).data() == "1"

    def test_an_open_editor_follows_an_undo(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """X-08: what is on screen is what is stored."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.edit(stored.id)
        page.editor.form.ui.name.setText("Mine")
        page.editor.save()
        page.work.stack.undo()
        assert page.editor.form.ui.name.text() == "HR EMEA"
        page.work.stack.redo()
        assert page.editor.form.ui.name.text() == "Mine"
        page.editor.form.ui.name.setText("Typed")
        page.work.stack.undo()
        assert page.editor.form.ui.name.text() == "Typed"

    def test_the_default_sender_stays(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-10: refused with a sentence."""
        first = add_sender(services)
        add_sender(services, "Second")
        page = show(qtbot, services, notifier)
        page.confirm_delete(first.id).buttons[0].click()
        assert len(services.connectors.all()) == 2
        assert "default sender" in messages(page)[0]

    def test_an_enabled_one_offers_to_be_switched_off_instead(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-10: refused while enabled."""
        with ScriptedServer(imap_script({"EXAMINE": EMPTY_BOX})) as server:
            stored = add_connector(services, port=server.port)
            page = show(qtbot, services, notifier)
            with qtbot.waitSignal(page.switching.enabled):
                page.switching.test(stored, then_enable=True)
        asked = page.confirm_delete(stored.id)
        assert [made.text() for made in asked.buttons] == ["Disable instead"]
        asked.buttons[0].click()
        assert [c.enabled for c in services.connectors.all()] == [False]


@pytest.mark.usefixtures("appearance")
class TestDrafts:
    def test_changes_are_asked_about_when_another_connector_is_wanted(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.16: nothing typed is lost without a word."""
        first = add_connector(services)
        other = add_connector(services, "Payroll", "pay@acme.example")
        page = show(qtbot, services, notifier)
        page.edit(first.id)
        page.editor.form.ui.name.setText("HR of Europe")
        page.navigate(other.id)
        asked = dialog(qtbot, ConfirmDialog)
        assert isinstance(asked, ConfirmDialog)
        assert page.editor.form.ui.name.text() == "HR of Europe"
        answers = [made.text() for made in (asked.cancel_button, *asked.buttons)]
        assert answers == ["Keep editing", "Discard", "Save"]
        asked.buttons[1].click()
        assert services.connectors.get(first.id).name == "HR of Europe"
        assert page.editor.connector_id == other.id

    def test_the_page_is_left_once_the_changes_are_discarded(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.1: another page of the rail, or the end of the program, asks too."""
        page = show(qtbot, services, notifier)
        left: list[str] = []
        assert page.may_leave(lambda: left.append("at once"))
        page.add()
        assert page.may_leave(lambda: left.append("empty"))
        page.editor.form.ui.name.setText("HR")
        assert not page.may_leave(lambda: left.append("asked"))
        asked = dialog(qtbot, ConfirmDialog)
        assert isinstance(asked, ConfirmDialog)
        asked.buttons[0].click()
        assert left == ["asked"]
        assert not page.editor.dirty

    def test_a_copy_has_no_address_and_no_password(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """C-11: an address belongs to one receiving connector."""
        stored = add_connector(services)
        page = show(qtbot, services, notifier)
        page.duplicate(stored.id)
        form = page.editor.form
        assert form.ui.name.text() == "HR EMEA (copy)"
        assert form.ui.primary_address.text() == ""
        assert page.editor.connector_id == 0
        assert form.secrets() == {}


def menus() -> set[QMenu]:
    """Every menu there is."""
    return {widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMenu)}


def click_switch(qtbot: QtBot, page: ConnectorsPage, connector_id: int) -> None:
    """Click the drawn switch of a row with the mouse."""
    index = page.list.model.index_of(connector_id, ConnectorColumn.ENABLED)
    box = page.list.table.visualRect(index)
    place = QPoint(box.left() + 20, box.center().y())
    QTest.mouseClick(page.list.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def texts_of(shown: ConfirmDialog) -> list[str]:
    """Every label of a dialog."""
    return [child.text() for child in shown.findChildren(QLabel)]
