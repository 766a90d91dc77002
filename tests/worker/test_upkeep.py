"""The thread that keeps leases alive and does hourly chores, by clocks that the test moves."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from enate_desktop.domain.errors import StorageError
from enate_desktop.services.bundle import Services
from enate_desktop.wiring import build_supervisor
from enate_desktop.worker.upkeep import Chores, Pace, Upkeep
from tests.services.lives import letters, life, taken_in
from tests.worker.test_leases import until
from tests.worker.test_poller import services

__all__ = ["services"]


class Clockwork:
    """An upkeep at work, its clocks, and what it did."""

    def __init__(self) -> None:
        self.time = {"wall": 0.0, "monotonic": 0.0}
        self.done: list[str] = []
        self.ticked = threading.Event()
        pace = Pace(
            tick=0.005,
            wall=lambda: self.time["wall"],
            monotonic=lambda: self.time["monotonic"],
        )
        chores = Chores(
            lambda: self.done.append("beat"),
            self.ticked.set,
            lambda: self.done.append("resumed"),
            (self._broken, lambda: self.done.append("chore")),
        )
        self.upkeep = Upkeep(chores, pace)

    def _broken(self) -> None:
        raise StorageError("The data file is busy.", "It is tried again.")

    def move(self, clock: str, seconds: float) -> list[str]:
        """What is done because the clock went on."""
        self.done.clear()
        self.time[clock] += seconds
        for _ in range(3):
            self.ticked.clear()
            assert self.ticked.wait(5)
        return list(self.done)


@pytest.fixture
def clockwork() -> Iterator[Clockwork]:
    made = Clockwork()
    made.upkeep.start()
    assert until(lambda: "chore" in made.done)
    yield made
    assert made.upkeep.stop(5)


@pytest.mark.parametrize(
    ("clock", "seconds", "done"),
    [
        ("monotonic", 5, []),
        ("monotonic", 11, ["beat"]),
        ("monotonic", 40, ["beat", "resumed"]),
        ("wall", 40, ["beat", "resumed"]),
        ("wall", 20, []),
        ("monotonic", 3601, ["beat", "resumed", "chore"]),
    ],
)
def test_what_is_done_when_time_has_passed(
    clockwork: Clockwork, clock: str, seconds: float, done: list[str]
) -> None:
    """MAIL 3.8, 4 G 142: a suspended computer is noticed by either clock; chores come hourly."""
    found = clockwork.move(clock, seconds)
    # The chore has a thread of its own, so it may be noted a little before or after the rest.
    assert until(lambda: sorted({*found, *clockwork.done}) == sorted(done))


def test_a_long_chore_delays_no_heartbeat() -> None:
    """MAIL 3.8: no lease runs out while originals are removed."""
    go_on, beats = threading.Event(), threading.Semaphore(0)
    begun = threading.Event()

    def chore() -> None:
        begun.set()
        go_on.wait(10)

    chores = Chores(beats.release, lambda: None, lambda: None, (chore,))
    upkeep = Upkeep(chores, Pace(heartbeat=0.01, tick=0.005))
    upkeep.start()
    try:
        assert begun.wait(5)
        assert all(beats.acquire(timeout=5) for _ in range(5))
        assert not upkeep.stop(0.05)  # the chore is waited for too
    finally:
        go_on.set()
        upkeep.stop(5)


def test_a_thread_that_did_not_end_in_time_is_not_revived() -> None:
    """UI 3.10: after a new start there is one upkeep, not two."""
    go_on, began = threading.Event(), threading.Event()
    ticking: list[threading.Thread] = []

    def tick() -> None:
        ticking.append(threading.current_thread())
        if len(ticking) == 1:
            began.set()
            go_on.wait(10)

    upkeep = Upkeep(Chores(lambda: None, tick, lambda: None), Pace(tick=0.005))
    upkeep.start()
    try:
        assert began.wait(5)
        former = ticking[0]
        assert not upkeep.stop(0.0)
        upkeep.start()
        go_on.set()
        assert until(lambda: not former.is_alive())
    finally:
        go_on.set()
        assert upkeep.stop(5)


def test_originals_are_removed_by_the_worker(services: Services) -> None:
    """S-03: retention runs as soon as a worker begins, and every hour."""
    taken_in(services, life(services, 1), letters([1]))
    long_ago = datetime.now(UTC) - timedelta(days=4000)
    with services.context.database.write() as work:
        work.connection.exec_driver_sql("UPDATE intake SET decided = ?", (f"{long_ago:%F %T.%f}",))
    services.settings.save(replace(services.settings.get(), keep_mail_days=30))
    services.connectors.disable(1)
    supervisor = build_supervisor(services)

    def kept() -> int:
        with services.context.database.read() as work:
            return int(
                work.connection.exec_driver_sql("SELECT count(*) FROM raw_mails").scalar_one()
            )

    assert kept() == 1
    try:
        supervisor.refresh()
        assert until(lambda: kept() == 0)
    finally:
        assert supervisor.stop()
