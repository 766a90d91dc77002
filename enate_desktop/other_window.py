"""A second window that shows the program as people of another role see it (P-01)."""

from PySide6.QtCore import QSettings

from enate_desktop.domain.people import Role
from enate_desktop.pages import PageMaker
from enate_desktop.services.bundle import Services
from enate_desktop.views.main_window import MainWindow
from enate_desktop.wiring import view_as
from enate_desktop.worker.notifier import ChangeNotifier

_open: set[MainWindow] = set()
"""The only references that keep these windows alive."""


def open_as(
    role: Role, services: Services, owner: MainWindow, notifier: ChangeNotifier
) -> MainWindow:
    """Show the same data as ``role`` sees it; nothing can be changed there.

    The window closes with its ``owner``, whose own state it does not touch.
    """
    pages = PageMaker(notifier)
    settings = QSettings(str(services.folder / "view-as.ini"), QSettings.Format.IniFormat)
    window = MainWindow(pages.specs(), owner.appearance, settings, open_now=False)
    pages.show_in(window)
    pages.use(view_as(services, role))
    text = window.tr("You are looking as “{role}”. Nothing can be changed in this window.")
    window.read_only_bar.set_text(text.format(role=role.name))
    _open.add(window)
    window.closing.connect(lambda: _open.discard(window))
    owner.closing.connect(window.close)
    window.show()
    window.open_first_page()
    return window
