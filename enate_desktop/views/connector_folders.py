"""Browse folders: the folders of a mailbox, fetched from its server, to choose one from (C-12)."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.mail_folders import FolderColumn, FolderRole, MailFolderModel
from enate_desktop.mail.mailbox import FolderUse, RemoteFolder
from enate_desktop.services.vault import SecretChanges
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.connector_folder_new import NewFolderDialog
from enate_desktop.views.icons import icon
from enate_desktop.views.message_bar import MessageAction, MessageStack
from enate_desktop.views.widgets import (
    RowDelegate,
    SectionLabel,
    button,
    prepare_tree,
    secondary_label,
)
from enate_desktop.worker.tasks import run_in_background


class Folders(Protocol):
    """What the dialog asks of a mailbox; blocking, ends soon once ``cancel`` is set."""

    def list(
        self, connector: Connector, secrets: SecretChanges, cancel: threading.Event
    ) -> tuple[RemoteFolder, ...]:
        """Every folder; EnateError when the server cannot be asked."""

    def create(
        self, connector: Connector, secrets: SecretChanges, name: str, cancel: threading.Event
    ) -> RemoteFolder:
        """A new folder; EnateError when the server refuses."""


class FolderDialog(QDialog):
    """Fetches the folders in the background; ``chosen`` gets the name of the one taken.

    ``reasons`` tells which folders cannot be chosen, and why.
    """

    def __init__(
        self,
        folders: Folders,
        connector: Connector,
        secrets: SecretChanges,
        chosen: Callable[[str], object],
        parent: QWidget,
        *,
        current: str = "",
        reasons: Mapping[str, str],
        can_create: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Folders of {name}").format(name=connector.name or "…"))
        self._folders, self._connector, self._secrets = folders, connector, dict(secrets)
        self._chosen = chosen
        self._current = current
        self._made: RemoteFolder | None = None
        self._cancel = threading.Event()
        self.destroyed.connect(self._cancel.set)
        self.model = MailFolderModel(reasons, self)
        self.messages = MessageStack()
        self.search = QLineEdit()
        self.tree = QTreeView()
        self.status = secondary_label("")
        self.new_button = button(self.tr("New folder…"), self._on_new_clicked, icon_name="plus")
        self.choose_button = button(self.tr("Choose"), self._on_chosen, primary=True)
        self.new_button.setVisible(can_create)
        self._build()
        self._connect()
        self._fetch()

    @property
    def busy(self) -> bool:
        """Whether the server is being asked."""
        return not self.tree.isEnabled()

    def make_folder(self, name: str) -> None:
        """Make a folder on the server and select it."""
        connector, secrets, cancel = self._connector, self._secrets, self._cancel
        self._wait(self.tr("Making the folder…"))
        run_in_background(
            self,
            lambda: self._folders.create(connector, secrets, name, cancel),
            self._on_created,
            self._on_failed,
        )

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._cancel.set()
        super().closeEvent(event)

    @override
    def done(self, result: int) -> None:
        self._cancel.set()
        super().done(result)

    def _fetch(self) -> None:
        connector, secrets, cancel = self._connector, self._secrets, self._cancel
        self._wait(self.tr("Asking the server…"))
        run_in_background(
            self,
            lambda: self._folders.list(connector, secrets, cancel),
            self._on_listed,
            self._on_failed,
        )

    def _build(self) -> None:
        prepare_tree(self.tree, self.tr("Folders"))
        self.tree.setItemDelegate(_FolderDelegate(self.tree))
        self.tree.setModel(self.model)
        self.tree.header().setStretchLastSection(True)
        self.tree.header().resizeSection(FolderColumn.NAME, 280)
        self.search.setPlaceholderText(self.tr("Search folders"))
        self.search.setClearButtonEnabled(True)
        describe(self.search, self.tr("Search folders"))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.new_button)
        foot.addWidget(self.status, 1)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        foot.addWidget(self.choose_button)
        self.choose_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(self.messages)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        self.resize(560, 520)
        self.search.setFocus()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_searched)
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self.tree.doubleClicked.connect(self._on_chosen)

    def _wait(self, words: str) -> None:
        self.messages.clear()
        self.status.setText(words)
        self.tree.setEnabled(False)
        for part in (self.choose_button, self.new_button):
            explain_disabled(part, words)

    def _rest(self) -> None:
        self._show_count()
        count = len(self.model.folders)
        self.tree.setEnabled(True)
        self.tree.expandAll()
        unknown = self.tr("The server did not tell its folders.")
        explain_disabled(self.new_button, "" if count else unknown)
        self._show_choice()

    def _show_count(self) -> None:
        count = len(self.model.folders)
        told = "1 folder" if count == 1 else f"{count} folders"
        if count and not self.model.rowCount():
            told = self.tr("No folder has this in its name.")
        self.status.setText(told if count else "")

    def _show_choice(self) -> None:
        index = self.tree.currentIndex()
        reason = self.model.reason(index) if index.isValid() else self.tr("Choose a folder first.")
        explain_disabled(self.choose_button, reason)

    def _select(self, index: QModelIndex) -> None:
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def _on_listed(self, folders: Sequence[RemoteFolder]) -> None:
        made, self._made = self._made, None
        missing = made is not None and made.name not in {known.name for known in folders}
        known = (*folders, made) if made is not None and missing else folders
        self.model.set_folders(sorted(known, key=_place))
        self._rest()
        self._select(self.model.index_of(self._current))
        if made is not None:
            self.tree.setFocus()

    def _on_created(self, folder: RemoteFolder) -> None:
        self.search.clear()
        self._made, self._current = folder, folder.name
        self._fetch()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self._rest()
        again = MessageAction(self.tr("Try again"), self._fetch)
        self.messages.show_error(error, *(() if self.model.folders else (again,)), key="folders")

    def _on_searched(self, text: str) -> None:
        self.model.set_search(text)
        self.tree.expandAll()
        self._select(self.model.first_hit() if text else QModelIndex())
        self._show_count()
        self._show_choice()

    def _on_current_changed(self) -> None:
        self._show_choice()

    def _on_new_clicked(self) -> None:
        marked = self.model.folder(self.tree.currentIndex())
        dialog = NewFolderDialog(self.model.folders, marked.name if marked else "", self)
        dialog.named.connect(self.make_folder)
        dialog.open()

    def _on_chosen(self) -> None:
        index = self.tree.currentIndex()
        folder = self.model.folder(index)
        if folder is not None and not self.model.reason(index):
            self.accept()
            self._chosen(folder.name)


def _place(folder: RemoteFolder) -> tuple[bool, list[str]]:
    """The inbox first, the others by name, each with what is in it."""
    return folder.use is not FolderUse.INBOX, [part.casefold() for part in folder.parts]


class _FolderDelegate(RowDelegate):
    """Shows what a folder is for as a picture before its name."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        picture = index.data(FolderRole.PICTURE)
        if picture:
            option.icon = icon(picture, "secondary")
            option.decorationSize = QSize(16, 16)
