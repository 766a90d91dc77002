"""The sender: every way a delivery can go, crashes between any two steps included (O-03)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import StorageError
from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.mail.mailbox import ErrorKind, MailError, StoppedError
from enate_desktop.mail.smtp_errors import UncertainError
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.sending import WAITS, OutgoingSession, SendingService
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.wiring import Services
from enate_desktop.worker.sender import PER_MINUTE, OutboxSender, SenderServices, Sent
from tests.canary import secret
from tests.company import document, open_services
from tests.services.answers import answering, deliveries, mail, switch_on, take_in


class _Killed(BaseException):
    """The program ended here."""


class _Server:
    """A sending server: ``answers`` are raised one after the other, None takes the mail."""

    def __init__(self) -> None:
        self.answers: list[BaseException | None] = []
        self.at_sign_in: BaseException | None = None
        self.taken: list[tuple[str, str, bytes]] = []
        self.opened = 0
        self.in_sent = False
        self.asked: list[list[str]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self.while_looking: Callable[[], object] = lambda: None

    def open(self, _connector: Connector, _stopped: Callable[[], bool]) -> OutgoingSession:
        self.opened += 1
        if self.at_sign_in is not None:
            raise self.at_sign_in
        return self

    def send(self, sender: str, recipient: str, data: bytes) -> None:
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, UncertainError | _Killed):
            self.taken.append((sender, recipient, data))
        if answer is not None:
            raise answer
        self.taken.append((sender, recipient, data))

    def close(self) -> None:
        """Nothing to close."""

    def find_sent(
        self, _connector: Connector, message_ids: Sequence[str], _stopped: object
    ) -> Sequence[str]:
        self.asked.append(list(message_ids))
        self.while_looking()
        return message_ids if self.in_sent else ()


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(), tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def company(services: Services, tmp_path: Path) -> int:
    key = answering(services, tmp_path)
    switch_on(services, key)
    return key


@pytest.fixture
def server() -> _Server:
    return _Server()


def _sender(
    services: Services,
    company: int,
    server: _Server,
    claim: str = "lease 1",
    told: Callable[[Sent], None] = lambda _sent: None,
    clock: Callable[[], float] = lambda: 0.0,
) -> OutboxSender:
    context = services.context
    made = SenderServices(SendingService(context), ConnectorService(context), server, claim=claim)
    return OutboxSender(company, made, told, clock)


def _one(services: Services, company: int) -> Delivery:
    take_in(services, mail(), connector_id=company)
    return deliveries(services)[0]


def _due(services: Services) -> None:
    with services.context.database.write() as work:
        for one in deliveries(services):
            if one.state is DeliveryState.RETRY:
                state = DeliveryState.RETRY
                work.sending.settle(one.id, state, work.now(), next_at=work.now())


def test_several_mails_leave_over_one_connection(
    services: Services, company: int, server: _Server
) -> None:
    """O-03."""
    take_in(services, mail(cc="a@x.example, b@x.example"), connector_id=company)
    told: list[Sent] = []
    result = _sender(services, company, server, told=told.append).once()

    assert result.states == {DeliveryState.SENT: 3}
    assert server.opened == 1
    assert [one.state for one in told] == [DeliveryState.SENT] * 3
    assert {one.state for one in deliveries(services)} == {DeliveryState.SENT}
    assert len({data for _, _, data in server.taken}) == 1


REFUSALS = [
    ("451 4.7.1 greylisted", ErrorKind.TEMPORARY, DeliveryState.RETRY),
    ("421 4.3.2 closing", ErrorKind.TEMPORARY, DeliveryState.RETRY),
    ("", ErrorKind.UNREACHABLE, DeliveryState.RETRY),
    ("552 5.3.4 too large", ErrorKind.PROTOCOL, DeliveryState.FAILED),
    ("550 5.7.1 policy", ErrorKind.PROTOCOL, DeliveryState.FAILED),
]


@pytest.mark.parametrize(("words", "kind", "state"), REFUSALS)
def test_a_refusal_is_final_or_for_later(
    services: Services,
    company: int,
    server: _Server,
    words: str,
    kind: ErrorKind,
    state: DeliveryState,
) -> None:
    """MAIL 4 E 105."""
    _one(services, company)
    server.answers = [MailError(kind, "It was not taken.", server_words=words)]
    _sender(services, company, server).once()

    after = deliveries(services)[0]
    assert (after.state, after.attempts) == (state, 1)
    assert "It was not taken." in after.error
    assert words in after.error


def test_one_refused_recipient_does_not_stop_the_others(
    services: Services, company: int, server: _Server
) -> None:
    """MAIL 4 E 104."""
    take_in(services, mail(cc="a@x.example, b@x.example"), connector_id=company)
    server.answers = [None, MailError(ErrorKind.PROTOCOL, "No.", server_words="550 no")]
    _sender(services, company, server).once()

    states = [one.state for one in deliveries(services)]
    assert states == [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SENT]


def test_growing_waits_end_after_the_attempts_that_are_set(
    services: Services, company: int, server: _Server
) -> None:
    """O-03."""
    _one(services, company)
    waits = []
    for _ in range(len(WAITS)):
        server.answers = [MailError(ErrorKind.TEMPORARY, "Not now.", server_words="451")]
        _sender(services, company, server).once()
        one = deliveries(services)[0]
        waits.append((one.next_at - one.changed).total_seconds() / 60)
        _due(services)

    assert deliveries(services)[0].state is DeliveryState.FAILED
    assert [round(wait, 3) for wait in waits[:-1]] == [
        pytest.approx(minutes, rel=0.11) for minutes in (1, 5, 15, 60, 240, 720, 1440)
    ]
    services.outbox.retry([one.id])
    _sender(services, company, server).once()
    assert deliveries(services)[0].state is DeliveryState.SENT


def test_a_refused_sign_in_stops_the_connector_and_keeps_the_queue(
    services: Services, company: int, server: _Server
) -> None:
    """C-08, O-03."""
    _one(services, company)
    server.at_sign_in = MailError(ErrorKind.AUTHENTICATION, "Sign-in was refused.")
    assert _sender(services, company, server).once().error is server.at_sign_in

    assert not services.connectors.get(company).enabled
    after = deliveries(services)[0]
    assert (after.state, after.attempts) == (DeliveryState.DISABLED, 0)

    server.at_sign_in = None
    switch_on(services, company)
    _sender(services, company, server).once()
    assert deliveries(services)[0].state is DeliveryState.SENT


def test_an_unreachable_server_leaves_intake_alone(
    services: Services, company: int, server: _Server
) -> None:
    """C-08."""
    _one(services, company)
    server.at_sign_in = MailError(ErrorKind.UNREACHABLE, "Nobody answers.")
    for _ in range(7):
        _sender(services, company, server).once()

    assert services.connectors.get(company).enabled
    assert deliveries(services)[0].attempts == 0


def test_what_may_have_left_is_sent_once_more_and_only_once(
    services: Services, company: int, server: _Server
) -> None:
    """RFC 1047, MAIL 3.6: with the same Message-ID."""
    one = _one(services, company)
    lost = UncertainError(ErrorKind.TEMPORARY, "It is not certain whether the mail left.")
    server.answers = [lost]
    _sender(services, company, server).once()
    assert deliveries(services)[0].state is DeliveryState.UNKNOWN

    server.answers = [lost]
    _sender(services, company, server).once()
    assert deliveries(services)[0].state is DeliveryState.UNKNOWN
    _sender(services, company, server).once()

    assert len(server.taken) == 2
    assert server.taken[0] == server.taken[1]
    assert server.asked == [[one.message_id]]
    assert deliveries(services)[0].state is DeliveryState.UNKNOWN


def test_what_lies_in_the_sent_folder_is_sent(
    services: Services, company: int, server: _Server
) -> None:
    """MAIL 3.6."""
    _one(services, company)
    server.answers = [UncertainError(ErrorKind.TEMPORARY, "Not certain.")]
    _sender(services, company, server).once()
    server.in_sent = True
    _sender(services, company, server).once()

    assert len(server.taken) == 1
    assert deliveries(services)[0].state is DeliveryState.SENT


@pytest.mark.parametrize("claim", ["lease 1", "lease 2"])
def test_a_kill_after_the_server_took_it_sends_the_same_bytes_again(
    services: Services, company: int, server: _Server, claim: str
) -> None:
    """MAIL 3.7: sending becomes unknown, then it is sent with the same Message-ID."""
    _one(services, company)
    server.answers = [_Killed()]
    with pytest.raises(_Killed):
        _sender(services, company, server).once()
    assert deliveries(services)[0].state is DeliveryState.SENDING

    _sender(services, company, server, claim=claim).once()

    assert deliveries(services)[0].state is DeliveryState.SENT
    assert len(server.taken) == 2
    assert server.taken[0] == server.taken[1]


def test_a_kill_stays_for_a_person_where_the_settings_say_so(
    services: Services, company: int, server: _Server
) -> None:
    """O-03: manual retry or discard."""
    services.settings.save(replace(services.settings.get(), send_again_when_unsure=False))
    one = _one(services, company)
    server.answers = [_Killed()]
    with pytest.raises(_Killed):
        _sender(services, company, server).once()
    _sender(services, company, server, claim="lease 2").once()
    assert deliveries(services)[0].state is DeliveryState.UNKNOWN

    services.outbox.discard([one.id])
    _sender(services, company, server, claim="lease 2").once()
    assert deliveries(services)[0].state is DeliveryState.DISCARDED
    assert len(server.taken) == 1


def test_a_stop_gives_the_mail_back(services: Services, company: int, server: _Server) -> None:
    """O-03."""
    _one(services, company)
    server.answers = [StoppedError()]
    _sender(services, company, server).once()

    after = deliveries(services)[0]
    assert (after.state, after.attempts) == (DeliveryState.QUEUED, 0)


def test_nothing_leaves_while_sending_is_stopped(
    services: Services, company: int, server: _Server
) -> None:
    """MAIL 4 D 73."""
    _one(services, company)
    with services.context.database.write() as work:
        work.outbox.stop("Too many.")
    _sender(services, company, server).once()
    assert server.opened == 0

    services.outbox.start_again()
    _sender(services, company, server).once()
    assert len(server.taken) == 1


def test_nothing_leaves_while_the_connector_rests(
    services: Services, company: int, server: _Server
) -> None:
    """X-05: a pause."""
    _one(services, company)
    services.pauses.pause([company], None)
    context = services.context
    made = SenderServices(
        SendingService(context),
        ConnectorService(context),
        server,
        claim="lease 1",
        paused=services.pauses.paused,
    )
    OutboxSender(company, made).once()

    assert server.opened == 0


def test_sixty_mails_a_minute_at_most(services: Services, company: int, server: _Server) -> None:
    """MAIL 4 D 73: the rest waits."""
    mails = [
        mail(f"p{n}@x.example", message_id=f"<{n}@x.example>", subject=f"Q {n}")
        for n in range(PER_MINUTE + 5)
    ]
    take_in(services, *mails, connector_id=company)
    now = [100.0]
    sender = _sender(services, company, server, clock=lambda: now[0])
    assert sender.once().waits == 60.0
    assert len(server.taken) == PER_MINUTE

    now[0] += 61
    sender.once()
    assert len(server.taken) == PER_MINUTE + 5


def test_a_connector_that_is_off_ends_the_loop(
    services: Services, company: int, server: _Server
) -> None:
    """O-03."""
    services.connectors.disable(company)
    assert _sender(services, company, server).once().off
    _sender(services, company, server).run()
    assert server.opened == 0


def test_the_folder_for_sent_mail_is_asked_once_for_all(
    services: Services, company: int, server: _Server
) -> None:
    """MAIL 3.6: one connection, however many mails may have left."""
    take_in(services, mail(cc="a@x.example, b@x.example"), connector_id=company)
    take_in(services, mail(message_id="<two@acme.fr>", subject="Two"), connector_id=company)
    server.answers = [UncertainError(ErrorKind.TEMPORARY, "Not certain.")] * 4
    _sender(services, company, server).once()
    server.in_sent = True
    _sender(services, company, server).once()

    assert [len(ids) for ids in server.asked] == [4]
    assert {one.state for one in deliveries(services)} == {DeliveryState.SENT}


def test_others_write_while_a_mail_is_under_way(
    services: Services, company: int, server: _Server
) -> None:
    """MAIL 3.6: no transaction is open while a server is talked to."""
    one = _one(services, company)
    seen: list[DeliveryState] = []

    def write() -> None:
        with services.context.database.write() as work:
            work.outbox.start(work.now())
        seen.append(deliveries(services)[0].state)

    server.meanwhile = write
    _sender(services, company, server).once()
    assert seen == [DeliveryState.SENDING]
    assert deliveries(services)[0].id == one.id


class _Disk:
    """Refuses the writes whose numbers are in ``refused``, from 1; counts them all."""

    def __init__(self, *refused: int) -> None:
        self.refused, self.writes = refused, 0

    def __call__(self, _work: UnitOfWork) -> None:
        self.writes += 1
        if self.writes in self.refused:
            raise StorageError("The disk is full.", "Nothing was changed.")


def _on_disk(services: Services, company: int, server: _Server, disk: _Disk) -> OutboxSender:
    context = services.context
    fenced = replace(context, database=context.database.fenced(disk))
    made = SenderServices(SendingService(fenced), ConnectorService(fenced), server, claim="lease 1")
    return OutboxSender(company, made, clock=lambda: 0.0)


CLAIM, OUTCOME = 2, 3
"""The numbers of the writes of a pass; the first says that the server could be reached."""


@pytest.mark.parametrize("refused", [(1,), (CLAIM,), (OUTCOME,), (OUTCOME, OUTCOME + 1)])
def test_a_database_error_at_any_step_sends_nothing_twice(
    services: Services, company: int, server: _Server, refused: tuple[int, ...]
) -> None:
    """MAIL 3.6: what a server has taken is written before anything else is done."""
    take_in(services, mail(cc="a@x.example"), connector_id=company)
    sender = _on_disk(services, company, server, _Disk(*refused))
    for _ in refused:
        assert isinstance(sender.once().error, StorageError)
    assert len(server.taken) == int(OUTCOME in refused)
    assert sender.once().states == {DeliveryState.SENT: 2}

    assert {one.state for one in deliveries(services)} == {DeliveryState.SENT}
    assert len(server.taken) == 2
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        (MailError(ErrorKind.PROTOCOL, "No."), DeliveryState.FAILED, 1),
        (MailError(ErrorKind.TEMPORARY, "Later."), DeliveryState.RETRY, 1),
        (StoppedError(), DeliveryState.SENT, 1),
    ],
)
def test_every_outcome_survives_a_database_error(
    services: Services,
    company: int,
    server: _Server,
    answer: BaseException,
    state: DeliveryState,
    attempts: int,
) -> None:
    """MAIL 3.6: what surely did not leave is not taken for what may have left."""
    _one(services, company)
    server.answers = [answer]
    sender = _on_disk(services, company, server, _Disk(OUTCOME))
    assert isinstance(sender.once().error, StorageError)
    sender.once()

    after = deliveries(services)[0]
    assert (after.state, after.attempts) == (state, attempts)
    assert server.asked == []


def test_a_sender_that_is_stopped_still_writes_what_was_sent(
    services: Services, company: int, server: _Server
) -> None:
    """MAIL 3.6."""
    _one(services, company)
    sender = _on_disk(services, company, server, _Disk(OUTCOME))
    sender.once()
    assert deliveries(services)[0].state is DeliveryState.SENDING
    sender.stop()
    sender.run()
    assert deliveries(services)[0].state is DeliveryState.SENT


def test_what_is_discarded_while_the_sent_folder_is_looked_at_is_not_sent(
    services: Services, company: int, server: _Server
) -> None:
    """O-03: manual discard."""
    one = _one(services, company)
    server.answers = [UncertainError(ErrorKind.TEMPORARY, "Not certain.")]
    _sender(services, company, server).once()
    server.while_looking = lambda: services.outbox.discard([one.id])
    _sender(services, company, server).once()

    assert deliveries(services)[0].state is DeliveryState.DISCARDED
    assert len(server.taken) == 1


def test_a_sender_with_nothing_to_send_writes_nothing(
    services: Services, company: int, server: _Server
) -> None:
    """X-03: each write wakes every window."""
    disk = _Disk()
    sender = _on_disk(services, company, server, disk)
    sender.once()
    assert disk.writes == 0


def test_mail_out_is_tried_as_often_as_is_set(
    services: Services, company: int, server: _Server
) -> None:
    """O-03: up to the setting, which is not that of connectors (C-08)."""
    services.settings.save(replace(services.settings.get(), sending_tries=2, retry_limit=1))
    _one(services, company)
    states = []
    for _ in range(2):
        server.answers = [MailError(ErrorKind.TEMPORARY, "Not now.", server_words="451")]
        _sender(services, company, server).once()
        states.append(deliveries(services)[0].state)
        _due(services)
    assert states == [DeliveryState.RETRY, DeliveryState.FAILED]
