"""The routes page with many routes: opening, painting, searching, moving (QUALITY).

``python -m bench.routes_page [ROUTES] [CONNECTORS]`` prints medians in milliseconds; without
arguments 5,000 routes in 50 connectors, then 100,000 with their groups folded.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ |= {"ENATE_PASSPHRASE": "bench", "HR_PASSWORD": "x"}

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from sqlalchemy import insert

from enate_desktop.domain.routes import Block
from enate_desktop.domain.rules import Rules
from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.services.bundle import Services
from enate_desktop.storage.encoding import rules_text
from enate_desktop.storage.tables import RouteRow
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.wiring import build_services
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.company import connector, document, route

_ROUNDS = 21
_MEMORY = Path("/dev/shm")
_ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"
LIMITS = {"open": 300.0, "repaint": 16.0, "search key": 16.0, "move": 50.0}
"""Milliseconds that QUALITY asks for."""


def filled(folder: Path, routes: int, connectors: int) -> Services:
    """A data file with that many routes, each for an address of its own or shared by ten."""
    services = build_services(folder, trusted_keyrings=())
    homes = (
        connector(f"C{n:03}", primary_address=f"hr{n}@acme.example", routes=[route("Model")])
        for n in range(connectors)
    )
    services.exchange.import_(document(*homes), folder)
    each = routes // connectors
    with services.context.database.write() as work:
        for group in services.routes.groups():
            model = group.routes[0]
            rows = [
                {
                    "connector_id": group.connector.id,
                    "name": f"Route {number}",
                    "address": f"box{number // 10}@acme.example",
                    "block": Block.NORMAL,
                    "process_id": model.process_id,
                    "category": model.category,
                    "send_automated_emails": bool(number % 3),
                    "test_mode": not number % 5,
                    "enabled": bool(number % 7),
                    "rules": rules_text(Rules(subject_keywords=(f"word{number}",))),
                    "position": number,
                    "for_attention": False,
                }
                for number in range(1, each)
            ]
            work.connection.execute(insert(RouteRow), rows)
    return services


Taken = tuple[float, float]
"""Milliseconds: on the clock, and of the processor in the window's thread."""


def median(step: Callable[[], object], rounds: int = _ROUNDS) -> Taken:
    """What one of several runs takes, the one in the middle."""
    return middle([timed(step) for _ in range(rounds)])


def timed(step: Callable[[], object]) -> Taken:
    """What one run takes."""
    clock, own = time.perf_counter(), time.thread_time()
    step()
    return (time.perf_counter() - clock) * 1000, (time.thread_time() - own) * 1000


def middle(times: Sequence[Taken]) -> Taken:
    """The medians."""
    clock, own = zip(*times, strict=True)
    return statistics.median(clock), statistics.median(own)


def settle(seconds: float = 0.6) -> None:
    """Let timers and background work come to an end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
    wait_for_tasks(120)
    QApplication.processEvents()


class Measured:
    """One page, and what its steps take."""

    def __init__(self, services: Services, *, folded: bool) -> None:
        self._services = services
        self._moves = 5 if folded else _ROUNDS
        self.opened = timed(self._open)
        self.tree = self.page.tree
        self.key = group_key(services.connectors.all()[0].id, outgoing=False)
        settle()
        if folded:
            self.tree.expand(self.tree.routes.group_index(self.key))
        else:
            self.tree.expandAll()
        settle()

    def _open(self) -> None:
        self.page = RoutesPage(self._services, ChangeNotifier())
        self.page.resize(1366, 768)
        self.page.show()
        QApplication.processEvents()

    def repaint(self) -> Taken:
        """The whole view into a picture, scrolled a row further each time."""
        bar = self.tree.verticalScrollBar()

        def step() -> None:
            bar.setValue(bar.value() + 32)
            self.tree.viewport().repaint()

        return median(step)

    def search(self) -> Taken:
        """One more letter in the field of a group's search row, and the picture after it."""
        self.page.search.open(self.key)
        field = self.page.search.field(self.key, Column.NAME)
        assert isinstance(field, QLineEdit)
        keys = iter(Qt.Key(ord(letter.upper())) for letter in "route 12" * _ROUNDS)

        def step() -> None:
            if len(field.text()) == len("route 12"):
                field.clear()
            QTest.keyClick(field, next(keys))
            QApplication.processEvents()

        taken = median(step)
        self.page.search.close(self.key)
        settle()
        return taken

    def move(self) -> Taken:
        """A route one place down, stored, shown and painted."""
        group = self.page.forest.groups[self.key]
        places = iter(range(5, 5 + _ROUNDS))
        route_id = group.routes[4].id

        def step() -> None:
            self.page.handling.move(self.key, (route_id,), next(places))
            QApplication.processEvents()

        times = []
        for _ in range(self._moves):
            times.append(timed(step))
            settle(0.3)  # what follows a move in the background is no part of it
        return middle(times)

    def filter(self) -> Taken:
        """Only with warnings, and back."""

        def step() -> None:
            for only in (ShowOnly.WARNINGS, ShowOnly.ALL):
                self.page.filters.choose_only(only)
                QApplication.processEvents()

        both, own = median(step, 5)
        return both / 2, own / 2

    def sort(self) -> Taken:
        """A click on a header."""

        def step() -> None:
            self.page.columns.sorting_requested.emit(
                self.page.forest.sorting.after_click(Column.NAME)
            )
            QApplication.processEvents()

        return median(step, 6)


def measure(routes: int, connectors: int) -> None:
    """Print one table."""
    folded = routes > 5_000
    # In memory where that is possible: how long a disk takes to commit is not the page's doing.
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        services = filled(Path(name), routes, connectors)
        opened = [Measured(services, folded=folded) for _ in range(2 if folded else 3)]
        page = opened[-1]
        rows = {
            "open": middle([one.opened for one in opened]),
            "repaint": page.repaint(),
            "search key": page.search(),
            "move": page.move(),
            "filter": page.filter(),
            "sort": page.sort(),
        }
        print(f"\n{routes:,} routes, {connectors} connectors{', folded' if folded else ''}")
        print(f"  {'':12}{'clock':>12}{'processor':>14}")
        for what, (clock, own) in rows.items():
            limit = f"   of {LIMITS[what]:.0f} ms" if what in LIMITS else ""
            print(f"  {what:12}{clock:9.1f} ms{own:11.1f} ms{limit}")
        for one in opened:
            one.page.close()
        settle()
        services.close()


def main() -> None:
    """Measure and print."""
    sizes = [int(argument) for argument in sys.argv[1:]]
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    appearance = Appearance(application, str(_ICONS))
    for routes, connectors in [tuple(sizes)] if len(sizes) == 2 else [(5_000, 50), (100_000, 50)]:
        measure(routes, connectors)
    del appearance


if __name__ == "__main__":
    main()
