"""Two workers on one database: one at a time, and nothing twice (MAIL 3.8)."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.work_items import End
from enate_desktop.services.bundle import Services
from enate_desktop.services.leases import LeaseLostError, LeaseService
from enate_desktop.worker.leased import HeldElsewhereError
from tests.company import connector, document, open_services
from tests.worker.test_poller import FakeMailbox, ends, of
from tests.worker.workshop import supervisor_of

NAME = "incoming:1"
SHORT = timedelta(milliseconds=200)


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
    """S-01: a dead worker's mailboxes are taken over at once."""
    dead = LeaseService(services.context, services.folder)
    other = LeaseService(services.context, services.folder)
    assert dead.acquire(NAME) is not None
    assert other.acquire(NAME) is None
    dead.close()
    assert other.acquire(NAME) is not None
    other.close()


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
    supervisor = supervisor_of(services, of(services, FakeMailbox([1])))
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
