"""The loop of one connector, with a mailbox that does what the test says."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.domain.connectors import AfterIntake, Connector, Health
from enate_desktop.domain.errors import CredentialError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, State
from enate_desktop.mail.mailbox import (
    BusyError,
    ErrorKind,
    FolderState,
    Mailbox,
    MailError,
    RemoteMail,
    StoppedError,
)
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.bundle import Services
from enate_desktop.services.intake import IntakeService, Received
from enate_desktop.storage.records import NewMail
from enate_desktop.worker.poller import MailboxPoller
from enate_desktop.worker.poller import Services as PollerServices
from tests.company import connector, document, open_services, route
from tests.worker.workshop import supervisor_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def raw(uid: int) -> bytes:
    return (
        f"From: bob@x.example\r\nTo: hr@acme.example\r\nSubject: Mail {uid}\r\n"
        f"Message-ID: <{uid}@x>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nHi {uid}\r\n"
    ).encode()


class FakeMailbox:
    """Holds mails by UID; ``problem`` is raised by open, ``hang`` blocks until aborted."""

    def __init__(self, uids: Sequence[int] = (), validity: int = 1) -> None:
        self.mails = {uid: raw(uid) for uid in uids}
        self.validity = validity
        self.problem: Exception | None = None
        self.undelivered: set[int] = set()
        self.removed: set[int] = set()
        self.sizes: dict[int, int] = {}
        self.told: list[tuple[tuple[int, ...], str]] = []
        self.fetched: list[int] = []
        self.hanging = threading.Event()
        self.hang = False
        self.opened: list[FolderState] = []
        self.facts: dict[str, Any] = {}
        self.received: dict[int, datetime] = {}
        self.dates: dict[int, datetime] = {}
        self.durable: list[int] = []
        self.aborted = threading.Event()

    def open(self, *, examine: bool = False) -> FolderState:
        if self.problem is not None:
            raise self.problem
        if self.hang:
            self.hanging.set()
            self.aborted.wait(30)
            raise StoppedError
        state = FolderState(self.validity, max(self.mails, default=0) + 1, 0, 0, examine)
        self.opened.append(replace(state, **self.facts))
        return self.opened[-1]

    def all_uids(self) -> tuple[int, ...]:
        return tuple(sorted(self.mails))

    def new_mails(self, after_uid: int) -> tuple[RemoteMail, ...]:
        return tuple(
            RemoteMail(uid, self.sizes.get(uid, 100), self.received.get(uid, NOW))
            for uid in self.mails
            if uid > after_uid
        )

    def dated(self, mails: Sequence[RemoteMail]) -> tuple[RemoteMail, ...]:
        return tuple(replace(m, received=self.dates.get(m.uid, m.received)) for m in mails)

    def fetch(self, mails: Sequence[RemoteMail]) -> Iterator[tuple[RemoteMail, bytes | None]]:
        for mail in mails:
            self.fetched.append(mail.uid)
            if mail.uid in self.removed:
                del self.mails[mail.uid]
            yield mail, None if mail.uid in self.undelivered else self.mails[mail.uid]

    def headers(self, mail: RemoteMail) -> bytes:
        return self.mails[mail.uid].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    def stored(self, uids: Sequence[int]) -> None:
        self.durable += uids

    def acknowledge(
        self, uids: Sequence[int], after: AfterIntake, copied: set[int] | None = None
    ) -> None:
        self.told.append((tuple(uids), after.action))

    def wait(self, seconds: float) -> bool:
        return False

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass

    def abort(self) -> None:
        self.aborted.set()


class Mailboxes:
    """Hands out the one mailbox of the test."""

    def __init__(self, mailbox: FakeMailbox) -> None:
        self.mailbox = mailbox

    def of(self, connector: Connector) -> Mailbox:
        return self.mailbox


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(tmp_path / "data")
    plain = connector()
    del plain["incoming"]["password"]
    plain["incoming"]["first_intake"] = "all"
    opened.exchange.import_(document(plain), tmp_path)
    with opened.context.database.write() as work:
        work.connectors.change(1, enabled=True)
    yield opened
    opened.close()


def poller(
    services: Services, mailbox: FakeMailbox, received: list[Received] | None = None
) -> MailboxPoller:
    return MailboxPoller(
        1, of(services, mailbox), (received if received is not None else []).append
    )


def of(services: Services, mailbox: FakeMailbox) -> PollerServices:
    return PollerServices(services.connectors, services.intake, Mailboxes(mailbox))


def looked(services: Services, mailbox: FakeMailbox) -> dict[End, int]:
    """What one look into the mailbox made of its mails."""
    result = poller(services, mailbox).look()
    assert result is not None
    return dict(result.ends)


def ends(services: Services) -> dict[End, int]:
    with services.context.database.read() as work:
        return dict(work.ledger.counts(1))


def test_a_mail_that_vanished_is_accounted_for(services: Services) -> None:
    """X-05, MAIL 4 E 90: every mail seen has one end, also the one somebody else removed."""
    mailbox = FakeMailbox([1, 2, 3])
    mailbox.undelivered = {2}
    mailbox.removed = {2}
    poller(services, mailbox).look()
    assert ends(services) == {End.CREATED: 2, End.SKIPPED: 1}


def test_a_mail_the_server_does_not_deliver_is_wanted_three_times(services: Services) -> None:
    """MAIL 4 E 90, M-11: then it lies in quarantine with the reason; others are not delayed."""
    mailbox = FakeMailbox([1, 2, 3])
    mailbox.undelivered = {2}
    for wanted in ([1, 2, 3], [2], [2], []):
        mailbox.fetched.clear()
        poller(services, mailbox).look()
        assert mailbox.fetched == wanted
    assert ends(services) == {End.CREATED: 2, End.QUARANTINED: 1}
    (line,) = services.work_items.quarantine()
    assert "does not deliver" in line.reason


def test_a_mail_delivered_at_the_second_try_becomes_a_work_item(services: Services) -> None:
    """MAIL 4 E 90: nothing is lost by a server's bad moment."""
    mailbox = FakeMailbox([1, 2])
    mailbox.undelivered = {1}
    poller(services, mailbox).look()
    mailbox.undelivered = set()
    poller(services, mailbox).look()
    assert ends(services) == {End.CREATED: 2}


