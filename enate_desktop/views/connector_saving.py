"""Testing and saving what the connector editor shows, with every question on the way (C-05)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import EnateError, StaleError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.edit_conflict import conflict, merged
from enate_desktop.item_models.time_text import short_text
from enate_desktop.services.bundle import Services
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretName
from enate_desktop.views.connection_test_view import ConnectionTestView
from enate_desktop.views.connector_commands import ConnectorCommands
from enate_desktop.views.connector_form import ConnectorForm
from enate_desktop.views.connector_frame import EditorFooter
from enate_desktop.views.connector_questions import (
    ask_about_encryption,
    bare_hosts,
    sends_password_bare,
)
from enate_desktop.views.connector_testing import EditorTesting
from enate_desktop.views.edit_conflict import ConflictDialog
from enate_desktop.views.form_fields import reveal
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack

Act = Callable[[], object]


class EditorSaving(QObject):
    """Works for one editor. ``saved`` carries the stored Connector; ``test_kept`` the one that a
    passed test was stored of although nothing else changed; ``changed`` asks to show the state.
    """

    saved = Signal(object)
    test_kept = Signal(object)
    changed = Signal()

    def __init__(
        self,
        services: Services,
        commands: ConnectorCommands,
        form: ConnectorForm,
        view: ConnectionTestView,
        footer: EditorFooter,
        messages: MessageStack,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._commands = commands
        self._form = form
        self._view = view
        self._footer = footer
        self._messages = messages
        self._window = parent
        self._loaded = Connector(0, "", UseFor.INCOMING, "")
        self._confirmed: frozenset[str] = frozenset()
        self._marked = ""
        self._after_test: Act | None = None
        self._after_save: Act | None = None
        self.testing = EditorTesting(services.testing, form, view)
        self.testing.changed.connect(self.changed)
        self.testing.ended.connect(self._on_test_ended)
        self.testing.failed.connect(self._on_test_failed)

    @property
    def loaded(self) -> Connector:
        """The connector as it was read; id 0 for a new one."""
        return self._loaded

    @property
    def enabling(self) -> bool:
        """Whether a test runs that must pass before the connector is switched on."""
        return self._after_test is not None

    def load(self, connector: Connector, *, keep: bool = False) -> None:
        """Take up a connector that the form shows; ``keep`` leaves the test panel as it is."""
        fresh, shown = (self.testing.fresh if keep else None), self.testing.shows_screen
        stored: frozenset[SecretName] = frozenset()
        if connector.id:
            stored = self._services.connectors.stored_secrets(connector.id)
        self._loaded = connector
        self._after_test = None
        self._confirmed = bare_hosts(connector)
        processes = self._services.directory.processes(retired=True)
        self._form.load(connector, stored, processes)
        if keep:
            self.testing.keep(connector, fresh, shown=shown)
        else:
            self.testing.load(connector)

    def wanted(self) -> Connector:
        """What is on screen, with the choices at the foot."""
        connector = self._form.connector()
        if self._footer.first_intake.isVisibleTo(self._footer):
            connector = replace(connector, start_from=self._footer.first_intake.choice.start_from())
        on = self._footer.enable.isChecked() and self.testing.fresh is not None
        return replace(connector, enabled=on)

    def test(self) -> None:
        """Test what is on screen, saved or not."""
        self._after_test = None
        self._forget_messages()
        self._when_safe(self.testing.start)

    def save(self, then: Act | None = None) -> None:
        """Store what is on screen, then go on; a first test comes before switching on.

        What is refused is said at its field, and ``then`` is not called.
        """
        self._after_save = then
        self._forget_messages()
        fresh = self.testing.fresh
        switches_on = self.wanted().enabled and not self._loaded.enabled
        if switches_on and (fresh is None or fresh.test is None):
            self._when_safe(self._test_then_store)
        else:
            self._when_safe(self._store)

    def _test_then_store(self) -> None:
        self._after_test = self._store
        self.testing.start()
        self._footer.show_testing()

    def _store(self) -> None:
        self._after_test = None
        fresh = self.testing.fresh
        self._store_as(self.wanted(), fresh.test if fresh is not None else None)

    def _store_as(self, wanted: Connector, test: ConnectionTest | None) -> None:
        try:
            stored = self._commands.save(wanted, self._form.secrets(), test)
        except StaleError:
            self._show_conflict(wanted, test)
        except EnateError as error:
            self._show_refusal(error)
        else:
            stops = self._loaded.enabled and not stored.enabled and self.testing.fresh is None
            self.load(stored, keep=True)
            self.saved.emit(stored)
            if stops:
                self._tell_it_is_off()
            then, self._after_save = self._after_save, None
            if then is not None:
                then()

    def _tell_it_is_off(self) -> None:
        text = self.tr("Saved. It is off until the connection is tested.")
        action = MessageAction(self.tr("Test now"), self.test)
        self._messages.show_message(MessageKind.WARNING, text, action, key="off")

    def _show_conflict(self, mine: Connector, test: ConnectionTest | None) -> None:
        try:
            theirs = self._services.connectors.get(self._loaded.id)
        except EnateError as error:
            self._show_refusal(error)
            return
        paths = {p.id: p.path for p in self._services.directory.processes(retired=True)}
        found = conflict(self._loaded, theirs, mine, process_id=paths)

        def take(mine_kept: Sequence[str]) -> None:
            self._store_as(merged(theirs, mine, mine_kept), test)

        if found:
            ConflictDialog(mine.name, self._last_change(), found, take, self._window).open()
        else:
            take(())

    def _last_change(self) -> str:
        """Who saved last, and when, as a sentence."""
        for entry in self._services.history.entries("connector", self._loaded.id, 1):
            return f"{entry.who} saved at {short_text(entry.at)}."
        return "Somebody else saved first."

    def _show_refusal(self, error: EnateError) -> None:
        self.changed.emit()
        if error.field and self._form.set_error(error.field, error.sentence()):
            self._form.focus_field(error.field)
            return
        self._messages.show_error(error, key="save")

    def _when_safe(self, go: Act) -> None:
        """Ask once before anything crosses a network unencrypted (C-13)."""
        connector = self._form.connector()
        bare = bare_hosts(connector) - self._confirmed
        if not bare:
            go()
            return

        def confirmed() -> None:
            self._confirmed |= bare
            go()

        ask_about_encryption(bare, sends_password_bare(connector), confirmed, self._window)

    def _forget_messages(self) -> None:
        self._form.clear_errors()
        self._messages.clear()

    def forget_marks(self) -> None:
        """Something was typed: a failed test no longer points at a field."""
        self._form.clear_mended()
        self._view.forget_refusal()
        if self._marked and self._view.stale_text:
            self._form.clear_errors(self._marked)
            self._marked = ""

    def _on_test_ended(self, test: ConnectionTest) -> None:
        after, self._after_test = self._after_test, None
        failure = test.report.failure
        if failure is not None and failure.field and not test.report.cancelled:
            self._marked = failure.field
            self._form.set_error(failure.field, failure.detail)
        self.changed.emit()
        if test.ok and after is not None:
            after()
        elif test.ok:
            self._keep_test(test)
            if not self._footer.enable.isChecked():
                self._footer.enable.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            if after is not None:
                text = self.tr("It was not switched on: the test did not pass. Nothing is saved.")
                self._messages.show_message(MessageKind.WARNING, text, key="save")
            edit = self._view.failure.edit_button
            target = edit if edit.isVisible() else self._view.start_button
            target.setFocus(Qt.FocusReason.OtherFocusReason)
            reveal(target)

    def _keep_test(self, test: ConnectionTest) -> None:
        """Store a passed test of what is stored already: nothing else would."""
        may = self._services.people.me.may(Permission.EDIT_CONNECTORS)
        unchanged = self._loaded.id and not self._form.secrets()
        if not (may and unchanged) or self._loaded.tested_fingerprint == test.fingerprint:
            return
        if replace(self._form.connector(), enabled=self._loaded.enabled) != self._loaded:
            return
        try:
            stored = self._services.connectors.save(self._loaded, {}, test)
        except EnateError as error:
            self._messages.show_error(error, key="save")
            return
        self.load(stored, keep=True)
        self.test_kept.emit(stored)

    def _on_test_failed(self, error: Exception) -> None:
        self._after_test = None
        if not isinstance(error, EnateError):
            raise error
        if error.field and self._form.set_error(error.field, error.sentence()):
            self._form.focus_field(error.field)
        self._view.refuse(error)
        self.changed.emit()
