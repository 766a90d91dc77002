"""The rules of a route in one plain sentence (UI 3.6)."""

import pytest

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.rules import Rules
from enate_desktop.item_models.rule_words import in_words

COMPANIES = {1: "Acme France", 2: "Globex"}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(), "every mail to this address"),
        (Rules(important=True), "marked as important"),
        (
            Rules(
                subject_keywords=("arrivée", "onboarding"),
                senders=(parse_pattern("*@acme.fr"), parse_pattern("marie@acme.com")),
            ),
            'sent by anyone at acme.fr or marie@acme.com, and subject contains "arrivée" or '
            '"onboarding"',
        ),
        (
            Rules(
                senders=(parse_pattern("*.acme.com"),), recipients=(parse_pattern("a@b.example"),)
            ),
            "sent by anyone at a sub-domain of acme.com, and also addressed to a@b.example",
        ),
        (
            Rules(attachment_types=(".pdf", ".xml", ".csv"), companies=(1, 2, 7)),
            "sent from Acme France, Globex or a company that is gone, and with an attachment of "
            "type .pdf, .xml or .csv",
        ),
        (
            Rules(subject_keywords=('"sick note"',)),
            'subject contains the whole words "sick note"',
        ),
        (
            Rules(senders=(parse_pattern("*@bücher.example"),)),
            "sent by anyone at bücher.example",
        ),
    ],
)
def test_rules_are_said_in_words(rules: Rules, words: str) -> None:
    """Q-1 to Q-7."""
    assert in_words(rules, COMPANIES) == words
