"""Background work: where it runs, where its outcome arrives, and when it does not."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import InputError
from enate_desktop.worker.tasks import run_in_background, wait_for_tasks


@pytest.fixture(autouse=True)
def _no_task_is_left(qapp: object) -> Iterator[None]:
    yield
    assert wait_for_tasks(5)


@pytest.fixture
def owner(qapp: object) -> QObject:
    """What the outcomes belong to."""
    return QObject()


def test_work_runs_elsewhere_and_its_outcome_arrives_here(qtbot: QtBot, owner: QObject) -> None:
    """QT 8.2: outcomes are delivered on the GUI thread."""
    seen: list[tuple[int, int]] = []

    def done(worker: int) -> None:
        seen.append((worker, threading.get_ident()))

    run_in_background(owner, threading.get_ident, done)
    qtbot.waitUntil(lambda: bool(seen))
    worker, delivered = seen[0]
    assert delivered == threading.get_ident()
    assert worker != delivered


@pytest.mark.parametrize("error", [InputError("No such host."), ValueError("ours")])
def test_a_failure_arrives_here_as_it_was_raised(
    qtbot: QtBot, owner: QObject, error: Exception
) -> None:
    """Known errors and bugs both reach the one who started the work."""
    seen: list[tuple[Exception, int]] = []

    def work() -> str:
        raise error

    def failed(caught: Exception) -> None:
        seen.append((caught, threading.get_ident()))

    run_in_background(owner, work, lambda _text: None, failed)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(error, threading.get_ident())]


def test_a_failure_nobody_handles_reaches_the_exception_hook(qtbot: QtBot, owner: QObject) -> None:
    """UI 5.38: nothing is swallowed."""

    def work() -> str:
        raise ValueError("ours")

    with qtbot.captureExceptions() as caught:
        run_in_background(owner, work, lambda _text: None)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ValueError


def test_nothing_is_delivered_to_a_destroyed_owner(qtbot: QtBot) -> None:
    """A page that was closed must not be called."""
    parent = QObject()
    owner = QObject(parent)
    seen: list[str] = []
    may_go_on = threading.Event()

    def work() -> str:
        may_go_on.wait(5)
        return "late"

    run_in_background(owner, work, seen.append)
    del parent
    may_go_on.set()
    later: list[str] = []
    keeper = QObject()
    run_in_background(keeper, lambda: wait_and_say(may_go_on), later.append)
    assert wait_for_tasks_to_deliver(qtbot, later)
    assert seen == []


def test_a_discarded_task_delivers_nothing(qtbot: QtBot, owner: QObject) -> None:
    """A newer question makes the older answer worthless."""
    seen: list[str] = []
    run_in_background(owner, lambda: "old", seen.append).discard()
    run_in_background(owner, lambda: "new", seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["new"]


def test_many_tasks_all_arrive(qtbot: QtBot, owner: QObject) -> None:
    """More tasks than threads wait their turn."""
    seen: list[int] = []
    for number in range(200):
        run_in_background(owner, partial(int, number), seen.append)
    qtbot.waitUntil(lambda: len(seen) == 200)
    assert sorted(seen) == list(range(200))


def test_waiting_gives_up_on_work_that_hangs(qtbot: QtBot, owner: QObject) -> None:
    """The program ends within its time even when a server hangs."""
    release = threading.Event()
    run_in_background(owner, lambda: release.wait(10), lambda _: None)
    assert not wait_for_tasks(0.05)
    release.set()
    assert wait_for_tasks(5)


def wait_and_say(event: threading.Event) -> str:
    """A second task that ends after the first may."""
    event.wait(5)
    return "here"


def wait_for_tasks_to_deliver(qtbot: QtBot, later: list[str]) -> bool:
    """Whether the marker task was delivered."""
    qtbot.waitUntil(lambda: bool(later))
    return later == ["here"]
