"""The demo without a display: what was taken in and why, and a picture of every page."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QSize
from PySide6.QtWidgets import QApplication, QTableView

from enate_desktop.domain.work_items import End
from enate_desktop.services.bundle import Services
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.session import worker_state
from enate_desktop.views.appearance import Appearance, Scheme
from enate_desktop.views.main_window import MainWindow
from enate_desktop.wiring import build_supervisor
from enate_desktop.worker.poller import PassResult
from enate_desktop.worker.tasks import wait_for_tasks

PICTURE_SIZE = QSize(1366, 768)
_SETTLE_MS = 400


def show_offscreen(
    services: Services,
    window: MainWindow,
    appearance: Appearance,
    pictures: Path,
) -> int:
    """Take the demo mail in, print what came of it, save the pictures; 0: every mailbox was read.

    Closes the services.
    """
    results = build_supervisor(services).once()
    window.set_worker(worker_state(services))
    _print_work_items(services)
    _print_ends(services, results)
    names = save_pictures(window, appearance, pictures)
    print(f"Pictures of {len(names)} pages, light and dark: {pictures}/")
    wait_for_tasks(5)
    services.close()
    return 1 if any(result.error for result in results.values()) else 0


def save_pictures(window: MainWindow, appearance: Appearance, folder: Path) -> tuple[str, ...]:
    """Save ``<page>-light.png`` and ``<page>-dark.png`` of every page; returns the page keys."""
    folder.mkdir(parents=True, exist_ok=True)
    window.resize(PICTURE_SIZE)
    window.show()
    keys = tuple(window.area.specs)
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        appearance.set_scheme(scheme)
        for key in keys:
            page = window.show_page(key)
            settle(_SETTLE_MS)
            for table in page.findChildren(QTableView):
                if table.isVisible() and not table.selectionModel().hasSelection():
                    table.selectRow(0)
            settle(_SETTLE_MS)
            window.grab().save(str(folder / f"{key}-{scheme}.png"))
    return keys


def settle(milliseconds: int) -> None:
    """Let the event loop run: background reads arrive and layouts come to rest."""
    timer = QElapsedTimer()
    timer.start()
    while timer.elapsed() < milliseconds:
        QApplication.processEvents()


def _print_work_items(services: Services) -> None:
    page = services.work_items.page(WorkItemFilter(), limit=100_000)
    for item in reversed(page.items):
        mode = "  TEST MODE" if item.test_mode else ""
        print(f"{item.reference}  {item.process}{mode}")
        print(f"    {item.subject or '(no subject)'} - {item.sender or '(unknown sender)'}")
        for mail in services.work_items.detail(item.id).mails:
            for decision in mail.decisions:
                print(f"    {item.connector}: {decision.reason}")
    for line in reversed(services.work_items.unhandled()):
        print(f"unhandled  {line.subject or '(no subject)'} - {line.sender}")
        print(f"    {line.connector}: {line.reason}")


def _print_ends(services: Services, results: Mapping[int, PassResult]) -> None:
    ends: Counter[End] = Counter()
    for result in results.values():
        ends.update(result.ends)
    names = {connector.id: connector.name for connector in services.connectors.all()}
    told = ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
    print(f"{ends.total()} mails taken in: {told}.")
    for key, result in results.items():
        if result.error is not None:
            print(f"{names[key]}: {result.error.sentence()}")
