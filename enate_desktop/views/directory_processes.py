"""The tree of customers down to processes, with the details of one entry beside it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.directory import Kind, NodeKind
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.directory_tree import (
    DirectoryRole,
    DirectoryTreeModel,
    Entry,
    node_key,
    process_key,
)
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.directory_details import BELOW, DirectoryDetails
from enate_desktop.views.directory_dialogs import EntryDialog
from enate_desktop.views.directory_retire_dialog import RetireDialog
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.tags import paint_tag, tag_width
from enate_desktop.views.widgets import Card, EmptyState, RowDelegate, button, prepare_tree

Index = QModelIndex | QPersistentModelIndex
_TOUCHED = Changes(directory=True)


class DirectoryProcesses(QWidget):
    """``touched`` carries Changes, ``refused`` an EnateError, ``route_requested`` a connector.

    ``activity_requested`` carries kind, id and name of an entry.
    """

    touched = Signal(object)
    refused = Signal(object)
    route_requested = Signal(int)
    activity_requested = Signal(str, int, str)

    def __init__(
        self,
        services: Services,
        work: UndoableWork,
        reason: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._work = work
        self._shown_key = 0
        self.model = DirectoryTreeModel(self)
        self.tree = QTreeView()
        self.show_retired = QCheckBox(self.tr("Show retired"))
        self.add_customer = button(
            self.tr("Add customer…"), self._on_add_customer_clicked, icon_name="plus"
        )
        explain_disabled(self.add_customer, reason)
        self.details = DirectoryDetails()
        self.details.set_reason(reason)
        self._nothing = EmptyState(
            "folder-tree",
            self.tr("Nothing chosen"),
            self.tr("Choose a customer, contract, service or process on the left."),
        )
        self._stack = QStackedWidget()
        self._build()
        self._connect()
        self.read()
        self.tree.expandToDepth(2)

    def read(self) -> None:
        """Show the directory as it is now; what was open and chosen stays so."""
        directory = self._services.directory
        open_keys = self._open_keys(QModelIndex())
        retired = self.show_retired.isChecked()
        key = self._shown_key
        self.model.set_directory(
            directory.nodes(),
            directory.processes(retired=True),
            directory.services_of_processes(),
            retired=retired,
        )
        for open_key in open_keys:
            self.tree.setExpanded(self.model.index_of(open_key), True)
        if self.model.rowCount():
            title = self.tr("Nothing chosen")
            text = self.tr("Choose a customer, contract, service or process on the left.")
        else:
            title = self.tr("No customers yet")
            text = self.tr(
                "Add a customer, then its contract, service and processes: the Tickets and Cases "
                "that mail can become."
            )
        self._nothing.set_text(title, text)
        self.select(key)

    def select(self, key: int) -> None:
        """Choose an entry by its key; one that is not shown leaves nothing chosen."""
        index = self.model.index_of(key)
        self.tree.setCurrentIndex(index)
        if index.isValid():
            self.tree.scrollTo(index)
        self._show_current()

    def _build(self) -> None:
        prepare_tree(self.tree, self.tr("Customers, contracts, services and processes"))
        self.tree.setItemDelegate(_EntryDelegate(self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setModel(self.model)
        self.tree.setIndentation(20)
        self.tree.setExpandsOnDoubleClick(True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.add_customer)
        top.addStretch(1)
        top.addWidget(self.show_retired)
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.setSpacing(8)
        left_column.addLayout(top)
        left_column.addWidget(self.tree, 1)
        right = Card()
        right.body.addWidget(self.details)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(right)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self._stack)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.setSizes([440, 820])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.tree.selectionModel().currentChanged.connect(self._show_current)
        self.show_retired.toggled.connect(self.read)
        self.details.add_requested.connect(self._on_add_requested)
        self.details.rename_requested.connect(self._on_rename_requested)
        self.details.retire_requested.connect(self._on_retire_requested)
        self.details.restore_requested.connect(self._on_restore_requested)
        self.details.categories_save_requested.connect(self._on_categories_save_requested)
        self.details.route_requested.connect(self.route_requested)
        self.details.activity_requested.connect(self._on_activity_requested)

    def _current(self) -> Entry | None:
        return self.model.entry(self.tree.currentIndex())

    def _open_keys(self, parent: QModelIndex) -> list[int]:
        found = []
        for row in range(self.model.rowCount(parent)):
            index = self.model.index(row, 0, parent)
            if self.tree.isExpanded(index):
                found += [int(index.internalId()), *self._open_keys(index)]
        return found

    def _show_current(self) -> None:
        entry = self._current()
        self._shown_key = entry.key if entry is not None else 0
        self._stack.setCurrentIndex(1 if entry is not None else 0)
        if entry is not None:
            routes = self._services.directory.linked_routes(self.model.processes_below(entry))
            names = {c.id: c.name for c in self._services.connectors.all()}
            self.details.set_entry(entry, self.model.path(entry), routes, names)

    def _changed(self, changes: Changes, key: int = 0) -> None:
        self._shown_key = key or self._shown_key
        self.read()
        self.touched.emit(changes)

    def _on_add_customer_clicked(self) -> None:
        self._add(self.tr("Add customer"), NodeKind.CUSTOMER, 0)

    def _on_add_requested(self) -> None:
        entry = self._current()
        if entry is None or entry.node is None:
            return
        title = self.tr("Add {what} to {name}").format(what=BELOW[entry.node.kind], name=entry.name)
        kinds = {NodeKind.CUSTOMER: NodeKind.CONTRACT, NodeKind.CONTRACT: NodeKind.SERVICE}
        self._add(title, kinds.get(entry.node.kind), entry.node.id)

    def _add(self, title: str, kind: NodeKind | None, parent_id: int) -> None:
        """Ask for a new node, or for a new process where ``kind`` is None."""
        directory = self._services.directory

        def save(name: str, process_kind: Kind) -> None:
            def add() -> int:
                if kind is not None:
                    return node_key(directory.add_node(kind, name, parent_id))
                return process_key(directory.add_process(parent_id, name, process_kind))

            key = self._work.run(f'Added "{name.strip()}".', add)
            self.tree.setExpanded(self.model.index_of(node_key(parent_id)), True)
            self._changed(_TOUCHED, key)

        EntryDialog(title, "", save, self, with_kind=kind is None).open()

    def _on_rename_requested(self) -> None:
        entry = self._current()
        if entry is None:
            return
        title = self.tr("Rename {name}").format(name=entry.name)

        def save(name: str, _kind: Kind) -> None:
            text = f'Renamed "{entry.name}" to "{name.strip()}".'
            self._changed(self._work.run(text, lambda: self._edit(entry, name)))

        EntryDialog(title, entry.name, save, self).open()

    def _on_retire_requested(self) -> None:
        entry = self._current()
        if entry is None:
            return
        processes = self.model.processes_below(entry)
        dialog = RetireDialog(
            entry.name,
            self._services.directory.linked_routes(processes),
            self._services,
            self._work,
            lambda: self._edit(entry, retired=True),
            self._changed,
            self,
        )
        dialog.offer(self._services.directory.processes(), processes)
        dialog.open()

    def _on_restore_requested(self) -> None:
        entry = self._current()
        try:
            if entry is not None:
                text = f'Restored "{entry.name}".'
                self._changed(self._work.run(text, lambda: self._edit(entry, retired=False)))
        except EnateError as error:
            self.refused.emit(error)

    def _on_categories_save_requested(self) -> None:
        entry = self._current()
        if entry is None or entry.process is None:
            return
        process_id, categories = entry.process.id, self.details.categories.values()
        try:
            changes = self._work.run(
                f'Saved the categories of "{entry.name}".',
                lambda: self._services.directory.set_categories(process_id, categories),
            )
        except EnateError as error:
            self.details.show_category_problem(error.sentence())
            return
        self._changed(changes)

    def _on_activity_requested(self) -> None:
        entry = self._current()
        if entry is not None and entry.process is not None:
            self.activity_requested.emit("process", entry.process.id, entry.name)
        elif entry is not None and entry.node is not None:
            self.activity_requested.emit(entry.node.kind, entry.node.id, entry.name)

    def _edit(
        self, entry: Entry, name: str | None = None, *, retired: bool | None = None
    ) -> Changes:
        directory = self._services.directory
        if entry.process is not None:
            return directory.change_process(entry.process.id, name=name, retired=retired)
        node_id = entry.node.id if entry.node is not None else 0
        return directory.change_node(node_id, name=name, retired=retired)


class _EntryDelegate(RowDelegate):
    """The name, and a badge for what it is."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        entry: Entry = index.data(DirectoryRole.ENTRY)
        tags = [(entry.kind_text, "info")] if entry.process is not None else []
        if entry.retired:
            tags.append((self.tr("Retired"), "warning"))
        taken = option.fontMetrics.horizontalAdvance(entry.name) + 20
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        for words, colour in tags:
            place = option.rect.adjusted(
                *((taken, 0, -4, 0) if left_to_right else (4, 0, -taken, 0))
            )
            if place.width() >= tag_width(words):
                paint_tag(painter, place, words, colour)
            taken += tag_width(words) + 6
