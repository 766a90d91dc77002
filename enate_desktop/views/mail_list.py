"""A table of mails above what is known about the current one, with an empty state."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTableView,
    QWidget,
)

from enate_desktop.views.widgets import Card, prepare_table


class MailList(QSplitter):
    """``table`` selects several rows; content of the pane goes into ``pane.body``."""

    def __init__(
        self,
        name: str,
        model: QAbstractItemModel,
        widths: Mapping[Any, int],
        stretched: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.table = QTableView()
        self.pane = Card()
        self.stack = QStackedWidget()
        prepare_table(self.table, name)
        self.table.setModel(model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        header = self.table.horizontalHeader()
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        self.stack.addWidget(self.table)
        self.addWidget(self.stack)
        self.addWidget(self.pane)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(12)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
        self.pane.hide()

    def add_action(self, made: QAction, *keys: str) -> QAction:
        """Offer an action in the table's menu, under these keys while the table has the focus."""
        made.setShortcuts([QKeySequence(key) for key in keys])
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(made)
        return made

    def chosen_rows(self) -> list[int]:
        """The selected rows, from the top."""
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def show_empty(self, empty: QWidget | None) -> None:
        """Show the table, or instead of it what says why it is empty."""
        self.stack.setCurrentWidget(empty or self.table)
        if empty is not None:
            self.pane.hide()

    def show_pane(self, shown: bool) -> None:
        """Show or hide what is known about the current row, which stays in sight."""
        if shown and self.pane.isHidden():
            QTimer.singleShot(0, self, self._keep_in_sight)
        self.pane.setVisible(shown)

    def add_empty(self, *pages: QWidget) -> None:
        """What may be shown instead of the table."""
        for page in pages:
            self.stack.addWidget(page)

    def menu(self, actions: Iterable[QAction]) -> QMenu:
        """The menu of the selected rows; it goes by itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([made for made in actions if made.isVisible()])
        return menu

    def _keep_in_sight(self) -> None:
        self.table.scrollTo(self.table.currentIndex())

    def _on_menu_requested(self, at: QPoint) -> None:
        self.menu(self.table.actions()).popup(self.table.viewport().mapToGlobal(at))
