"""The pages of the window, in the order of the rail."""

from enate_desktop.services.bundle import Services
from enate_desktop.views.connectors_page import ConnectorsPage
from enate_desktop.views.directory_page import DirectoryPage
from enate_desktop.views.page_area import PageSpec
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.views.unhandled_page import UnhandledPage
from enate_desktop.views.work_items_page import WorkItemsPage
from enate_desktop.worker.notifier import ChangeNotifier


def page_specs(services: Services, notifier: ChangeNotifier) -> tuple[PageSpec, ...]:
    """Every page; each is made at its first visit."""
    return (
        PageSpec("connectors", "Connectors", "plug", lambda: ConnectorsPage(services, notifier)),
        PageSpec("routes", "Email routes", "route", lambda: RoutesPage(services, notifier)),
        PageSpec("work_items", "Work items", "ticket", lambda: WorkItemsPage(services, notifier)),
        PageSpec(
            "unhandled", "Unhandled mail", "inbox", lambda: UnhandledPage(services, notifier)
        ),
        PageSpec(
            "directory",
            "Directory",
            "folder-tree",
            lambda: DirectoryPage(services, notifier),
            starts_group=True,
        ),
    )
