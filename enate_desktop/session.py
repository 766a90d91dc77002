"""The window at work: services, mailbox worker and window joined, until the program ends."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from enate_desktop.domain.connectors import Health
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.monitor_state import start_of_today
from enate_desktop.item_models.time_text import clock_text
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.monitor import Overview
from enate_desktop.services.watching import ChangeWatch
from enate_desktop.views.diagnostics_dialog import DiagnosticsDialog, copy_diagnostics
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.menus import action
from enate_desktop.views.page import MenuName
from enate_desktop.views.status_strip import WorkerKind, WorkerState
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.wiring import build_supervisor
from enate_desktop.worker.bridge import WorkerBridge
from enate_desktop.worker.handle import WorkerHandle
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.supervisor import Supervisor
from enate_desktop.worker.tasks import run_in_background, wait_for_tasks

_HOUR_MILLISECONDS = 3_600_000
_WATCH_MILLISECONDS = 2000
_TURN_SECONDS = 0.001
"""After this long a thread that takes mail in lets the window have the interpreter."""


class Session(QObject):
    """The window with its worker; lives as long as the event loop."""

    def __init__(
        self,
        services: Services,
        window: MainWindow,
        notifier: ChangeNotifier,
        worker: WorkerControl | None = None,
    ) -> None:
        """``worker`` is what pages ask and are told through."""
        super().__init__(window)
        self._services = services
        self._window = window
        self._notifier = notifier
        self._control = worker or WorkerControl(self)
        self._bridge = WorkerBridge(notifier, self)
        self._worker = WorkerHandle(self._new_supervisor, self)
        self._watch: ChangeWatch | None = None
        self._is_reading = self._read_again = self._is_watching = False
        self._hourly = self._timer(_HOUR_MILLISECONDS, self._tell_expiring)
        self._every_two_seconds = self._timer(_WATCH_MILLISECONDS, self._look_for_changes)
        self._control.check_now_requested.connect(self._on_check_now_requested)
        self._control.restart_requested.connect(self._on_restart_requested)
        self._control.rest_requested.connect(self._on_rest_requested)
        self._worker.moved.connect(self._on_worker_moved)
        notifier.changed.connect(self._on_changed)
        window.strip.worker_clicked.connect(self._on_worker_clicked)
        self._control.diagnostics_requested.connect(self.show_diagnostics)
        self._add_diagnostics()
        if not services.people.me.may(Permission.EDIT_ROUTES):
            window.show_read_only_bar(Permission.EDIT_ROUTES)

    @property
    def window(self) -> MainWindow:
        """The window of this session."""
        return self._window

    @property
    def worker(self) -> WorkerHandle:
        """The worker of this program."""
        return self._worker

    @property
    def control(self) -> WorkerControl:
        """What pages know of the worker."""
        return self._control

    def start(self) -> None:
        """Begin to watch the mailboxes; called once the window is on screen."""
        sys.setswitchinterval(_TURN_SECONDS)
        self._worker.refresh()
        self._hourly.start()
        self._every_two_seconds.start()
        self._tell_expiring()

    def check_now(self, connector_id: int | None = None) -> None:
        """Look into one mailbox or all at once."""
        elsewhere = self._worker.supervisor.check_now(connector_id)
        words = self.tr("Checking every mailbox now.")
        if connector_id is not None:
            words = self.tr("Checking the mailbox now.")
        if elsewhere:
            words = elsewhere[0].sentence()
        self._window.show_toast(words)

    def show_diagnostics(self) -> DiagnosticsDialog:
        """Show what support needs, to be copied."""
        state = self._control.state
        words = f"{state.text} {state.detail}".strip()
        return copy_diagnostics(self._services.monitor, words, self._window)

    def stop(self) -> bool:
        """End the worker and all background work; whether everything ended in time."""
        self._every_two_seconds.stop()
        ended = self._worker.stop()
        return wait_for_tasks(5) and ended

    def _add_diagnostics(self) -> None:
        made = action(self, self.tr("Copy diagnostics"), icon_name="clipboard-copy")
        made.triggered.connect(lambda: self.show_diagnostics())
        self._window.menus.add(MenuName.HELP, [made])

    def _timer(self, milliseconds: int, act: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    def _new_supervisor(self) -> Supervisor:
        bridge = self._bridge
        return build_supervisor(
            self._services, bridge.on_received, bridge.on_looked, bridge.on_sent
        )

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        # What a page did with pauses is to act at once; the worker's own reports change nothing.
        if changes.connectors or (changes.worker and initiator is not None):
            self._worker.refresh()
        if changes:
            self._refresh_state()

    def _on_check_now_requested(self, connector_id: int | None) -> None:
        self.check_now(connector_id)

    def _on_restart_requested(self) -> None:
        state = WorkerState(WorkerKind.STOPPED, self.tr("Worker: stopping"))
        self._window.set_worker(state)
        self._control.set_state(state)
        self._worker.restart()

    def _on_rest_requested(self, then: Callable[[], object] | None) -> None:
        if then is None:
            self._worker.begin_again()
        else:
            self._worker.rest(then)

    def _on_worker_moved(self) -> None:
        if self._worker.started is not None or self._worker.trouble:
            self._refresh_state()

    def _look_for_changes(self) -> None:
        if not self._is_watching:
            self._is_watching = True
            run_in_background(self, self._watched, self._on_watched, self._on_not_watched)

    def _watched(self) -> Changes:
        if self._watch is None:
            self._watch = ChangeWatch(self._services.context)
        return self._watch.changes()

    def _on_watched(self, changes: Changes) -> None:
        self._is_watching = False
        if changes:
            self._notifier.notify(changes)

    def _on_not_watched(self, error: Exception) -> None:
        """Asked again in two seconds; what the data lack, the pages say themselves."""
        self._is_watching = False
        self._on_not_told(error)

    def _tell_expiring(self) -> None:
        run_in_background(
            self, self._worker.supervisor.tell_expiring, self._on_expiring_told, self._on_not_told
        )

    def _on_expiring_told(self, changes: Changes) -> None:
        if changes:
            self._notifier.notify(changes, self)

    def _on_not_told(self, error: Exception) -> None:
        """Tried again in an hour; what the data file lacks, the pages say themselves."""
        if not isinstance(error, EnateError):
            raise error

    def _on_worker_clicked(self) -> None:
        self._window.go_to("monitor")

    def _refresh_state(self) -> None:
        """Read how it goes, apart from the window; once more when it changed meanwhile."""
        if self._is_reading:
            self._read_again = True
            return
        self._is_reading = True
        services = self._services

        def read() -> Overview:
            return services.monitor.overview(start_of_today())

        run_in_background(self, read, self._on_read, self._on_not_read)

    def _on_read(self, overview: Overview) -> None:
        self._is_reading = False
        state = state_of(overview)
        self._window.set_worker(state)
        self._window.set_badge("unhandled", overview.unhandled)
        self._window.set_badge("quarantine", overview.quarantined)
        self._control.set_state(state)
        self._control.set_facts(self._facts(overview))
        if self._read_again:
            self._read_again = False
            self._refresh_state()

    def _on_not_read(self, error: Exception) -> None:
        self._is_reading = False
        self._on_not_told(error)

    def _facts(self, overview: Overview) -> WorkerFacts:
        worker = self._worker.supervisor
        elsewhere = (
            status.connector.id
            for status in overview.connectors
            if status.holder is not None and status.holder.owner != worker.owner
        )
        senders = {s.connector.id for s in overview.connectors if not s.connector.use_for.receives}
        return WorkerFacts(
            running=worker.running | (worker.senders & senders),
            busy=worker.busy,
            standby=frozenset(elsewhere),
            next_looks=worker.next_looks(),
            started=self._worker.started,
            trouble=self._worker.trouble,
        )


def worker_state(services: Services) -> WorkerState:
    """What the mailbox worker does, in words."""
    return state_of(services.monitor.overview(start_of_today()))


def state_of(overview: Overview) -> WorkerState:
    """The worker in words: what needs a person first, then the queue and the last check."""
    connectors = [status.connector for status in overview.connectors]
    watched = [c for c in connectors if c.enabled and c.use_for.receives]
    troubled = [c for c in connectors if _is_troubled(c.condition.health)]
    if troubled:
        names = ", ".join(connector.name for connector in troubled)
        text = f"Worker: {len(troubled)} of {len(connectors)} connectors need attention"
        return WorkerState(WorkerKind.FAILING, text, names)
    if not watched:
        return WorkerState(WorkerKind.STOPPED, "Worker: no connector that receives is enabled")
    resting = [s for s in overview.connectors if s.pause is not None and s.connector in watched]
    if len(resting) == len(watched):
        return WorkerState(WorkerKind.PAUSED, f"Worker: paused · queue {overview.queue}")
    checks = [c.condition.last_check for c in watched if c.condition.last_check]
    last = f" · last check {clock_text(max(checks), seconds=True)}" if checks else ""
    text = f"Worker: running · queue {overview.queue:,}{last}"
    return WorkerState(WorkerKind.RUNNING, text)


def _is_troubled(health: Health) -> bool:
    return health is Health.FAILING or health.is_stopped
