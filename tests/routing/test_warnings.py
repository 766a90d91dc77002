"""The warnings of R-12: found, proved, shown by a mail, and never wrong."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.domain.directory import Company, CompanyBook, Kind, Process
from enate_desktop.domain.routes import Route, moved
from enate_desktop.mail.parsing import read_message
from enate_desktop.routing.analysis.warnings import RouteWarning, WarningKind, find_warnings
from enate_desktop.routing.analysis.witness import witness_eml
from enate_desktop.routing.table import RouteTable
from tests.routing import oracle
from tests.routing.builders import BOOK, PRIMARY, connector, mail, route, routes, winners
from tests.routing.strategies import MAILS, ORDERS, fitting

PAY = "pay@acme.example"


def process(number: int, retired: bool = False) -> Process:
    return Process(number, f"P{number}", Kind.TICKET, "Acme", "HR", "On", (), retired)


PROCESSES = {number: process(number) for number in (1, 2, 99)}


def warnings_of(order: Sequence[Route], book: CompanyBook = BOOK) -> tuple[RouteWarning, ...]:
    return find_warnings([(connector(), order)], PROCESSES, book)


def only(*given: Route, book: CompanyBook = BOOK) -> RouteWarning:
    (found,) = warnings_of(routes(*given), book)
    return found


COVERED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"words": ("cv",)}),
    ({"by": ("*@acme.fr",)}, {"by": ("anna@acme.fr",)}),
    ({"by": ("*.acme.fr",)}, {"by": ("*@mail.acme.fr",)}),
    ({"by": ("*.acme.fr",)}, {"by": ("*.mail.acme.fr",)}),
    ({"by": ("*@acme.fr", "*@acme.de")}, {"by": ("*@acme.de", "x@acme.fr"), "important": True}),
    ({"words": ("urg",)}, {"words": ("urgent", "Urgence")}),
    ({"words": ("car",)}, {"words": ('"car"',)}),
    ({"words": ('"wash"',)}, {"words": ('"car wash"',)}),
    ({"words": ('"b"',)}, {"words": ("a b c",)}),
    ({"types": (".pdf", ".doc")}, {"types": (".doc",), "by": ("*@acme.fr",)}),
    ({"companies": (1, 2)}, {"companies": (1,)}),
    ({"to": ("*@acme.example",)}, {"words": ("cv",)}),
    ({"important": True}, {"important": True, "words": ("x",)}),
]
"""An earlier route's rules, and those of a later one that can take nothing after it."""

NOT_COVERED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"words": ("cv",)}, {}),
    ({"important": True}, {"words": ("x",)}),
    ({"by": ("*@acme.fr",)}, {"by": ("*.acme.fr",)}),
    ({"by": ("*@mail.acme.fr",)}, {"by": ("*.acme.fr",)}),
    ({"words": ('"car"',)}, {"words": ("car",)}),
    ({"words": ('"car"',)}, {"words": ("car!",)}),  # not in "mycar!"
    ({"words": ('"car"',)}, {"words": ("!car",)}),
    ({"words": ("urgent",)}, {"words": ("urg",)}),
    ({"to": ("boss@acme.example",)}, {"by": ("*@acme.fr",)}),
    ({"to": (PRIMARY,)}, {"by": ("*@acme.fr",)}),  # not a mail to hr+x@acme.example
    ({"companies": (2,)}, {"companies": (1,)}),
]


