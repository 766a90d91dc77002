"""Stored mails through two tables (X-01)."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Covers, Route
from enate_desktop.routing.analysis.replay import Difference, grouped, replay
from enate_desktop.routing.table import RouteTable
from tests.routing.builders import BOOK, PRIMARY, connector, mail, route, routes, table
from tests.routing.strategies import MAILS, ORDERS

PAY = "pay@acme.example"


def test_only_mails_that_go_elsewhere_are_shown_grouped() -> None:
    """X-01: from → to, the most frequent first."""
    general = route(name="General")
    france = route(name="France", by=("*@acme.fr",))
    old, new = table(general, france), table(france, general)
    mails = [
        (1, mail(by="a@acme.fr")),
        (2, mail()),
        (3, mail(by="b@acme.fr")),
        (4, mail("x@else.example")),
    ]
    found = list(replay(mails, old, new))
    assert [difference.mail_id for difference in found] == [1, 3]
    assert [made.route for made in found[0].old + found[0].new] == ["General", "France"]
    (move,) = grouped(found)
    assert (move.source, move.target, move.mail_ids) == ("General", "France", (1, 3))


def test_groups_are_counted_from_the_largest() -> None:
    """X-01."""
    old = table(route(name="All"))
    new = table(route(name="Cv", words=("cv",)), route(name="Rest"))
    mails = [(1, mail(subject="cv")), (2, mail()), (3, mail())]
    moves = grouped(replay(mails, old, new))
    assert [(m.source, m.target, len(m.mail_ids)) for m in moves] == [
        ("All", "Rest", 2),
        ("All", "Cv", 1),
    ]


def moves_of(old: RouteTable, new: RouteTable, *to: str) -> tuple[tuple[str, str], ...]:
    (difference,) = replay([(1, mail(to))], old, new)
    return difference.moves(lambda number: f"Process {number}")


def test_each_recipient_is_compared_by_itself() -> None:
    """X-01, M-04: what is gained, lost or changed for one address."""
    both = table(route(name="H"), route(PAY, "P"))
    assert moves_of(both, table(route(name="H")), PRIMARY, PAY) == (("P", "No work item"),)
    assert moves_of(table(route(name="H")), both, PRIMARY, PAY) == (("No work item", "P"),)
    assert moves_of(table(), both, PRIMARY, PAY) == (("Fallback", "H"), ("No work item", "P"))
    assert moves_of(both, table(covers=Covers.PRIMARY), PAY) == (("P", "Unhandled"),)


def test_the_same_route_with_another_target_says_what_differs() -> None:
    """X-01: process, category and mode are outcomes too."""
    old = table(route(name="H"))
    other = table(route(name="H", process_id=2, category="Pay", test_mode=True))
    assert moves_of(old, other, PRIMARY) == (
        ("H (Process 1, no category, live)", "H (Process 2, Pay, test)"),
    )


def test_only_the_name_of_a_route_counts_not_its_number() -> None:
    """X-01: a draft from a file has other numbers."""
    order = routes(route(name="H"))
    draft = (replace(order[0], id=900),)
    old, new = (RouteTable.compile(connector(), made, BOOK) for made in (order, draft))
    assert list(replay([(1, mail())], old, new)) == []


def test_the_company_book_of_each_table_counts() -> None:
    """Q-6, X-01: what the first table knew of the sender is not used for the second."""
    order = routes(route(name="C", companies=(1,)))
    old, new = (RouteTable.compile(connector(), order, book) for book in (BOOK, CompanyBook()))
    (difference,) = replay([(1, mail(by="x@acme.fr"))], old, new)
    assert difference.moves() == (("C", "Fallback"),)


def test_replay_streams_and_can_be_cancelled() -> None:
    """X-01: differences come as they are found; nothing is read after the cancel."""
    old, new = table(route(name="A")), table(route(name="B"))
    read: list[int] = []

    def stored() -> Iterator[tuple[int, Message]]:
        for number in range(1000):
            read.append(number)
            yield number, mail()

    found = replay(stored(), old, new, lambda: len(read) > 100)
    assert isinstance(next(found), Difference)
    assert read == [0]
    assert len(list(found)) < 200
    assert len(read) < 200


@settings(max_examples=80)
@given(ORDERS, ORDERS, st.lists(MAILS, max_size=6))
def test_replay_agrees_with_deciding_twice(
    one: tuple[Route, ...], other: tuple[Route, ...], messages: list[Message]
) -> None:
    """X-01, M-12: the same decisions, however facts are shared between the tables."""
    old = RouteTable.compile(connector(), one, BOOK)
    new = RouteTable.compile(connector(), other, BOOK)
    found = {d.mail_id: d for d in replay(enumerate(messages), old, new)}
    for number, message in enumerate(messages):
        decided = [made.decide(message) for made in (old, new)]
        if number in found:
            assert [found[number].old, found[number].new] == decided
            assert found[number].moves()
        else:
            ends = [
                [(d.recipient, d.route, d.block, d.process_id) for d in made] for made in decided
            ]
            assert ends[0] == ends[1]