def test_late_and_out_of_order_uids_are_not_overlooked(services: Services) -> None:
    """MAIL 3.4: the cursor is an optimisation, the ledger is the truth."""
    mailbox = FakeMailbox([5, 9])
    poller(services, mailbox).look()
    mailbox.mails |= {3: raw(3), 7: raw(7), 10: raw(10)}
    poller(services, mailbox).look()
    assert mailbox.fetched == [5, 9, 3, 7, 10]
    assert ends(services) == {End.CREATED: 5}


def test_a_rebuilt_mailbox_creates_nothing_twice(services: Services) -> None:
    """MAIL 3.4 step 9, M-02: UIDVALIDITY changed, the mails are the same."""
    poller(services, FakeMailbox([1, 2, 3])).look()
    rebuilt = FakeMailbox([], validity=2)
    rebuilt.mails = {11: raw(1), 12: raw(2), 13: raw(3), 14: raw(4)}
    poller(services, rebuilt).look()
    assert ends(services) == {End.CREATED: 4, End.DUPLICATE: 3}


@pytest.mark.parametrize(
    ("validity", "end"), [(2, End.DUPLICATE), (1, End.CREATED)], ids=["rebuilt", "same life"]
)
def test_a_rebuilt_mailbox_creates_nothing_twice_for_a_route_added_since(
    services: Services, validity: int, end: End
) -> None:
    """MAIL 3.2, M-02: the same mail at another location; twice in one life, recipients decide."""
    alias = raw(1).replace(b"To: hr@", b"To: payroll@")
    mailbox = FakeMailbox([1])
    mailbox.mails = {1: alias}
    assert looked(services, mailbox) == {End.CREATED: 1}
    plain = connector(routes=[route("Payroll", "payroll@acme.example")])
    del plain["incoming"]
    services.exchange.import_(document(plain), Path())
    with services.context.database.write() as work:
        work.connectors.change(1, enabled=True)
    again = FakeMailbox([], validity=validity)
    again.mails = {1: alias, 2: alias} if validity == 1 else {11: alias}
    assert looked(services, again) == {end: 1}


