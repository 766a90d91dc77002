"""Start-up and shutdown of the window, as named steps."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMessageBox

from enate_desktop import __version__
from enate_desktop.domain.connectors import Health
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.logs import start_logging
from enate_desktop.pages import page_specs
from enate_desktop.paths import default_data_folder, resources_folder
from enate_desktop.services.changes import Changes
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.errors import ErrorReporter
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.page import MenuName
from enate_desktop.views.passphrase import PassphraseAsker
from enate_desktop.views.status_strip import WorkerKind, WorkerState
from enate_desktop.wiring import Services, build_services, build_supervisor
from enate_desktop.worker.bridge import WorkerBridge
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks

UNUSABLE = 2


def open_window(options: argparse.Namespace) -> int:
    """Open the window, on real or on demo data, and run it to its end; returns the exit code."""
    headless = _without_display()
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = _application()
    if options.command == "demo":
        return _run_demo(application, options, headless)
    folder = options.data or default_data_folder()
    try:
        services = build_services(folder, PassphraseAsker(application).ask)
    except EnateError as error:
        # There is no window yet that could show it.
        print(error.sentence(), file=sys.stderr)  # noqa: T201
        QMessageBox.critical(None, application.applicationName(), error.sentence())
        return UNUSABLE
    return _run(application, services, folder, None)


class Session(QObject):
    """The window with its worker; lives as long as the event loop."""

    def __init__(
        self, services: Services, window: MainWindow, notifier: ChangeNotifier, demo: bool
    ) -> None:
        super().__init__(window)
        self._services = services
        self._window = window
        self._bridge = WorkerBridge(notifier, self)
        self._supervisor = build_supervisor(
            services, self._bridge.on_received, self._bridge.on_looked
        )
        notifier.changed.connect(self._on_changed)
        if demo:
            window.show_demo_bar()
        if not services.people.me.may(Permission.EDIT_ROUTES):
            window.show_read_only_bar(Permission.EDIT_ROUTES)

    def start(self) -> None:
        """Begin to watch the mailboxes; called once the window is on screen."""
        self._supervisor.refresh()
        self._refresh_state()

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
            self._window.set_badge("unhandled", len(self._services.work_items.unhandled()))

    def _refresh_state(self) -> None:
        self._window.set_worker(worker_state(self._services))
        self._window.set_badge("unhandled", len(self._services.work_items.unhandled()))


def worker_state(services: Services) -> WorkerState:
    """What the mailbox worker does, in words."""
    connectors = services.connectors.all()
    watched = [c for c in connectors if c.enabled and c.use_for.receives]
    troubled = [c for c in connectors if c.condition.health in (Health.FAILING, Health.STOPPED)]
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


def _run_demo(application: QApplication, options: argparse.Namespace, headless: bool) -> int:
    # The demo's mail server costs 400 ms to import, which real work must not pay.
    from enate_desktop.demo.session import DemoSession

    with DemoSession(options.data) as demo:
        services = demo.open()
        if headless or options.pictures:
            pictures = options.pictures or Path("demo-pictures")
            return _show(application, services, demo.folder, pictures)
        return _run(application, services, demo.folder, demo.new_mail)


def _run(
    application: QApplication,
    services: Services,
    folder: Path,
    new_demo_mail: Callable[[], None] | None,
) -> int:
    start_logging(folder)
    reporter = ErrorReporter(folder / "crash.txt", application)
    reporter.install()
    notifier = ChangeNotifier(application)
    appearance = Appearance(application, str(resources_folder() / "icons"))
    settings = _interface_settings(folder, demo=new_demo_mail is not None)
    window = MainWindow(page_specs(services, notifier), appearance, settings)
    reporter.problem_found.connect(window.show_problem)
    session = Session(services, window, notifier, new_demo_mail is not None)
    check = QAction(window.tr("Check now"), window)
    check.setShortcut("F5")
    if new_demo_mail is not None:
        check.triggered.connect(new_demo_mail)
    check.triggered.connect(session.check_now)
    window.menus.add(MenuName.WORKER, [check])
    window.show()
    QTimer.singleShot(0, session.start)
    code = application.exec()
    ended = session.stop()
    reporter.uninstall()
    services.close()
    if not ended:
        # A server that will not let go must not keep the program alive: everything is committed.
        os._exit(code)
    return code


def _show(application: QApplication, services: Services, folder: Path, pictures: Path) -> int:
    # Only for this one purpose.
    from enate_desktop.demo.show import show_offscreen

    appearance = Appearance(application, str(resources_folder() / "icons"))
    notifier = ChangeNotifier(application)
    settings = _interface_settings(folder, demo=True)
    results = build_supervisor(services).once()
    window = MainWindow(page_specs(services, notifier), appearance, settings)
    window.show_demo_bar()
    window.set_worker(worker_state(services))
    code = show_offscreen(services, results, window, appearance, pictures)
    wait_for_tasks(5)
    services.close()
    return code


def _application() -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Enate Desktop")
    application.setOrganizationName("Enate Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("enate-desktop")
    return application


def _interface_settings(folder: Path, *, demo: bool) -> QSettings:
    """The state of the interface: beside the data for a demo, per person otherwise."""
    if demo:
        return QSettings(str(folder / "interface.ini"), QSettings.Format.IniFormat)
    return QSettings()


def _without_display() -> bool:
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")
