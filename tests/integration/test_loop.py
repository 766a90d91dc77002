"""Two installations that answer each other, and a responder that answers all: the loop ends."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import open_services, route
from tests.services.answers import answering, deliveries, mail, switch_on, take_in

HOME, OTHER = "hr@acme.example", "desk@other.example"
STRIPPED = (
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Enate-Loop",
    "Precedence",
    "In-Reply-To",
    "References",
    "Message-ID",
    "Subject",
)
ROUNDS = 30
"""Far more than a loop may last."""


class Installation:
    """The services of one company, and which of its mails have left."""

    def __init__(self, services: Services, connector_id: int) -> None:
        self.services = services
        self.connector_id = connector_id
        self._left = 0

    def take_in(self, raws: Sequence[bytes]) -> None:
        """Mails arrive."""
        take_in(self.services, *raws, connector_id=self.connector_id)

    def send(self) -> list[tuple[str, bytes]]:
        """What it has to send now: recipient and mail."""
        found = deliveries(self.services)[self._left :]
        self._left += len(found)
        return [(one.recipient, self.services.outbox.mail(one.id)) for one in found]

    @property
    def sent(self) -> int:
        """Mails that left so far."""
        return self._left


def installation(services: Services, folder: Path, address: str) -> Installation:
    routes = [route("All", address, send_automated_emails=True)]
    key = answering(services, folder, primary_address=address, routes=routes)
    switch_on(services, key)
    return Installation(services, key)


@pytest.fixture
def pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Installation, Installation]]:
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    with (
        closing(open_services(tmp_path / "one")) as one,
        closing(open_services(tmp_path / "two")) as two,
    ):
        yield installation(one, tmp_path, HOME), installation(two, tmp_path, OTHER)


def as_it_is(raw: bytes, _number: int) -> bytes:
    """A relay that leaves mails alone."""
    return raw


def stripped(raw: bytes, number: int) -> bytes:
    """A hostile relay: nothing in a mail tells any more that it is automatic or an answer."""
    message: Message = message_from_bytes(raw)
    for name in STRIPPED:
        del message[name]
    message["Subject"] = f"Number {number}"
    message["Message-ID"] = f"<{number}@relay.example>"
    return message.as_bytes()


@pytest.mark.parametrize(("relay", "most"), [(as_it_is, 1), (stripped, 10)])
def test_two_installations_do_not_answer_each_other_for_ever(
    pair: tuple[Installation, Installation], relay: Callable[[bytes, int], bytes], most: int
) -> None:
    """O-04, MAIL 4 D 73: five automated mails an hour to one address end it at the latest."""
    home, other = pair
    home.take_in([mail(OTHER, message_id="<first@other.example>")])
    number = rounds = 0
    moving = True
    while moving and rounds < ROUNDS:
        moving, rounds = False, rounds + 1
        for sender, receiver, address in ((home, other, OTHER), (other, home, HOME)):
            arriving = []
            for recipient, raw in sender.send():
                assert recipient == address
                number += 1
                arriving.append(relay(raw, number))
            if arriving:
                receiver.take_in(arriving)
                moving = True
    assert rounds < ROUNDS
    assert 1 <= home.sent + other.sent <= most


def test_a_responder_that_answers_every_mail_stays_in_one_work_item(
    pair: tuple[Installation, Installation],
) -> None:
    """MAIL 4 D 74: a new subject each time, and nothing that says it is automatic."""
    home, _ = pair
    home.take_in([mail()])
    number = 0
    while (sent := home.send()) and number < ROUNDS:
        for _recipient, raw in sent:
            number += 1
            answered = message_from_bytes(raw)["Message-ID"]
            home.take_in(
                [
                    mail(
                        subject=f"Away {number}",
                        headers=f"In-Reply-To: {answered}",
                        message_id=f"<away{number}@acme.fr>",
                    )
                ]
            )
    assert 1 <= number <= 5
    assert home.services.work_items.page().total == 1


@pytest.mark.parametrize("headers", ["", "Auto-Submitted: auto-replied", "X-Autoreply: yes"])
def test_a_responder_that_names_nothing_ends_with_the_limit_of_an_hour(
    pair: tuple[Installation, Installation], headers: str
) -> None:
    """MAIL 4 D 74: new subject, no reference. What is automatic gets no answer; the rest five."""
    home, _ = pair
    home.take_in([mail()])
    number = 0
    while (sent := home.send()) and number < ROUNDS:
        for _recipient, _raw in sent:
            number += 1
            away = mail(subject=f"Away {number}", headers=headers, message_id=f"<w{number}@a.fr>")
            home.take_in([away])
    assert number == (1 if headers else 5)
    assert home.services.work_items.page().total == number + 1