def test_a_too_large_mail_is_routed_by_its_headers(services: Services) -> None:
    """MAIL 4 A 12, M-11: it stays on the server and delays nobody."""
    mailbox = FakeMailbox([1, 2])
    mailbox.sizes = {1: 400 << 20}
    poller(services, mailbox).look()
    assert (mailbox.fetched, ends(services)) == ([2], {End.CREATED: 2})


def test_the_server_is_told_only_after_the_decision_is_durable(services: Services) -> None:
    """MAIL 3.1 I1, I4: what is owed survives until it was done."""
    item = services.connectors.get(1)
    with services.context.database.write() as work:
        work.connectors.change(item.id, after_intake="mark_read")
    mailbox = FakeMailbox([1, 2])
    told_before: list[int] = []

    def count(_received: Received) -> None:
        told_before.append(len(mailbox.told))

    MailboxPoller(1, of(services, mailbox), count).look()
    assert told_before == [0, 0]
    assert mailbox.told == [((1, 2), "mark_read")]
    poller(services, mailbox).look()
    assert len(mailbox.told) == 1


def test_refused_sign_in_switches_off_at_once(services: Services) -> None:
    """C-08."""
    mailbox = FakeMailbox()
    mailbox.problem = MailError(ErrorKind.AUTHENTICATION, "Sign-in was refused.")
    poller(services, mailbox).look()
    item = services.connectors.get(1)
    assert (item.enabled, item.condition.health) == (False, Health.STOPPED)


def test_an_unreachable_server_is_tried_five_times(services: Services) -> None:
    """C-08."""
    mailbox = FakeMailbox()
    mailbox.problem = MailError(ErrorKind.UNREACHABLE, "Nobody answers.")
    looks = 0
    while services.connectors.get(1).enabled:
        poller(services, mailbox).look()
        looks += 1
    assert looks == 5


def test_a_mail_that_cannot_be_read_goes_to_the_fallback_and_delays_nobody(
    services: Services,
) -> None:
    """M-11: tried three times, then decided on nothing but its bytes; the others go on at once."""

    def read(raw_mail: bytes, received: datetime | None) -> Message:
        if b"Mail 2" in raw_mail:
            raise RecursionError
        return read_message(raw_mail, received)

    intake = IntakeService(services.context, read)
    mailbox = FakeMailbox([1, 2, 3])
    pollers = PollerServices(services.connectors, intake, Mailboxes(mailbox))
    counts = []
    for _ in range(3):
        MailboxPoller(1, pollers, lambda _received: None).look()
        counts.append(ends(services).get(End.CREATED, 0))
    assert counts == [2, 2, 3]
    newest = services.work_items.page().items[0]
    assert (newest.subject, newest.route) == ("(this mail could not be read)", "Fallback")
    assert services.work_items.detail(newest.id).mails[0].message.incomplete


def test_a_program_killed_three_times_does_not_spoil_an_innocent_mail(services: Services) -> None:
    """MAIL 3.7: only errors say something about the mail; the end of the program says little."""
    item = services.connectors.get(1)
    epoch = services.intake.epoch(item, FolderState(1, 2, 1, 1, read_only=False))
    services.intake.store(item, epoch, [NewMail(1, NOW, 10, raw(1))])
    for _ in range(4):
        (waiting,) = services.intake.pending(1)
        with services.context.database.write() as work:
            work.ledger.count_attempts([waiting.intake_id])
    poller(services, FakeMailbox([1])).look()
    assert [one.subject for one in services.work_items.page().items] == ["Mail 1"]


def test_a_bug_is_said_and_stops_nobody(services: Services) -> None:
    """X-05: never silence and success; the connector stays on and looks again."""
    mailbox = FakeMailbox([1])
    mailbox.problem = RuntimeError("ours")
    result = poller(services, mailbox).look()
    assert result is not None
    assert result.error is not None
    assert services.connectors.get(1).enabled
    mailbox.problem = None
    poller(services, mailbox).look()
    assert ends(services) == {End.CREATED: 1}


