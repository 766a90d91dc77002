"""Which route takes a mail: recipients, blocks, fallback and what a decision carries."""

from dataclasses import replace
from typing import Any

import pytest

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block, Covers
from enate_desktop.routing.explanation import Outcome, Result, RouteTrace
from enate_desktop.routing.table import BlockedAddress, RouteTable
from tests.routing.builders import BOOK, PRIMARY, connector, mail, route, routes, table, winners

PAY = "pay@acme.example"


def test_the_first_enabled_route_that_matches_takes_the_mail() -> None:
    """M-04: from Priority Order 1 down."""
    made = table(route(name="A", words=("cv",)), route(name="B"), route(name="C"))
    assert winners(made, mail(subject="my cv")) == [(PRIMARY, "A")]
    assert winners(made, mail()) == [(PRIMARY, "B")]


def test_position_decides_not_the_order_of_the_argument() -> None:
    """R-06: blocks first, then position."""
    order = routes(route(name="A"), route(name="B"), route("*", "W", by=("*@x.example",)))
    box = connector()
    made = RouteTable.compile(box, tuple(reversed(order)), BOOK)
    assert [c.route.name for c in made.compiled] == ["A", "B", "W", "Fallback"]


def test_each_known_address_is_routed_on_its_own() -> None:
    """M-04: one work item per matched address, To before CC."""
    made = table(route(name="H"), route(PAY, "P"))
    both = mail(to=("x@else.example", PAY), cc=(PRIMARY, "hr+x@acme.example", PAY))
    assert winners(made, both) == [(PAY, "P"), (PRIMARY, "H")]


def test_a_plus_tag_is_stripped_before_comparing() -> None:
    """Q-8: unless a route has exactly that address."""
    made = table(route(name="H"), route("hr+de@acme.example", "DE"))
    assert winners(made, mail("hr+x@acme.example")) == [(PRIMARY, "H")]
    assert winners(made, mail("hr+de@acme.example")) == [("hr+de@acme.example", "DE")]
    assert winners(made, mail(("hr+de@acme.example", PRIMARY))) == [
        ("hr+de@acme.example", "DE"),
        (PRIMARY, "H"),
    ]


def test_only_to_and_cc_take_part() -> None:
    """M-04: Delivered-To is no recipient."""
    made = table(route(name="H"), covers=Covers.PRIMARY)
    assert winners(made, mail((), delivered_to=(PRIMARY,))) == [(None, None)]


def test_a_route_that_is_off_is_skipped_but_its_address_is_known() -> None:
    """R-07, R-05: so wildcard routes do not get its mail."""
    wild = route("*", "W", by=("*@else.example",))
    made = table(route(PAY, "P", enabled=False), wild)
    assert winners(made, mail(PAY)) == [(PAY, "Fallback")]
    assert winners(made, mail("other@acme.example")) == [(None, "W")]


def test_wildcard_routes_come_after_the_normal_ones_in_their_order() -> None:
    """M-05, R-05."""
    made = table(
        route("*", "W1", by=("*@x.example",)), route("*", "W2", by=("*@else.example",)), route(PAY)
    )
    assert winners(made, mail()) == [(None, "W2")]
    assert winners(made, mail(())) == [(None, "W2")]
    assert winners(made, mail(by="z@z.example")) == [(PRIMARY, "Fallback")]


def test_one_recipient_taken_leaves_nothing_to_the_fallback() -> None:
    """M-05: the fallback is for a mail that no route took."""
    made = table(route(name="H", words=("cv",)), route(PAY, "P"))
    assert winners(made, mail((PRIMARY, PAY))) == [(PAY, "P")]


