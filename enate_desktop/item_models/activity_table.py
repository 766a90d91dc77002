"""The history as a table of changes that reads on as it is scrolled (UI 3.8)."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from enate_desktop.domain.history import HistoryChange
from enate_desktop.item_models.activity_text import (
    action_words,
    change_words,
    entry_words,
    isolated,
    kind_words,
    spoken,
)
from enate_desktop.item_models.row_table import Index, RowTable
from enate_desktop.item_models.time_text import short_text, whole_text

PAGE_SIZE = 200
_MOST_LINES = 20


class ActivityColumn(IntEnum):
    """The columns, in the order shown."""

    WHEN = 0
    WHO = 1
    WHAT = 2
    ITEM = 3
    DETAILS = 4


class ActivityRole(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    CHANGE = Qt.ItemDataRole.UserRole


class ActivityTableModel(RowTable[HistoryChange]):
    """Changes, newest first. ``older_wanted`` asks for those before a change's id.

    Nothing is read in here: whoever answers calls :meth:`add_older`.
    """

    headers = ("When", "Who", "What", "Item", "Details")
    older_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_more = False
        self._asked = False

    @property
    def has_more(self) -> bool:
        """Whether there may be older changes that were not read yet."""
        return self._has_more

    @property
    def newest_id(self) -> int:
        """The id of the newest change shown, 0 when there is none."""
        return self._rows[0].head.id if self._rows else 0

    def set_changes(self, changes: Sequence[HistoryChange], *, has_more: bool) -> None:
        """Show these from the top."""
        self.beginResetModel()
        self._rows = list(changes)
        self._has_more, self._asked = has_more, False
        self.endResetModel()

    def add_older(self, changes: Sequence[HistoryChange], *, has_more: bool) -> None:
        """Go on below with these."""
        self._has_more, self._asked = has_more, False
        start = len(self._rows)
        if changes:
            self.beginInsertRows(QModelIndex(), start, start + len(changes) - 1)
            self._rows += changes
            self.endInsertRows()

    def add_newer(self, changes: Sequence[HistoryChange]) -> None:
        """Put these on top; what is selected stays so."""
        known = self.newest_id
        fresh = [change for change in changes if change.head.id > known]
        if fresh:
            self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
            self._rows[:0] = fresh
            self.endInsertRows()

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and not self._asked

    @override
    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent) and self._rows:
            self._asked = True
            self.older_wanted.emit(self._rows[-1].head.id)

    @override
    def key(self, row: HistoryChange) -> int:
        return row.head.id

    @override
    def text(self, row: HistoryChange, column: int) -> str:
        return _text(row, ActivityColumn(column))

    @override
    def tooltip(self, row: HistoryChange, column: int) -> str:
        return _tooltip(row, ActivityColumn(column))

    @override
    def spoken(self, row: HistoryChange, column: int) -> str:
        return spoken(row) if column == ActivityColumn.WHAT else super().spoken(row, column)

    @override
    def token(self, row: HistoryChange, column: int) -> str:
        if column == ActivityColumn.WHAT and row.head.action == "stopped":
            return "error"
        leads = (ActivityColumn.WHAT, ActivityColumn.ITEM, ActivityColumn.DETAILS)
        return "text" if column in leads else "secondary"

    @override
    def more(self, row: HistoryChange, column: int, role: int) -> object:
        return row if role == ActivityRole.CHANGE else None


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
