"""Start-up and shutdown of the window, as named steps.

The shell is on screen before the database layer and the pages are loaded: they cost a multiple of
an empty window, and a person looks for the window first. Imports inside functions are for that.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QSettings, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from enate_desktop import __version__
from enate_desktop.domain.errors import EnateError
from enate_desktop.logs import start_logging
from enate_desktop.pages import PageMaker
from enate_desktop.paths import default_data_folder, resources_folder
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.errors import ErrorReporter
from enate_desktop.views.first_run import offer_own
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.page import MenuName
from enate_desktop.views.passphrase import PassphraseAsker
from enate_desktop.views.single_instance import SingleInstance, bring_to_front
from enate_desktop.worker.notifier import ChangeNotifier

if TYPE_CHECKING:
    from enate_desktop.domain.people import Role
    from enate_desktop.services.bundle import Services
    from enate_desktop.session import Session

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
    instance = SingleInstance(folder, application)
    if not instance.is_first():
        return _raise_first(instance)
    asker = PassphraseAsker(application, shared=options.database is not None)

    def open_services() -> "Services":
        # Loads SQLAlchemy (250 ms); the window is on screen by now.
        from enate_desktop.wiring import build_services

        return build_services(folder, asker.ask, url=options.database)

    program = Program(application, folder, open_services, can_restart=True)
    instance.raise_requested.connect(lambda: bring_to_front(program.window))
    code = program.run(instance.release)
    if program.starts_anew:
        start_anew()
    return code


class Program(QObject):
    """One run of the window: shell first, then services, pages and worker."""

    def __init__(
        self,
        application: QApplication,
        folder: Path,
        open_services: Callable[[], "Services"],
        new_demo_mail: Callable[[], None] | None = None,
        *,
        can_restart: bool = False,
    ) -> None:
        super().__init__(application)
        self._application = application
        self._folder = folder
        self._open_services = open_services
        self._new_demo_mail = new_demo_mail
        self._reporter = ErrorReporter(folder / "crash.txt", application)
        self._services: Services | None = None
        self.session: Session | None = None
        self._notifier = ChangeNotifier(application)
        self._pages = PageMaker(self._notifier)
        appearance = Appearance(application, str(resources_folder() / "icons"))
        settings = interface_settings(folder, demo=new_demo_mail is not None)
        self.window = MainWindow(self._pages.specs(), appearance, settings, open_now=False)
        self.starts_anew = False
        self._pages.show_in(self.window, self._open_as, self._restart if can_restart else None)
        self._reporter.problem_found.connect(self.window.show_problem)
        if new_demo_mail is not None:
            self.window.show_demo_bar()
            offer_own(self.window)

    def run(self, released: Callable[[], object] = lambda: None) -> int:
        """Show the window and stay until it is closed; returns the exit code.

        ``released`` is called when the data are closed: another window may have them.
        """
        self.window.show()
        QTimer.singleShot(0, self.begin)
        code = self._application.exec()
        ended = self.session is None or self.session.stop()
        self._reporter.uninstall()
        if self._services is not None:
            self._services.close()
        released()
        if not ended:
            if self.starts_anew:
                start_anew()
            # A server that will not let go must not keep the program alive: all is committed.
            os._exit(code)
        return code

    def begin(self) -> None:
        """Open the data, show the first page and start the worker."""
        try:
            self._services = self._open_services()
        except EnateError as error:
            print(error.sentence(), file=sys.stderr)  # noqa: T201  # whoever started it from there
            QMessageBox.critical(self.window, self._application.applicationName(), error.sentence())
            self._application.exit(UNUSABLE)
            return
        # Loads the worker and the database layer behind it.
        from enate_desktop.session import Session

        start_logging(self._folder)
        self._reporter.install()
        self._pages.use(self._services)
        self.session = Session(self._services, self.window, self._notifier, self._pages.worker)
        self._add_check_now(self.session)
        self.window.open_first_page()
        self.session.start()
        if self._reporter.previous_crash:
            self._tell_of_crash(self._reporter.previous_crash)

    def _restart(self) -> None:
        """End whatever is open; the pages show data that are gone."""
        self.starts_anew = True
        self._application.exit(0)

    def _open_as(self, role: "Role") -> None:
        # Loaded when somebody asks for it.
        from enate_desktop.other_window import open_as

        if self._services is not None:
            open_as(role, self._services, self.window, self._notifier)

    def _add_check_now(self, session: "Session") -> None:
        check = QAction(self.tr("Check now"), self.window)
        check.setShortcut("F5")
        if self._new_demo_mail is not None:
            check.triggered.connect(self._new_demo_mail)
        check.triggered.connect(session.check_now)
        self.window.menus.add(MenuName.WORKER, [check])

    def _tell_of_crash(self, report: str) -> None:
        def copy() -> None:
            QGuiApplication.clipboard().setText(report)

        text = self.tr("The program closed unexpectedly last time. Your data is safe.")
        action = MessageAction(self.tr("Copy report"), copy)
        self.window.show_message(MessageKind.WARNING, text, action)


def start_anew() -> None:
    """Start the program once more, with what it was started with; it lives on by itself."""
    frozen = bool(getattr(sys, "frozen", False))
    arguments = sys.argv[1:] if frozen else ["-m", "enate_desktop", *sys.argv[1:]]
    QProcess.startDetached(sys.executable, arguments)


def _raise_first(instance: SingleInstance) -> int:
    if instance.raise_first():
        return 0
    words = "Enate Desktop is open already with these data, and does not answer. Close it first."
    print(words, file=sys.stderr)  # noqa: T201  # whoever started it from there
    return UNUSABLE


def _run_demo(application: QApplication, options: argparse.Namespace, headless: bool) -> int:
    # The demo's mail server costs 400 ms to import, which real work must not pay.
    from enate_desktop.demo.session import DemoSession

    with DemoSession(options.data) as demo:
        if headless or options.pictures:
            pictures = options.pictures or Path("demo-pictures")
            return _show(application, demo.open(), demo.folder, pictures)
        return Program(application, demo.folder, demo.open, demo.new_mail).run()


def _show(application: QApplication, services: "Services", folder: Path, pictures: Path) -> int:
    # Only for this one purpose.
    from enate_desktop.demo.show import show_offscreen

    appearance = Appearance(application, str(resources_folder() / "icons"))
    pages = PageMaker(ChangeNotifier(application))
    pages.use(services)
    settings = interface_settings(folder, demo=True)
    window = MainWindow(pages.specs(), appearance, settings, open_now=False)
    pages.show_in(window)
    window.show_demo_bar()
    return show_offscreen(services, window, appearance, pictures)


def interface_settings(folder: Path, *, demo: bool) -> QSettings:
    """The state of the interface: beside the data for a demo, per person otherwise."""
    if demo:
        return QSettings(str(folder / "interface.ini"), QSettings.Format.IniFormat)
    return QSettings()


def _application() -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Enate Desktop")
    application.setOrganizationName("Enate Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("enate-desktop")
    return application


def _without_display() -> bool:
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
