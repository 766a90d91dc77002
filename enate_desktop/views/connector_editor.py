"""The editor of one connector: form, connection test and Enable on one page (UI 3.4)."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import EnateError, StaleError
from enate_desktop.domain.people import Permission
from enate_desktop.services.bundle import Services
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.connection_run import ConnectionRun
from enate_desktop.views.connection_test_view import ConnectionTestView
from enate_desktop.views.connector_form import ConnectorForm
from enate_desktop.views.connector_frame import EditorFooter, EditorHeader, side_by_side
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack


@dataclass(frozen=True, slots=True)
class _Passed:
    """A passed test and the connection it was made of; ``test`` is None for a stored one."""

    facts: tuple[object, ...]
    test: ConnectionTest | None


class ConnectorEditor(QWidget):
    """Edits a connector until it is saved or discarded; what is typed survives every refusal.

    ``saved`` carries the stored Connector, ``activity_requested`` its id.
    """

    saved = Signal(object)
    closed = Signal()
    activity_requested = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._loaded = Connector(0, "", UseFor.INCOMING, "")
        self._untouched: tuple[object, ...] = ()
        self._passed: _Passed | None = None
        self._run: ConnectionRun | None = None
        self._run_facts: tuple[object, ...] = ()
        self.messages = MessageStack()
        self.form = ConnectorForm()
        self.test_view = ConnectionTestView()
        self.footer = EditorFooter()
        self.header = EditorHeader()
        self._save_action = QAction(self.tr("Save connector"), self)
        self._test_action = QAction(self.tr("Test connection"), self)
        self._build()
        self._connect()
        self.load(self._loaded)

    @property
    def connector_id(self) -> int:
        """The connector being edited, 0 for one not saved yet."""
        return self._loaded.id

    @property
    def name(self) -> str:
        """The name as typed."""
        return self.form.ui.name.text().strip() or self.tr("New connector")

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self._state() != self._untouched

    @property
    def actions_for_menu(self) -> tuple[QAction, ...]:
        """Save and Test, for the menu bar."""
        return (self._save_action, self._test_action)

    def load(self, connector: Connector) -> None:
        """Edit this connector; id 0 makes a new one."""
        self._stop_test()
        self._loaded = connector
        services = self._services
        stored = services.connectors.stored_secrets(connector.id) if connector.id else frozenset()
        self.messages.clear()
        self.form.load(connector, stored, services.directory.processes(retired=True))
        self.test_view.set_use_for(connector.use_for)
        self.test_view.set_last(connector)
        facts = self.form.connection_facts()
        self._passed = _Passed(facts, None) if connector.tested_fingerprint else None
        self.footer.enable.setChecked(connector.enabled)
        self.header.activity_button.setVisible(bool(connector.id))
        self._untouched = self._state()
        self._show_state()

    def reload_processes(self) -> None:
        """The directory changed."""
        self.form.set_processes(self._services.directory.processes(retired=True))

    def save(self) -> None:
        """Store what is on screen; what is refused is said at its field."""
        self._save(self.form.connector())

    def test(self) -> None:
        """Test what is on screen, saved or not."""
        self._stop_test()
        self.form.clear_errors()
        self.messages.clear()
        self.test_view.set_use_for(self.form.use_for)
        self._run_facts = self.form.connection_facts()
        run = ConnectionRun(self._services.testing, self)
        run.stage_ended.connect(self.test_view.add)
        run.ended.connect(self._on_test_ended)
        run.failed.connect(self._on_test_failed)
        self._run = run
        self.test_view.set_running(running=True)
        run.start(self.form.connector(), self.form.secrets(), self.test_view.send_to)
        self._show_state()

    def discard(self) -> None:
        """Forget what was typed."""
        self.load(self._loaded)

    def focus_start(self) -> None:
        """Put the cursor where editing begins."""
        self.form.focus_field("name")

    def _state(self) -> tuple[object, ...]:
        facts = replace(self.form.connector(), enabled=False)
        return (facts, tuple(self.form.secrets().items()), self.footer.enable.isChecked())

    def _save(self, connector: Connector) -> None:
        self.form.clear_errors()
        self.messages.clear()
        fresh = self._fresh()
        test = fresh.test if fresh else None
        wanted = replace(connector, enabled=self.footer.enable.isChecked() and fresh is not None)
        try:
            stored = self._services.connectors.save(wanted, self.form.secrets(), test)
        except StaleError as error:
            self._show_stale(error)
        except EnateError as error:
            self._show_refusal(error)
        else:
            self.load(stored)
            self.saved.emit(stored)

    def _show_stale(self, error: StaleError) -> None:
        self.messages.show_error(
            error,
            MessageAction(self.tr("Load what is stored"), self._on_load_stored),
            MessageAction(self.tr("Save mine instead"), self._on_save_mine),
            key="save",
        )

    def _show_refusal(self, error: EnateError) -> None:
        if error.field and self.form.set_error(error.field, error.sentence()):
            self.form.focus_field(error.field)
            return
        self.messages.show_error(error, key="save")

    def _on_load_stored(self) -> None:
        try:
            self.load(self._services.connectors.get(self._loaded.id))
        except EnateError as error:
            self.messages.show_error(error)

    def _on_save_mine(self) -> None:
        try:
            version = self._services.connectors.get(self._loaded.id).version
        except EnateError as error:
            self.messages.show_error(error)
            return
        self._save(replace(self.form.connector(), version=version))

    def _fresh(self) -> _Passed | None:
        """The passed test of exactly what is on screen, if there is one."""
        passed = self._passed
        same = passed is not None and passed.facts == self.form.connection_facts()
        return passed if same else None

    def _on_test_ended(self, test: ConnectionTest) -> None:
        self._run = None
        self.test_view.finish(test)
        if test.ok:
            self._passed = _Passed(self._run_facts, test)
        failure = test.report.failure
        if failure is not None and failure.field and not test.report.cancelled:
            self.form.set_error(failure.field, failure.detail)
        self._show_state()
        if self._fresh() is not None and test.ok:
            self.footer.enable.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.test_view.start_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_test_failed(self, error: Exception) -> None:
        self._run = None
        if not isinstance(error, EnateError):
            self.test_view.set_running(running=False)
            raise error
        self.test_view.stages.set_sides(self.form.use_for)
        if error.field and self.form.set_error(error.field, error.sentence()):
            self.form.focus_field(error.field)
        self.test_view.refuse(error)
        self._show_state()

    def _stop_test(self) -> None:
        if self._run is not None:
            self._run.cancel()
            self._run.blockSignals(True)
            self._run = None
        self.test_view.set_running(running=False)

    def _show_state(self) -> None:
        self.header.set_name(self.name)
        fresh = self._fresh() is not None
        changed = self._passed is not None and not fresh
        self.test_view.set_stale(
            self.tr("The settings changed since the last good test. Test again to enable.")
            if changed and self._run is None
            else ""
        )
        may = self._services.people.me.may(Permission.EDIT_CONNECTORS)
        reason = "" if may else f'You need the permission "{Permission.EDIT_CONNECTORS}".'
        self.footer.show_enable(fresh=fresh, changed=changed, was_on=self._loaded.enabled)
        self.footer.show_buttons(dirty=self.dirty, reason=reason)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.messages)
        column.addLayout(side_by_side(self.form, self.test_view), 1)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self._save_action.setShortcut(QKeySequence.StandardKey.Save)
        self._test_action.setShortcut(QKeySequence("Ctrl+T"))
        for action, slot in ((self._save_action, self.save), (self._test_action, self.test)):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
        self.header.back_button.clicked.connect(self.closed)
        self.header.activity_button.clicked.connect(self._on_activity_clicked)
        self.footer.save_button.clicked.connect(self.save)
        self.footer.discard_button.clicked.connect(self._on_discard_clicked)
        self.form.changed.connect(self._on_form_changed)
        self.footer.enable.toggled.connect(self._on_enable_toggled)
        self.footer.enable.locked_clicked.connect(self._on_locked_clicked)
        self.test_view.test_requested.connect(self.test)
        self.test_view.cancel_requested.connect(self._on_cancel_requested)
        self.test_view.field_requested.connect(self._on_field_requested)

    def _on_form_changed(self) -> None:
        self.form.clear_errors()
        self._show_state()

    def _on_enable_toggled(self) -> None:
        self._show_state()

    def _on_activity_clicked(self) -> None:
        self.activity_requested.emit(self._loaded.id)

    def _on_discard_clicked(self) -> None:
        self.discard()
        self.closed.emit()

    def _on_cancel_requested(self) -> None:
        if self._run is not None:
            self._run.cancel()

    def _on_locked_clicked(self, reason: str) -> None:
        self.messages.show_message(
            MessageKind.INFO, reason, MessageAction(self.tr("Test now"), self.test), key="locked"
        )

    def _on_field_requested(self, field: str) -> None:
        side = field.partition(".")[0]
        if not self.form.focus_field(field):
            self.form.focus_field(f"{side}.service")
