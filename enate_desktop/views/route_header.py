"""The columns of the routes tree: widths, which are shown, and sorting by a click."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QMenu

from enate_desktop.item_models.route_columns import COLUMNS, TITLES, Column, Sorting
from enate_desktop.views.route_rows_view import RouteRowsView

_WIDTHS = {
    Column.PRIORITY: 140,
    Column.ADDRESS: 208,
    Column.NAME: 204,
    Column.CREATES: 300,
    Column.CATEGORY: 128,
    Column.ATTENTION: 108,
    Column.AUTO: 100,
    Column.MODE: 76,
    Column.ENABLED: 80,
    Column.HITS: 96,
}
_GIVES_WAY = (
    (1300, frozenset((Column.ATTENTION,))),
    (1120, frozenset((Column.HITS,))),
    (1040, frozenset((Column.CATEGORY, Column.AUTO))),
    (840, frozenset((Column.ADDRESS,))),
)
"""Below a width of the tree these columns make room for the process (UI 3)."""
_ALWAYS = frozenset((Column.PRIORITY, Column.NAME, Column.ENABLED))
_VERSION = 1


class RouteHeader(QObject):
    """Looks after the header of a routes tree; ``sorting_requested`` carries a Sorting."""

    sorting_requested = Signal(object)

    def __init__(self, view: RouteRowsView) -> None:
        super().__init__(view)
        self._view = view
        self._unwanted: frozenset[Column] = frozenset()
        self._asked_for: frozenset[Column] = frozenset()
        self._marked = True
        self._width = 10_000
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSectionResizeMode(Column.CREATES, QHeaderView.ResizeMode.Stretch)
        self.reset()
        header.sectionClicked.connect(self._on_section_clicked)

    def fit(self, width: int) -> None:
        """Hide what does not fit a tree of this width; it comes back with the room."""
        self._width = width
        self._apply()

    def set_marked(self, marked: bool) -> None:
        """Whether any route is marked For Attention: without one its column says nothing."""
        if marked != self._marked:
            self._marked = marked
            self._apply()

    def reset(self) -> None:
        """Give every column its first width and show it."""
        for column, width in _WIDTHS.items():
            self._view.header().resizeSection(column, width)
        self._unwanted = self._asked_for = frozenset()
        self._apply()

    def set_wanted(self, column: Column, wanted: bool) -> None:
        """Show or hide a column by choice."""
        change = frozenset((column,))
        self._unwanted = self._unwanted - change if wanted else self._unwanted | change
        self._asked_for = self._asked_for | change if wanted else self._asked_for - change
        self._apply()

    def fill_menu(self, menu: QMenu) -> None:
        """Put an entry for every column that may be hidden into a menu, and a way back."""
        menu.clear()
        for column in COLUMNS:
            if column in _ALWAYS:
                continue
            entry = menu.addAction(TITLES[column])
            entry.setCheckable(True)
            entry.setChecked(not self._view.isColumnHidden(column))
            entry.toggled.connect(lambda on, column=column: self.set_wanted(column, on))
        menu.addSeparator()
        menu.addAction(self.tr("Reset columns")).triggered.connect(self.reset)

    def state(self) -> dict[str, object]:
        """Widths and hidden columns, by name, for the next session."""
        header = self._view.header()
        widths = {column.name: header.sectionSize(column) for column in COLUMNS}
        shown = {
            name: width
            for name, width in widths.items()
            if width and Column[name] is not Column.CREATES
        }
        hidden = sorted(column.name for column in self._unwanted)
        return {"version": _VERSION, "widths": shown, "hidden": hidden}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up :meth:`state`; names of another version are left out."""
        widths, hidden = state.get("widths"), state.get("hidden")
        if state.get("version") != _VERSION or not isinstance(widths, dict):
            return
        for name, width in widths.items():
            if name in Column.__members__ and isinstance(width, int) and 40 < width < 2000:
                self._view.header().resizeSection(Column[name], width)
        if isinstance(hidden, list):
            names = [name for name in hidden if name in Column.__members__]
            self._unwanted = frozenset(Column[name] for name in names) - _ALWAYS
        self._apply()

    def _apply(self) -> None:
        narrow = (columns for width, columns in _GIVES_WAY if self._width < width)
        useless = frozenset() if self._marked else frozenset((Column.ATTENTION,))
        hidden = self._unwanted.union(*narrow, useless - self._asked_for)
        for column in COLUMNS:
            self._view.setColumnHidden(column, column in hidden)

    def _on_section_clicked(self, section: int) -> None:
        sorting: Sorting = self._view.routes.forest.sorting
        self.sorting_requested.emit(sorting.after_click(Column(section)))
