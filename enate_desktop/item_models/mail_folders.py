"""The folders of a mailbox as a tree: what each is for, and which cannot be chosen and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from enate_desktop.item_models.activity_text import plain_tip
from enate_desktop.mail.mailbox import FolderUse, RemoteFolder

Index = QModelIndex | QPersistentModelIndex
_USES = {
    FolderUse.INBOX: ("Inbox", "inbox"),
    FolderUse.SENT: ("Sent mail", "send"),
    FolderUse.DRAFTS: ("Drafts", "pencil"),
    FolderUse.TRASH: ("Trash", "trash-2"),
    FolderUse.JUNK: ("Junk", "circle-slash"),
    FolderUse.ARCHIVE: ("Archive", "archive"),
    FolderUse.ALL: ("All mail", "mails"),
    FolderUse.FLAGGED: ("Flagged", "flag"),
}
_HOLDS_ONLY_OTHERS = "Holds only other folders"


class FolderColumn(IntEnum):
    """The columns, in the order shown."""

    NAME = 0
    PURPOSE = 1


class FolderRole(IntEnum):
    """What views ask beyond Qt's own roles."""

    PICTURE = Qt.ItemDataRole.UserRole


@dataclass(slots=True)
class _Node:
    key: int
    parent: int
    label: str
    folder: RemoteFolder | None = None
    row: int = 0
    children: list[int] = field(default_factory=list)


class MailFolderModel(QAbstractItemModel):
    """``reasons`` tells by folder name, case-insensitively, why it cannot be chosen."""

    def __init__(self, reasons: Mapping[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reasons = {name.casefold(): reason for name, reason in reasons.items()}
        self._folders: tuple[RemoteFolder, ...] = ()
        self._search = ""
        self._nodes = {0: _Node(0, 0, "")}

    @property
    def folders(self) -> tuple[RemoteFolder, ...]:
        """Every folder, hidden ones too."""
        return self._folders

    def set_folders(self, folders: Sequence[RemoteFolder]) -> None:
        """Show these, in the order given."""
        self._folders = tuple(folders)
        self._arrange()

    def set_search(self, text: str) -> None:
        """Show only folders with ``text`` in their name, and what they lie in."""
        self._search = text.strip().casefold()
        self._arrange()

    def folder(self, index: Index) -> RemoteFolder | None:
        """The folder of a row; None for a name that only leads to others."""
        return self._node(index).folder if index.isValid() else None

    def reason(self, index: Index) -> str:
        """Why the folder cannot be chosen, or empty."""
        folder = self.folder(index)
        if folder is None or not folder.selectable:
            return _HOLDS_ONLY_OTHERS
        return self._reasons.get(folder.name.casefold(), "")

    def index_of(self, name: str) -> QModelIndex:
        """Where a folder is shown, by its whole name; an unusable index when it is not."""
        for node in self._nodes.values():
            if node.folder is not None and node.folder.name.casefold() == name.casefold():
                return self.createIndex(node.row, 0, node.key)
        return QModelIndex()

    def first_hit(self) -> QModelIndex:
        """The first folder that the search found and that can be chosen."""
        for node in self._nodes.values():
            index = self.createIndex(node.row, 0, node.key)
            if node.key and self._search in node.label.casefold() and not self.reason(index):
                return index
        return QModelIndex()

    @override
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._node(parent).children[row])

    @override
    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]  # Qt overloads it
        above = self._nodes[self._node(child).parent] if child.isValid() else self._nodes[0]
        return self.createIndex(above.row, 0, above.key) if above.key else QModelIndex()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return len(FolderColumn)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Folder", "Purpose")[section]
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.reason(index):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self._node(index)
        purpose = self.reason(index) or _shown_as(node.folder)[0]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return purpose if index.column() == FolderColumn.PURPOSE else node.label
            case Qt.ItemDataRole.ToolTipRole:
                name = node.folder.name if node.folder is not None else node.label
                return plain_tip(f"{name}\n{purpose}".strip())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{node.label}, {purpose}" if purpose else node.label
            case Qt.ItemDataRole.ForegroundRole:
                return "secondary" if index.column() == FolderColumn.PURPOSE else "text"
            case FolderRole.PICTURE if index.column() == FolderColumn.NAME:
                return _shown_as(node.folder)[1]
        return None

    def _node(self, index: Index) -> _Node:
        return self._nodes[index.internalId() if index.isValid() else 0]

    def _arrange(self) -> None:
        self.beginResetModel()
        self._nodes = {0: _Node(0, 0, "")}
        places: dict[tuple[str, ...], int] = {(): 0}
        for folder in self._folders:
            if self._search in folder.name.casefold():
                self._place(folder, folder.parts, places)
        self.endResetModel()

    def _place(
        self, folder: RemoteFolder, parts: tuple[str, ...], places: dict[tuple[str, ...], int]
    ) -> None:
        for depth in range(1, len(parts) + 1):
            path = parts[:depth]
            if path not in places:
                above = self._nodes[places[path[:-1]]]
                key = len(self._nodes)
                self._nodes[key] = _Node(key, above.key, path[-1], row=len(above.children))
                above.children.append(key)
                places[path] = key
        self._nodes[places[parts]].folder = folder


def _shown_as(folder: RemoteFolder | None) -> tuple[str, str]:
    """What the folder is for, and the picture of it."""
    use = folder.use if folder is not None else None
    return _USES[use] if use is not None else ("", "folder")
