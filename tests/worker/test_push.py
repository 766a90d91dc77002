"""Mail that the server tells of, pauses, a computer without network or room (MAIL 4 G)."""

import errno
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Health
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import ErrorKind, MailError, StoppedError
from enate_desktop.services.bundle import Services
from enate_desktop.services.conditions import room_in
from enate_desktop.services.failures import Network
from enate_desktop.worker.poller import MailboxPoller
from enate_desktop.worker.reach import Reachability
from enate_desktop.worker.setbacks import OFFLINE
from enate_desktop.worker.stay import LONGEST_WAIT
from enate_desktop.worker.upkeep import Pace
from tests.company import open_services
from tests.worker.test_leases import services, until
from tests.worker.test_poller import FakeMailbox, ends, of, raw
from tests.worker.workshop import supervisor_of

__all__ = ["services"]


class PushMailbox(FakeMailbox):
    """Tells of new mail: put True into ``news``, or an error that ends the wait."""

    def __init__(self, uids: tuple[int, ...] = ()) -> None:
        super().__init__(uids)
        self.facts = {"push": True}
        self.news: queue.Queue[bool | Exception] = queue.Queue()
        self.looks = 0
        self.waiting = threading.Event()
        self.closed = threading.Event()

    def all_uids(self) -> tuple[int, ...]:
        self.looks += 1
        return super().all_uids()

    def wait(self, seconds: float) -> bool:
        self.waiting.set()
        told = self.news.get(timeout=20)
        if isinstance(told, Exception):
            raise told
        return told

    def close(self) -> None:
        self.closed.set()

    def wake(self) -> None:
        self.news.put(True)

    def abort(self) -> None:
        super().abort()
        self.news.put(StoppedError())


@pytest.fixture
def database_url() -> None:
    """Nothing here depends on the kind of database."""


@pytest.fixture
def mailbox(services: Services) -> Iterator[PushMailbox]:
    one = PushMailbox((1,))
    supervisor = supervisor_of(services, of(services, one))
    one.supervisor = supervisor  # type: ignore[attr-defined]
    supervisor.refresh()
    assert one.waiting.wait(10)
    yield one
    assert supervisor.stop()


def test_mail_that_is_told_of_is_taken_in_on_the_same_connection(
    services: Services,
    mailbox: PushMailbox,
) -> None:
    """MAIL 3.4: without a look at the whole folder."""
    mailbox.mails[2] = raw(2)
    mailbox.news.put(True)
    assert until(lambda: sum(ends(services).values()) == 2)
    assert (len(mailbox.opened), mailbox.looks) == (1, 1)


def test_check_now_ends_a_wait_and_compares_the_whole_folder(
    services: Services,
    mailbox: PushMailbox,
) -> None:
    """MAIL 3.4 step 4: also a mail whose number is out of order is found."""
    mailbox.mails[0] = raw(9)
    mailbox.mails[7] = raw(7)
    mailbox.supervisor.check_now(1)  # type: ignore[attr-defined]
    assert until(lambda: mailbox.looks >= 2 and sum(ends(services).values()) >= 2)
    assert len(mailbox.opened) == 1


def test_a_pause_ends_the_wait_and_a_resume_begins_at_once(
    services: Services,
    mailbox: PushMailbox,
) -> None:
    """X-05: nothing is fetched while a connector rests, also by a single pass."""
    services.pauses.pause([1], datetime.now(UTC) + timedelta(hours=1))
    mailbox.mails[2] = raw(2)
    assert mailbox.closed.wait(10)
    assert ends(services) == {End.CREATED: 1}
    services.pauses.resume([1])
    assert until(lambda: sum(ends(services).values()) == 2)
    actions = [line.action for line in services.history.entries("connector", 1)]
    assert {"paused", "resumed"} <= set(actions)


def test_a_wait_that_breaks_off_is_no_trouble(
    services: Services,
    mailbox: PushMailbox,
) -> None:
    """MAIL 4 G 142: the connection is made anew, without an error badge."""
    mailbox.news.put(MailError(ErrorKind.TEMPORARY, "The server closed the connection."))
    assert mailbox.closed.wait(10)
    mailbox.supervisor.check_now()  # type: ignore[attr-defined]
    assert until(lambda: len(mailbox.opened) == 2)
    assert services.connectors.get(1).condition.health is Health.RUNNING


