"""The line above the routes tree: which connector, direction and routes; fold, move, columns."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QMenu, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.views.menus import action
from enate_desktop.views.widgets import icon_button, label, menu_button

_WITH_LABELS = 980
"""A narrower line goes without the words before its fields."""
_LEAST_FIELD = 128
_DIRECTIONS = ("Both", "Incoming", "Outgoing")


class RouteFilterBar(QWidget):
    """Narrows the page to one connector, direction or sort of route (G-02, R-10, R-12).

    ``changed`` follows each choice.
    """

    changed = Signal()

    def __init__(
        self, moves: Sequence[QAction], folds: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.connector = QComboBox()
        self.direction = QComboBox()
        self.only_field = QComboBox()
        self.hold = action(self, self.tr("Hold order changes for review"))
        self._labels = (label(self.tr("Connector")), label(self.tr("Direction")))
        self.columns_menu = QMenu(self)
        self._build(moves, folds)
        self.connector.activated.connect(self._on_chosen)
        self.direction.currentIndexChanged.connect(self._on_chosen)
        self.only_field.currentIndexChanged.connect(self._on_chosen)
        edit = self.connector.lineEdit()
        if edit is not None:
            edit.editingFinished.connect(self._on_edit_left)
        self._connector_id = 0
        self.set_connectors(())

    @property
    def connector_id(self) -> int:
        """The chosen connector, or 0 for all."""
        return self._connector_id

    @property
    def only(self) -> ShowOnly:
        """Which routes are shown at all."""
        return tuple(ShowOnly)[self.only_field.currentIndex()]

    def choose_only(self, only: ShowOnly) -> None:
        """Show only these routes."""
        self.only_field.setCurrentIndex(tuple(ShowOnly).index(only))

    def set_counts(self, counts: Mapping[ShowOnly, int]) -> None:
        """Say beside each choice how many routes it leaves."""
        for row, only in enumerate(ShowOnly):
            count = f" ({counts[only]})" if only in counts else ""
            self.only_field.setItemText(row, self.tr(only.value) + count)

    def set_connectors(self, connectors: Sequence[Connector]) -> None:
        """Offer these; a choice that is gone becomes all."""
        chosen = self._connector_id
        self.connector.blockSignals(True)
        self.connector.clear()
        text = self.tr("All connectors ({count})").format(count=len(connectors))
        self.connector.addItem(text, 0)
        for connector in connectors:
            self.connector.addItem(connector.name, connector.id)
        self.connector.setCurrentIndex(max(0, self.connector.findData(chosen)))
        self._connector_id = self.connector.currentData()
        self.connector.blockSignals(False)

    def choose(self, connector_id: int) -> None:
        """Show one connector only, or all with 0."""
        self.connector.setCurrentIndex(max(0, self.connector.findData(connector_id)))
        self._on_chosen()

    def fit(self, width: int) -> None:
        """Leave out what a narrow page has no room for."""
        for words in self._labels:
            words.setVisible(width >= _WITH_LABELS)

    def focus_connector(self) -> None:
        """Put the focus into the connector field, its text selected."""
        self.connector.setFocus(Qt.FocusReason.ShortcutFocusReason)
        edit = self.connector.lineEdit()
        if edit is not None:
            edit.selectAll()

    def accepts(self, group: RouteGroupRows) -> bool:
        """Whether a group is shown."""
        if group.filtered and not group.children:
            return False
        if self._connector_id and group.connector.id != self._connector_id:
            return False
        direction = self.direction.currentIndex()
        return not direction or group.outgoing == (direction == 2)

    def _prepare_connector(self) -> None:
        self.connector.setEditable(True)
        self.connector.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.connector.setMinimumWidth(_LEAST_FIELD)
        self.connector.setMaximumWidth(280)
        self.connector.setAccessibleName(self.tr("Connector"))
        completer = QCompleter(self.connector.model(), self.connector)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.connector.setCompleter(completer)

    def _build(self, moves: Sequence[QAction], folds: Sequence[QAction]) -> None:
        self._prepare_connector()
        self.direction.addItems([self.tr(text) for text in _DIRECTIONS])
        self.direction.setAccessibleName(self.tr("Direction"))
        self.only_field.addItems([self.tr(only.value) for only in ShowOnly])
        self.only_field.setAccessibleName(self.tr("Routes shown"))
        self.only_field.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.only_field.setMinimumWidth(_LEAST_FIELD)
        self.only_field.setMaximumWidth(216)
        self.hold.setCheckable(True)
        self.hold.setToolTip(
            self.tr("A changed order is shown, with what it would do, and runs once you save it.")
        )
        move_menu = QMenu(self)
        move_menu.setToolTipsVisible(True)
        move_menu.addActions(list(moves))
        move_menu.addSeparator()
        move_menu.addAction(self.hold)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for words, field, stretch in zip(
            self._labels, (self.connector, self.direction), (3, 0), strict=True
        ):
            words.setMinimumWidth(1)  # else the page could not become narrow enough to hide it
            row.addWidget(words)
            row.addWidget(field, stretch)
        row.addWidget(self.only_field, 2)
        row.addStretch(1)
        row.addWidget(menu_button(self.tr("Move"), move_menu, icon_name="arrow-up"))
        for fold in folds:
            made = icon_button(str(fold.data()), fold.text(), fold.trigger)
            made.setToolTip(f"{fold.text()} ({fold.shortcut().toString()})")
            row.addWidget(made)
        row.addWidget(menu_button(self.tr("Columns"), self.columns_menu, icon_name="columns-3"))

    def _on_chosen(self) -> None:
        self._connector_id = self.connector.currentData() or 0
        self.changed.emit()

    def _on_edit_left(self) -> None:
        """Take a name that was typed whole; put back the choice for any other text."""
        typed = self.connector.currentText().strip().casefold()
        names = [self.connector.itemText(row) for row in range(self.connector.count())]
        rows = [row for row, name in enumerate(names) if name.casefold() == typed]
        row = rows[0] if rows else max(0, self.connector.findData(self._connector_id))
        if self.connector.itemData(row) == self._connector_id:
            self.connector.setCurrentIndex(row)
            self.connector.setEditText(names[row])
        else:
            self.choose(self.connector.itemData(row))