@pytest.mark.parametrize(("earlier", "later"), COVERED)
def test_a_route_behind_a_wider_one_is_never_reached(
    earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    """R-12: proved, the covering route named, and moving it up is safe."""
    found = only(route(name="Wide", **earlier), route(name="Narrow", **later))
    assert found.kind is WarningKind.NEVER_REACHED
    assert found.proved
    assert found.route_id == 2
    assert found.covering == (1,)
    assert found.text == '"Wide" (1) takes every mail this route would take.'
    assert found.safe_place == 0


@pytest.mark.parametrize(("earlier", "later"), NOT_COVERED)
def test_a_route_that_still_gets_mail_has_no_warning(
    earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    """R-12: most specific first, generic last is no fault (G-07)."""
    assert warnings_of(routes(route(**earlier), route(**later))) == ()


def test_several_routes_may_cover_one_together() -> None:
    """R-12: covered by the union."""
    found = only(
        route(name="F", by=("*@acme.fr",)),
        route(name="D", by=("*@acme.de",)),
        route(name="Both", by=("x@acme.fr", "y@acme.de"), words=("a", "b")),
    )
    assert found.kind is WarningKind.NEVER_REACHED
    assert found.covering == (1, 2)
    assert found.text == ('"F" (1) and "D" (2) together take every mail this route would take.')
    assert found.safe_place == 0


def test_routes_that_are_off_or_elsewhere_cover_nothing() -> None:
    """R-07, R-12: only an earlier enabled route of the same address."""
    order = routes(route(enabled=False), route(PAY), route("*", by=("*@a.example",)), route())
    assert warnings_of(order) == ()
    assert warnings_of(routes(route(), route(enabled=False, words=("x",)))) == ()


def test_the_same_rules_twice_are_a_duplicate() -> None:
    """R-12: whatever the order of the values; there is no place where both get mail."""
    found = only(route(name="A", words=("a", "B")), route(name="B", words=("b", "a")))
    assert found.kind is WarningKind.DUPLICATE
    assert found.covering == (1,)
    assert found.safe_place is None


def test_a_value_that_never_counts_is_partly_shadowed() -> None:
    """R-12: named, with who takes that mail."""
    found = only(
        route(name="France", by=("*@acme.fr",)),
        route(name="Others", by=("*@acme.de", "anna@acme.fr", "*@acme.it")),
    )
    assert found.kind is WarningKind.PARTLY_SHADOWED
    assert found.covering == (1,)
    assert found.text == (
        'anna@acme.fr in "Sender list includes" never counts: "France" (1) takes that mail first.'
    )
    assert found.witness is not None
    assert found.witness.senders == ("anna@acme.fr",)


def test_a_recipient_that_is_asked_for_is_not_the_address_of_the_route() -> None:
    """R-12, Q-4: only the value that both ask for is lost."""
    found = only(
        route(name="Boss", to=("boss@b.example",)),
        route(name="Two", to=("boss@b.example", "z@z.example")),
    )
    assert found.kind is WarningKind.PARTLY_SHADOWED
    assert found.text.startswith('boss@b.example in "Recipient list includes" never counts')


def test_moving_up_is_safe_only_if_the_others_keep_mail() -> None:
    """X-02: the safe place may not make another route unreachable."""
    order = routes(
        route(name="Wide", by=("*@acme.fr",)),
        route(name="Middle", by=("anna@acme.fr", "*@x.example"), words=("cv",)),
        route(name="Late", by=("anna@acme.fr",)),
    )
    late = [w for w in warnings_of(order) if w.route_id == 3]
    assert [w.safe_place for w in late] == [0]
    twice = routes(
        route(name="Any", by=("*@acme.fr", "*@x.example")),
        route("*", by=("*@y.example",)),
        route(name="Late", by=("*@acme.fr", "*@x.example", "a@acme.fr")),
    )
    (found,) = warnings_of(twice)
    assert found.kind is WarningKind.NEVER_REACHED
    assert found.safe_place is None


def test_companies_make_it_a_suspicion() -> None:
    """R-12: what depends on contacts is not proved."""
    found = only(route(name="C", companies=(1,)), route(name="F", by=("x@acme.fr",)))
    assert found.kind is WarningKind.NEVER_REACHED
    assert not found.proved
    assert found.covering == (1,)
    assert found.text.startswith("As companies and contacts are now, ")


def test_a_contact_of_another_company_keeps_a_route_alive() -> None:
    """Q-6, R-12: boss@acme.fr belongs to another company than the domain."""
    assert warnings_of(routes(route(companies=(1,)), route(by=("*@acme.fr",)))) == ()


def test_a_listed_sender_may_belong_to_the_company_by_domain() -> None:
    """Q-6, R-12: also when he is no contact yet."""
    assert warnings_of(routes(route(by=("d@beta.example",), companies=(2,)))) == ()


def test_rules_nobody_can_meet_are_contradictory() -> None:
    """R-12: nobody listed belongs to the company; or nobody at all does."""
    found = only(route(by=("*@acme.fr", "x@else.example"), companies=(3,)))
    assert (found.kind, found.proved) == (WarningKind.CONTRADICTORY, False)
    assert "Gamma" in found.text
    empty = CompanyBook.of((Company(1, "Nobody Ltd"),), ())
    found = only(route(companies=(1,)), book=empty)
    assert found.kind is WarningKind.CONTRADICTORY
    assert "Nobody Ltd" in found.text


def test_a_wildcard_that_asks_for_a_routed_address_is_contradictory() -> None:
    """R-05, R-12: it is tried only for mail to other addresses."""
    found = only(route(PAY, "P"), route("*", "W", by=("*@x.example",), to=("pay+a@acme.example",)))
    assert (found.kind, found.proved, found.covering) == (WarningKind.CONTRADICTORY, True, (1,))
    fine = routes(route(PAY), route("*", by=("*@x.example",), to=(PAY, "*@acme.example")))
    assert warnings_of(fine) == ()


def test_a_retired_or_missing_target_is_told() -> None:
    """R-09, R-12: for fallbacks too, not for routes that are off."""
    order = routes(route(process_id=3), route(PAY, process_id=4), route(PAY, enabled=False))
    book = {3: process(3, retired=True), 1: process(1)}
    found = find_warnings([(connector(), order)], book, BOOK)
    assert [(w.kind, w.route_id) for w in found] == [
        (WarningKind.TARGET_RETIRED, number) for number in (1, 2, -7)
    ]
    assert found[0].text == (
        '"Acme > HR > On > P3" is retired; mail still becomes work there. Choose another process.'
    )


def boxes(*given: tuple[Connector, tuple[Route, ...]]) -> list[tuple[WarningKind, int, bool]]:
    found = find_warnings(given, PROCESSES, BOOK)
    return [(warning.kind, warning.route_id, warning.proved) for warning in found]


def test_addresses_of_other_mailboxes() -> None:
    """R-12: routed in two connectors, another connector's own, or only another domain."""
    one = connector()
    two = connector(primary=PAY, number=8)
    (first,) = routes(route("shared@acme.example"))
    second, third, fourth = (
        replace(first, id=number, position=number, address=address)
        for number, address in ((2, first.address), (3, PRIMARY), (4, "x@abroad.example"))
    )
    assert boxes((one, (first,)), (two, (second, third, fourth))) == [
        (WarningKind.TWO_CONNECTORS, 1, True),
        (WarningKind.TWO_CONNECTORS, 2, True),
        (WarningKind.FOREIGN_ADDRESS, 3, True),
        (WarningKind.FOREIGN_ADDRESS, 4, False),
    ]
    off = replace(second, enabled=False)
    assert boxes((one, (first,)), (two, (off,))) == []


def test_a_connector_that_is_off_is_told_once() -> None:
    """R-12: on its fallback; without routes there is nothing to tell."""
    off = connector(enabled=False)
    assert boxes((off, routes(route(), route(PAY)))) == [(WarningKind.CONNECTOR_OFF, -7, True)]
    assert boxes((off, ())) == []


def test_an_outgoing_connector_has_no_warnings() -> None:
    """R-12: it receives nothing."""
    sending = connector(use_for=UseFor.OUTGOING, enabled=False)
    assert boxes((sending, routes(route(), route()))) == []


NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A counterexample of many mails shrinks for minutes and reads no better."""
_UNREACHED = (WarningKind.NEVER_REACHED, WarningKind.DUPLICATE, WarningKind.CONTRADICTORY)


@settings(max_examples=120, phases=NO_SHRINK)
@given(st.data(), ORDERS)
def test_nothing_reaches_a_route_that_is_never_reached(
    data: st.DataObject, order: tuple[Route, ...]
) -> None:
    """R-12: no generated mail contradicts a warning; a suspicion holds for single senders."""
    box = connector()
    for warning in warnings_of(order):
        if warning.kind in _UNREACHED:
            (accused,) = (r for r in order if r.id == warning.route_id)
            for _ in range(12):
                message = data.draw(fitting(accused))
                if not warning.proved:
                    message = replace(message, senders=message.senders[:1])
                answers = oracle.decide(box, order, BOOK, message)
                assert warning.route_id not in [answer.route_id for answer in answers]


@settings(max_examples=150)
@given(ORDERS)
def test_a_witness_fits_its_route_and_goes_elsewhere(order: tuple[Route, ...]) -> None:
    """X-02: checked against the oracle, and again after a trip through a file."""
    box = connector()
    table = RouteTable.compile(box, order, BOOK)
    for warning in warnings_of(order):
        if warning.witness is not None:
            (accused,) = (r for r in order if r.id == warning.route_id)
            read = read_message(witness_eml(warning.witness))
            for message in (warning.witness, read):
                assert oracle.matches(accused, BOOK, message)
                answers = oracle.decide(box, order, BOOK, message)
                assert warning.route_id not in [answer.route_id for answer in answers]
            assert winners(table, read) == winners(table, warning.witness)
        elif warning.kind in (WarningKind.NEVER_REACHED, WarningKind.PARTLY_SHADOWED):
            assert any(r.rules.companies for r in order)


@settings(max_examples=150)
@given(ORDERS)
def test_a_safe_place_gives_the_route_mail_and_takes_no_other_route_all(
    order: tuple[Route, ...],
) -> None:
    """X-02: moving there leaves no new route without mail."""
    before = {w.route_id for w in warnings_of(order) if w.kind in _UNREACHED and w.proved}
    for warning in warnings_of(order):
        if warning.safe_place is not None:
            ordered = sorted(order, key=lambda r: (r.address == "*", r.position))
            after = moved(ordered, [warning.route_id], warning.safe_place)
            placed = tuple(replace(r, position=place) for place, r in enumerate(after))
            left = {w.route_id for w in warnings_of(placed) if w.kind in _UNREACHED and w.proved}
            assert left <= before - {warning.route_id}


@settings(max_examples=100)
@given(st.data(), ORDERS)
def test_every_other_route_can_be_reached(data: st.DataObject, order: tuple[Route, ...]) -> None:
    """R-12: a route that takes a mail has no warning that says otherwise."""
    said = {w.route_id for w in warnings_of(order) if w.kind in _UNREACHED and w.proved}
    for _ in range(6):
        message = data.draw(MAILS)
        for answer in oracle.decide(connector(), order, BOOK, message):
            assert answer.route_id not in said


def test_a_route_with_many_combinations_is_not_accused_without_proof() -> None:
    """R-12: bounded work; what was not looked at is not claimed."""
    words = tuple(f"word{number:02}" for number in range(40))
    people = tuple(f"p{number}@x.example" for number in range(40))
    half = routes(*(route(words=(word,)) for word in words[:39]), route(by=people, words=words))
    kinds = {w.kind for w in warnings_of(half)}
    assert WarningKind.NEVER_REACHED not in kinds
    whole = routes(route(by=("*@x.example",)), route(by=people, words=words))
    assert [w.kind for w in warnings_of(whole)] == [WarningKind.NEVER_REACHED]


@pytest.mark.parametrize("address", ["jörg@acme.fr", "用户@x.example", "o'neil=x@acme.fr"])
def test_a_witness_keeps_unusual_addresses(address: str) -> None:
    """X-02, RFC 6532: letters beyond ASCII in the local part."""
    shown = mail(to=(address,), by=address, subject="arrivée " * 30, files=("年.pdf",))
    read = read_message(witness_eml(shown))
    assert (read.senders, read.to) == ((address,), (address,))
    assert read.subject == shown.subject.strip()
    assert read.attachments[0].name == "年.pdf"


def test_a_witness_is_a_readable_mail() -> None:
    """X-02: the simulator opens it like any other."""
    found = only(
        route(name="Wide"),
        route(
            important=True,
            types=(".pdf",),
            words=("arrivée",),
            by=("*@acme.fr",),
            to=("b@c.example",),
        ),
    )
    assert found.witness is not None
    read = read_message(witness_eml(found.witness))
    assert read.subject == "arrivée"
    assert read.important
    assert [item.name for item in read.attachments] == ["file.pdf"]
    assert read.recipients == (PRIMARY, "b@c.example")
    assert mail().subject != read.subject
