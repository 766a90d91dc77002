"""Acknowledgements: who gets one, from whom, in which language, and every brake (SPEC 7)."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from enate_desktop.domain.messages import Message
from enate_desktop.domain.outbox import DeliveryState, Template
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.brakes import pull_the_brake
from enate_desktop.wiring import Services
from tests.company import connector, document, route
from tests.services.answers import answering, deliveries, mail, switch_on, take_in, told


@pytest.fixture
def company(services: Services, tmp_path: Path) -> int:
    key = answering(services, tmp_path)
    switch_on(services, key)
    return key


def test_sender_and_cc_contacts_get_one_mail_with_the_reference(
    services: Services, company: int
) -> None:
    """O-01."""
    take_in(
        services, mail(cc="paul@acme.com, hr@acme.example, marie@acme.fr"), connector_id=company
    )

    found = deliveries(services)

    assert [one.recipient for one in found] == ["marie@acme.fr", "paul@acme.com"]
    assert {one.message_id for one in found} == {found[0].message_id}
    assert {one.state for one in found} == {DeliveryState.QUEUED}
    sent = message_from_bytes(services.outbox.mail(found[0].id), policy=default)
    assert found[0].reference in sent["Subject"]
    assert found[0].reference in sent.get_content()
    assert sent["In-Reply-To"] == "<one@acme.fr>"
    assert "A text." not in sent.get_content()


def test_a_case_is_acknowledged_when_its_route_says_so(services: Services, tmp_path: Path) -> None:
    """O-01: the switch is on the routes of both kinds."""
    key = answering(services, tmp_path, routes=[route("Cases", send_automated_emails=True)])
    take_in(services, mail(), connector_id=key)

    assert deliveries(services)[0].reference.endswith("-C")


def test_nothing_is_queued_while_the_switch_is_off(services: Services, tmp_path: Path) -> None:
    """O-01, MAIL 4 D 79."""
    key = answering(services, tmp_path, routes=[route("All")])
    take_in(services, mail(), connector_id=key)

    assert deliveries(services) == ()


def _message() -> Message:
    return read_message(mail())


BRAKES = [
    (66, {"auto_generated": "Auto-Submitted: auto-replied"}, "the mail is automatic"),
    (67, {"auto_generated": "List-Id"}, "the mail is automatic (List-Id)"),
    (70, {"bounced": ("<x@y.example>",)}, "was not delivered"),
    (72, {"senders": ("hr@acme.example",)}, "one of our own addresses"),
    (72, {"senders": ("hr+5-t@acme.example",)}, "one of our own addresses"),
    (75, {"reply_to": ("hr@acme.example",)}, "one of our own addresses"),
    (75, {"reply_to": ("all@lists.example",), "cc": ("all@lists.example",)}, "the list"),
    (77, {"hops": 51}, "went through 51 servers"),
    (69, {"senders": ()}, "no usable sender"),
]


@pytest.mark.parametrize(("row", "facts", "words"), BRAKES)
def test_a_brake_says_why_nothing_is_sent(
    services: Services, company: int, row: int, facts: dict[str, object], words: str
) -> None:
    """O-04, M-08; MAIL 4 D, the row given."""
    answer = told(services, company, replace(_message(), **facts))  # type: ignore[arg-type]

    assert answer.startswith("No automated email was sent"), row
    assert words in answer


def test_our_own_loop_mark_brakes(services: Services, company: int) -> None:
    """MAIL 4 D 72: the mark of another installation does not."""
    with services.context.database.write() as work:
        identity = work.facts.identity()
    ours = replace(_message(), loop=(identity,))
    assert "automated email of ours" in told(services, company, ours)

    take_in(services, mail(headers="X-Enate-Loop: another"), connector_id=company)
    assert len(deliveries(services)) == 1


def test_a_blocked_sender_gets_nothing(services: Services, tmp_path: Path) -> None:
    """M-10."""
    key = answering(services, tmp_path)
    blocked = {**document(), "blocked_addresses": [{"address": "*@acme.fr"}], "connectors": []}
    services.exchange.import_(blocked, tmp_path)

    assert "marie@acme.fr is blocked" in told(services, key, _message())


def test_a_test_item_never_writes_to_anybody(services: Services, tmp_path: Path) -> None:
    """MAIL 4 D 80."""
    all_test = route("All", send_automated_emails=True, test_mode=True)
    key = answering(services, tmp_path, routes=[all_test])

    assert "is a test" in told(services, key, _message())


def test_without_a_sender_the_sentence_says_so(services: Services, tmp_path: Path) -> None:
    """O-02."""
    services.exchange.import_(
        document(connector(routes=[route("All", send_automated_emails=True)])), tmp_path
    )
    key = services.connectors.find("HR EMEA").id

    assert "no default sender" in told(services, key, _message())


def test_the_limit_of_an_hour_is_kept_and_named(services: Services, company: int) -> None:
    """O-04: five to one address, within one batch as over several."""
    first = [mail(message_id=f"<{n}@acme.fr>", subject=f"Q {n}") for n in range(4)]
    take_in(services, *first, connector_id=company)
    more = [mail(message_id=f"<m{n}@acme.fr>", subject=f"R {n}") for n in range(3)]
    take_in(services, *more, connector_id=company)

    assert len(deliveries(services)) == 5
    assert "was sent 5 within the last hour, the limit is 5" in told(services, company, _message())


def test_at_most_twenty_copies(services: Services, company: int) -> None:
    """MAIL 4 D 78."""
    many = ", ".join(f"p{n}@acme.com" for n in range(500))
    take_in(services, mail(cc=many), connector_id=company)

    assert len(deliveries(services)) == 21


@pytest.mark.parametrize(
    ("language", "word"),
    [("fr-CH", "Bonjour"), ("de", "Guten Tag"), ("ja", "Hello"), ("", "Hello")],
)
def test_the_language_of_the_sender_is_used(
    services: Services, company: int, language: str, word: str
) -> None:
    """O-01."""
    headers = f"Accept-Language: {language}" if language else ""
    take_in(services, mail(headers=headers), connector_id=company)

    sent = message_from_bytes(services.outbox.mail(deliveries(services)[0].id), policy=default)
    assert sent.get_content().startswith(word)


def test_braces_in_a_mail_never_expand(services: Services, company: int) -> None:
    """O-01."""
    services.templates.save(Template("en", "{subject}", "{subject}"))
    take_in(services, mail(subject="{reference} {sender}"), connector_id=company)

    found = deliveries(services)[0]
    sent = message_from_bytes(services.outbox.mail(found.id), policy=default)
    assert sent["Subject"] == "{reference} {sender}"


def test_a_queue_of_a_connector_that_is_off_is_shown_so(services: Services, company: int) -> None:
    """O-03: connector disabled; it goes on when it is enabled again."""
    take_in(services, mail(), connector_id=company)
    services.connectors.disable(company)

    assert deliveries(services)[0].state is DeliveryState.DISABLED
    assert services.outbox.counts() == {DeliveryState.DISABLED: 1}

    switch_on(services, company)
    assert deliveries(services)[0].state is DeliveryState.QUEUED


def test_our_own_mail_that_comes_back_is_dropped(services: Services, company: int) -> None:
    """M-01; MAIL 4 D 72."""
    take_in(services, mail(), connector_id=company)
    ours = services.outbox.mail(deliveries(services)[0].id)
    take_in(services, ours, connector_id=company)

    assert services.work_items.page().total == 1


def test_a_report_fails_the_delivery_and_joins_its_item(services: Services, company: int) -> None:
    """MAIL 4 D 70."""
    take_in(services, mail(), connector_id=company)
    one = deliveries(services)[0]
    with services.context.database.write() as work:
        work.sending.settle(one.id, DeliveryState.SENT, work.now())
    report = (
        b"From: MAILER-DAEMON@acme.fr\r\nTo: hr@acme.example\r\nSubject: Undelivered\r\n"
        b"Message-ID: <r@acme.fr>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; acme.fr\r\n\r\n"
        b"Final-Recipient: rfc822; marie@acme.fr\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + one.message_id.encode()
        + b"\r\nSubject: x\r\n--b--\r\n"
    )
    take_in(services, report, connector_id=company)

    after = deliveries(services)[0]
    assert after.state is DeliveryState.FAILED
    assert after.error == "It came back: the report is with the work item."
    assert services.work_items.page().total == 1


def test_far_more_than_usual_stops_all_sending_until_a_person_acts(
    services: Services, company: int
) -> None:
    """MAIL 4 D 73."""
    take_in(services, mail(), connector_id=company)
    with services.context.database.write() as work:
        pull_the_brake(work, work.now(), 3_599)
        assert work.outbox.stopped() == ""
        pull_the_brake(work, work.now(), 3_600)

    assert "3601 automated emails" in services.outbox.stopped()
    assert services.outbox.start_again().outbox
    assert services.outbox.stopped() == ""
    assert not services.outbox.start_again()


def test_the_limit_of_an_hour_is_each_address_s_own(services: Services, company: int) -> None:
    """O-04: a CC contact below it gets the email, and the sentence names who does not."""
    first = [mail(message_id=f"<{n}@acme.fr>", subject=f"Q {n}") for n in range(5)]
    take_in(services, *first, connector_id=company)
    take_in(services, mail(cc="paul@acme.com", message_id="<six@acme.fr>"), connector_id=company)

    last = deliveries(services)[-1]
    assert (len(deliveries(services)), last.recipient) == (6, "paul@acme.com")
    sent = message_from_bytes(services.outbox.mail(last.id), policy=default)
    assert (sent["To"], sent["Cc"]) == ("marie@acme.fr", "paul@acme.com")
    words = told(services, company, replace(_message(), cc=("paul@acme.com",)))
    assert words.startswith("The automated email was not sent to everybody: marie@acme.fr was sent")


def test_those_beyond_twenty_copies_are_told(services: Services, company: int) -> None:
    """MAIL 4 D 78."""
    take_in(services, mail(), connector_id=company)
    many = tuple(f"p{n}@acme.com" for n in range(30))
    words = told(services, company, replace(_message(), cc=many))
    assert "20 of its 30 CC contacts get a copy" in words


def test_one_work_item_is_acknowledged_once(services: Services, company: int) -> None:
    """MAIL 4 D 73: per item 1; what joins it is not answered."""
    take_in(services, mail(), connector_id=company)
    more = [
        mail(message_id=f"<{n}@acme.fr>", headers="In-Reply-To: <one@acme.fr>", subject=f"R {n}")
        for n in range(3)
    ]
    take_in(services, *more, connector_id=company)

    assert services.work_items.page().total == 1
    assert len(deliveries(services)) == 1


def _report(message_id: str, recipient: str) -> bytes:
    return (
        b"From: MAILER-DAEMON@acme.fr\r\nTo: hr@acme.example\r\nSubject: Undelivered\r\n"
        b"Message-ID: <r@acme.fr>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; acme.fr\r\n\r\n"
        b"Final-Recipient: rfc822; marie@acme.fr\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        b"Final-Recipient: rfc822; <" + recipient.encode() + b">\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + message_id.encode()
        + b"\r\nSubject: x\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("named", "failed"),
    [
        ("Paul@Acme.com", {"paul@acme.com"}),
        # Forged, or forwarded: nobody can say whose copy of several it was.
        ("far@away.example", set()),
    ],
)
def test_a_report_fails_only_the_recipients_it_names(
    services: Services, company: int, named: str, failed: set[str]
) -> None:
    """MAIL 4 D 70, RFC 3464 2.3.2; one that names a forwarded address alone fails them all."""
    take_in(services, mail(cc="paul@acme.com"), connector_id=company)
    found = deliveries(services)
    with services.context.database.write() as work:
        for one in found:
            work.sending.settle(one.id, DeliveryState.SENT, work.now())
    take_in(services, _report(found[0].message_id, named), connector_id=company)

    after = deliveries(services)
    assert {one.recipient for one in after if one.state is DeliveryState.FAILED} == failed
