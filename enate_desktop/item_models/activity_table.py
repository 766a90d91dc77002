"""The history as a table of changes that reads on as it is scrolled (UI 3.8)."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from enate_desktop.domain.history import HistoryChange
from enate_desktop.item_models.activity_text import (
    action_words,
    change_words,
    entry_words,
    isolated,
    kind_words,
    plain_tip,
    spoken,
)
from enate_desktop.item_models.time_text import short_text, whole_text

PAGE_SIZE = 200
_MOST_LINES = 20
Index = QModelIndex | QPersistentModelIndex


class ActivityColumn(IntEnum):
    """The columns, in the order shown."""

    WHEN = 0
    WHO = 1
    WHAT = 2
    ITEM = 3
    DETAILS = 4


HEADERS = ("When", "Who", "What", "Item", "Details")


class ActivityRole(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    CHANGE = Qt.ItemDataRole.UserRole


class ActivityTableModel(QAbstractTableModel):
    """Changes, newest first. ``older_wanted`` asks for those before a change's id.

    Nothing is read in here: whoever answers calls :meth:`add_older`.
    """

    older_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changes: list[HistoryChange] = []
        self._has_more = False
        self._asked = False

    @property
    def has_more(self) -> bool:
        """Whether there may be older changes that were not read yet."""
        return self._has_more

    @property
    def newest_id(self) -> int:
        """The id of the newest change shown, 0 when there is none."""
        return self._changes[0].head.id if self._changes else 0

    def set_changes(self, changes: Sequence[HistoryChange], *, has_more: bool) -> None:
        """Show these from the top."""
        self.beginResetModel()
        self._changes = list(changes)
        self._has_more, self._asked = has_more, False
        self.endResetModel()

    def add_older(self, changes: Sequence[HistoryChange], *, has_more: bool) -> None:
        """Go on below with these."""
        self._has_more, self._asked = has_more, False
        start = len(self._changes)
        if changes:
            self.beginInsertRows(QModelIndex(), start, start + len(changes) - 1)
            self._changes += changes
            self.endInsertRows()

    def add_newer(self, changes: Sequence[HistoryChange]) -> None:
        """Put these on top; what is selected stays so."""
        known = self.newest_id
        fresh = [change for change in changes if change.head.id > known]
        if fresh:
            self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
            self._changes[:0] = fresh
            self.endInsertRows()

    def change(self, index: Index) -> HistoryChange | None:
        """The change of a row."""
        return self._changes[index.row()] if index.isValid() else None

    def index_of(self, change_id: int) -> QModelIndex:
        """Where a change is listed; an unusable index when it is not (yet)."""
        for row, change in enumerate(self._changes):
            if change.head.id == change_id:
                return self.index(row, 0)
        return QModelIndex()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._changes)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(ActivityColumn)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and not self._asked

    @override
    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent) and self._changes:
            self._asked = True
            self.older_wanted.emit(self._changes[-1].head.id)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        change = self.change(index)
        if change is None:
            return None
        column = ActivityColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(change, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(_tooltip(change, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                if column is ActivityColumn.WHAT:
                    return spoken(change)
                return f"{HEADERS[column]}: {_text(change, column)}"
            case Qt.ItemDataRole.ForegroundRole:
                if column is ActivityColumn.WHAT and change.head.action == "stopped":
                    return "error"
                leads = (ActivityColumn.WHAT, ActivityColumn.ITEM, ActivityColumn.DETAILS)
                return "text" if column in leads else "secondary"
            case ActivityRole.CHANGE:
                return change
        return None


def _text(change: HistoryChange, column: ActivityColumn) -> str:
    head = change.head
    match column:
        case ActivityColumn.WHEN:
            return isolated(short_text(head.at))
        case ActivityColumn.WHO:
            return isolated(head.who)
        case ActivityColumn.WHAT:
            return isolated(action_words(head.action))
        case ActivityColumn.ITEM:
            if head.kind == "settings":
                return isolated(head.name)
            return isolated(f"{kind_words(head.kind)} {isolated(head.name)}")
        case ActivityColumn.DETAILS:
            return isolated(change_words(change))


def _tooltip(change: HistoryChange, column: ActivityColumn) -> str:
    if column is ActivityColumn.WHEN:
        return whole_text(change.head.at)
    if column is not ActivityColumn.DETAILS:
        return _text(change, column)
    lines = [entry_words(entry) for entry in change.fields]
    more = [f"and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])
