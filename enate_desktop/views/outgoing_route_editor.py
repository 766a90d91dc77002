"""The editor of an outgoing route (R-02): an extra address to send from."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.forms.ui_outgoing_route_editor import Ui_OutgoingRouteEditor
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.editor_pane import EditorPane
from enate_desktop.views.form_fields import reveal, set_up
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.outgoing_route_testing import OutgoingRouteTesting, OutgoingTests, Place
from enate_desktop.views.route_draft import OutgoingDraft, RouteSources


class OutgoingRouteEditor(EditorPane):
    """Edits one outgoing route; it cannot be enabled before its address was tested.

    ``connector_requested`` carries the id of the connector in which a failed test is to be mended.
    """

    draft_changed = Signal()
    connector_requested = Signal(int)

    def __init__(self, tests: OutgoingTests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui: Any = Ui_OutgoingRouteEditor()
        self.fields = set_up(self.ui, self.form)
        self.testing = OutgoingRouteTesting(tests, self)
        self.ui.column.addWidget(self.testing.view)
        self._sources = RouteSources()
        self._route = OutgoingRoute(0, 0, "", "")
        self._stored = OutgoingDraft()
        self._reason = ""
        self._connect()

    @property
    def route(self) -> OutgoingRoute:
        """The route as it was read; id 0 for a new one."""
        return self._route

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.draft() != self._stored

    @property
    def passed_test(self) -> ConnectionTest | None:
        """The test just passed of what is on screen; save it with the route."""
        return self.testing.passed(self._place())

    def set_sources(self, sources: RouteSources) -> None:
        """Offer these connectors; what is typed stays."""
        self._sources = sources
        self._put(self.draft())

    def set_read_only(self, reason: str) -> None:
        """Lock everything with a reason (P-01), or unlock it with an empty one."""
        self._reason = reason
        self._lock()

    def show_route(self, route: OutgoingRoute, draft: OutgoingDraft | None = None) -> None:
        """Show a route, with what was typed but not saved earlier."""
        same = bool(route.id) and route.id == self._route.id
        self.testing.load(route, keep=same or self._was_just_added(route))
        self._route = route
        self._stored = OutgoingDraft(
            route.connector_id, route.name, route.description, route.address, route.enabled
        )
        self.messages.clear()
        self._clear_errors()
        self._put(draft or self._stored)
        self._stored = self._stored if draft else self.draft()
        self.set_activity_shown(bool(route.id))
        self._on_changed()

    def draft(self) -> OutgoingDraft:
        """What stands in the fields."""
        return OutgoingDraft(
            self.ui.connector.currentData() or 0,
            self.ui.name.text(),
            self.ui.description.text(),
            self.ui.address.text(),
            self.enabled.isChecked(),
        )

    def built(self) -> OutgoingRoute:
        """The route as it would be saved; raises InputError with the field to mend."""
        draft = self.draft()
        if not draft.name.strip():
            raise InputError("The route has no name.", "Give it one.", field="name")
        return replace(
            self._typed(draft),
            name=" ".join(draft.name.split()),
            enabled=draft.enabled and self.testing.is_tested(self._place()),
        )

    def test(self) -> None:
        """Test what is on screen, saved or not."""
        self.messages.clear()
        self._clear_errors()
        try:
            route = self._typed(self.draft())
        except InputError as error:
            self.show_error(error)
            return
        connector = self._connector()
        if connector is not None:
            self.testing.start(route, connector)

    def show_error(self, error: EnateError) -> None:
        """Show a refusal at its field, and the focus there; else above the form."""
        self._clear_errors()
        if error.field in self.fields:
            self.fields[error.field].set_error(error.sentence())
            self.fields[error.field].control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.messages.show_error(error)

    def _typed(self, draft: OutgoingDraft) -> OutgoingRoute:
        """The route as typed, usable but for its name."""
        address = normal_address(draft.address)
        if address is None:
            raise _unusable(draft.address)
        return replace(
            self._route,
            connector_id=draft.connector_id,
            name=draft.name,
            description=draft.description.strip(),
            address=address,
        )

    def _place(self) -> Place:
        return self.ui.connector.currentData() or 0, normal_address(self.ui.address.text())

    def _connector(self) -> Connector | None:
        wanted = self.ui.connector.currentData()
        return next((one for one in self._sources.connectors if one.id == wanted), None)

    def _was_just_added(self, route: OutgoingRoute) -> bool:
        """Whether ``route`` is what stood here before it had an id."""
        typed = (self.ui.name.text().split(), *self._place())
        added = (route.name.split(), route.connector_id, route.address)
        return bool(route.id) and not self._route.id and typed == added

    def _connect(self) -> None:
        self.ui.connector.currentIndexChanged.connect(self._on_changed)
        for edit in (self.ui.name, self.ui.description, self.ui.address):
            edit.textChanged.connect(self._on_changed)
        self.ui.address.editingFinished.connect(self._on_address_left)
        self.enabled.toggled.connect(self._on_changed)
        self.enabled.locked_clicked.connect(self._on_locked_clicked)
        self.testing.view.test_requested.connect(self.test)
        self.testing.view.field_requested.connect(self._on_field_requested)
        self.testing.changed.connect(self._on_changed)
        self.testing.ended.connect(self._on_test_ended)
        self.testing.refused.connect(self.show_error)
        keys = QShortcut(QKeySequence("Ctrl+T"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.test)

    def _put(self, draft: OutgoingDraft) -> None:
        combo = self.ui.connector
        combo.blockSignals(True)
        combo.clear()
        for connector in self._sources.connectors:
            if connector.use_for.sends:
                combo.addItem(connector.name, connector.id)
        combo.setCurrentIndex(max(0, combo.findData(draft.connector_id)))
        combo.blockSignals(False)
        self.ui.name.setText(draft.name)
        self.ui.description.setText(draft.description)
        self.ui.address.setText(draft.address)
        self.enabled.setChecked(draft.enabled)
        self._lock()

    def _lock(self) -> None:
        for control in (self.ui.connector, self.ui.name, self.ui.description, self.ui.address):
            control.setEnabled(not self._reason)
        self.testing.view.setEnabled(not self._reason)
        self._show_enable()

    def _show_enable(self) -> None:
        tested = self.testing.is_tested(self._place())
        untested = self.tr("Test the connection first.")
        if not tested and not self._reason:
            self.enabled.setChecked(False)
        starts = self.tr("On") if self._stored.enabled else self.tr("On – starts when you save")
        off = self.tr("Off") if tested else self.tr("Off – test the connection first")
        self.enabled.set_state_texts(starts, off)
        self.enabled.set_locked(self._reason or ("" if tested else untested))

    def _clear_errors(self) -> None:
        for field in self.fields.values():
            field.set_error("")

    def _on_changed(self) -> None:
        self.set_title(self.ui.name.text().strip() or self.tr("New outgoing route"))
        self.testing.show_state(self._place())
        self._show_enable()
        self.set_can_save(not self._route.id or self.dirty, reason=self._reason)
        self.draft_changed.emit()

    def _on_address_left(self) -> None:
        typed = self.ui.address.text()
        is_bad = bool(typed.strip()) and normal_address(typed) is None
        self.fields["address"].set_error(_unusable(typed).sentence() if is_bad else "")

    def _on_locked_clicked(self, reason: str) -> None:
        action = () if self._reason else (MessageAction(self.tr("Test now"), self.test),)
        self.messages.show_message(MessageKind.INFO, reason, *action, key="locked")

    def _on_field_requested(self, field: str) -> None:
        if field.rpartition(".")[2] in self.fields:
            found = self.fields[field.rpartition(".")[2]]
            found.control.setFocus(Qt.FocusReason.OtherFocusReason)
            reveal(found)
        else:
            self.connector_requested.emit(self.ui.connector.currentData() or 0)

    def _on_test_ended(self, test: ConnectionTest) -> None:
        failure, view = test.report.failure, self.testing.view
        if test.ok:
            self.enabled.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if failure is not None and failure.field.rpartition(".")[2] not in self.fields:
            view.failure.edit_button.setText(self.tr("Open the connector"))
        edit = view.failure.edit_button
        target = edit if edit.isVisible() else view.start_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)


def _unusable(typed: str) -> InputError:
    return InputError(
        f'"{typed.strip()}" cannot be used as the email address of a route.',
        "Write one whole address such as payroll@acme.com.",
        field="address",
    )
