"""Two workers on one database: one at a time, and nothing twice (MAIL 3.8)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.errors import StorageError
from enate_desktop.domain.work_items import End
from enate_desktop.services.bundle import Services
from enate_desktop.services.leases import Lease, LeaseLostError, LeaseService
from enate_desktop.storage.database import FILE_NAME, Database, Liveness
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.worker.leased import HeldElsewhereError, LeasedLoop
from tests.company import connector, document, open_services
from tests.servers.postgres import Postgres
from tests.worker.test_poller import FakeMailbox, ends, of
from tests.worker.workshop import supervisor_of

NAME = "incoming:1"


@pytest.fixture
def services(tmp_path: Path, database_url: str | None) -> Iterator[Services]:
    opened = open_services(tmp_path / "data", url=database_url)
    plain = connector()
    del plain["incoming"]["password"]
    plain["incoming"]["first_intake"] = "all"
    opened.exchange.import_(document(plain), tmp_path)
    with opened.context.database.write() as work:
        work.connectors.change(1, enabled=True)
    yield opened
    opened.close()


def until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it comes true within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        threading.Event().wait(0.01)
    return holds()


def test_a_lease_has_one_owner_and_every_new_one_a_higher_epoch(services: Services) -> None:
    """MAIL 3.8."""
    one, other = LeaseService(services.context), LeaseService(services.context)
    first = one.acquire(NAME)
    assert first is not None
    assert other.acquire(NAME) is None
    one.release(first)
    assert other.holder(NAME) is None
    second = other.acquire(NAME)
    assert second is not None
    assert second.epoch == first.epoch + 1


def test_a_lease_that_nobody_renews_runs_out(services: Services) -> None:
    """MAIL 3.8: a paused process loses it, and its next transaction fails."""
    paused = LeaseService(services.context, lasts=timedelta(0))
    other = LeaseService(services.context)
    lease = paused.acquire(NAME)
    assert lease is not None
    fenced = paused.fenced(lease)
    with fenced.database.write() as work:
        work.work_items  # noqa: B018  # an expired lease that nobody took is as good as ever
    assert other.acquire(NAME) is not None
    with pytest.raises(LeaseLostError), fenced.database.write():
        pytest.fail("written without the lease")
    with pytest.raises(LeaseLostError):
        paused.renew(lease)
    assert paused.renew_all() == frozenset()


def test_a_dead_owner_need_not_be_waited_for(services: Services) -> None:
    """S-01: a dead worker's mailboxes are taken over at once, or with a server after a while."""
    dead = LeaseService(services.context, services.folder)
    other = LeaseService(services.context, services.folder, doubt=timedelta(seconds=0.5))
    assert dead.acquire(NAME) is not None
    assert other.acquire(NAME) is None
    dead.close()
    if not services.context.database.shared:
        assert other.acquire(NAME) is not None
    else:
        assert until(lambda: other.acquire(NAME) is not None)
    other.close()


def test_a_renewing_worker_that_lost_its_connection_keeps_its_leases(
    postgres: Postgres, tmp_path: Path
) -> None:
    """MAIL 3.8: a server that was restarted has forgotten the locks, but not the leases."""
    url = postgres.new_database()
    services = open_services(tmp_path / "data", url=url)
    owner = LeaseService(services.context, services.folder)
    other = LeaseService(services.context, services.folder)
    try:
        lease = owner.acquire(NAME)
        assert lease is not None
        assert other.acquire(NAME) is None
        killed = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        killed += " AND objsubid = 2 AND database = "
        killed += "(SELECT oid FROM pg_database WHERE datname = current_database())"
        assert postgres.execute(killed, url)
        assert other.acquire(NAME) is None  # just renewed: not taken for dead
        assert owner.renew_all() == {NAME}
        impatient = LeaseService(services.context, services.folder, doubt=timedelta(0))
        assert impatient.acquire(NAME) is None  # and it shows itself again
        impatient.close()
    finally:
        owner.close()
        other.close()
        services.close()


class AskedDatabase(Database):
    """Notes whether it was writing when it was asked who is dead."""

    def __init__(self, path: Path) -> None:
        self.writing = False
        self.asked: list[bool] = []
        super().__init__(path)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with super().write() as work:
            self.writing = True
            try:
                yield work
            finally:
                self.writing = False

    def liveness(self, folder: Path) -> Liveness:
        found = super().liveness(folder)
        is_dead = found.is_dead

        def noted(owner: str) -> bool:
            self.asked.append(self.writing)
            return is_dead(owner)

        found.is_dead = noted  # type: ignore[method-assign]
        return found


def test_whether_a_worker_is_dead_is_never_asked_inside_a_write(tmp_path: Path) -> None:
    """MAIL 3.8: the answer of a network must not hold up everybody who saves."""
    opened = open_services(tmp_path / "data")
    database = AskedDatabase(tmp_path / "data" / FILE_NAME)
    dead = LeaseService(opened.context, opened.folder)
    other = LeaseService(replace(opened.context, database=database), opened.folder)
    assert dead.acquire(NAME) is not None
    dead.close()
    assert other.acquire(NAME) is not None
    assert database.asked == [False]
    other.close()
    database.close()
    opened.close()


