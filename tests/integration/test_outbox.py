"""Automated emails over real servers: each recipient told once, and every way it can go (O-03)."""

import re
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from getpass import getuser
from pathlib import Path

import pytest

from enate_desktop.domain.outbox import Delivery, DeliveryState
from tests.canary import secret
from tests.company import connector, document, open_services, route
from tests.integration.program import ask, imported
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import DROP, Demand, SmtpSink, Taken
from tests.services.answers import mail

MARIE = "marie@acme.fr"
Installed = Callable[..., None]


@pytest.fixture
def paul() -> str:
    """A CC contact of this test alone, because the sink belongs to all tests."""
    return f"paul-{uuid.uuid4().hex}@acme.example.test"


@pytest.fixture
def installed(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, data: Path, monkeypatch: pytest.MonkeyPatch
) -> Installed:
    """Imports a connector that reads Dovecot and sends through ``port``, and switches it on."""
    monkeypatch.setenv("HR_PASSWORD", dovecot.password(mailbox_user))
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("passphrase"))

    def make(port: int, user: str, password: str) -> None:
        monkeypatch.setenv("SMTP_PASSWORD", password)
        made = connector(
            use_for="both",
            default_sender=True,
            routes=[route("All", send_automated_emails=True)],
            outgoing={
                "service": "other_smtp",
                "host": "localhost",
                "port": port,
                "security": "tls",
                "authentication": "password",
                "username": user,
                "password": {"env": "SMTP_PASSWORD"},
                "ca_certificate": {"text": pki.ca_pem},
            },
        )
        made["incoming"] |= {
            "port": dovecot.imaps_port,
            "host": "localhost",
            "username": mailbox_user,
            "ca_certificate": {"text": pki.ca_pem},
            "first_intake": "all",
        }
        imported(data, document(made))

    return make


@pytest.fixture
def at_sink(installed: Installed, smtp_sink: SmtpSink) -> SmtpSink:
    user = smtp_sink.new_user()
    installed(smtp_sink.port("tls", Demand.SIGN_IN), user, smtp_sink.password(user))
    return smtp_sink


def sent(data: Path) -> dict[str, int]:
    """One pass: how many deliveries got into which state."""
    (line,) = ask(data, "worker", "--once")["outbox"]
    assert line["error"] is None
    states: dict[str, int] = line["deliveries"]
    return states


def lines(data: Path) -> dict[str, Delivery]:
    """The outbox by recipient."""
    with closing(open_services(data, getuser())) as services:
        return {one.recipient: one for one in services.outbox.page().items}


def due_now(data: Path) -> None:
    """The wait of what is tried again is over."""
    with (
        closing(open_services(data, getuser())) as services,
        services.context.database.write() as work,
    ):
        for one in services.outbox.page().items:
            if one.state is DeliveryState.RETRY:
                work.sending.settle(one.id, one.state, work.now(), next_at=work.now())


def mine(sink: SmtpSink, recipient: str, message_id: str) -> list[Taken]:
    """What the sink took of one mail of this test."""
    return [one for one in sink.mails_to(recipient) if message_id.encode() in one.raw]


def arrived(dovecot: Dovecot, user: str) -> bytes:
    """The one mail in a mailbox, as soon as it is there."""
    deadline = time.monotonic() + 20
    while not (uids := dovecot.uids(user)):
        assert time.monotonic() < deadline, "nothing arrived"
    with dovecot.session(user) as session:
        _, parts = session.uid("FETCH", str(uids[0]), "(BODY.PEEK[])")
    assert isinstance(parts[0], tuple)
    return bytes(parts[0][1])


