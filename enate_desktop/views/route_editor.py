"""The editor of an incoming route (R-01): form, six rules, Enable; the fallback can be read."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QWidget

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.routes import WILDCARD, Block, Route, check_route, route_address
from enate_desktop.forms.ui_route_editor import Ui_RouteEditor
from enate_desktop.views.category_choice import check_category, show_categories
from enate_desktop.views.editor_pane import EditorPane
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.process_picker import ProcessPicker
from enate_desktop.views.route_draft import RouteDraft, RouteSources
from enate_desktop.views.rules_editor import RulesEditor
from enate_desktop.views.tab_order import follow_reading_order
from enate_desktop.views.widgets import FormField

_FALLBACK_WORDS = "Takes every mail that no other route took."


class RouteEditor(EditorPane):
    """Edits one route until it is saved or discarded; what is typed survives every refusal.

    ``draft_changed`` comes after every change; ``connector_requested`` carries a connector id.
    """

    draft_changed = Signal()
    connector_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui: Any = Ui_RouteEditor()
        self.fields = set_up(self.ui, self.form)
        self.process = ProcessPicker()
        self.rules = RulesEditor()
        self.fields["process"] = FormField(self.tr("Process"), self.process)
        self.ui.process_slot.addWidget(self.fields["process"])
        self.ui.rules_slot.addWidget(self.rules)
        self._sources = RouteSources()
        self._route = Route(0, 0, "", "", 0)
        self._stored = RouteDraft()
        self._reason = ""
        self._connect()

    @property
    def route(self) -> Route:
        """The route as it was read; id 0 for a new one."""
        return self._route

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.draft() != self._stored

    def set_sources(self, sources: RouteSources) -> None:
        """Offer these connectors, processes and companies; what is typed stays."""
        self._sources = sources
        draft = self.draft()
        self.process.set_processes(sources.book.processes)
        self.rules.set_companies(sources.companies)
        self._put(draft)

    def set_read_only(self, reason: str) -> None:
        """Lock everything with a reason (P-01), or unlock it with an empty one."""
        self._reason = reason
        self._lock()

    def show_route(self, route: Route, draft: RouteDraft | None = None) -> None:
        """Show a route, with what was typed but not saved earlier."""
        self._route = route
        self._stored = self._draft_of(route)
        self.messages.clear()
        QTimer.singleShot(0, self._order_tabs)
        for field in self.fields.values():
            field.set_error("")
        self._put(draft or self._stored)
        self._stored = self._stored if draft else self.draft()
        self._lock()
        self._on_changed()

    def draft(self) -> RouteDraft:
        """What stands in the fields."""
        return RouteDraft(
            connector_id=self.ui.connector.currentData() or 0,
            name=self.ui.name.text(),
            address=self.ui.address.text(),
            process_id=self.process.process_id,
            category=self.ui.category.currentData(),
            send_automated_emails=self.ui.send_automated_emails.isChecked(),
            test_mode=self.ui.test_mode.isChecked(),
            enabled=self.enabled.isChecked(),
            rules=self.rules.texts(),
        )

    def built(self) -> Route:
        """The route as it would be saved; raises InputError with the field to mend."""
        draft = self.draft()
        if not draft.name.strip():
            raise InputError("The route has no name.", "Give it one.", field="name")
        if draft.process_id is None:
            raise InputError(self.process.problem, "", field="process")
        route = replace(
            self._route,
            connector_id=draft.connector_id,
            name=" ".join(draft.name.split()),
            address=route_address(draft.address),
            process_id=draft.process_id,
            category=draft.category,
            send_automated_emails=draft.send_automated_emails,
            test_mode=draft.test_mode,
            enabled=draft.enabled,
            rules=self.rules.rules(),
        )
        check_category(self.process.process, route.category)
        check_route(route, self._route if self._route.id else None)
        return route

    def _order_tabs(self) -> None:
        follow_reading_order(self)

    def show_error(self, error: EnateError) -> None:
        """Show a refusal at its field, and the focus there; else above the form."""
        name = error.field.partition(".")[0]
        for field in self.fields.values():
            field.set_error("")
        if name == "rules":
            self.rules.show_error(error.field.partition(".")[2], error.sentence())
        elif name in self.fields:
            self.fields[name].set_error(error.sentence())
            self.fields[name].control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.messages.show_error(error)

    def _connect(self) -> None:
        self.ui.connector.currentIndexChanged.connect(self._on_connector_changed)
        for edit in (self.ui.name, self.ui.address):
            edit.textChanged.connect(self._on_changed)
        self.ui.name.editingFinished.connect(self._on_name_left)
        self.ui.address.editingFinished.connect(self._on_address_left)
        self.process.process_chosen.connect(self._on_process_chosen)
        self.process.editingFinished.connect(self._on_process_left)
        self.ui.category.currentIndexChanged.connect(self._on_changed)
        self.ui.send_automated_emails.toggled.connect(self._on_changed)
        self.ui.test_mode.toggled.connect(self._on_changed)
        self.enabled.toggled.connect(self._on_changed)
        self.rules.changed.connect(self._on_changed)

    def _draft_of(self, route: Route) -> RouteDraft:
        return RouteDraft(
            connector_id=route.connector_id,
            name=route.name,
            address=route.address,
            process_id=route.process_id or None,
            category=route.category,
            send_automated_emails=route.send_automated_emails,
            test_mode=route.test_mode,
            enabled=route.enabled,
            rules=self.rules.texts_of(route.rules),
        )

    def _put(self, draft: RouteDraft) -> None:
        combo = self.ui.connector
        combo.blockSignals(True)
        combo.clear()
        for connector in self._sources.connectors:
            if connector.use_for.receives:
                combo.addItem(connector.name, connector.id)
        combo.setCurrentIndex(max(0, combo.findData(draft.connector_id)))
        combo.blockSignals(False)
        self.ui.name.setText(draft.name)
        self.ui.address.setText(draft.address)
        self.process.set_process_id(draft.process_id)
        self._show_categories(draft.category)
        self.ui.send_automated_emails.setChecked(draft.send_automated_emails)
        self.ui.test_mode.setChecked(draft.test_mode)
        self.enabled.setChecked(draft.enabled)
        self.rules.set_texts(draft.rules)
        self._suggest_addresses()

    def _lock(self) -> None:
        fallback = self._route.fallback
        locked = fallback or bool(self._reason)
        for control in (
            self.ui.connector,
            self.ui.name,
            self.ui.address,
            self.process,
            self.ui.category,
            self.ui.send_automated_emails,
            self.ui.test_mode,
        ):
            control.setEnabled(not locked)
        wildcard = self._route.block is Block.WILDCARD
        self.ui.address.setReadOnly(wildcard)
        hint = self.tr("Wildcard: tried only when no To or CC address belongs to another route.")
        self.fields["address"].set_hint(hint if wildcard else "")
        self.rules.setEnabled(not self._reason)
        self.rules.set_read_only(self.tr(_FALLBACK_WORDS) if fallback else "")
        why = self.tr("The fallback is always on.") if fallback else self._reason
        self.enabled.set_locked(why)
        self.set_activity_shown(self._route.id > 0)
        if fallback:
            self.messages.show_message(
                MessageKind.INFO,
                self.tr("The fallback is part of its connector and is edited there."),
                MessageAction(self.tr("Edit in connector"), self._on_edit_connector, closes=False),
                key="fallback",
                closable=False,
            )

    def _show_categories(self, wanted: str | None) -> None:
        combo = self.ui.category
        combo.blockSignals(True)
        show_categories(combo, self.process.process, wanted)
        combo.setEnabled(combo.count() > 1 and not self._reason and not self._route.fallback)
        combo.blockSignals(False)
        self.fields["process"].set_hint(self.process.path)

    def _suggest_addresses(self) -> None:
        known = self._sources.addresses.get(self.ui.connector.currentData() or 0, ())
        completer = QCompleter(list(known), self.ui.address)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.ui.address.setCompleter(completer)

    def _on_changed(self) -> None:
        draft = self.draft()
        unnamed = (
            self.tr("New wildcard route") if draft.address == WILDCARD else self.tr("New route")
        )
        self.set_title(draft.name.strip() or unnamed)
        is_new = not self._route.id
        if is_new or draft.enabled == self._stored.enabled:
            later = self.tr(" – starts when you save") if is_new else ""
            self.enabled.set_state_texts(self.tr("On") + later, self.tr("Off"))
        else:
            self.enabled.set_state_texts(
                self.tr("On – starts when you save"), self.tr("Off – stops when you save")
            )
        locked = self.tr("Edited in its connector.") if self._route.fallback else self._reason
        self.set_can_save(is_new or self.dirty, reason=locked)
        self.draft_changed.emit()

    def _on_connector_changed(self) -> None:
        self._suggest_addresses()
        self._on_changed()

    def _on_process_chosen(self) -> None:
        self._show_categories(self.ui.category.currentData())
        self.fields["process"].set_error("")
        self._on_changed()

    def _on_process_left(self) -> None:
        self.fields["process"].set_error(self.process.problem if self.process.text() else "")

    def _on_name_left(self) -> None:
        if self.ui.name.text().strip():
            self.fields["name"].set_error("")

    def _on_address_left(self) -> None:
        typed = self.ui.address.text().strip()
        try:
            if typed:
                self.ui.address.setText(route_address(typed))
        except InputError as error:
            self.fields["address"].set_error(error.sentence())
        else:
            self.fields["address"].set_error("")

    def _on_edit_connector(self) -> None:
        self.connector_requested.emit(self._route.connector_id)