def test_a_reply_joins_the_item_of_the_address_it_is_written_to(services: Services) -> None:
    """M-03, M-04: a mail to two routed addresses made two work items."""
    plain = connector(routes=[route("HR"), route("Pay", "payroll@acme.example")])
    del plain["incoming"]
    services.exchange.import_(document(plain), Path())
    with services.context.database.write() as work:
        work.connectors.change(1, enabled=True)
    mailbox = FakeMailbox([1])
    mailbox.mails[1] = raw(1).replace(b"Subject", b"Cc: payroll@acme.example\r\nSubject")
    mailbox.mails[2] = raw(2).replace(b"Subject", b"In-Reply-To: <1@x>\r\nSubject")
    poller(services, mailbox).look()
    first, second = sorted(services.work_items.page().items, key=lambda item: item.id)
    assert (first.recipient, first.new_information) == ("hr@acme.example", True)
    assert (second.recipient, second.new_information) == ("payroll@acme.example", False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.TO_DO, State.TO_DO),
        (State.IN_PROGRESS, State.IN_PROGRESS),
        (State.WAITING, State.TO_DO),
        (State.RESOLVED, State.TO_DO),
    ],
)
def test_a_reply_wakes_its_work_item(services: Services, before: State, after: State) -> None:
    """M-03: appended with new information; Waiting and Resolved are to do again."""
    poller(services, FakeMailbox([1])).look()
    (item,) = services.work_items.page().items
    with services.context.database.write() as work:
        work.work_items.receive(item.id, before)
    mailbox = FakeMailbox([2])
    mailbox.mails[2] = raw(2).replace(b"Subject", b"In-Reply-To: <1@x>\r\nSubject")
    poller(services, mailbox).look()
    (item,) = services.work_items.page().items
    assert (item.state, item.new_information) == (after, True)
    assert len(services.work_items.detail(item.id).mails) == 2


def test_a_reply_to_a_closed_item_is_a_new_one_that_names_it(services: Services) -> None:
    """M-03: routed as a new mail, linked to the old one."""
    poller(services, FakeMailbox([1])).look()
    (old,) = services.work_items.page().items
    with services.context.database.write() as work:
        work.work_items.receive(old.id, State.CLOSED)
    mailbox = FakeMailbox([2])
    mailbox.mails[2] = raw(2).replace(b"Subject", b"In-Reply-To: <1@x>\r\nSubject")
    poller(services, mailbox).look()
    new = services.work_items.page().items[0]
    (mail,) = services.work_items.detail(new.id).mails
    assert new.id != old.id
    assert old.reference in mail.decisions[0].reason
    assert mail.decisions[0].follows_id == old.id


def test_spam_of_a_blocked_sender_is_closed_at_once(services: Services) -> None:
    """M-10: kept, so that nothing is lost, but nobody has to look at it."""
    spam = {"address": "*@x.example", "reject_as_spam": True}
    services.exchange.import_({"format": "enate-desktop/1", "blocked_addresses": [spam]}, Path())
    poller(services, FakeMailbox([1])).look()
    (item,) = services.work_items.page().items
    assert item.state is State.CLOSED


def test_an_unknown_sender_becomes_a_contact_after_routing(services: Services) -> None:
    """M-07: unless the setting is off; the contact has no company."""
    poller(services, FakeMailbox([1])).look()
    assert ("bob@x.example", None) in [
        (contact.address, contact.company_id) for contact in services.directory.contacts()
    ]


def test_a_locked_keyring_does_not_switch_a_mailbox_off(services: Services) -> None:
    """MAIL 4 G 132: the worker waits."""
    mailbox = FakeMailbox()
    mailbox.problem = CredentialError("The system keyring is locked.")
    for _ in range(12):
        poller(services, mailbox).look()
    item = services.connectors.get(1)
    assert (item.enabled, item.condition.health) == (True, Health.FAILING)


def test_a_look_at_a_connector_that_is_off_touches_nothing(services: Services) -> None:
    """C-05."""
    services.connectors.disable(1)
    mailbox = FakeMailbox([1])
    assert poller(services, mailbox).look() is None
    assert mailbox.fetched == []