def test_a_lease_that_could_not_be_given_back_runs_out(services: Services) -> None:
    """MAIL 3.8: its own worker renews only what is in use, and can have it again."""
    refusals = [StorageError("The data file is busy.", "It is tried again.")]
    armed: list[bool] = []

    def fence(_work: UnitOfWork) -> None:
        if armed and refusals:
            raise refusals.pop()

    context = replace(services.context, database=services.context.database.fenced(fence))
    leases = LeaseService(context, lasts=timedelta(seconds=1.5))

    class Brief:
        def run(self) -> None:
            armed.append(True)

        def stop(self) -> None:
            pass

    loop = LeasedLoop(NAME, leases, lambda _lease: Brief())
    loop.once(lambda brief: brief.run(), 0.0)
    assert refusals == []

    def had() -> bool:
        leases.renew_all()
        return leases.acquire(NAME) is not None

    assert until(had)


def test_a_bug_does_not_end_the_thread_of_a_mailbox(services: Services) -> None:
    """UI 3.10: it is logged and tried again."""
    bugs = [RuntimeError("a bug"), RuntimeError("another")]
    ran = threading.Event()

    class Brief:
        def run(self) -> None:
            ran.set()

        def stop(self) -> None:
            pass

    def build(_lease: Lease) -> Brief:
        if bugs:
            raise bugs.pop()
        return Brief()

    loop = LeasedLoop(NAME, LeaseService(services.context), build, retry=0.01)
    loop.run()
    assert ran.is_set()


def test_a_worker_that_has_ended_is_not_revived_by_a_late_refresh(services: Services) -> None:
    """UI 3.10: a restart during a refresh leaves one worker, not two."""
    supervisor = supervisor_of(services, of(services, FakeMailbox([1])))
    assert supervisor.stop()
    supervisor.refresh()
    assert supervisor.running == frozenset()
    assert supervisor.stop()


def test_a_mailbox_that_lost_its_thread_gets_another(services: Services) -> None:
    """MAIL 3.8: the next tick starts what is wanted and not running."""
    supervisor = supervisor_of(services, of(services, FakeMailbox([1])))
    services.connectors.disable(1)
    try:
        supervisor.refresh()
        with services.context.database.write() as work:
            work.connectors.change(1, enabled=True)
        supervisor.refresh()
        assert until(lambda: supervisor.running == {1})
        with services.context.database.write() as work:
            work.connectors.change(1, enabled=False)
        supervisor.check_now(1)
        assert until(lambda: supervisor.running == frozenset())
        with services.context.database.write() as work:
            work.connectors.change(1, enabled=True)
        assert until(lambda: supervisor.running == {1})
    finally:
        assert supervisor.stop()


def test_a_lease_lost_in_the_middle_of_a_batch_writes_nothing_of_it(services: Services) -> None:
    """MAIL 3.1 I7: stored under the lost lease is nothing, and nothing is created twice."""
    thief = LeaseService(services.context)
    stolen = []

    class Slow(FakeMailbox):
        def stored(self, uids: object) -> None:
            super().stored(list(uids))  # type: ignore[call-overload]
            with services.context.database.write() as work:
                present = work.leases.get(NAME)
                assert present is not None
                row = type(present)(NAME, "", "", "", present.epoch, present.since, present.since)
                work.leases.put(row)
            stolen.append(thief.acquire(NAME))

    mailbox = Slow([1, 2, 3])
    supervisor = supervisor_of(services, of(services, mailbox))
    result = supervisor.once()[1]
    assert isinstance(result.error, LeaseLostError)
    assert mailbox.aborted.is_set()
    assert services.work_items.page().total == 0
    assert stolen[0] is not None
    thief.release(stolen[0])
    supervisor_of(services, of(services, FakeMailbox([1, 2, 3]))).once()
    assert services.work_items.page().total == 3


def test_a_pass_waits_for_a_living_worker_and_says_who_it_is(services: Services) -> None:
    """MAIL 4 G 144: on which computer, whose and since when."""
    other = LeaseService(services.context, services.folder)
    assert other.acquire(NAME) is not None
    result = supervisor_of(services, of(services, FakeMailbox([1])), patience=0.0).once()[1]
    assert isinstance(result.error, HeldElsewhereError)
    holder = other.holder(NAME)
    assert holder is not None
    assert f"on {holder.host} ({holder.login}) since" in result.error.title
    assert services.connectors.get(1).condition.failures == 0
    other.close()


def test_check_now_says_whose_worker_has_the_mailbox(services: Services) -> None:
    """MAIL 4 G 144: no silence; once the other is gone, nothing is said."""
    other = LeaseService(services.context, services.folder)
    assert other.acquire(NAME) is not None
    parts = of(services, FakeMailbox([1]))
    supervisor = supervisor_of(services, parts, doubt=timedelta(0))
    try:
        supervisor.refresh()
        assert until(lambda: supervisor.check_now() != ())
        (said,) = supervisor.check_now(1)
        assert "Mail is being fetched by this program on" in said.title
        assert supervisor.check_now(2) == ()
        other.close()
        assert until(lambda: ends(services) == {End.CREATED: 1})
        assert supervisor.check_now() == ()
    finally:
        other.close()
        assert supervisor.stop()


def test_two_workers_share_a_mailbox_and_the_second_takes_over(services: Services) -> None:
    """S-01, MAIL 3.8: every mail once, whoever takes it in."""
    mailbox = FakeMailbox([1, 2])
    first = supervisor_of(services, of(services, mailbox))
    second = supervisor_of(services, of(services, mailbox))
    try:
        first.refresh()
        assert until(lambda: sum(ends(services).values()) == 2)
        second.refresh()
        assert first.stop()
        mailbox.mails |= FakeMailbox([3]).mails
        assert until(lambda: sum(ends(services).values()) == 3)
    finally:
        assert first.stop()
        assert second.stop()
    assert services.work_items.page().total == 3
