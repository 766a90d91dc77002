"""The editor of one connector: form, connection test and Enable on one page (UI 3.4)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.people import Permission
from enate_desktop.services.bundle import Services
from enate_desktop.views.connection_test_view import ConnectionTestView
from enate_desktop.views.connector_commands import ConnectorCommands
from enate_desktop.views.connector_first_intake import never_was_on
from enate_desktop.views.connector_folder_browsing import FolderBrowsing
from enate_desktop.views.connector_form import ConnectorForm
from enate_desktop.views.connector_frame import EditorBody, EditorFooter, EditorHeader
from enate_desktop.views.connector_messages import tell_of_trouble, warn_of_stop
from enate_desktop.views.connector_questions import ask_about_changes
from enate_desktop.views.connector_saving import EditorSaving
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.sign_in_run import SignInTools

Act = Callable[[], object]


class ConnectorEditor(QWidget):
    """Edits a connector until it is saved or discarded; what is typed survives every refusal.

    ``saved`` carries the stored Connector, ``test_kept`` the one whose passed test was stored; the
    ``…_requested`` signals its id. ``closed`` comes once nothing is left to ask.
    """

    saved = Signal(object)
    test_kept = Signal(object)
    closed = Signal()
    dirty_changed = Signal(bool)
    activity_requested = Signal(int)
    duplicate_requested = Signal(int)
    delete_requested = Signal(int)

    def __init__(
        self,
        services: Services,
        tools: SignInTools,
        work: UndoableWork | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``work`` makes what is saved undoable; without one the editor has its own."""
        super().__init__(parent)
        self._services = services
        self._untouched: tuple[object, ...] = ()
        self._first_enable = False
        self._told_of_stop = False
        self.messages = MessageStack()
        self.form = ConnectorForm(tools)
        self.test_view = ConnectionTestView()
        self.footer = EditorFooter()
        self.header = EditorHeader()
        self.body = EditorBody(self.form, self.test_view)
        work = work or UndoableWork(services.restoring, self)
        commands = ConnectorCommands(services.connectors, work)
        self.saving = EditorSaving(
            services, commands, self.form, self.test_view, self.footer, self.messages, self
        )
        self.browsing = FolderBrowsing(services.folders, self.form, self)
        self._save_action = QAction(self.tr("Save connector"), self)
        self._test_action = QAction(self.tr("Test connection"), self)
        self._close_action = QAction(self.tr("Back to the connectors"), self)
        self._build()
        self._connect()
        self.load(Connector(0, "", UseFor.INCOMING, ""))

    @property
    def connector_id(self) -> int:
        """The connector being edited, 0 for one not saved yet."""
        return self.saving.loaded.id

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
        self.messages.clear()
        self.saving.load(connector)
        self._take_up(connector)
        tell_of_trouble(self.messages, connector)

    def take_up_changes(self) -> None:
        """Somebody else may have changed it: show that, unless something was typed here."""
        if self.dirty or not self.connector_id:
            return
        try:
            stored = self._services.connectors.get(self.connector_id)
        except NotFoundError:
            self.closed.emit()
            return
        if stored != self.saving.loaded:
            self.load(stored)

    def reload_processes(self) -> None:
        """The directory changed."""
        self.form.set_processes(self._services.directory.processes(retired=True))

    def save(self) -> None:
        """Store what is on screen; what is refused is said at its field."""
        if self.footer.save_button.isEnabled():
            self._told_of_stop = False  # a refusal clears the bars, then the warning is due again
            self.saving.save()

    def test(self) -> None:
        """Test what is on screen, saved or not; while a test runs, cancel it."""
        if self.saving.testing.running:
            self.saving.testing.cancel()
            return
        self.body.show_panel()
        self.saving.test()

    def discard(self) -> None:
        """Forget what was typed."""
        self.load(self.saving.loaded)

    def leave(self, then: Act) -> bool:
        """Whether the editor can be left now; else it asks, and calls ``then`` once it can."""
        if not self.dirty:
            return True

        def discard() -> None:
            self.discard()
            then()

        ask_about_changes(self.name, discard, lambda: self.saving.save(then), self)
        return False

    def focus_start(self) -> None:
        """Put the cursor where editing begins."""
        self.form.focus_field("name")

    def _take_up(self, connector: Connector) -> None:
        """The form shows what is stored of ``connector``."""
        self._first_enable = never_was_on(self._services.history, connector)
        self.footer.first_intake.choice.set_start_from(connector.start_from)
        self.footer.enable.setChecked(connector.enabled)
        self._show_state()
        self._untouched = self._state()
        self._show_state()

    def _state(self) -> tuple[object, ...]:
        return (self.saving.wanted(), tuple(self.form.secrets().items()))

    def _reason(self) -> str:
        """Why nothing can be changed, or empty (P-01)."""
        may = self._services.people.me.may(Permission.EDIT_CONNECTORS)
        return "" if may else f'You need the permission "{Permission.EDIT_CONNECTORS}".'

    def _show_state(self) -> None:
        loaded, testing = self.saving.loaded, self.saving.testing
        reason = self._reason()
        self.header.set_name(self.name)
        self.header.set_stored(stored=bool(loaded.id), reason=reason)
        self.form.setEnabled(not reason)
        if not testing.running:
            self.test_view.follow(self.form.use_for)
        testing.show_state()
        fresh = testing.fresh is not None
        self.footer.show_enable(fresh=fresh, changed=testing.outdated, was_on=loaded.enabled)
        self._warn_of_stop(loaded.enabled and not fresh and not testing.running and not reason)
        self._show_first_intake()
        if self.saving.enabling:
            self.footer.show_testing()
            reason = reason or self.tr("The connection is being tested first.")
        dirty = self.dirty
        self.footer.show_buttons(dirty=dirty, reason=reason)
        self.dirty_changed.emit(dirty)

    def _warn_of_stop(self, stops: bool) -> None:
        """Say once that saving switches it off, as long as that is so."""
        if stops != self._told_of_stop:
            self._told_of_stop = stops
            warn_of_stop(self.messages, stops=stops)

    def _show_first_intake(self) -> None:
        count = self.saving.testing.mails_there
        asked = self._first_enable and self.form.use_for.receives and count != 0
        self.footer.first_intake.set_count(count)
        self.footer.first_intake.setVisible(asked and self.footer.enable.isChecked())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.messages)
        column.addWidget(self.body, 1)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self._save_action.setShortcut(QKeySequence.StandardKey.Save)
        self._test_action.setShortcut(QKeySequence("Ctrl+T"))
        self._close_action.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        for action, slot in (
            (self._save_action, self.save),
            (self._test_action, self.test),
            (self._close_action, self._on_escape),
        ):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
        header, footer = self.header, self.footer
        header.back_button.clicked.connect(self._on_close_requested)
        for made, signal in (
            (header.activity_button, self.activity_requested),
            (header.duplicate_button, self.duplicate_requested),
            (header.delete_button, self.delete_requested),
        ):
            made.clicked.connect(lambda _on=False, signal=signal: signal.emit(self.connector_id))
        footer.save_button.clicked.connect(self.save)
        footer.discard_button.clicked.connect(self._on_discard_clicked)
        footer.enable.toggled.connect(self._on_choice_changed)
        footer.first_intake.choice.changed.connect(self._on_choice_changed)
        footer.enable.locked_clicked.connect(self._on_locked_clicked)
        self.form.changed.connect(self._on_form_changed)
        self.test_view.test_requested.connect(self.test)
        self.test_view.field_requested.connect(self._on_field_requested)
        self.saving.changed.connect(self._on_choice_changed)
        self.saving.saved.connect(self._on_saved)
        self.saving.test_kept.connect(self._on_test_kept)

    def _on_form_changed(self) -> None:
        self._show_state()
        self.saving.forget_marks()

    def _on_choice_changed(self) -> None:
        self._show_state()

    def _on_saved(self, connector: Connector) -> None:
        self._take_up(connector)
        self.saved.emit(connector)

    def _on_test_kept(self, connector: Connector) -> None:
        self._take_up(connector)
        self.test_kept.emit(connector)

    def _on_escape(self) -> None:
        if self.saving.testing.running:
            self.saving.testing.cancel()
        else:
            self._on_close_requested()

    def _on_close_requested(self) -> None:
        if self.leave(self.closed.emit):
            self.closed.emit()

    def _on_discard_clicked(self) -> None:
        self.discard()
        self.closed.emit()

    def _on_locked_clicked(self, reason: str) -> None:
        self.messages.show_message(
            MessageKind.INFO, reason, MessageAction(self.tr("Test now"), self.test), key="locked"
        )

    def _on_field_requested(self, field: str) -> None:
        side = field.partition(".")[0]
        if not self.form.focus_field(field):
            self.form.focus_field(f"{side}.service")
