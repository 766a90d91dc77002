"""The test of an outgoing route: what passed, and whether it is still what is on screen (R-02)."""

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.mail.report import StageResult
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.connection_run import ConnectionRun
from enate_desktop.views.connection_test_view import ConnectionTestView

Place = tuple[int, str | None]
"""What a test is bound to: connector and address in normal form."""


class OutgoingTests(Protocol):
    """What makes the tests."""

    def run(
        self,
        route: OutgoingRoute,
        report: Callable[[StageResult], None],
        cancel: threading.Event,
        send_to: str | None = None,
    ) -> ConnectionTest:
        """Test ``route`` as given, saved or not; blocking."""


class OutgoingRouteTesting(QObject):
    """One test at a time. ``changed`` comes when one starts or ends; then ``ended`` carries the
    ConnectionTest, or ``refused`` the EnateError that kept it from being made.
    """

    changed = Signal()
    ended = Signal(object)
    refused = Signal(object)

    def __init__(self, tests: OutgoingTests, parent: QObject) -> None:
        super().__init__(parent)
        self.view = ConnectionTestView(
            self.tr(
                "Signs in and asks whether the server takes mail from this address. "
                "Nothing is sent."
            )
        )
        self._tests = tests
        self._run: ConnectionRun | None = None
        self._stored: Place | None = None
        self._passed: tuple[Place, ConnectionTest] | None = None
        self._shown: Place | None = None
        self.view.cancel_requested.connect(self.cancel)
        self.view.set_use_for(UseFor.OUTGOING)

    def load(self, route: OutgoingRoute, *, keep: bool) -> None:
        """A route as stored is on screen; ``keep`` when it is the one before, saved."""
        self._stored = place_of(route) if route.tested else None
        if not keep:
            self._stop()
            self._passed = self._shown = None
            self.view.set_use_for(UseFor.OUTGOING)
            self.view.mail.reset()
            self.view.mail.suggest(normal_address(route.address) or "")

    def passed(self, place: Place) -> ConnectionTest | None:
        """The test just passed of this very connector and address."""
        return self._passed[1] if self._passed is not None and self._passed[0] == place else None

    def is_tested(self, place: Place) -> bool:
        """Whether a test of this connector and address passed, now or before."""
        return self._stored == place or self.passed(place) is not None

    def show_state(self, place: Place) -> None:
        """Say in the panel whether what it shows is of another address or connector."""
        stale = self._run is None and self._shown not in (None, place)
        if stale:
            self.view.forget_refusal()
        text = self.tr("Out of date: the route changed since this test. Test again.")
        self.view.set_stale(text if stale else "")

    def start(self, route: OutgoingRoute, connector: Connector) -> None:
        """Test a route as typed; asks for the address of a wanted test mail first."""
        send_to = self.view.mail.send_to
        if send_to is not None and normal_address(send_to) is None:
            self.view.mail.ask_for_address(
                self.tr("Write the address that the test mail goes to, such as anna@acme.com.")
            )
            return
        tests = self._tests
        self._stop()
        self.view.set_use_for(UseFor.OUTGOING)
        place = self._shown = place_of(route)
        run = ConnectionRun(self)
        run.stage_ended.connect(self.view.add)
        run.ended.connect(lambda test: self._on_ended(place, connector, test))
        run.failed.connect(self._on_failed)
        self._run = run
        self.view.set_running(running=True)
        run.start(lambda report, cancel: tests.run(route, report, cancel, send_to))
        self.changed.emit()

    def cancel(self) -> None:
        """End the stage at hand; the test reports as cancelled."""
        if self._run is not None:
            self._run.cancel()

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel()
            self._run.blockSignals(True)
            self._run = None
        self.view.set_running(running=False)

    def _on_ended(self, place: Place, connector: Connector, test: ConnectionTest) -> None:
        self._run = None
        self.view.finish(connector, test)
        if test.ok:
            self._passed = place, test
        elif not test.report.cancelled:
            self._passed = None
            self._stored = None if self._stored == place else self._stored
        self.changed.emit()
        self.ended.emit(test)

    def _on_failed(self, error: Exception) -> None:
        self._run = None
        self.view.set_running(running=False)
        self.view.stages.set_sides(UseFor.OUTGOING)
        self.changed.emit()
        if not isinstance(error, EnateError):
            raise error
        self.view.refuse(error)
        self.refused.emit(error)


def place_of(route: OutgoingRoute) -> Place:
    """What a test of ``route`` is bound to."""
    return route.connector_id, normal_address(route.address)
