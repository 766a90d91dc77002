"""The folders of a mailbox as a tree."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.mail_folders import FolderColumn, MailFolderModel
from enate_desktop.mail.mailbox import FolderUse, RemoteFolder

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
FOLDERS = (
    RemoteFolder("INBOX", use=FolderUse.INBOX, delimiter="/"),
    RemoteFolder("Archive", selectable=False, use=FolderUse.ARCHIVE, delimiter="/"),
    RemoteFolder("Archive/2026", delimiter="/"),
    RemoteFolder("Shared/HR/Inbox", delimiter="/"),
    RemoteFolder("Sent", use=FolderUse.SENT, delimiter="/"),
)


@pytest.fixture
def model(qtbot: QtBot) -> MailFolderModel:
    made = MailFolderModel({"inbox": "Mail is fetched from here"})
    made.set_folders(FOLDERS)
    return made


def shown(model: MailFolderModel, parent: QModelIndex | None = None) -> list[object]:
    """The tree as nested lists of names."""
    found: list[object] = []
    above = parent or QModelIndex()
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        found.append(index.data())
        if model.rowCount(index):
            found.append(shown(model, index))
    return found


def test_folders_lie_inside_each_other(model: MailFolderModel) -> None:
    tree = ["INBOX", "Archive", ["2026"], "Shared", ["HR", ["Inbox"]], "Sent"]
    assert shown(model) == tree


def test_a_flat_name_is_not_taken_apart(qtbot: QtBot) -> None:
    model = MailFolderModel({})
    model.set_folders([RemoteFolder("a/b")])
    assert shown(model) == ["a/b"]


@pytest.mark.parametrize(
    ("name", "purpose", "usable"),
    [
        ("INBOX", "Mail is fetched from here", False),
        ("Archive", "Holds only other folders", False),
        ("Archive/2026", "", True),
        ("Sent", "Sent mail", True),
    ],
)
def test_what_cannot_be_chosen_is_greyed_and_says_why(
    model: MailFolderModel, name: str, purpose: str, usable: bool
) -> None:
    """C-12: mail is not moved to where it is fetched from."""
    index = model.index_of(name)
    assert index.siblingAtColumn(FolderColumn.PURPOSE).data() == purpose
    assert bool(index.flags() & Qt.ItemFlag.ItemIsEnabled) is usable


def test_a_name_that_only_leads_to_others_is_no_folder(model: MailFolderModel) -> None:
    shared = model.index(2, 0)
    assert (shared.data(), model.folder(shared)) == ("Shared", None)
    assert model.reason(shared) == "Holds only other folders"


def test_search_keeps_the_way_to_what_it_found(model: MailFolderModel) -> None:
    model.set_search("INB")
    assert shown(model) == ["INBOX", "Shared", ["HR", ["Inbox"]]]
    hit = model.folder(model.first_hit())
    assert hit is not None
    assert hit.name == "Shared/HR/Inbox"
    model.set_search("")
    assert len(shown(model)) == 6


def test_model_contract(model: MailFolderModel) -> None:
    QAbstractItemModelTester(model, FATAL)
