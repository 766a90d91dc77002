"""The compiled table answers as the plain loop does, over generated routes and mails."""

from hypothesis import given, settings
from hypothesis import strategies as st

from enate_desktop.domain.routes import Covers, Route
from enate_desktop.domain.rules import folded
from enate_desktop.routing.explanation import Decision, Outcome, Result
from enate_desktop.routing.keywords import KeywordFinder, fold, keyword_key
from enate_desktop.routing.table import RouteTable
from tests.routing import oracle
from tests.routing.builders import BOOK, connector
from tests.routing.strategies import ORDERS, mails_for


def answers(decisions: tuple[Decision, ...]) -> list[oracle.Answer]:
    return [
        oracle.Answer(made.recipient, made.route_id, made.block.value if made.block else None)
        for made in decisions
    ]


@settings(max_examples=400)
@given(st.data(), ORDERS, st.sampled_from(Covers))
def test_the_table_decides_as_one_route_after_the_other(
    data: st.DataObject, order: tuple[Route, ...], covers: Covers
) -> None:
    """M-04, M-05, R-04, R-05, R-07, Q-1 to Q-8: the same answers as the plain loop."""
    box = connector(covers)
    table = RouteTable.compile(box, order, BOOK)
    for _ in range(4):
        message = data.draw(mails_for(order))
        assert answers(table.decide(message)) == oracle.decide(box, order, BOOK, message)


@settings(max_examples=150)
@given(st.data(), ORDERS, st.sampled_from(Covers))
def test_the_explanation_never_changes_the_decision(
    data: st.DataObject, order: tuple[Route, ...], covers: Covers
) -> None:
    """M-12: every route is listed once, in order, and the rules shown agree with the result."""
    table = RouteTable.compile(connector(covers), order, BOOK)
    message = data.draw(mails_for(order))
    explained = table.decide(message, explain=True)
    assert answers(explained) == answers(table.decide(message))
    for made in explained:
        assert [step.route_id for step in made.trace] == [c.route.id for c in table.compiled]
        took = [step for step in made.trace if step.result is Result.TOOK]
        assert [step.route_id for step in took] == [made.route_id][
            : made.outcome is Outcome.CREATED
        ]
        assert all(rule.true for step in took for rule in step.rules)
        for step in made.trace:
            if step.result is Result.RULE_FAILED:
                assert not all(rule.true for rule in step.rules)
        assert made.reason.endswith(".")


@given(st.one_of(st.text(st.characters(max_codepoint=127)), st.text()))
def test_the_short_way_to_fold_a_text_leads_to_the_same_place(text: str) -> None:
    """Q-3: folded for ASCII as for everything else."""
    assert fold(text) == folded(text)


_WORDS = st.text(alphabet="abAé_ -\u0301", min_size=1, max_size=3).filter(lambda w: folded(w) != "")


@settings(max_examples=300)
@given(
    st.lists(st.one_of(_WORDS, _WORDS.map(lambda word: f'"{word}"')), max_size=6),
    st.text(alphabet="abAé_ -\u0301", max_size=12),
)
def test_all_key_words_at_once_are_found_as_one_by_one(words: list[str], subject: str) -> None:
    """Q-3: one pass over the subject finds what looking for each key word finds."""
    finder = KeywordFinder(map(keyword_key, words))
    found = finder.keys_in(folded(subject))
    assert found == {keyword_key(word) for word in words if oracle.contains(subject, word)}