@pytest.mark.parametrize(("to", "covers", "taken"), [
    ((PRIMARY,), Covers.ALL, (PRIMARY, "Fallback")),
    (("else@acme.example",), Covers.ALL, (None, "Fallback")),
    ((), Covers.ALL, (None, "Fallback")),
    ((PAY,), Covers.ALL, (PAY, "Fallback")),
    ((PRIMARY, PAY), Covers.ALL, (PAY, "Fallback")),
    ((PRIMARY,), Covers.PRIMARY, (PRIMARY, "Fallback")),
    (("hr+x@acme.example",), Covers.PRIMARY, (PRIMARY, "Fallback")),
    (("else@acme.example",), Covers.PRIMARY, (None, None)),
    ((PAY,), Covers.PRIMARY, (PAY, None)),
    ((), Covers.PRIMARY, (None, None)),
])  # fmt: skip
def test_what_the_fallback_takes(
    to: tuple[str, ...], covers: Covers, taken: tuple[str | None, str | None]
) -> None:
    """R-04: all mail, or the primary address only; the rest is unhandled (M-05)."""
    made = table(route(PAY, "P", words=("payslip",)), covers=covers)
    assert winners(made, mail(to)) == [taken]


def test_without_a_fallback_the_mail_is_unhandled() -> None:
    """M-05: nothing is lost, whatever the configuration."""
    made = RouteTable.compile(replace(connector(), fallback=None), (), BOOK)
    (decision,) = made.decide(mail(), explain=True)
    assert decision.outcome is Outcome.UNHANDLED
    assert decision.reason == (
        'No route for hr@acme.example, and connector "Mailbox 7" has no fallback.'
    )


def test_a_decision_carries_what_the_route_makes() -> None:
    """M-06: process, category, live or test."""
    made = table(
        route(process_id=5, category="Payroll > Error", test_mode=True, name="T"), revision=12
    )
    (decision,) = made.decide(mail())
    assert decision.process_id == 5
    assert decision.category == "Payroll > Error"
    assert decision.test_mode
    assert decision.block is Block.NORMAL
    assert decision.revision == 12
    assert not decision.automated_email


@pytest.mark.parametrize(("changes", "sent", "why"), [
    ({}, True, ""),
    ({"auto_generated": "Auto-Submitted: auto-replied"}, False,
     "No automated email is sent: the mail is automatic (Auto-Submitted: auto-replied)."),
    ({"by": ()}, False, "No automated email is sent: the mail has no usable sender."),
    ({"by": PRIMARY}, False,
     "No automated email is sent: hr@acme.example is one of our own addresses."),
    ({"by": "hr+x@acme.example"}, False,
     "No automated email is sent: hr+x@acme.example is one of our own addresses."),
    ({"by": PAY}, False,
     "No automated email is sent: pay@acme.example is one of our own addresses."),
    ({"by": "us@other.example"}, False,
     "No automated email is sent: us@other.example is one of our own addresses."),
    ({"by": "x@spam.example"}, False, "No automated email is sent: x@spam.example is blocked."),
])  # fmt: skip
def test_when_an_automated_email_is_sent(changes: dict[str, Any], sent: bool, why: str) -> None:
    """M-08, M-10, O-04: never to automatic mail, ourselves or blocked addresses; it says why."""
    made = table(
        route(send_automated_emails=True),
        route(PAY),
        blocked=(BlockedAddress(parse_pattern("*@spam.example")),),
        own=frozenset(("us@other.example",)),
    )
    message = mail(**changes)
    (decision,) = made.decide(message, explain=True)
    assert decision.automated_email is sent
    assert made.decide(message)[0].automated_email is sent
    assert decision.reason.endswith(why or "hr@acme.example.")


def test_mail_of_a_rejected_sender_is_marked_as_spam() -> None:
    """M-10: it is routed, so that the Ticket exists, and closed."""
    made = table(route(), blocked=(BlockedAddress(parse_pattern("*@spam.example"), True),))
    (decision,) = made.decide(mail(by="x@spam.example"), explain=True)
    assert decision.rejected
    assert decision.outcome is Outcome.CREATED
    assert "closed as spam" in decision.reason
    assert not made.decide(mail())[0].rejected


def test_the_same_table_answers_each_mail_for_itself() -> None:
    """M-08: what one mail is must not stick to the next."""
    made = table(route(send_automated_emails=True))
    assert made.decide(mail())[0].automated_email
    assert not made.decide(mail(auto_generated="Precedence: bulk"))[0].automated_email
    assert made.decide(mail())[0].automated_email


