"""Browse folders: beside the additional mailbox and the target of a move."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Connector, IntakeAction, Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.mail_folders import FolderColumn
from enate_desktop.mail.mailbox import FolderUse, RemoteFolder
from enate_desktop.services.bundle import Services
from enate_desktop.services.vault import SecretChanges
from enate_desktop.views.connector_editor import ConnectorEditor
from enate_desktop.views.connector_folder_browsing import FolderBrowsing
from enate_desktop.views.connector_folder_new import NewFolderDialog
from enate_desktop.views.connector_folders import FolderDialog
from tests.servers.dovecot import Dovecot
from tests.views.connector_desk import fill, open_editor, run_test, type_password
from tests.views.page_samples import company

pytestmark = pytest.mark.usefixtures("appearance")
FOLDERS = (
    RemoteFolder("INBOX", use=FolderUse.INBOX, delimiter="/"),
    RemoteFolder("Archive", selectable=False, delimiter="/"),
    RemoteFolder("Archive/2026", delimiter="/"),
    RemoteFolder("Sent", use=FolderUse.SENT, delimiter="/"),
)


class Mailbox:
    """Folders in memory; ``refusal`` is raised instead when there is one."""

    def __init__(self) -> None:
        self.refusal: EnateError | None = None
        self.asked: list[Connector] = []
        self.going = threading.Event()
        self.going.set()
        self.cancel: threading.Event | None = None

    def list(
        self, connector: Connector, secrets: SecretChanges, cancel: threading.Event
    ) -> tuple[RemoteFolder, ...]:
        self.asked.append(connector)
        self.cancel = cancel
        self.going.wait(5)
        if self.refusal is not None:
            raise self.refusal
        return FOLDERS

    def create(
        self, connector: Connector, secrets: SecretChanges, name: str, cancel: threading.Event
    ) -> RemoteFolder:
        if self.refusal is not None:
            raise self.refusal
        return RemoteFolder(name, delimiter="/")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def editor(qtbot: QtBot, services: Services, mailbox: Mailbox) -> ConnectorEditor:
    made = open_editor(qtbot, services)
    made.browsing.deleteLater()
    made.form.sides.servers[Side.INCOMING].browse_requested.disconnect()
    made.form.intake.browse_requested.disconnect()
    made.browsing = FolderBrowsing(mailbox, made.form, made)
    fill(made, services)
    return made


def browse_target(qtbot: QtBot, editor: ConnectorEditor) -> FolderDialog:
    """The folders to move mail to, once they are there."""
    combo = editor.form.intake.ui.action
    combo.setCurrentIndex(combo.findData(IntakeAction.MOVE.value))
    editor.form.intake.folder.browse_button.click()
    return shown(qtbot)


def shown(qtbot: QtBot) -> FolderDialog:
    """The dialog, once the server has answered."""
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, FolderDialog)]
    qtbot.waitUntil(lambda: not found.busy)
    return found


def test_a_folder_is_found_by_typing_and_chosen_with_enter(
    qtbot: QtBot, editor: ConnectorEditor
) -> None:
    """C-12: move to a named folder, without knowing how the server writes it."""
    dialog = browse_target(qtbot, editor)
    assert dialog.status.text() == "4 folders"
    assert not dialog.choose_button.isEnabled()
    QTest.keyClicks(dialog.search, "2026")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert editor.form.intake.after_intake().folder == "Archive/2026"
    assert editor.focusWidget() is editor.form.intake.folder.edit


def test_the_folder_that_mail_comes_from_cannot_be_the_target(
    qtbot: QtBot, editor: ConnectorEditor
) -> None:
    """C-12: it would be taken in again and again."""
    dialog = browse_target(qtbot, editor)
    inbox = dialog.model.index_of("INBOX")
    assert inbox.siblingAtColumn(FolderColumn.PURPOSE).data() == "Mail is fetched from here"
    assert dialog.model.index_of("Sent").flags() & Qt.ItemFlag.ItemIsEnabled
    dialog.reject()
    assert editor.form.intake.after_intake().folder == ""


def test_the_present_folder_is_selected(qtbot: QtBot, editor: ConnectorEditor) -> None:
    editor.form.intake.folder.set_text("archive/2026")
    dialog = browse_target(qtbot, editor)
    assert dialog.tree.currentIndex().data() == "2026"
    assert dialog.choose_button.isEnabled()
    dialog.reject()


def test_a_new_folder_is_made_and_selected(qtbot: QtBot, editor: ConnectorEditor) -> None:
    dialog = browse_target(qtbot, editor)
    assert dialog.new_button.isVisible()
    dialog.make_folder("Processed")
    qtbot.waitUntil(lambda: not dialog.busy)
    assert dialog.tree.currentIndex().data() == "Processed"
    dialog.choose_button.click()
    assert editor.form.intake.after_intake().folder == "Processed"


def test_a_new_folder_can_be_made_in_another_one(qtbot: QtBot, editor: ConnectorEditor) -> None:
    """C-12: the present folder is proposed; the new one stands among the others by name."""
    editor.form.intake.folder.set_text("Archive/2026")
    dialog = browse_target(qtbot, editor)
    dialog.new_button.click()
    (asking,) = dialog.findChildren(NewFolderDialog)
    assert asking.within.currentText() == "Archive/2026"
    asking.within.setCurrentText("Archive")
    asking.name.setText("2026")
    assert not asking.create_button.isEnabled()
    asking.name.setText("2025")
    asking.create_button.click()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert dialog.status.text() == "5 folders"
    assert dialog.tree.currentIndex().data() == "2025"
    assert dialog.tree.currentIndex().row() == 0
    dialog.reject()


def test_a_search_without_hits_says_so(qtbot: QtBot, editor: ConnectorEditor) -> None:
    dialog = browse_target(qtbot, editor)
    dialog.search.setText("nowhere")
    assert dialog.status.text() == "No folder has this in its name."
    dialog.search.clear()
    assert dialog.status.text() == "4 folders"
    dialog.reject()


def test_nobody_is_asked_before_the_sign_in_is_typed(
    qtbot: QtBot, editor: ConnectorEditor, mailbox: Mailbox
) -> None:
    """C-12: the field that lacks it says so and has the focus."""
    type_password(editor, "")
    combo = editor.form.intake.ui.action
    combo.setCurrentIndex(combo.findData(IntakeAction.MOVE.value))
    editor.form.intake.folder.browse_button.click()
    section = editor.form.sides.sign_ins[Side.INCOMING]
    assert section.fields["password"].error == "Type the password first."
    assert editor.focusWidget() is section.password.password.edit
    assert not mailbox.asked


def test_a_server_that_refuses_is_quoted_and_can_be_asked_again(
    qtbot: QtBot, editor: ConnectorEditor, mailbox: Mailbox
) -> None:
    mailbox.refusal = EnateError("Sign-in was refused.", "Check the password.")
    dialog = browse_target(qtbot, editor)
    (bar,) = dialog.messages.bars
    assert bar.text == "Sign-in was refused. Check the password."
    mailbox.refusal = None
    bar.buttons[0].click()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert dialog.model.rowCount() == 3
    dialog.reject()


def test_shared_mailboxes_are_looked_for_from_the_own_one(
    qtbot: QtBot, editor: ConnectorEditor, mailbox: Mailbox
) -> None:
    """C-01: what is typed so far must not be what the search begins with."""
    server = editor.form.sides.servers[Side.INCOMING]
    server.ui.additional_use.setChecked(True)
    server.additional.set_text("half a na")
    server.additional.browse_button.click()
    dialog = shown(qtbot)
    assert not dialog.new_button.isVisible()
    asked = mailbox.asked[0].incoming
    assert asked is not None
    assert asked.additional_mailbox is None
    dialog.tree.setCurrentIndex(dialog.model.index_of("Sent"))
    dialog.choose_button.click()
    assert server.additional.text == "Sent"


def test_closing_stops_asking(qtbot: QtBot, editor: ConnectorEditor, mailbox: Mailbox) -> None:
    """A slow server does not hold the window."""
    mailbox.going.clear()
    combo = editor.form.intake.ui.action
    combo.setCurrentIndex(combo.findData(IntakeAction.MOVE.value))
    editor.form.intake.folder.browse_button.click()
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, FolderDialog)]
    assert dialog.busy
    assert dialog.status.text() == "Asking the server…"
    qtbot.waitUntil(lambda: mailbox.cancel is not None)
    dialog.reject()
    assert mailbox.cancel is not None
    assert mailbox.cancel.is_set()
    mailbox.going.set()


def test_a_real_mailbox_tells_its_folders_and_takes_a_new_one(
    qtbot: QtBot, services: Services, dovecot: Dovecot, mailbox_user: str
) -> None:
    """C-12: with what is typed, nothing saved yet."""
    editor = open_editor(qtbot, services)
    fill(editor, services, dovecot.imap_port)
    editor.form.sides.sign_ins[Side.INCOMING].ui.username.setText(mailbox_user)
    type_password(editor, dovecot.password(mailbox_user))
    dialog = browse_target(qtbot, editor)
    assert not dialog.messages.bars
    dialog.make_folder("Taken in/2026")
    qtbot.waitUntil(lambda: not dialog.busy)
    assert dialog.tree.currentIndex().data() == "2026"
    dialog.choose_button.click()
    assert editor.form.intake.after_intake().folder == "Taken in/2026"
    run_test(qtbot, editor)
    assert editor.test_view.summary.startswith("Receiving works.")
