"""The editor of an outgoing route (R-02): an extra address to send from."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.forms.ui_outgoing_route_editor import Ui_OutgoingRouteEditor
from enate_desktop.views.editor_pane import EditorPane
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.route_draft import OutgoingDraft, RouteSources


class OutgoingRouteEditor(EditorPane):
    """Edits one outgoing route; it cannot be enabled before its address was tested."""

    draft_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui: Any = Ui_OutgoingRouteEditor()
        self.fields = set_up(self.ui, self.form)
        self._sources = RouteSources()
        self._route = OutgoingRoute(0, 0, "", "")
        self._stored = OutgoingDraft()
        self._reason = ""
        self.ui.connector.currentIndexChanged.connect(self._on_changed)
        for edit in (self.ui.name, self.ui.description, self.ui.address):
            edit.textChanged.connect(self._on_changed)
        self.ui.address.editingFinished.connect(self._on_address_left)
        self.enabled.toggled.connect(self._on_changed)

    @property
    def route(self) -> OutgoingRoute:
        """The route as it was read; id 0 for a new one."""
        return self._route

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.draft() != self._stored

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
        self._route = route
        self._stored = OutgoingDraft(
            route.connector_id, route.name, route.description, route.address, route.enabled
        )
        self.messages.clear()
        for field in self.fields.values():
            field.set_error("")
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
        address = normal_address(draft.address)
        if not draft.name.strip():
            raise InputError("The route has no name.", "Give it one.", field="name")
        if address is None:
            raise _unusable(draft.address)
        return replace(
            self._route,
            connector_id=draft.connector_id,
            name=" ".join(draft.name.split()),
            description=draft.description.strip(),
            address=address,
            enabled=draft.enabled and address == self._route.address,
        )

    def show_error(self, error: EnateError) -> None:
        """Show a refusal at its field, and the focus there; else above the form."""
        for field in self.fields.values():
            field.set_error("")
        if error.field in self.fields:
            self.fields[error.field].set_error(error.sentence())
            self.fields[error.field].control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.messages.show_error(error)

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
        self.enabled.set_locked(self._reason or self._untested())

    def _untested(self) -> str:
        if self._route.tested and normal_address(self.ui.address.text()) == self._route.address:
            return ""
        return self.tr("Test the connection first.")

    def _on_changed(self) -> None:
        self.set_title(self.ui.name.text().strip() or self.tr("New outgoing route"))
        self.enabled.set_locked(self._reason or self._untested())
        self.set_can_save(not self._route.id or self.dirty, reason=self._reason)
        self.draft_changed.emit()

    def _on_address_left(self) -> None:
        typed = self.ui.address.text()
        is_bad = bool(typed.strip()) and normal_address(typed) is None
        self.fields["address"].set_error(_unusable(typed).sentence() if is_bad else "")


def _unusable(typed: str) -> InputError:
    return InputError(
        f'"{typed.strip()}" cannot be used as the email address of a route.',
        "Write one whole address such as payroll@acme.com.",
        field="address",
    )