def test_sender_and_contact_are_told_once_with_exactly_these_headers(
    dovecot: Dovecot, mailbox_user: str, at_sink: SmtpSink, data: Path, paul: str
) -> None:
    """O-01, O-02, RFC 3834; the answer to it joins the work item (M-03)."""
    dovecot.fill(mailbox_user, [mail(cc=paul, subject="Question")])
    assert sent(data) == {"sent": 2}
    found = lines(data)
    shown = ask(data, "outbox")
    assert {one["to"]: one["state"] for one in shown} == {MARIE: "sent", paul: "sent"}
    ours = found[paul].message_id

    (to_paul,), (to_marie,) = mine(at_sink, paul, ours), mine(at_sink, MARIE, ours)
    assert to_paul.raw == to_marie.raw
    assert (to_paul.sender, to_paul.recipients) == ("hr@acme.example", (paul,))
    told = message_from_bytes(to_paul.raw, policy=default)
    expected = {
        "From": "hr@acme.example",
        "To": MARIE,
        "Cc": paul,
        "Message-ID": ours,
        "In-Reply-To": "<one@acme.fr>",
        "References": "<one@acme.fr>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    assert {name: str(told[name]) for name in expected} == expected
    others = {"Subject", "Date", "X-Enate-Loop", "Content-Type", "Content-Transfer-Encoding"}
    assert sorted(told.keys()) == sorted({*expected, *others})
    assert found[paul].reference in str(told["Subject"]) + str(told.get_content())
    assert re.fullmatch(r"<[^<>@\s]+@acme\.example>", ours)

    answer = mail(subject="Re: other", headers=f"In-Reply-To: {ours}", message_id="<two@acme.fr>")
    dovecot.fill(mailbox_user, [answer])
    again = ask(data, "worker", "--once")
    assert again["connectors"][0]["ends"] == {"appended": 1}
    assert len(mine(at_sink, paul, ours)) == 1
    assert len(ask(data, "work-items")) == 1


@pytest.mark.parametrize(
    ("where", "answer", "state"),
    [
        ("at_recipient", "550 5.1.1 Nobody of that name", "failed"),
        ("at_recipient", "451 4.7.1 Greylisted, come back later", "pending retry"),
        ("at_end", "552 5.2.2 The mailbox is full", "failed"),
        ("at_end", DROP, "unknown"),
    ],
)
def test_each_recipient_has_an_outcome_of_its_own(
    dovecot: Dovecot,
    mailbox_user: str,
    at_sink: SmtpSink,
    data: Path,
    paul: str,
    where: str,
    answer: str,
    state: str,
) -> None:
    """MAIL 4 E 104 to 106: what is tried again is the same, byte for byte."""
    getattr(at_sink, where)[paul] = [answer]
    dovecot.fill(mailbox_user, [mail(cc=paul)])
    assert sent(data) == {"sent": 1, state: 1}
    after = lines(data)
    assert (after[MARIE].state, after[MARIE].error) == (DeliveryState.SENT, "")
    assert after[paul].state == state
    words = "It is not certain" if answer == DROP else answer
    assert words in after[paul].error

    due_now(data)
    if state == "failed":
        with closing(open_services(data, getuser())) as services:
            services.outbox.retry([after[paul].id])
    assert sent(data) == {"sent": 1}
    ours = after[paul].message_id
    copies = {one.raw for one in (*mine(at_sink, paul, ours), *mine(at_sink, MARIE, ours))}
    assert len(copies) == 1
    assert len(mine(at_sink, paul, ours)) == (2 if answer == DROP else 1)
    assert len(mine(at_sink, MARIE, ours)) == 1


def test_a_real_relay_hands_it_to_the_mailbox(
    dovecot: Dovecot, mailbox_user: str, installed: Installed, postfix: Postfix, data: Path
) -> None:
    """O-03: Postfix over TLS with sign-in."""
    user, reader = dovecot.new_user(), dovecot.new_user()
    installed(postfix.port("tls", Demand.SIGN_IN), user, dovecot.password(user))
    dovecot.fill(mailbox_user, [mail(f"{reader}@example.test")])
    assert sent(data) == {"sent": 1}
    (line,) = lines(data).values()
    told = message_from_bytes(arrived(dovecot, reader), policy=default)
    assert (told["Message-ID"], told["Auto-Submitted"]) == (line.message_id, "auto-replied")