def test_no_network_is_no_reason_to_switch_a_mailbox_off(services: Services) -> None:
    """MAIL 4 G 143, C-08: it is said, and not counted."""
    mailbox = FakeMailbox()
    mailbox.problem = MailError(ErrorKind.UNREACHABLE, "Nobody answers.")
    mailbox.problem.__cause__ = OSError(errno.ENETUNREACH, "Network is unreachable")
    for _ in range(7):
        supervisor_of(services, of(services, mailbox)).once()
    item = services.connectors.get(1)
    assert (item.enabled, item.condition.failures, item.condition.health) == (True, 0, Health.IDLE)


@pytest.mark.parametrize(
    ("others", "network", "offline"),
    [
        ([], Network.GONE, True),
        ([], Network.IN_DOUBT, False),
        ([Network.IN_DOUBT], Network.IN_DOUBT, True),
        ([Network.IN_DOUBT, Network.THERE], Network.IN_DOUBT, False),
        ([Network.THERE], Network.GONE, False),
    ],
)
def test_all_servers_out_of_reach_means_no_network(
    others: list[Network], network: Network, offline: bool
) -> None:
    """MAIL 4 G 143, C-08: one server that does not answer is counted."""
    reach = Reachability()
    for number, known in enumerate(others):
        reach.note(f"server{number}", known)
    assert reach.note("mine", network) is offline


def test_mail_stays_on_the_server_while_the_disk_is_nearly_full(services: Services) -> None:
    """MAIL 4 G 138: said in words, not counted as a failure of the server."""
    mailbox = FakeMailbox([1])
    check = room_in(Path(), lambda _folder: 150_000_000)
    parts = replace(of(services, mailbox), check_room=check)
    result = supervisor_of(services, parts).once()[1]
    assert result.error is not None
    assert result.error.title == "The disk is almost full (150 MB free)."
    assert (mailbox.fetched, services.connectors.get(1).condition.failures) == ([], 0)


def test_a_pause_outlasts_the_program(services: Services, tmp_path: Path) -> None:
    """X-05: a program that is started again fetches nothing either."""
    services.pauses.pause([1], None)
    services.close()
    again = open_services(tmp_path / "data")
    mailbox = FakeMailbox([1])
    try:
        result = supervisor_of(again, of(again, mailbox)).once()[1]
        assert result.paused.startswith("Paused by anna")
        assert mailbox.opened == []
    finally:
        again.close()


def test_without_name_service_nothing_is_counted(services: Services) -> None:
    """MAIL 4 G 143, C-08: the system says that it cannot ask for names: no alarm."""
    mailbox = FakeMailbox()
    mailbox.problem = MailError(ErrorKind.UNREACHABLE, "No such server.")
    mailbox.problem.__cause__ = socket.gaierror(socket.EAI_AGAIN, "Temporary failure")
    told: list[str] = []
    parts = replace(of(services, mailbox), tell=lambda _key, words: told.append(words))
    for _ in range(7):
        supervisor_of(services, parts).once()
    item = services.connectors.get(1)
    assert (item.enabled, item.condition.failures, item.condition.health) == (True, 0, Health.IDLE)
    assert set(told) == {OFFLINE}


def test_a_wait_that_does_not_end_is_ended(services: Services) -> None:
    """MAIL 4 G 142: the connection is dropped and made anew, whatever held it up."""
    now = [0.0]
    mailbox = PushMailbox((1,))
    stuck = MailboxPoller(1, of(services, mailbox), lambda _mail: None, clock=lambda: now[0])
    thread = threading.Thread(target=stuck.run)
    thread.start()
    try:
        assert mailbox.waiting.wait(10)
        stuck.watch()
        assert not mailbox.aborted.is_set()
        now[0] += LONGEST_WAIT + 61
        stuck.watch()
        assert mailbox.aborted.is_set()
        assert until(lambda: len(mailbox.opened) == 2)
    finally:
        stuck.stop()
        thread.join(10)
    assert not thread.is_alive()


def test_a_computer_that_slept_drops_its_connections(services: Services) -> None:
    """MAIL 4 G 142: they are dead, and the servers do not say so."""
    slept = [0.0]
    pace = Pace(heartbeat=0.05, tick=0.02, wall=lambda: time.time() + slept[0])
    mailbox = PushMailbox((1,))
    supervisor = supervisor_of(services, of(services, mailbox), pace=pace)
    try:
        supervisor.refresh()
        assert mailbox.waiting.wait(10)
        slept[0] = 3600.0
        assert until(lambda: len(mailbox.opened) == 2)
        assert mailbox.aborted.is_set()
    finally:
        assert supervisor.stop()
    assert services.connectors.get(1).condition.health is Health.RUNNING
