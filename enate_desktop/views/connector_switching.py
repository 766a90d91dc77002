"""Testing and switching connectors from the list, in the background (C-05, C-12)."""

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.connectors import Connector, StartFrom
from enate_desktop.domain.errors import EnateError
from enate_desktop.services.bundle import Services
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.connection_run import ConnectionRun
from enate_desktop.views.connector_commands import ConnectorCommands
from enate_desktop.views.connector_first_intake import never_was_on


class ConnectorSwitching(QObject):
    """One test per connector at a time.

    ``busy_changed`` carries the ids under test; ``tested`` a Connector as stored afterwards and its
    ConnectionTest; ``enabled`` the Connector now on; ``refused`` a Connector and an EnateError;
    ``choice_needed`` a Connector, its ConnectionTest and the number of mails already there.
    """

    busy_changed = Signal(object)
    tested = Signal(object, object)
    enabled = Signal(object)
    refused = Signal(object, object)
    choice_needed = Signal(object, object, int)

    def __init__(
        self, services: Services, commands: ConnectorCommands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._commands = commands
        self._runs: dict[int, ConnectionRun] = {}

    @property
    def busy(self) -> frozenset[int]:
        """The connectors under test."""
        return frozenset(self._runs)

    def test(self, connector: Connector, *, then_enable: bool = False) -> None:
        """Test what is stored; ``then_enable`` switches it on when the test passes."""
        if connector.id in self._runs:
            return
        testing = self._services.testing
        run = ConnectionRun(self)
        run.ended.connect(lambda test: self._on_ended(connector, test, then_enable))
        run.failed.connect(lambda error: self._on_failed(connector, error))
        self._runs[connector.id] = run
        self.busy_changed.emit(self.busy)
        run.start(lambda report, cancel: testing.run(connector, {}, report, cancel))

    def enable(
        self, connector: Connector, test: ConnectionTest, start: StartFrom | None = None
    ) -> None:
        """Switch on after ``test``; ``start`` is the choice about mail that is already there."""
        try:
            stored = self._commands.enable(connector, test, start)
        except EnateError as error:
            self.refused.emit(connector, error)
            return
        self.enabled.emit(stored)

    def stop(self) -> None:
        """End every test under way; nothing is reported of them."""
        for run in self._runs.values():
            run.blockSignals(True)
            run.cancel()
        self._runs.clear()
        self.busy_changed.emit(self.busy)

    def _on_ended(self, connector: Connector, test: ConnectionTest, then_enable: bool) -> None:
        self._forget(connector.id)
        try:
            stored = self._services.connectors.get(connector.id)
            if test.ok and not stored.enabled:
                stored = self._services.connectors.save(stored, {}, test)
        except EnateError as error:
            self.refused.emit(connector, error)
            return
        if not (test.ok and then_enable):
            self.tested.emit(stored, test)
            return
        count = test.report.folder.count if test.report.folder else 0
        if count and never_was_on(self._services.history, stored):
            self.choice_needed.emit(stored, test, count)
        else:
            self.enable(stored, test)

    def _on_failed(self, connector: Connector, error: Exception) -> None:
        self._forget(connector.id)
        if not isinstance(error, EnateError):
            raise error
        self.refused.emit(connector, error)

    def _forget(self, connector_id: int) -> None:
        run = self._runs.pop(connector_id, None)
        if run is not None:
            run.deleteLater()
        self.busy_changed.emit(self.busy)
