"""The connection test of the editor: what was tested, and whether it is still what is on screen."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Connector
from enate_desktop.services.testing import ConnectionTest, TestingService
from enate_desktop.views.connection_run import ConnectionRun
from enate_desktop.views.connection_test_view import ConnectionTestView
from enate_desktop.views.connector_form import ConnectorForm

Facts = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A passed test and the connection it was made of; ``test`` is None for one of another day."""

    facts: Facts
    test: ConnectionTest | None


class EditorTesting(QObject):
    """One test at a time of what is on screen.

    ``changed`` comes when a test starts or ends; then ``ended`` carries the ConnectionTest, or
    ``failed`` the Exception that kept it from being made.
    """

    changed = Signal()
    ended = Signal(object)
    failed = Signal(object)

    def __init__(
        self, testing: TestingService, form: ConnectorForm, view: ConnectionTestView
    ) -> None:
        super().__init__(view)
        self._testing = testing
        self._form = form
        self._view = view
        self._passed: Passed | None = None
        self._run: ConnectionRun | None = None
        self._shown: Facts = ()
        self._running_on: Passed | None = None
        view.cancel_requested.connect(self.cancel)

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._run is not None

    @property
    def fresh(self) -> Passed | None:
        """The passed test of exactly what is on screen, if there is one."""
        passed = self._passed
        same = passed is not None and passed.facts == self._form.connection_facts()
        return passed if same else None

    @property
    def outdated(self) -> bool:
        """Whether a test passed before the settings were changed."""
        return self._passed is not None and self.fresh is None

    @property
    def shows_screen(self) -> bool:
        """Whether the test shown last was made of exactly what is on screen."""
        return self._shown == self._form.connection_facts()

    @property
    def mails_there(self) -> int | None:
        """How many mails the fresh test found in the mailbox, None when none has looked."""
        fresh = self.fresh
        folder = fresh.test.report.folder if fresh is not None and fresh.test is not None else None
        return folder.count if folder is not None else None

    def load(self, connector: Connector) -> None:
        """Another connector is on screen."""
        self._stop()
        self._view.set_use_for(connector.use_for)
        self._view.set_last(connector)
        facts = self._form.connection_facts()
        self._passed = Passed(facts, None) if connector.tested_fingerprint else None
        self._running_on = self._passed if connector.enabled else None
        self._view.mail.reset()
        self._suggest_address()

    def keep(self, connector: Connector, passed: Passed | None, *, shown: bool) -> None:
        """The same connector was saved; ``shown`` when the panel shows a test of just that."""
        self._view.set_last(connector)
        facts = self._form.connection_facts()
        test = passed.test if passed is not None else None
        self._passed = Passed(facts, test) if connector.tested_fingerprint else None
        self._running_on = Passed(facts, None) if self._passed and connector.enabled else None
        self._shown = facts if shown else ()

    def start(self) -> None:
        """Test what is on screen, saved or not; asks for the address of a wanted test mail."""
        send_to = self._view.mail.send_to
        if send_to is not None and normal_address(send_to) is None:
            self._view.mail.ask_for_address(
                self.tr("Write the address that the test mail goes to, such as anna@acme.com.")
            )
            return
        self._stop()
        self._view.set_use_for(self._form.use_for)
        self._shown = self._form.connection_facts()
        testing, (connector, secrets) = self._testing, self._form.whole()
        run = ConnectionRun(self)
        run.stage_ended.connect(self._view.add)
        run.ended.connect(lambda test: self._on_ended(connector, test))
        run.failed.connect(self._on_failed)
        self._run = run
        self._view.set_running(running=True)
        run.start(lambda report, cancel: testing.run(connector, secrets, report, cancel, send_to))
        self.changed.emit()

    def cancel(self) -> None:
        """End the stage at hand; the test reports as cancelled."""
        if self._run is not None:
            self._run.cancel()

    def show_state(self) -> None:
        """Say in the panel whether what it shows is out of date."""
        self._suggest_address()
        text = ""
        if self._run is None and self.outdated:
            text = self.tr("Out of date: the settings changed since this test. Test again.")
        elif self._run is None and self._view.has_result:
            changed = self.tr("Out of date: the settings changed. Test again.")
            text = "" if self.shows_screen else changed
        self._view.set_stale(text)

    def _suggest_address(self) -> None:
        now = self._form.connector()
        names = [settings.username for settings in now.sides.values()]
        found = (normal_address(name) for name in (*names, now.primary_address))
        self._view.mail.suggest(next((one for one in found if one), ""))

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel()
            self._run.blockSignals(True)
            self._run = None
        self._view.set_running(running=False)

    def _on_ended(self, connector: Connector, test: ConnectionTest) -> None:
        self._run = None
        self._view.finish(connector, test)
        self._take_renewed(test)
        if test.ok:
            self._passed = Passed(self._shown, test)
        elif not test.report.cancelled and self.fresh is not None:
            # A test is only a look: what runs with these very settings stays as it is.
            self._passed = self._running_on if self._is_of_running() else None
        self.changed.emit()
        self.ended.emit(test)

    def _is_of_running(self) -> bool:
        return self._running_on is not None and self._running_on.facts == self._shown

    def _take_renewed(self, test: ConnectionTest) -> None:
        """The tokens on screen are replaced by those the test got; it is still a test of them."""
        if not test.renewed:
            return
        unchanged = self.shows_screen
        self._form.sides.take_renewed(test.renewed)
        if unchanged:
            self._shown = self._form.connection_facts()

    def _on_failed(self, error: Exception) -> None:
        self._run = None
        self._view.stages.set_sides(self._form.use_for)
        self._view.set_running(running=False)
        self.changed.emit()
        self.failed.emit(error)
