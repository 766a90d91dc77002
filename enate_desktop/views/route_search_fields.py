"""The search rows of the routes tree: fields on the first row of a group, one for each column."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from enate_desktop.item_models.route_columns import TITLES, Column
from enate_desktop.item_models.route_group import SEARCH_ROW
from enate_desktop.item_models.route_search import (
    CHOICE_FIELDS,
    CHOICE_LABELS,
    TEXT_FIELDS,
    Choice,
    RouteSearch,
)
from enate_desktop.views.route_rows_view import RouteRowsView

_AT_ONCE = 5000
"""Up to this many routes each keystroke searches at once; a larger group waits for a pause."""
_PAUSE_MILLISECONDS = 150
_SLIM = "min-height: 16px; padding: 1px 4px;"

Field = QLineEdit | QComboBox


class RouteSearchFields(QObject):
    """Opens and closes search rows and keeps their fields; the focus stays while typing."""

    def __init__(self, view: RouteRowsView) -> None:
        super().__init__(view)
        self._view = view
        self._model = view.routes
        self._fields: dict[int, dict[Column, Field]] = {}
        self._waiting: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._search_waiting)

    def open(self, key: int) -> None:
        """Show the search row of a group and put the focus into its first field."""
        if key not in self._fields:
            self._model.open_search(key)
            self._fields[key] = self._make_fields(key)
        self._view.expand(self._model.group_index(key))
        self._view.scrollTo(self._model.group_index(key))
        header = self._view.header()
        first = next(
            (f for c, f in self._fields[key].items() if not header.isSectionHidden(c)), None
        )
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close(self, key: int) -> None:
        """Take the search row away; every route of the group is shown again."""
        if self._fields.pop(key, None) is None:
            return
        self._waiting.discard(key)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._model.open_search(key, is_open=False)

    def toggle(self, key: int) -> None:
        """Open the row, or close it."""
        if key in self._fields:
            self.close(key)
        else:
            self.open(key)

    def clear(self, key: int) -> None:
        """Empty the fields of a group; its row stays."""
        for field in self._fields.get(key, {}).values():
            if isinstance(field, QLineEdit):
                field.clear()
            else:
                field.setCurrentIndex(0)
        self._search(key)

    def field(self, key: int, column: Column) -> Field:
        """One field of an open row; KeyError when there is none."""
        return self._fields[key][column]

    def forget_gone(self) -> None:
        """Let go of the fields of groups that are no longer there."""
        for key in tuple(self._fields):
            if key not in self._model.forest.groups:
                del self._fields[key]
                self._waiting.discard(key)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = next((k for k, f in self._fields.items() if watched in f.values()), 0)
            if key and event.key() == Qt.Key.Key_Escape:
                self._on_escape(key)
                return True
            if key and event.key() == Qt.Key.Key_Down and isinstance(watched, QLineEdit):
                self._go_to_first_route(key)
                return True
        return super().eventFilter(watched, event)

    def _make_fields(self, key: int) -> dict[Column, Field]:
        search = self._model.forest.groups[key].search
        fields: dict[Column, Field] = {}
        before: QWidget = self._view
        for column in Column:
            made = self._make_field(column, search)
            if made is None:
                continue
            made.installEventFilter(self)
            if isinstance(made, QLineEdit):
                made.textChanged.connect(partial(self._on_changed, key))
            else:
                made.currentIndexChanged.connect(partial(self._on_changed, key))
            fields[column] = made
            index = self._model.child_index(key, SEARCH_ROW, column)
            self._view.setIndexWidget(index, _holder(made))
            QWidget.setTabOrder(before, made)
            before = made
        return fields

    def _make_field(self, column: Column, search: RouteSearch) -> Field | None:
        made: Field
        if column in TEXT_FIELDS:
            made = QLineEdit(getattr(search, TEXT_FIELDS[column]))
            made.setPlaceholderText(self.tr("Starts with…"))
            made.setClearButtonEnabled(True)
            made.setAccessibleName(self.tr("{title} starts with").format(title=TITLES[column]))
        elif column in CHOICE_FIELDS:
            made = QComboBox()
            made.addItems(CHOICE_LABELS[column])
            choice = getattr(search, CHOICE_FIELDS[column])
            made.setCurrentIndex(tuple(Choice).index(choice))
            made.setAccessibleName(self.tr("Search: {title}").format(title=TITLES[column]))
        else:
            return None
        made.setStyleSheet(_SLIM)
        return made

    def _on_changed(self, key: int, _value: object) -> None:
        group = self._model.forest.groups.get(key)
        if group is not None and len(group.routes) <= _AT_ONCE:
            self._search(key)
        else:
            self._waiting.add(key)
            self._timer.start()

    def _search_waiting(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for key in waiting:
            self._search(key)

    def _search(self, key: int) -> None:
        if key not in self._fields or key not in self._model.forest.groups:
            return
        values: dict[str, str | Choice] = {}
        for column, field in self._fields[key].items():
            if isinstance(field, QLineEdit):
                values[TEXT_FIELDS[column]] = field.text()
            else:
                values[CHOICE_FIELDS[column]] = tuple(Choice)[field.currentIndex()]
        self._model.set_search(key, RouteSearch(**values))  # type: ignore[arg-type]

    def _on_escape(self, key: int) -> None:
        """First empty the fields, then close the row."""
        if self._model.forest.groups[key].search.active:
            self.clear(key)
        else:
            self.close(key)

    def _go_to_first_route(self, key: int) -> None:
        group = self._model.forest.groups[key]
        first = next((child for child in group.children if group.route(child)), None)
        if first is not None:
            held = QPersistentModelIndex(self._model.child_index(key, first))
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._view.setCurrentIndex(self._model.index(held.row(), 0, held.parent()))


def _holder(field: Field) -> QWidget:
    """A field with a little air around it, so that it does not touch the lines of the row."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(4, 2, 4, 3)
    row.addWidget(field)
    holder.setFocusProxy(field)
    return holder