REASONS = [
    (mail(by="a@acme.fr", subject="Arrivée lundi"),
     'Route "France" (3) took it: the subject contains "arrivée" and the sender list includes '
     "*@acme.fr."),
    (mail(subject="urgent", important=True, files=("x.pdf",)),
     'Route "Urgent" (1) took it: the mail is marked important, an attachment is .pdf and the '
     'subject contains "urgent".'),
    (mail(by="marie@acme.com"),
     'Route "Company" (4) took it: the sender belongs to Acme France.'),
    (mail(PAY), 'Route "Pay" (5) took it: it takes every mail to pay@acme.example.'),
    (mail("x@z.example", by="w@wild.example"),
     'Wildcard route "Wild" (1) took it: the sender list includes *@wild.example.'),
    (mail("x@z.example"), "The fallback took it: no route for x@z.example."),
    (mail(("a@z.example", "b@z.example", "c@z.example", "d@z.example")),
     "The fallback took it: no route for a@z.example, b@z.example, c@z.example and 1 more."),
    (mail(), "The fallback took it: no route for hr@acme.example has rules that fit."),
    (mail("off@acme.example"),
     "The fallback took it: every route for off@acme.example is switched off."),
    (mail(()), "The fallback took it: only Bcc: the mail names no To or CC address."),
    (mail((), unusable_addresses=("undisclosed",)),
     "The fallback took it: no address of it can be used (undisclosed)."),
]  # fmt: skip


@pytest.mark.parametrize(("message", "reason"), REASONS)
def test_the_reason_is_one_plain_sentence(message: Message, reason: str) -> None:
    """M-05, M-12: who took it and why, or why nobody did."""
    made = table(
        route(name="Urgent", important=True, types=(".pdf",), words=("urgent",)),
        route(name="Rec", to=("boss@acme.example",)),
        route(name="France", by=("*@acme.fr",), words=("arrivée",)),
        route(name="Company", companies=(1,)),
        route(PAY, "Pay"),
        route("off@acme.example", "Off", enabled=False),
        route("*", "Wild", by=("*@wild.example",)),
    )
    (decision,) = made.decide(message, explain=True)
    assert decision.reason == reason


def results(trace: tuple[RouteTrace, ...]) -> str:
    """The results as one letter per route."""
    letters = {
        Result.TOOK: "T",
        Result.OFF: "o",
        Result.ADDRESS_DIFFERS: "a",
        Result.RULE_FAILED: "r",
        Result.NOT_EVALUATED: "-",
    }
    return "".join(letters[step.result] for step in trace)


@pytest.mark.parametrize(("to", "by", "drawn"), [
    ((PRIMARY,), "x@acme.fr", ["roaT---"]),
    ((PRIMARY,), "x@x.example", ["roaraaT"]),
    ((PAY,), "x@x.example", ["aoT----"]),
    ((PAY, PRIMARY), "x@acme.fr", ["aoT----", "roaT---"]),
    (("n@n.example",), "w@wild.example", ["aoaarT-"]),
    (("n@n.example",), "x@x.example", ["aoaarrT"]),
    ((), "w@wild.example", ["aoaarT-"]),
])  # fmt: skip
def test_the_trace_lists_every_route_in_order(
    to: tuple[str, ...], by: str, drawn: list[str]
) -> None:
    """M-12: what came before the winner, the winner, and what was not evaluated."""
    made = table(
        route(name="1", words=("never",)),
        route(name="2", enabled=False),
        route(PAY, "3"),
        route(name="4", by=("*@acme.fr",)),
        route("*", "5", by=("*@never.example",)),
        route("*", "6", by=("*@wild.example",)),
    )
    decisions = made.decide(mail(to, by=by), explain=True)
    assert [results(decision.trace) for decision in decisions] == drawn


def test_an_uncovered_mail_shows_the_fallback_as_not_for_its_address() -> None:
    """R-04, M-12."""
    made = table(route(PAY, words=("x",)), covers=Covers.PRIMARY)
    (decision,) = made.decide(mail(PAY), explain=True)
    assert results(decision.trace) == "ra"
    assert decision.reason == (
        "No route for pay@acme.example has rules that fit, and the fallback covers "
        "hr@acme.example only."
    )
