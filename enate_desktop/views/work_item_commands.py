"""What a person does with the chosen work items: a state, what is new, repair (W-03, X-07)."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QTableView

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import State, WorkItem
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.menus import action, explain
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.work_item_repair import RepairDialog


class WorkItemCommands(QObject):
    """``changed`` carries Changes, ``failed`` an EnateError."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        services: Services,
        chosen: Callable[[], Sequence[WorkItem]],
        parent: QObject,
    ) -> None:
        """``chosen`` gives the work items that an action is about."""
        super().__init__(parent)
        self._services = services
        self._chosen = chosen
        self.work = UndoableWork(services.restoring, self)
        self.work.changed.connect(self.changed)
        self.work.failed.connect(self.failed)
        self.states = {state: self._state_action(state) for state in State}
        self.read = action(self, self.tr("Mark as read"), icon_name="check")
        self.read.triggered.connect(self._on_read)
        self.repair = action(self, self.tr("Repair…"), icon_name="route")
        explain(self.repair, services.repair.may())
        self.repair.triggered.connect(self._on_repair)
        self.refresh()

    def refresh(self) -> None:
        """Say what can be done with what is chosen now."""
        items = self._chosen()
        nothing = "" if items else self.tr("Choose a work item first.")
        refusal = nothing if self._services.handling.may() else self.tr('You need "Handle mail".')
        for state, made in self.states.items():
            same = bool(items) and all(item.state is state for item in items)
            explain(made, refusal or (self.tr("It is so already.") if same else ""))
        new = any(item.new_information for item in items)
        explain(self.read, refusal or ("" if new else self.tr("Nothing was added since.")))

    def menu(self, parent: QTableView) -> QMenu:
        """The states and what else can be done, for a button or a right click."""
        menu = QMenu(parent)
        menu.addActions(list(self.states.values()))
        menu.addSeparator()
        menu.addAction(self.read)
        return menu

    def show_menu(self, table: QTableView, at: QPoint) -> None:
        """The same at the mouse."""
        self.refresh()
        self.menu(table).popup(table.viewport().mapToGlobal(at))

    def seen(self, item: WorkItem) -> None:
        """A work item was opened: what was added to it is read now (M-03)."""
        if item.new_information and self._services.handling.may():
            self._try(lambda: self._services.handling.seen([item.id]))

    def add_participant(self, work_item_id: int, address: str) -> None:
        """Let somebody take part."""
        self._try(lambda: self._services.handling.add_participant(work_item_id, address))

    def _state_action(self, state: State) -> QAction:
        made = action(self, state.value)
        made.triggered.connect(partial(self._on_state, state))
        return made

    def _on_state(self, state: State, _checked: bool = False) -> None:
        items = self._chosen()
        ids = [item.id for item in items]
        name = items[0].reference if len(items) == 1 else f"{len(items):,} work items"
        text = self.tr("{name}: {state}").format(name=name, state=state.value)
        self._try(
            lambda: self.work.run(text, lambda: self._services.handling.set_state(ids, state))
        )

    def _on_read(self) -> None:
        ids = [item.id for item in self._chosen()]
        self._try(lambda: self._services.handling.seen(ids))

    def _on_repair(self) -> None:
        owner = self.parent()
        dialog = RepairDialog(self._services, self.work, owner)  # type: ignore[arg-type]  # a page
        dialog.repaired.connect(self.changed)
        dialog.open()

    def _try(self, act: Callable[[], Changes]) -> None:
        try:
            changes = act()
        except EnateError as error:
            self.failed.emit(error)
            return
        if changes:
            self.changed.emit(changes)
