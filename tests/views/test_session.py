"""The window and its worker: begun, restarted, refreshed and ended apart from the window."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import StorageError
from enate_desktop.pages import PageMaker
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.session import Session
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.page import MenuName
from enate_desktop.worker.handle import WorkerHandle
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.views.page_samples import add_connector, company


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


@pytest.fixture
def session(
    qtbot: QtBot,
    services: Services,
    appearance: Appearance,
    notifier: ChangeNotifier,
    tmp_path: Path,
) -> Iterator[Session]:
    settings = QSettings(str(tmp_path / "i.ini"), QSettings.Format.IniFormat)
    pages = PageMaker(notifier)
    pages.use(services)
    window = MainWindow(pages.specs(), appearance, settings, open_now=False)
    qtbot.addWidget(window)
    before = sys.getswitchinterval()
    made = Session(services, window, notifier, pages.worker)
    made.start()
    qtbot.waitUntil(lambda: made.control.facts.started is not None)
    yield made
    made.stop()
    sys.setswitchinterval(before)


def test_a_restart_is_another_worker(qtbot: QtBot, session: Session) -> None:
    """UI 3.10: restart says what it does and ends with a worker at work."""
    before = session.worker.supervisor.owner
    session.control.restart_requested.emit()
    assert session.control.state.text == "Worker: stopping"
    qtbot.waitUntil(lambda: session.worker.supervisor.owner != before)
    qtbot.waitUntil(lambda: session.worker.started is not None)
    assert session.worker.trouble == ""


def test_what_a_page_paused_rests_at_once(
    qtbot: QtBot, session: Session, services: Services, notifier: ChangeNotifier
) -> None:
    """X-05: a pause and its end do not wait for the worker's next round."""
    moved: list[bool] = []
    session.worker.moved.connect(lambda: moved.append(True))
    changes = services.pauses.pause([1], None)
    notifier.notify(changes, session)
    qtbot.waitUntil(lambda: bool(moved))
    moved.clear()
    notifier.notify(Changes(worker=True))
    wait_for_tasks(5)
    assert not moved


def test_diagnostics_are_seen_before_they_are_copied(
    qtbot: QtBot, session: Session, services: Services
) -> None:
    """UI 2: no addresses, hosts or user names unless ticked."""
    menu = session.window.menus.menu(MenuName.HELP)
    assert "Copy diagnostics" in [action.text() for action in menu.actions()]
    dialog = session.show_diagnostics()
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    for words in ("PySide6 ", "Locale: ", "Worker: ", "schema ", "Connectors:"):
        assert words in dialog.text
    assert "hr@acme.example" not in dialog.text
    assert "HR EMEA" not in dialog.text
    dialog.addresses.click()
    qtbot.waitUntil(lambda: "HR EMEA" in dialog.text)
    dialog.copy_button.click()
    assert "HR EMEA" in QGuiApplication.clipboard().text()


class Worker:
    """A supervisor that says where it is called and can be told to refuse."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.refusal: Exception | None = None
        self.go_on = threading.Event()
        self.go_on.set()

    def refresh(self) -> None:
        """Start and stop, slowly if wanted."""
        self.threads.append(threading.current_thread())
        self.go_on.wait(5)
        if self.refusal is not None:
            raise self.refusal

    def stop(self) -> bool:
        """End."""
        return True


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def handle(qapp: object, worker: Worker) -> Iterator[WorkerHandle]:
    made = WorkerHandle(lambda: worker)  # type: ignore[arg-type,return-value]  # as much as is used
    yield made
    worker.go_on.set()
    made.stop()
    wait_for_tasks(5)


def test_the_window_never_waits_for_the_worker(
    qtbot: QtBot, handle: WorkerHandle, worker: Worker
) -> None:
    """QUALITY: no gap of the event loop beyond 50 ms."""
    with qtbot.waitSignal(handle.moved):
        handle.refresh()
    assert threading.main_thread() not in worker.threads


def test_many_changes_are_one_refresh_more(
    qtbot: QtBot, handle: WorkerHandle, worker: Worker
) -> None:
    worker.go_on.clear()
    for _ in range(20):
        handle.refresh()
    worker.go_on.set()
    qtbot.waitUntil(lambda: len(worker.threads) == 2)
    qtbot.waitUntil(lambda: handle.started is not None)
    wait_for_tasks(5)
    assert len(worker.threads) == 2


def test_a_start_that_is_refused_is_told_and_can_be_tried_again(
    qtbot: QtBot, handle: WorkerHandle, worker: Worker
) -> None:
    """UI 3.10: worker not reachable, [Start worker]."""
    worker.refusal = StorageError("The data file could not be used.")
    with qtbot.waitSignal(handle.moved):
        handle.refresh()
    assert (handle.started, handle.trouble) == (None, "The data file could not be used.")
    worker.refusal = None
    handle.restart()
    qtbot.waitUntil(lambda: handle.started is not None)
    assert handle.trouble == ""


def test_a_start_that_is_refused_is_tried_again_by_itself(
    qtbot: QtBot, qapp: object, worker: Worker
) -> None:
    """UI 3.10: a database that comes back needs nobody's click."""
    made = WorkerHandle(lambda: worker, retry=10)  # type: ignore[arg-type,return-value]  # as above
    worker.refusal = StorageError("The data file could not be used.")
    with qtbot.waitSignal(made.moved):
        made.refresh()
    worker.refusal = None
    qtbot.waitUntil(lambda: made.started is not None and not made.trouble)
    made.stop()
    wait_for_tasks(5)


def test_an_ended_worker_is_not_begun_again(
    qtbot: QtBot, handle: WorkerHandle, worker: Worker
) -> None:
    handle.stop()
    with qtbot.waitSignal(handle.moved):
        handle.refresh()
    assert worker.threads == []


def test_a_rest_ends_the_worker_so_that_a_backup_can_come_back(
    qtbot: QtBot, session: Session, services: Services, tmp_path: Path
) -> None:
    """SPEC 11: no mail is fetched while the data are replaced; it can begin again afterwards."""
    path = services.backup.write(tmp_path / "one.sqlite3").path
    former = session.worker.supervisor
    rested: list[bool] = []
    session.control.rest_requested.emit(lambda: rested.append(True))
    qtbot.waitUntil(lambda: bool(rested))
    services.backup.restore(path, tmp_path)
    assert session.worker.supervisor is former
    session.control.rest_requested.emit(None)
    qtbot.waitUntil(lambda: session.worker.supervisor is not former)
    qtbot.waitUntil(lambda: session.control.facts.started is not None)
