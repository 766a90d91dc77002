"""What would it take that a route takes a mail (X-04)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block, Covers, Route
from enate_desktop.routing.analysis.wish import Wish, wish
from enate_desktop.routing.explanation import RuleName
from enate_desktop.routing.table import RouteTable
from tests.routing import oracle
from tests.routing.builders import BOOK, PRIMARY, connector, mail, route, table
from tests.routing.strategies import MAILS, ORDERS

PAY = "pay@acme.example"


def test_a_route_that_takes_the_mail_needs_nothing() -> None:
    """X-04."""
    made = table(route(name="H"))
    answer = wish(made, mail(), 1)
    assert answer == Wish(made.compiled[0].route, takes=True)


def test_an_earlier_winner_asks_for_a_move() -> None:
    """X-04: the smallest move, above the first route that takes the mail."""
    made = table(
        route(name="Other", words=("never",)),
        route(name="General", by=("*@else.example", "*@x.example")),
        route(name="Also"),
        route(name="Wished", words=("hello",)),
    )
    answer = wish(made, mail(), 4)
    assert [earlier.name for earlier in answer.earlier] == ["General", "Also"]
    assert answer.obstacles == (
        '"General" (2) takes the mail first.',
        '"Also" (3) takes the mail first.',
    )
    assert answer.place == 1
    assert answer.changes == ('Move it above "General" (2).',)
    assert [r.name for r in answer.order] == ["Other", "Wished", "General", "Also", "Fallback"]


def test_a_move_that_starves_another_route_says_so() -> None:
    """X-04, R-12."""
    made = table(route(name="Special", words=("hello",)), route(name="Wished"))
    answer = wish(made, mail(), 2)
    assert answer.changes == (
        'Move it above "Special" (1).',
        '"Special" (1) would then get no mail at all.',
    )


def test_each_rule_in_the_way_is_named_with_its_smallest_edit() -> None:
    """X-04: values of the mail are added; a rule the mail has nothing for is dropped."""
    made = table(
        route(
            name="Wished",
            important=True,
            types=(".docx",),
            words=("payslip",),
            to=("boss@acme.example",),
            by=("*@acme.de",),
            companies=(2,),
            enabled=False,
        )
    )
    message = mail(by="x@acme.fr", subject="An urgent question!", files=("a.pdf",))
    answer = wish(made, message, 1)
    assert [trace.rule for trace in answer.blocking] == list(RuleName)
    assert answer.obstacles[0] == "The route is off."
    assert answer.obstacles[1] == "Important flag: asked yes; found not marked as important."
    assert answer.changes == (
        "Switch the route on.",
        "Do not ask for the important flag.",
        "Add .pdf to the attachment types.",
        'Add "question" to the key words.',
        "Add hr@acme.example to the recipients.",
        "Add x@acme.fr to the sender list.",
        "Add Acme France to the companies.",
    )
    bare = wish(made, mail(by=(), subject=""), 1)
    assert "Do not ask for senders." in bare.changes
    assert "Do not ask for the sender's company." in bare.changes
    assert "Do not ask for attachments." in bare.changes
    assert "Do not ask for key words." in bare.changes


@pytest.mark.parametrize(("number", "to", "said"), [
    (1, ("x@y.example",), "The mail is not to hr@acme.example."),
    (2, (PRIMARY,), "The mail is to hr@acme.example, which has routes, "
     "so no wildcard route is tried."),
    (-7, ("z@z.example",), "The fallback covers hr@acme.example only."),
    (-7, (PRIMARY,), '"H" (1) takes the mail first.'),
])  # fmt: skip
def test_what_no_edit_of_the_route_can_change_is_said(
    number: int, to: tuple[str, ...], said: str
) -> None:
    """X-04, R-04, R-05."""
    wild = route("*", "W", by=("*@w.example",))
    made = table(route(name="H"), wild, covers=Covers.PRIMARY)
    answer = wish(made, mail(to, by="a@b.example"), number)
    assert said in answer.obstacles
    assert answer.order == ()
    assert answer.changes == ()


def test_a_wildcard_route_keeps_its_sender_list() -> None:
    """R-05, X-04: an edit that the product refuses is not offered."""
    made = table(route("*", "W", by=("*@w.example",)))
    assert wish(made, mail(by=()), 1).order == ()
    added = wish(made, mail(by="a@b.example"), 1)
    assert added.changes == ("Add a@b.example to the sender list.",)


def test_an_unknown_route_is_refused() -> None:
    """X-04."""
    with pytest.raises(NotFoundError, match="no such route"):
        wish(table(), mail(), 5)


@settings(max_examples=150)
@given(ORDERS, MAILS, st.integers(0, 11))
def test_what_is_offered_works(order: tuple[Route, ...], message: Message, number: int) -> None:
    """X-04: with the changes the oracle lets the wished route take the mail."""
    if number >= len(order):
        return
    box = connector()
    made = RouteTable.compile(box, order, BOOK)
    wished = order[number]
    answer = wish(made, message, wished.id)
    took = wished.id in [a.route_id for a in oracle.decide(box, order, BOOK, message)]
    assert answer.takes is took
    if answer.order:
        normal = [r for r in answer.order if r.block is not Block.FALLBACK]
        decided = oracle.decide(box, normal, BOOK, message)
        assert wished.id in [a.route_id for a in decided]
    elif not took and wished.address != "*":
        assert wished.address not in map(made.knows, message.recipients)