def test_a_hanging_server_is_left_within_five_seconds(services: Services) -> None:
    """ARCHITECTURE 4: clean stop, whatever the server does."""
    mailbox = FakeMailbox()
    mailbox.hang = True
    supervisor = supervisor_of(services, of(services, mailbox))
    supervisor.refresh()
    assert mailbox.hanging.wait(5)
    assert supervisor.running == {1}
    assert supervisor.stop()
    assert supervisor.running == frozenset()
    assert services.connectors.get(1).condition.health is not Health.FAILING


def test_the_supervisor_follows_the_configuration(services: Services) -> None:
    """C-05: switched off means watched no longer."""
    supervisor = supervisor_of(services, of(services, FakeMailbox()))
    supervisor.refresh()
    assert supervisor.running == {1}
    services.connectors.disable(1)
    supervisor.refresh()
    assert supervisor.running == frozenset()
    assert supervisor.stop()


def test_one_broken_connector_does_not_delay_another(services: Services) -> None:
    """C-08: side by side in one pass."""
    other = connector("Other", primary_address="other@acme.example", routes=[])
    del other["incoming"]["password"]
    other["incoming"]["first_intake"] = "all"
    services.exchange.import_(document(other), Path())
    with services.context.database.write() as work:
        work.connectors.change(2, enabled=True)
    hanging, fine = FakeMailbox(), FakeMailbox([1])
    hanging.hang = True

    class Both:
        def of(self, connector: Connector) -> Mailbox:
            return hanging if connector.id == 1 else fine

    done = threading.Event()
    supervisor = supervisor_of(
        services,
        PollerServices(services.connectors, services.intake, Both()),
        received=lambda _received: done.set(),
    )
    supervisor.refresh()
    assert done.wait(10)
    assert supervisor.stop()


def test_a_mailbox_is_opened_anew_until_all_is_taken_in(services: Services) -> None:
    """MAIL 3.5 step 6: sessions of so many mails, each told to the server before the next."""
    item = services.connectors.get(1)
    with services.context.database.write() as work:
        work.connectors.change(item.id, after_intake="delete")
    mailbox = FakeMailbox(range(1, 8))
    mailbox.facts = {"most_mails": 3}
    result = poller(services, mailbox).look()
    assert result is not None
    assert (len(mailbox.opened), result.ends.total()) == (3, 7)
    assert [uids for uids, _ in mailbox.told] == [(1, 2, 3), (4, 5, 6), (7,)]


def test_mails_that_are_not_delivered_do_not_open_a_mailbox_for_ever(services: Services) -> None:
    """MAIL 4 E 100: once in a look, however many sessions it takes."""
    mailbox = FakeMailbox(range(1, 8))
    mailbox.facts = {"most_mails": 3}
    mailbox.undelivered = set(range(1, 6))
    poller(services, mailbox).look()
    assert mailbox.fetched == [1, 2, 3, 4, 5, 6, 7]
    assert len(mailbox.opened) == 3


def test_a_server_that_wants_rest_between_sign_ins_gets_it(services: Services) -> None:
    """MAIL 4 E 101, RFC 2449 6.7: one session a look, and the next look that much later."""
    mailbox = FakeMailbox(range(1, 8))
    mailbox.facts = {"most_mails": 3, "login_delay": 900}
    delayed = poller(services, mailbox)
    for looks in (1, 2, 3):
        delayed.look()
        assert len(mailbox.opened) == looks
    assert mailbox.fetched == [1, 2, 3, 4, 5, 6, 7]


def test_the_mailbox_knows_what_is_durable_before_it_is_told_to_act(services: Services) -> None:
    """MAIL 3.5 step 5: everything that was fetched, except what did not arrive."""
    mailbox = FakeMailbox([1, 2, 3])
    mailbox.undelivered = {2}
    poller(services, mailbox).look()
    assert mailbox.durable == [1, 3]


def test_old_mail_is_known_by_its_date_where_numbers_do_not_tell(services: Services) -> None:
    """C-12, MAIL 4 E 99: mail from before the first enable stays skipped by choice."""
    item = services.connectors.get(1)
    with services.context.database.write() as work:
        work.connectors.change(item.id, start_choice="new")
    services.intake.epoch(services.connectors.get(1), FolderState(1, 5, 4, 4, read_only=False))
    now = datetime.now(UTC)
    mailbox = FakeMailbox([11, 12, 13])
    mailbox.facts = {"by_date": frozenset([11])}
    mailbox.dates = {11: now - timedelta(days=3), 12: now + timedelta(seconds=5), 13: now}
    poller(services, mailbox).look()
    assert mailbox.fetched == [12, 13]
    assert ends(services) == {End.CREATED: 2, End.SKIPPED: 1}


