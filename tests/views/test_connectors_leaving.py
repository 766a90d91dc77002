"""Leaving the editor with changes, and what happens when somebody else saved first."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.item_models.edit_conflict import Whose
from enate_desktop.services.bundle import Services
from enate_desktop.services.vault import SecretName
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.connector_editor import ConnectorEditor
from enate_desktop.views.connectors_page import ConnectorsPage
from enate_desktop.views.edit_conflict import ConflictDialog
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.page import Page
from enate_desktop.views.page_area import PageSpec
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.connector_desk import (
    answers,
    errors,
    messages,
    open_editor,
    question,
    type_password,
)
from tests.views.page_samples import add_connector, company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def editor(qtbot: QtBot, services: Services) -> ConnectorEditor:
    return open_editor(qtbot, services)


@pytest.fixture
def stored(editor: ConnectorEditor, services: Services) -> Connector:
    """A connector that is open in the editor."""
    made = add_connector(services)
    editor.load(made)
    editor.focus_start()
    return made


def press_escape(editor: ConnectorEditor) -> None:
    QTest.keyClick(editor, Qt.Key.Key_Escape)


class TestEscape:
    def test_without_changes_it_just_closes(
        self, qtbot: QtBot, editor: ConnectorEditor, stored: Connector
    ) -> None:
        """UI 3.17: Esc closes."""
        with qtbot.waitSignal(editor.closed):
            press_escape(editor)

    def test_with_changes_it_asks_and_keeps_editing_by_default(
        self, qtbot: QtBot, editor: ConnectorEditor, stored: Connector
    ) -> None:
        """UI 2: nothing typed is lost by one key."""
        editor.form.ui.name.setText("Mine")
        with qtbot.assertNotEmitted(editor.closed):
            press_escape(editor)
            asked = question(qtbot)
            assert answers(asked) == ["Keep editing", "Discard", "Save"]
            assert asked.cancel_button.isDefault()
            QTest.keyClick(asked, Qt.Key.Key_Escape)
        assert editor.form.ui.name.text() == "Mine"

    @pytest.mark.parametrize(("answer", "name"), [(0, "HR EMEA"), (1, "Mine")])
    def test_discard_and_save_close(
        self,
        qtbot: QtBot,
        editor: ConnectorEditor,
        services: Services,
        stored: Connector,
        answer: int,
        name: str,
    ) -> None:
        editor.form.ui.name.setText("Mine")
        editor.header.back_button.click()
        with qtbot.waitSignal(editor.closed):
            question(qtbot).buttons[answer].click()
        assert services.connectors.get(stored.id).name == name

    def test_what_cannot_be_saved_is_not_left(
        self, qtbot: QtBot, editor: ConnectorEditor, stored: Connector
    ) -> None:
        """C-01: the refusal stands at its field."""
        editor.form.ui.primary_address.setText("nobody")
        with qtbot.assertNotEmitted(editor.closed):
            press_escape(editor)
            question(qtbot).buttons[1].click()
        assert list(errors(editor)) == ["primary_address"]


class TestConflict:
    def test_three_columns_and_a_choice_for_each_field(
        self, qtbot: QtBot, editor: ConnectorEditor, services: Services, stored: Connector
    ) -> None:
        """S-01: before, theirs, mine; nothing typed is lost."""
        editor.form.ui.name.setText("Mine")
        editor.form.sides.servers[Side.INCOMING].ui.port.setText("1993")
        type_password(editor, "my new one")
        save_theirs(services, stored)
        editor.save()
        dialog = conflict()
        assert services.connectors.get(stored.id).name == "Theirs"
        assert dialog.radio("name", Whose.MINE).isChecked()
        assert dialog.radio("incoming.username", Whose.THEIRS).isChecked()
        assert dialog.radio("incoming.username", Whose.MINE).text() == "hr"
        dialog.radio("name", Whose.THEIRS).setChecked(True)
        dialog.save_button.click()
        now = services.connectors.get(stored.id)
        assert now.incoming is not None
        assert (now.name, now.incoming.port, now.incoming.username) == ("Theirs", 1993, "theirs")
        assert password(services, stored) == b"my new one"
        assert editor.form.ui.name.text() == "Theirs"
        assert not editor.dirty

    def test_keep_editing_leaves_everything_as_it_is(
        self, editor: ConnectorEditor, services: Services, stored: Connector
    ) -> None:
        editor.form.ui.name.setText("Mine")
        save_theirs(services, stored)
        editor.save()
        conflict().cancel_button.click()
        assert editor.form.ui.name.text() == "Mine"
        assert services.connectors.get(stored.id).name == "Theirs"

    def test_changes_to_other_fields_need_no_choice_of_mine(
        self, editor: ConnectorEditor, services: Services, stored: Connector
    ) -> None:
        """What both changed alike is no conflict at all."""
        editor.form.ui.name.setText("Alike")
        services.connectors.save(replace(stored, name="Alike"))
        editor.save()
        assert not editor.dirty
        assert messages(editor) == []

    def test_a_deleted_connector_is_said_to_be_gone(
        self, editor: ConnectorEditor, services: Services, stored: Connector
    ) -> None:
        editor.form.ui.name.setText("Mine")
        services.connectors.delete(stored.id)
        editor.save()
        assert "was deleted" in messages(editor)[0]
        assert editor.form.ui.name.text() == "Mine"


def save_theirs(services: Services, stored: Connector) -> None:
    """Somebody else changes name and user name."""
    assert stored.incoming is not None
    theirs = replace(stored.incoming, username="theirs")
    services.connectors.save(replace(stored, name="Theirs", incoming=theirs))


def conflict() -> ConflictDialog:
    """The comparison that is shown."""
    shown = QApplication.topLevelWidgets()
    (found,) = [w for w in shown if isinstance(w, ConflictDialog) and w.isVisible()]
    return found


def password(services: Services, stored: Connector) -> bytes:
    """The stored password of incoming mail."""
    with services.context.database.read() as work:
        return services.context.vault.stored(work, stored.id)[SecretName.INCOMING_PASSWORD]


class TestWindow:
    @pytest.fixture
    def window(
        self, qtbot: QtBot, services: Services, appearance: Appearance, tmp_path: Path
    ) -> MainWindow:
        """The window with the connectors and one other page, changes in the editor."""
        notifier = ChangeNotifier()

        def connectors() -> Page:
            return ConnectorsPage(services, notifier)

        specs = (
            PageSpec(
                "connectors", "Connectors", "plug", lambda: ConnectorsPage(services, notifier)
            ),
            PageSpec("other", "Other", "inbox", lambda: Page("Other")),
        )
        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        made = MainWindow(specs, appearance, settings)
        qtbot.addWidget(made, before_close_func=forget_changes)
        with qtbot.waitExposed(made):
            made.show()
        page = made.page("connectors")
        assert isinstance(page, ConnectorsPage)
        page.add()
        page.editor.form.ui.name.setText("HR")
        return made

    def test_undo_leaves_the_store_alone_while_something_is_typed(
        self, qtbot: QtBot, window: MainWindow, services: Services
    ) -> None:
        """X-08: what is typed is dealt with first; then undo takes back what was saved."""
        page = window.page("connectors")
        assert isinstance(page, ConnectorsPage)
        editor = page.editor
        editor.load(add_connector(services))
        editor.form.ui.name.setText("Saved name")
        with qtbot.waitSignal(page.toast_requested) as told:
            editor.save()
        editor.form.ui.name.setText("Typed name")
        assert not page.work.stack.isActive()
        told.args[0].undo()
        QTest.keyClick(editor.footer.save_button, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert [c.name for c in services.connectors.all()] == ["Saved name"]
        assert messages(editor)[0].startswith("Save or discard what you typed first.")
        editor.discard()
        assert page.work.stack.isActive()
        page.work.stack.undo()
        assert editor.form.ui.name.text() == "HR EMEA"
        assert messages(editor) == ["Undone: Saved “Saved name”."]

    def test_another_page_is_shown_once_the_changes_are_dealt_with(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        """UI 2: the rail asks too, and shows where one still is."""
        window.rail.page_chosen.emit("other")
        asked = question(qtbot)
        assert window.current_key == "connectors"
        asked.buttons[0].click()
        assert window.current_key == "other"

    def test_the_window_stays_open_until_the_changes_are_dealt_with(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        with qtbot.assertNotEmitted(window.closing):
            assert not window.close()
            question(qtbot).reject()
        assert window.isVisible()
        with qtbot.waitSignal(window.closing):
            assert not window.close()
            question(qtbot).buttons[0].click()


def forget_changes(window: MainWindow) -> None:
    """So that the end of the test is not asked about."""
    page = window.page("connectors")
    if isinstance(page, ConnectorsPage):
        page.editor.discard()
