"""The explanation as JSON and as it is kept (M-12, SPEC 11)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enate_desktop.domain.routes import Block, Route
from enate_desktop.routing.explanation import (
    DETAILS_KEPT,
    Decision,
    Outcome,
    Result,
    decision_json,
    from_stored,
    shortened,
    to_stored,
)
from enate_desktop.routing.table import RouteTable
from tests.routing.builders import BOOK, connector, mail, route, table
from tests.routing.strategies import ORDERS, mails_for

PAY = "pay@acme.example"


def test_the_json_has_the_shape_of_the_specification() -> None:
    """SPEC 11: names and values to the letter."""
    made = table(
        route(PAY, "Other"),
        route(name="France", by=("*@acme.fr",), send_automated_emails=True, category="General"),
        route(name="Later"),
    )
    (decision,) = made.decide(mail(by="x@acme.fr"), explain=True)
    assert decision_json(decision, {1: "Acme > HR > Onboarding > Query"}.__getitem__) == {
        "recipient": "hr@acme.example",
        "outcome": "created",
        "route": "France",
        "block": "normal",
        "process": "Acme > HR > Onboarding > Query",
        "category": "General",
        "test_mode": False,
        "automated_email": True,
        "reason": 'Route "France" (2) took it: the sender list includes *@acme.fr.',
        "trace": [
            {"route": "Other", "result": "address_differs", "rules": []},
            {
                "route": "France",
                "result": "took",
                "rules": [
                    {
                        "rule": "Sender list includes",
                        "asked": "*@acme.fr",
                        "found": "x@acme.fr",
                        "true": True,
                    }
                ],
            },
            {"route": "Later", "result": "not_evaluated", "rules": []},
            {"route": "Fallback", "result": "not_evaluated", "rules": []},
        ],
    }


def test_an_unrouted_mail_names_no_route_or_process() -> None:
    """SPEC 11: null where there is nothing."""
    shown = decision_json(Decision(None, Outcome.OWN, reason="Ours."), str)
    assert [shown[key] for key in ("recipient", "route", "block", "process", "category")] == [
        None
    ] * 5
    assert shown["trace"] == []


@settings(max_examples=150)
@given(st.data(), ORDERS)
def test_what_is_kept_reads_back_as_it_was(data: st.DataObject, order: tuple[Route, ...]) -> None:
    """M-12: only runs of routes without details are joined."""
    made = RouteTable.compile(connector(), order, BOOK, revision=4)
    message = data.draw(mails_for(order))
    for decision in made.decide(message, explain=True):
        text = to_stored(decision)
        assert text.isascii()
        back = from_stored(text)
        assert back.trace == shortened(decision.trace)
        assert sum(step.count for step in back.trace) == len(order) + 1
        for name in Decision.__slots__:
            if name != "trace":
                assert getattr(back, name) == getattr(decision, name)


def test_links_and_marks_are_kept() -> None:
    """M-03, M-10."""
    decision = Decision(
        "a@b.example", Outcome.CREATED, "R", 4, Block.WILDCARD, 5, "C", True, True, "Why.", (),
        6, 7, True, True, 8,
    )  # fmt: skip
    assert from_stored(to_stored(decision)) == decision


def test_a_thousand_routes_are_kept_in_little_room() -> None:
    """M-12: cheap enough to keep for every mail."""
    others = [route(f"a{number}@acme.example", f"R{number}") for number in range(500)]
    made = table(*others, route(name="H"), *others)
    (decision,) = made.decide(mail(), explain=True)
    assert len(decision.trace) == 1002
    text = to_stored(decision)
    assert len(text) < 400
    before, took, after = from_stored(text).trace
    assert (before.count, took.result, after.count) == (500, Result.TOOK, 501)
    assert before.label == "R0 and 499 more"


def test_of_many_failed_routes_the_nearest_keep_their_details() -> None:
    """M-12: bounded, whatever the routes."""
    failing = [route(name=f"R{number}", words=(f"word {number}",)) for number in range(1000)]
    made = table(*failing)
    (decision,) = made.decide(mail(), explain=True)
    text = to_stored(decision)
    assert len(text) < 100 * DETAILS_KEPT
    kept = from_stored(text).trace
    assert [step.count for step in kept] == [1000 - DETAILS_KEPT] + [1] * (DETAILS_KEPT + 1)
    assert kept[0].rules == ()
    (brief,) = made.decide(mail(), explain=True, details=DETAILS_KEPT)
    assert shortened(brief.trace) == kept
    assert kept[1].rules[0].asked == f"word {1000 - DETAILS_KEPT}"


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"outcome":"sold"}', json.dumps({"outcome": "own", "trace": [1]})],
)
def test_a_text_that_is_no_decision_is_refused(text: str) -> None:
    """M-12: a damaged row says so."""
    with pytest.raises(ValueError, match="no stored decision"):
        from_stored(text)
