"""Roles × permissions as a table of ticks that are saved together (UI 3.13)."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from enate_desktop.domain.people import ADMINISTRATOR, Permission, Role

Index = QModelIndex | QPersistentModelIndex
PERMISSIONS = tuple(Permission)


class RoleMatrixModel(QAbstractTableModel):
    """One row for each permission, one column for each role; ``edited`` after every tick."""

    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roles: tuple[Role, ...] = ()
        self._draft: dict[str, frozenset[Permission]] = {}
        self._reason = ""

    @property
    def changed(self) -> Mapping[str, frozenset[Permission]]:
        """What the roles that differ from the stored ones would allow."""
        return {
            role.name: self._draft[role.name]
            for role in self._roles
            if self._draft[role.name] != role.permissions
        }

    def set_roles(self, roles: Sequence[Role], reason: str = "") -> None:
        """Show these as they are stored; with a ``reason`` they can only be looked at."""
        self.beginResetModel()
        self._roles, self._reason = tuple(roles), reason
        self._draft = {role.name: role.permissions for role in roles}
        self.endResetModel()
        self.edited.emit()

    def role(self, column: int) -> Role | None:
        """The role of a column."""
        return self._roles[column] if 0 <= column < len(self._roles) else None

    def why_fixed(self, index: Index) -> str:
        """Why a tick cannot be changed, or an empty text."""
        role, permission = self._roles[index.column()], PERMISSIONS[index.row()]
        if self._reason:
            return self._reason
        if role.name == ADMINISTRATOR:
            return "An Administrator may do everything."
        return "Everybody may view." if permission is Permission.VIEW else ""

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(PERMISSIONS)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._roles)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self._roles[section].name
        return PERMISSIONS[section].value

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if self.why_fixed(index):
            return usual
        return usual | Qt.ItemFlag.ItemIsUserCheckable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        allowed = self._allows(index)
        match role:
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if allowed else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                return self.why_fixed(index)
            case Qt.ItemDataRole.AccessibleTextRole:
                name, permission = self._roles[index.column()].name, PERMISSIONS[index.row()]
                words = f"{name}, {permission}: {'allowed' if allowed else 'not allowed'}"
                return f"{words}. {self.why_fixed(index)}".removesuffix(". ")
            case Qt.ItemDataRole.DisplayRole:
                return ""
        return None

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or self.why_fixed(index):
            return False
        name, permission = self._roles[index.column()].name, PERMISSIONS[index.row()]
        ticked = Qt.CheckState(value) is Qt.CheckState.Checked
        present = self._draft[name]
        self._draft[name] = present | {permission} if ticked else present - {permission}
        self.dataChanged.emit(index, index)
        self.edited.emit()
        return True

    def _allows(self, index: Index) -> bool:
        return PERMISSIONS[index.row()] in self._draft[self._roles[index.column()].name]