def test_a_date_that_only_the_mail_itself_tells_counts_too(services: Services) -> None:
    """C-12: a POP3 server without TOP; nothing of an old mail is kept."""
    since = datetime.now(UTC)
    with services.context.database.write() as work:
        work.connectors.change(1, start_choice="since", start_since=since)

    class Late(FakeMailbox):
        def fetch(self, mails: Sequence[RemoteMail]) -> Iterator[tuple[RemoteMail, bytes | None]]:
            for mail, content in super().fetch(mails):
                ago = timedelta(days=1 if mail.uid == 1 else -1)
                yield replace(mail, received=since - ago), content

    mailbox = Late([1, 2])
    mailbox.received = dict.fromkeys((1, 2), since + timedelta(days=2))
    assert looked(services, mailbox) == {End.CREATED: 1, End.SKIPPED: 1}
    assert mailbox.durable == [2]


def test_an_undelivered_mail_that_is_gone_has_its_end(services: Services) -> None:
    """X-05: nothing waits for ever for a mail that somebody removed in the meantime."""
    mailbox = FakeMailbox([1, 2])
    mailbox.undelivered = {2}
    poller(services, mailbox).look()
    del mailbox.mails[2]
    poller(services, mailbox).look()
    assert ends(services) == {End.CREATED: 1, End.SKIPPED: 1}


def test_a_mail_that_is_here_in_part_is_never_deleted(services: Services) -> None:
    """MAIL 4 A 12: too large to fetch, so it stays on the server as it is."""
    item = services.connectors.get(1)
    with services.context.database.write() as work:
        work.connectors.change(item.id, after_intake="delete")
    mailbox = FakeMailbox([1, 2])
    mailbox.sizes = {1: 400 << 20}
    poller(services, mailbox).look()
    assert mailbox.told == [((2,), "delete")]


def test_old_mail_is_never_answered_automatically(services: Services) -> None:
    """C-12: automated emails are off for mail received before the first enable."""
    plain = connector(routes=[route("HR", send_automated_emails=True)])
    del plain["incoming"]
    services.exchange.import_(document(plain), Path())
    with services.context.database.write() as work:
        work.connectors.change(1, enabled=True)
    mailbox = FakeMailbox([1, 2])
    now = datetime.now(UTC)
    mailbox.received = {1: now - timedelta(days=1), 2: now + timedelta(seconds=5)}
    poller(services, mailbox).look()
    second, first = services.work_items.page().items
    said = [services.work_items.detail(i.id).mails[0].decisions[0] for i in (first, second)]
    assert [decision.automated_email for decision in said] == [False, True]


def test_a_busy_server_is_noted_only_when_it_stays_so(services: Services) -> None:
    """MAIL 4 E 101: no error badge for one look, and never a reason to switch off."""
    mailbox = FakeMailbox()
    mailbox.problem = BusyError("The mailbox is in use.", "We try again later.")
    patient = poller(services, mailbox)
    health = []
    for _ in range(12):
        patient.look()
        health.append(services.connectors.get(1).condition.health)
    assert health[:3] == [Health.IDLE, Health.IDLE, Health.FAILING]
    assert services.connectors.get(1).enabled
    mailbox.problem = None
    patient.look()
    mailbox.problem = BusyError("The mailbox is in use.", "We try again later.")
    patient.look()
    assert services.connectors.get(1).condition.health is Health.RUNNING


def test_what_a_person_should_know_of_a_mailbox_is_shown(services: Services) -> None:
    """MAIL 3.5 step 1: all is well, and yet there is a sentence."""
    mailbox = FakeMailbox([1])
    mailbox.facts = {"warning": "The server gives the mails no lasting names (POP3 UIDL)."}
    poller(services, mailbox).look()
    condition = services.connectors.get(1).condition
    assert (condition.health, condition.reason) == (Health.RUNNING, mailbox.facts["warning"])
