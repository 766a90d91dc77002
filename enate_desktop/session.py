"""The window at work: services, mailbox worker and window joined, until the program ends."""

from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from enate_desktop.domain.connectors import Health
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import End
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.status_strip import WorkerKind, WorkerState
from enate_desktop.wiring import build_supervisor
from enate_desktop.worker.bridge import WorkerBridge
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background, wait_for_tasks

_HOUR_MILLISECONDS = 3_600_000


class Session(QObject):
    """The window with its worker; lives as long as the event loop."""

    def __init__(self, services: Services, window: MainWindow, notifier: ChangeNotifier) -> None:
        super().__init__(window)
        self._services = services
        self._window = window
        self._bridge = WorkerBridge(notifier, self)
        self._supervisor = build_supervisor(
            services, self._bridge.on_received, self._bridge.on_looked
        )
        self._notifier = notifier
        self._hourly = QTimer(self)
        self._hourly.setInterval(_HOUR_MILLISECONDS)
        self._hourly.timeout.connect(self._tell_expiring)
        notifier.changed.connect(self._on_changed)
        window.strip.worker_clicked.connect(self._on_worker_clicked)
        if not services.people.me.may(Permission.EDIT_ROUTES):
            window.show_read_only_bar(Permission.EDIT_ROUTES)

    def start(self) -> None:
        """Begin to watch the mailboxes; called once the window is on screen."""
        self._supervisor.refresh()
        self._refresh_state()
        self._hourly.start()
        self._tell_expiring()

    def check_now(self) -> None:
        """Look into every mailbox at once."""
        self._supervisor.check_now()
        self._window.show_toast(self.tr("Checking every mailbox now."))

    def stop(self) -> bool:
        """End the worker and all background work; whether everything ended in time."""
        ended = self._supervisor.stop()
        return wait_for_tasks(5) and ended

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.connectors:
            self._supervisor.refresh()
        if changes.connectors or changes.conditions:
            self._refresh_state()
        if changes.unhandled:
            self._refresh_badges()

    def _tell_expiring(self) -> None:
        run_in_background(
            self, self._supervisor.tell_expiring, self._on_expiring_told, self._on_not_told
        )

    def _on_expiring_told(self, changes: Changes) -> None:
        if changes:
            self._notifier.notify(changes, self)

    def _on_not_told(self, error: Exception) -> None:
        """Tried again in an hour; what the data file lacks, the pages say themselves."""
        if not isinstance(error, EnateError):
            raise error

    def _on_worker_clicked(self) -> None:
        self._window.go_to("connectors")

    def _refresh_state(self) -> None:
        self._window.set_worker(worker_state(self._services))
        self._refresh_badges()

    def _refresh_badges(self) -> None:
        ends = self._services.work_items.counts()
        self._window.set_badge("unhandled", ends[End.UNHANDLED] + ends[End.QUARANTINED])


def worker_state(services: Services) -> WorkerState:
    """What the mailbox worker does, in words."""
    connectors = services.connectors.all()
    watched = [c for c in connectors if c.enabled and c.use_for.receives]
    troubled = [c for c in connectors if _is_troubled(c.condition.health)]
    if troubled:
        names = ", ".join(connector.name for connector in troubled)
        text = f"Worker: {len(troubled)} of {len(connectors)} connectors need attention"
        return WorkerState(WorkerKind.FAILING, text, names)
    if not watched:
        return WorkerState(WorkerKind.STOPPED, "Worker: no connector that receives is enabled")
    checks = [c.condition.last_check for c in watched if c.condition.last_check]
    last = f" · last check {_clock(max(checks))}" if checks else ""
    number = "1 mailbox" if len(watched) == 1 else f"{len(watched)} mailboxes"
    return WorkerState(WorkerKind.RUNNING, f"Worker: running · {number}{last}")


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")


def _is_troubled(health: Health) -> bool:
    return health is Health.FAILING or health.is_stopped
