"""The pages of the window, in the order of the rail; each is loaded at its first visit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from enate_desktop.views.command_finder import CommandFinder
from enate_desktop.views.page import Page
from enate_desktop.views.page_area import PageSpec
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.worker.notifier import ChangeNotifier

if TYPE_CHECKING:
    from enate_desktop.domain.people import Role
    from enate_desktop.services.bundle import Services
    from enate_desktop.views.main_window import MainWindow
    from enate_desktop.views.order_drafts import OrderDrafts
    from enate_desktop.views.restoring_backup import ProgramControl


class PageMaker:
    """Names the pages before the services are there, and makes them once they are.

    Pages are imported when they are made: the first one to be seen should not wait for the others.
    """

    def __init__(self, notifier: ChangeNotifier) -> None:
        """Pages tell each other of changes through ``notifier``."""
        self._notifier = notifier
        self.worker = WorkerControl(notifier)
        self._services: Services | None = None
        self._drafts: OrderDrafts | None = None
        self._window: MainWindow | None = None
        self._open_as: Callable[[Role], object] | None = None
        self._restart: Callable[[], object] | None = None
        self.finder: CommandFinder | None = None

    def use(self, services: "Services") -> None:
        """Make pages with these services from now on."""
        self._services = services

    def show_in(
        self,
        window: "MainWindow",
        open_as: "Callable[[Role], object] | None" = None,
        restart: Callable[[], object] | None = None,
    ) -> None:
        """Make pages for ``window``, which gets its command palette.

        ``open_as`` shows the program as another role sees it; ``restart`` ends it and starts anew.
        """
        self._window = window
        self._open_as = open_as
        self._restart = restart
        self.finder = CommandFinder(window, self._notifier, lambda: self._services)

    def specs(self) -> tuple[PageSpec, ...]:
        """Every page there is."""
        return (
            PageSpec("overview", "Overview", "layout-dashboard", self._overview),
            PageSpec("connectors", "Connectors", "plug", self._connectors),
            PageSpec("routes", "Email routes", "route", self._routes),
            PageSpec(
                "try_mail", "Try a mail", "flask-conical", self._try_mail, keys="Ctrl+Shift+T"
            ),
            PageSpec("monitor", "Mailbox monitor", "activity", self._monitor),
            PageSpec("work_items", "Work items", "ticket", self._work_items),
            PageSpec("unhandled", "Unhandled mail", "inbox", self._unhandled),
            PageSpec("quarantine", "Quarantine", "archive", self._quarantine),
            PageSpec("outbox", "Outbox", "send", self._outbox),
            PageSpec("activity", "Activity", "history", self._activity, keys="Ctrl+Shift+A"),
            PageSpec(
                "directory",
                "Directory",
                "folder-tree",
                self._directory,
                starts_group=True,
                keys="Ctrl+Shift+D",
            ),
            PageSpec("people", "Users & permissions", "users", self._people, keys="Ctrl+Shift+U"),
            PageSpec("settings", "Settings", "settings", self._settings, keys="Ctrl+,"),
        )

    def _overview(self) -> Page:
        # Loaded at the first visit, as every page.
        from enate_desktop.views.overview_page import OverviewPage

        return OverviewPage(self._ready(), self._notifier, self.worker)

    def _connectors(self) -> Page:
        # Loaded at the first visit, as every page.
        from enate_desktop.views.connectors_page import ConnectorsPage

        return ConnectorsPage(self._ready(), self._notifier)

    def _routes(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.routes_page import RoutesPage

        return RoutesPage(self._ready(), self._notifier, self._order_drafts())

    def _try_mail(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.try_mail_page import TryMailPage

        return TryMailPage(self._ready(), self._notifier, self._order_drafts())

    def _monitor(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.monitor_page import MonitorPage

        return MonitorPage(self._ready(), self._notifier, self.worker)

    def _work_items(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.work_items_page import WorkItemsPage

        return WorkItemsPage(self._ready(), self._notifier)

    def _unhandled(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.unhandled_page import UnhandledPage

        return UnhandledPage(self._ready(), self._notifier)

    def _quarantine(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.quarantine_page import QuarantinePage

        return QuarantinePage(self._ready(), self._notifier)

    def _outbox(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.outbox_page import OutboxPage

        return OutboxPage(self._ready(), self._notifier)

    def _activity(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.activity_page import ActivityPage

        return ActivityPage(self._ready(), self._notifier)

    def _directory(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.directory_page import DirectoryPage

        return DirectoryPage(self._ready(), self._notifier)

    def _people(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.people_page import PeoplePage

        page = PeoplePage(self._ready(), self._notifier)
        page.view_as_requested.connect(self._on_view_as_requested)
        return page

    def _settings(self) -> Page:
        # Loaded at the first visit.
        from enate_desktop.views.settings_page import Interface, SettingsPage

        window = self._window
        if window is None:
            raise RuntimeError("a page was asked for before there was a window")
        interface = Interface(window.scheme, window.choose_scheme)
        return SettingsPage(self._ready(), self._notifier, interface, self._program())

    def _program(self) -> "ProgramControl | None":
        # Loaded with the settings page.
        from enate_desktop.views.restoring_backup import ProgramControl

        if self._restart is None:
            return None
        ask = self.worker.rest_requested
        return ProgramControl(ask.emit, lambda: ask.emit(None), self._restart)

    def _on_view_as_requested(self, role: "Role") -> None:
        if self._open_as is not None:
            self._open_as(role)

    def _order_drafts(self) -> "OrderDrafts":
        """The orders held back for review, which two pages look at."""
        if self._drafts is None:
            # Loaded with the first page that needs it.
            from enate_desktop.views.order_drafts import OrderDrafts

            self._drafts = OrderDrafts()
        return self._drafts

    def _ready(self) -> "Services":
        if self._services is None:
            raise RuntimeError("a page was asked for before the services were there")
        return self._services
