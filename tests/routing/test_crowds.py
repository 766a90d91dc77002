"""Many routes on one address, popular values and oversized input: the same answers, in bounds."""

import random
import time
from dataclasses import replace

import pytest

from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.routes import Covers, Route
from enate_desktop.domain.rules import Rules, patterns
from enate_desktop.routing.analysis.warnings import find_warnings
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.linking import NothingKnown
from enate_desktop.routing.table import RouteTable
from tests.routing import oracle
from tests.routing.builders import BOOK, PRIMARY, connector, mail
from tests.routing.test_warnings import PROCESSES

_WORDS = ("cv", "pay", "urgent", '"sick leave"', "neu", "été")
_PEOPLE = ("*@acme.fr", "*.acme.fr", "*@shared.example", "marie@acme.com", "*@x.example")


def crowd(seed: int, count: int, filled: float) -> tuple[Route, ...]:
    """``count`` routes on one address whose rules draw from the same few values."""
    pick = random.Random(seed)

    def asked() -> Rules:
        made = Rules(
            important=pick.random() < filled,
            attachment_types=some((".pdf", ".doc", ".xls")),
            subject_keywords=some(_WORDS),
            recipients=patterns(some(("boss@acme.example", "*@partner.example"))),
            senders=patterns(some(_PEOPLE)),
            companies=(pick.choice((1, 2, 3)),) if pick.random() < filled / 2 else (),
        )
        return asked() if made.empty else made

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(pick.sample(values, 1)) if pick.random() < filled else ()

    return tuple(
        Route(
            number + 1,
            7,
            f"R{number}",
            PRIMARY,
            1,
            enabled=pick.random() > 0.1,
            position=number,
            rules=asked(),
        )
        for number in range(count)
    )


def letters(seed: int, count: int) -> list[Message]:
    """Mails with some of the same values."""
    pick = random.Random(seed)
    return [
        mail(
            to=(
                PRIMARY,
                *pick.sample(("boss@acme.example", "a@partner.example"), pick.choice((0, 1))),
            ),
            by=pick.choice(
                ("x@acme.fr", "y@m.acme.fr", "z@shared.example", "marie@acme.com", "q@q.q")
            ),
            subject=" ".join(
                pick.choices(("cv", "payroll", "URGENT", "sick leave", "Été", "-"), k=2)
            ),
            files=tuple(pick.sample(("a.pdf", "b.doc", "c.txt"), pick.choice((0, 1, 2)))),
            important=pick.random() < 0.5,
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("filled", [0.35, 0.6, 0.9])
@pytest.mark.parametrize("count", [30, 120, 500])
def test_popular_values_are_decided_as_by_the_plain_loop(count: int, filled: float) -> None:
    """M-04: bit sets or one by one, the first match wins."""
    box = connector(Covers.PRIMARY)
    taken = set()
    for seed in range(4):
        order = crowd(seed, count, filled)
        table = RouteTable.compile(box, order, BOOK)
        for message in letters(seed, 40):
            (decision,) = table.decide(message)
            (answer,) = oracle.decide(box, order, BOOK, message)
            assert decision.route_id == answer.route_id
            taken.add(answer.route_id)
    assert len(taken) > 6


def quick(started: float, seconds: float = 20.0) -> bool:
    """A bound so generous that only another order of growth breaks it."""
    return time.perf_counter() - started < seconds


def routes_of(rules: list[Rules]) -> list[Route]:
    return [
        Route(number + 1, 7, f"R{number}", PRIMARY, 1, rules=made, position=number)
        for number, made in enumerate(rules)
    ]


def test_fifty_thousand_addresses_are_decided_in_bounded_time() -> None:
    """MAIL 4: a crowd in To, explained against many routes."""
    people = tuple(f"person{number}@d{number % 900}.example" for number in range(50_000))
    order = routes_of([Rules(recipients=patterns((f"x@d{n}.example",))) for n in range(500)])
    last = replace(order[0], id=900, position=900, rules=Rules(recipients=patterns(people[-1:])))
    table = RouteTable.compile(connector(), [*order, last], BOOK)
    started = time.perf_counter()
    (decision,) = decide_mail(mail((*people, PRIMARY)), table, NothingKnown())
    assert decision.route_id == 900
    assert quick(started)


def test_a_subject_of_200_kb_is_decided_in_bounded_time() -> None:
    """MAIL 4: every key word of every route against it, with words for all."""
    order = routes_of([Rules(subject_keywords=(f"word{n:04}", f'"{n} x"')) for n in range(2_000)])
    table = RouteTable.compile(connector(), order, BOOK)
    started = time.perf_counter()
    (decision,) = decide_mail(mail(subject="wor d1 " * 28_000 + "word1999"), table, NothingKnown())
    assert decision.route == "R1999"
    assert max(len(rule.found) for step in decision.trace for rule in step.rules) < 300
    assert quick(started)


def test_nested_key_words_do_not_multiply_a_long_subject() -> None:
    """MAIL 4: a, aa, aaa, … against two hundred thousand a."""
    words = tuple("a" * length for length in range(1, 101))
    table = RouteTable.compile(connector(), routes_of([Rules(subject_keywords=words)]), BOOK)
    started = time.perf_counter()
    assert table.decide(mail(subject="a" * 200_000))[0].route == "R0"
    assert quick(started, 5.0)


def test_many_routes_with_a_hundred_key_words_each_are_compiled_and_checked() -> None:
    """R-12: a twentieth of the largest case, so that the tests stay quick."""
    pick = random.Random(1)
    order = routes_of(
        [
            Rules(subject_keywords=tuple({f"kw{pick.randrange(20_000)}" for _ in range(100)}))
            for _ in range(500)
        ]
    )
    started = time.perf_counter()
    table = RouteTable.compile(connector(), order, BOOK)
    find_warnings([(connector(), order)], PROCESSES, CompanyBook())
    assert table.decide(mail(subject="kw1 kw2 kw3 " * 100))[0].block is not None
    assert quick(started)


def test_a_mail_with_nothing_at_all_is_decided() -> None:
    """M-09, MAIL 4: no From, no To, no subject, a nameless attachment of no type."""
    bare = Message("", "print", attachments=(Attachment("", ""),))
    order = crowd(1, 50, 0.5)
    table = RouteTable.compile(connector(), order, BOOK)
    (decision,) = decide_mail(bare, table, NothingKnown())
    assert decision.route == "Fallback"
    assert decision.reason == (
        "The fallback took it: only Bcc: the mail names no To or CC address."
    )
