"""The Connectors page: the list, and over it the editor of one connector (UI 3.3, 3.4)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from enate_desktop.domain.connectors import Connector, StartFrom, UseFor
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.connector_state import connector_state
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.routes import RouteGroup
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.activity_dialog import ActivityDialog
from enate_desktop.views.confirm import ConfirmDialog
from enate_desktop.views.connector_actions import ConnectorActions, deletion_dialog
from enate_desktop.views.connector_commands import ConnectorCommands
from enate_desktop.views.connector_editor import ConnectorEditor
from enate_desktop.views.connector_list import ConnectorList
from enate_desktop.views.connector_messages import forget, tell_refusal, tell_test, tell_untested
from enate_desktop.views.connector_switching import ConnectorSwitching
from enate_desktop.views.connector_undo import ConnectorUndo
from enate_desktop.views.first_intake_dialog import FirstIntakeDialog
from enate_desktop.views.first_run import tell_of_demo
from enate_desktop.views.page import MenuName, Page
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.sign_in_run import tools_of
from enate_desktop.worker.notifier import ChangeNotifier


class ConnectorsPage(Page):
    """``navigate`` takes an id, id and field, or ``"new"``; asks for the page ``routes`` by id."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Connectors", parent)
        self._services = services
        self._notifier = notifier
        self.list = ConnectorList()
        self.work = UndoableWork(services.restoring, self)
        self._commands = ConnectorCommands(services.connectors, self.work)
        self.editor = ConnectorEditor(services, tools_of(services), self.work)
        self.switching = ConnectorSwitching(services, self._commands, self)
        self.actions_of_row = ConnectorActions(self.list.table, services.people.me)
        self._undo = ConnectorUndo(self.list, self.editor, self.work, self)
        self._known: set[int] = set()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.editor)
        self.body.addWidget(self._stack, 1)
        self._new_button = self.actions_of_row.new_button()
        self.header.add_widget(self._new_button)
        explain_disabled(self.list.add_button, self.actions_of_row.reason)
        self._connect()
        self._read()

    @property
    def editing(self) -> bool:
        """Whether the editor is in front."""
        return self._stack.currentWidget() is self.editor

    def edit(self, connector_id: int) -> None:
        """Open the editor; changes to another connector are asked about first."""
        if self.editing and self.editor.connector_id == connector_id and connector_id:
            return
        self._when_left(lambda: self._open_stored(connector_id))

    def add(self) -> None:
        """Open the editor for a new connector."""
        self._when_left(lambda: self._open(Connector(0, "", UseFor.INCOMING, "")))

    def duplicate(self, connector_id: int) -> None:
        """Open the editor for a copy: off, untested, without address and secrets."""
        self._when_left(lambda: self._open(self._services.connectors.copy_of(connector_id)))

    def toggle(self, connector_id: int) -> None:
        """Switch off at once, or test and switch on (C-05)."""
        connector = self._services.connectors.get(connector_id)
        may = self._services.people.me.may(Permission.EDIT_CONNECTORS)
        if connector_id in self.switching.busy or not may:
            return
        test = partial(self.switching.test, connector, then_enable=True)
        if connector.enabled:
            self._disable(connector)
        elif connector.tested_fingerprint:
            test()
        else:
            tell_untested(self.messages, connector, test)

    def confirm_delete(self, connector_id: int) -> ConfirmDialog:
        """Ask, naming what depends on it; an enabled one can only be switched off (C-10)."""
        connector = self._services.connectors.get(connector_id)
        dialog = deletion_dialog(
            connector,
            self._services.connectors.dependants(connector_id),
            lambda: self._disable(connector),
            lambda: self._delete(connector),
            self,
        )
        dialog.open()
        return dialog

    @override
    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        rows = self.actions_of_row
        return {
            MenuName.FILE: (rows.new, *self.editor.actions_for_menu),
            MenuName.EDIT: (rows.edit, rows.duplicate, rows.delete),
            MenuName.VIEW: (rows.show_routes, rows.show_activity),
        }

    @override
    def shown(self) -> None:
        self._read()

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def may_leave(self, then: Callable[[], object]) -> bool:
        return not self.editing or self.editor.leave(then)

    @override
    def navigate(self, target: object) -> None:
        connector_id, field = target if isinstance(target, tuple) else (target, "")
        if isinstance(connector_id, int):
            self.edit(connector_id)
        if field:
            self.editor.form.focus_field(field)
        if target == "new":
            self.add()

    def _connect(self) -> None:
        rows = self.actions_of_row
        rows.new.triggered.connect(self.add)
        for action, act in (
            (rows.edit, self.edit),
            (rows.test, self._test),
            (rows.show_routes, self._show_routes),
            (rows.show_activity, self._show_activity),
            (rows.duplicate, self.duplicate),
            (rows.default_sender, self._make_default_sender),
            (rows.delete, self.confirm_delete),
        ):
            action.triggered.connect(lambda _on=False, act=act: act(self.list.current_id))
        self.list.edit_requested.connect(self.edit)
        self.list.new_requested.connect(self.add)
        self.list.demo_requested.connect(lambda: tell_of_demo(self))
        self.list.toggle_requested.connect(self.toggle)
        self.list.menu_requested.connect(self._on_menu_requested)
        self.list.current_changed.connect(self._on_current_changed)
        self.switching.busy_changed.connect(self.list.model.set_busy)
        self.switching.tested.connect(self._on_tested)
        self.switching.enabled.connect(self._on_enabled)
        self.switching.refused.connect(self._on_refused)
        self.switching.choice_needed.connect(self._on_choice_needed)
        for stored in (self.editor.saved, self.editor.test_kept):
            stored.connect(lambda connector: self._announce(connector.id))
        self.editor.closed.connect(self._show_list)
        self.editor.activity_requested.connect(self._show_activity)
        self.editor.duplicate_requested.connect(self.duplicate)
        self.editor.delete_requested.connect(self.confirm_delete)
        self._undo.done.connect(self.toast)
        self._undo.changed.connect(self._tell)
        self.work.failed.connect(self.messages.show_error)
        self._notifier.changed.connect(self._on_changed)

    def _read(self) -> None:
        connectors = self._services.connectors.all()
        there = {connector.id for connector in connectors}
        for gone in self._known - there:
            forget(self.messages, gone)
        self._known = there
        self.list.set_connectors(connectors, _routes_made(self._services.routes.groups()))
        self._new_button.setVisible(bool(connectors))  # an empty list offers it by itself
        now = datetime.now(UTC)
        troubled = [c for c in connectors if connector_state(c, now).needs_a_person]
        self.badge_changed.emit(len(troubled))
        self._on_current_changed()

    def _when_left(self, go: Callable[[], object]) -> None:
        """Go on once the editor has nothing that is not saved."""
        if self.may_leave(go):
            go()

    def _open_stored(self, connector_id: int) -> None:
        try:
            self._open(self._services.connectors.get(connector_id))
        except EnateError as error:
            self.messages.show_error(error)

    def _open(self, connector: Connector) -> None:
        self.editor.load(connector)
        self.messages.clear()
        self.header.hide()
        self._stack.setCurrentWidget(self.editor)
        self.editor.focus_start()

    def _show_list(self) -> None:
        self.header.show()
        self._stack.setCurrentWidget(self.list)
        self.list.select(self.editor.connector_id)
        self.list.table.setFocus()

    def _announce(self, connector_id: int) -> None:
        self._tell(Changes(connectors=frozenset((connector_id,))))

    def _tell(self, changes: Changes) -> None:
        """Something was changed here: show it, and let the others show it."""
        self._read()
        if self.editing:
            self.editor.take_up_changes()
        self._notifier.notify(changes, self)

    def _try(self, act: Callable[[], Changes]) -> None:
        try:
            changes = act()
        except EnateError as error:
            self.messages.show_error(error)
            return
        self._tell(changes)

    def _test(self, connector_id: int) -> None:
        self.switching.test(self._services.connectors.get(connector_id))

    def _disable(self, connector: Connector) -> None:
        self._try(lambda: Changes(connectors=frozenset((self._commands.disable(connector).id,))))

    def _delete(self, connector: Connector) -> None:
        self._try(lambda: self._commands.delete(connector))

    def _make_default_sender(self, connector_id: int) -> None:
        found = self._services.connectors.get(connector_id)
        self._try(lambda: self._commands.make_default_sender(found))

    def _show_routes(self, connector_id: int) -> None:
        self.page_requested.emit("routes", connector_id)

    def _show_activity(self, connector_id: int) -> None:
        connector = self._services.connectors.get(connector_id)
        subject = ("connector", connector_id)
        ActivityDialog(connector.name, subject, self._services, self.work, self).open()

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if initiator is self:
            return
        if changes.connectors or changes.routes or changes.conditions:
            self._read()
            if self.editing:
                self.editor.take_up_changes()
        if changes.directory:
            self.editor.reload_processes()

    def _on_current_changed(self) -> None:
        current = self.list.current_id
        connector = self._services.connectors.get(current) if current else None
        self.actions_of_row.show_for(connector, busy=current in self.switching.busy)

    def _on_menu_requested(self, connector_id: int, where: QPoint) -> None:
        self.actions_of_row.popup(where)

    def _on_tested(self, connector: Connector, test: ConnectionTest) -> None:
        self._announce(connector.id)
        tell_test(self.messages, connector, test, lambda: self.edit(connector.id))

    def _on_enabled(self, connector: Connector) -> None:
        forget(self.messages, connector.id)
        self._announce(connector.id)

    def _on_refused(self, connector: Connector, error: EnateError) -> None:
        self._read()
        tell_refusal(self.messages, connector, error, lambda: self.edit(connector.id))

    def _on_choice_needed(self, connector: Connector, test: ConnectionTest, count: int) -> None:
        def enable(start: StartFrom) -> None:
            self.switching.enable(connector, test, start)

        self._announce(connector.id)
        FirstIntakeDialog(connector, count, enable, self).open()


def _routes_made(groups: Iterable[RouteGroup]) -> dict[int, int]:
    """How many routes people made, by connector id: not the fallback."""
    return {
        group.connector.id: sum(1 for route in group.routes if not route.fallback)
        + len(group.outgoing)
        for group in groups
    }
