"""A list of changes with the details of the current one, compared and restored (UI 3.8)."""

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QSplitter,
    QTableView,
    QWidget,
)

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.history import HistoryChange
from enate_desktop.item_models.activity_table import ActivityColumn, ActivityTableModel
from enate_desktop.services.bundle import Services
from enate_desktop.services.restoring import Comparison, RestoreTo, Way
from enate_desktop.views.activity_details import WAYS, ActivityDetails
from enate_desktop.views.activity_loader import ActivityLoader
from enate_desktop.views.activity_restoring import ask_to_restore
from enate_desktop.views.activity_targets import target_of
from enate_desktop.views.menus import action, explain
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.widgets import Card, prepare_table
from enate_desktop.worker.tasks import run_in_background

_WIDTHS = {
    ActivityColumn.WHEN: 124,
    ActivityColumn.WHO: 100,
    ActivityColumn.WHAT: 160,
    ActivityColumn.ITEM: 220,
}


class ActivityBrowser(QWidget):
    """``failed`` carries an EnateError, ``open_requested`` a page and what it is to show."""

    failed = Signal(object)
    open_requested = Signal(str, object)

    def __init__(
        self,
        services: Services,
        work: UndoableWork,
        parent: QWidget | None = None,
        *,
        can_open: bool = True,
    ) -> None:
        """Restoring goes over ``work``; without ``can_open`` there is no way to the thing."""
        super().__init__(parent)
        self._service = services.restoring
        self._work = work
        self._comparison: Comparison | None = None
        self.model = ActivityTableModel(self)
        self.table = QTableView()
        self.details = ActivityDetails(can_open=can_open)
        self.loader = ActivityLoader(services.history, self.model, self)
        self.compare = self._action(self.tr("Compare"), "", "Return", "Enter")
        self.restore = self._action(self.tr("Restore…"), "undo-2", "Ctrl+R")
        self.restore_this = self._action(self.tr("Restore this order…"), "")
        self._pane = Card()
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._build()
        self._connect()
        self._show_actions()

    @property
    def actions_of_change(self) -> tuple[QAction, ...]:
        """What can be done with the current change, as a menu shows it."""
        return (self.compare, self.restore, self.restore_this)

    def current(self) -> HistoryChange | None:
        """The current change."""
        return self.model.row_of(self.table.currentIndex())

    def refresh(self) -> None:
        """Something was changed: take up what is new, and compare again."""
        self.loader.refresh_soon()
        self._read_comparison()

    def put_details(self, beside: bool, pane: int) -> None:
        """The details beside the list or under it, ``pane`` pixels wide or high."""
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self._splitter.orientation() is not wanted:
            self._splitter.setOrientation(wanted)
            self._share(self.size(), pane)

    def _build(self) -> None:
        prepare_table(self.table, self.tr("Activity"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.table.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(ActivityColumn.DETAILS, QHeaderView.ResizeMode.Stretch)
        self._pane.body.addWidget(self.details)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self._pane)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(12)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._pane.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    def _connect(self) -> None:
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self.failed)
        self._work.changed.connect(self.refresh)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.table.doubleClicked.connect(self._on_compare)
        self.compare.triggered.connect(self._on_compare)
        self.restore.triggered.connect(partial(self._on_restore, RestoreTo.BEFORE))
        self.restore_this.triggered.connect(partial(self._on_restore, RestoreTo.AFTER))
        self.details.restore_requested.connect(self._on_restore)
        self.details.open_requested.connect(self._on_open)
        self.details.close_requested.connect(self._on_close)

    def _action(self, text: str, icon_name: str, *keys: str) -> QAction:
        made = action(self, text, icon_name=icon_name)
        made.setShortcuts([QKeySequence(key) for key in keys])
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(made)
        return made

    def _share(self, size: QSize, pane: int) -> None:
        beside = self._splitter.orientation() is Qt.Orientation.Horizontal
        room = size.width() if beside else size.height()
        self._splitter.setSizes([max(1, room - pane), pane])

    def _show_actions(self) -> None:
        change, found = self.current(), self._comparison
        nothing = "" if change is not None else self.tr("Choose a change first.")
        explain(self.compare, nothing)
        refusals = found.refusals if found is not None else {}
        waiting = nothing or ("" if found is not None else self.tr("It is being compared."))
        explain(self.restore, waiting or refusals.get(RestoreTo.BEFORE, ""))
        explain(self.restore_this, waiting or refusals.get(RestoreTo.AFTER, ""))
        way = found.way if found is not None else Way.VALUES
        self.restore.setText(WAYS[way])
        self.restore_this.setVisible(way is Way.ORDER)

    def _read_comparison(self) -> None:
        """Compare the current change with what is now, in the background."""
        change = self.current()
        if change is not None:
            run_in_background(
                self,
                partial(self._service.compare, change.head.id),
                self._on_compared,
                self._on_task_failed,
            )

    def _on_loaded(self) -> None:
        if self.current() is None:
            self._on_current_changed()

    def _on_current_changed(self) -> None:
        change = self.current()
        self._comparison = None
        self._pane.setVisible(change is not None)
        if change is not None:
            self.details.set_change(change)
            self._read_comparison()
        self._show_actions()

    def _on_compared(self, comparison: Comparison) -> None:
        change = self.current()
        if change is not None and change.head.id == comparison.change.head.id:
            self._comparison = comparison
            self.details.set_comparison(comparison)
            self._show_actions()

    def _on_compare(self) -> None:
        if self.current() is not None:
            self._pane.show()
            self.details.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_restore(self, to: RestoreTo, _checked: bool = False) -> None:
        found = self._comparison
        if found is not None:
            ask_to_restore(found, to, self._service, self._work, self, self.failed.emit)

    def _on_open(self) -> None:
        if self._comparison is not None:
            self.open_requested.emit(*target_of(self._comparison))

    def _on_close(self) -> None:
        self._pane.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_menu_requested(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self.actions_of_change))
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _on_task_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)
