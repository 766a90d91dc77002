"""The editor of one connector: form, connection test and Enable on one page (UI 3.4)."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError, StaleError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.time_text import short_text
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.connection_run import ConnectionRun
from enate_desktop.views.connection_test_view import ConnectionTestView
from enate_desktop.views.connector_form import ConnectorForm
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack
from enate_desktop.views.widgets import ElidedLabel, Toggle, button, label
from enate_desktop.wiring import Services

_PANEL_WIDTH = 460
_FORM_WIDTH = 760


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
        self._loaded = Connector(0, "", ConnectorForm().use_for, "")
        self._untouched: tuple[object, ...] = ()
        self._passed: _Passed | None = None
        self._run: ConnectionRun | None = None
        self._run_facts: tuple[object, ...] = ()
        self.messages = MessageStack()
        self.form = ConnectorForm()
        self.test_view = ConnectionTestView()
        self.enable = Toggle(self.tr("Enable"))
        self._back = button(self.tr("Connectors"), icon_name="chevron-left")
        self._name = ElidedLabel()
        self._activity = button(self.tr("Show Activity"), icon_name="history")
        self.discard_button = button(self.tr("Discard"))
        self.save_button = button(self.tr("Save"), primary=True)
        self._save_action = QAction(self.tr("Save connector"), self)
        self._test_action = QAction(self.tr("Test connection"), self)
        self._build()
        self._connect()

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
        self.test_view.set_last(self._last_test_text(connector))
        facts = self.form.connection_facts()
        self._passed = _Passed(facts, None) if connector.tested_fingerprint else None
        self.enable.setChecked(connector.enabled)
        self._activity.setVisible(bool(connector.id))
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

    def focus_start(self) -> None:
        """Put the cursor where editing begins."""
        self.form.focus_field("name")

    def _state(self) -> tuple[object, ...]:
        facts = replace(self.form.connector(), enabled=False)
        return (facts, tuple(self.form.secrets().items()), self.enable.isChecked())

    def _save(self, connector: Connector) -> None:
        self.form.clear_errors()
        self.messages.clear()
        fresh = self._fresh()
        test = fresh.test if fresh else None
        wanted = replace(connector, enabled=self.enable.isChecked() and fresh is not None)
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
            self.enable.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self._name.set_text(f"/  {self.name}")
        fresh = self._fresh() is not None
        changed = self._passed is not None and not fresh
        self.test_view.set_stale(
            self.tr("The settings changed since the last good test. Test again to enable.")
            if changed and self._run is None
            else ""
        )
        may = self._services.people.me.may(Permission.EDIT_CONNECTORS)
        reason = "" if may else f'You need the permission "{Permission.EDIT_CONNECTORS}".'
        explain_disabled(self.enable, reason)
        self._show_enable(fresh, changed)
        dirty = self.dirty
        explain_disabled(
            self.save_button, reason or ("" if dirty else self.tr("There is nothing to save."))
        )
        if may and dirty:
            self.save_button.setToolTip(self.tr("Save (Ctrl+S)"))
        self.discard_button.setText(self.tr("Discard") if dirty else self.tr("Close"))

    def _show_enable(self, fresh: bool, changed: bool) -> None:
        if fresh:
            self.enable.set_locked("")
            if self._loaded.enabled:
                on = self.tr("On")
            else:
                on = self.tr("On – starts when you save")
            off = self.tr("Off – stops when you save") if self._loaded.enabled else self.tr("Off")
            self.enable.set_state_texts(on, off)
            return
        self.enable.setChecked(False)
        off = self.tr("Off – test the connection first")
        if changed:
            off = self.tr("Off – the test is out of date")
        self.enable.set_state_texts(self.tr("On"), off)
        self.enable.set_locked(self.tr("Test the connection first."))

    def _last_test_text(self, connector: Connector) -> str:
        if connector.tested_at is None:
            return ""
        text = self.tr("Last good test: {when} by {who}")
        return text.format(when=short_text(connector.tested_at), who=connector.tested_by)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._back)
        head.addWidget(self._name, 1)
        head.addWidget(self._activity)
        self._name.setFont(self._title_font())
        left = QScrollArea()
        left.setWidget(self.form)
        left.setWidgetResizable(True)
        right = QScrollArea()
        right.setWidget(self.test_view)
        right.setWidgetResizable(True)
        right.setFixedWidth(_PANEL_WIDTH)
        for area in (left, right):
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(left, 1)
        middle.addWidget(right)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(label(self.tr("Enable")))
        foot.addWidget(self.enable)
        foot.addStretch(1)
        foot.addWidget(self.discard_button)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.messages)
        column.addLayout(middle, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._save_action.setShortcut(QKeySequence.StandardKey.Save)
        self._test_action.setShortcut(QKeySequence("Ctrl+T"))
        for action, slot in ((self._save_action, self.save), (self._test_action, self.test)):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
        self._back.clicked.connect(self.closed)
        self._activity.clicked.connect(lambda: self.activity_requested.emit(self._loaded.id))
        self.save_button.clicked.connect(self.save)
        self.discard_button.clicked.connect(self._on_discard_clicked)
        self.form.changed.connect(self._on_form_changed)
        self.enable.toggled.connect(self._show_state)
        self.enable.locked_clicked.connect(self._on_locked_clicked)
        self.test_view.test_requested.connect(self.test)
        self.test_view.cancel_requested.connect(self._on_cancel_requested)
        self.test_view.field_requested.connect(self._on_field_requested)
