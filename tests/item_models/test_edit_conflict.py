"""Two people changed one connector."""

from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import (
    AfterIntake,
    Connector,
    Fallback,
    IntakeAction,
    ServerSettings,
    UseFor,
)
from enate_desktop.item_models.edit_conflict import Whose, conflict, merged

IMAP = ServerSettings("other_imap", "imap.acme.com", 993, username="hr")
BEFORE = Connector(
    1, "HR", UseFor.INCOMING, "hr@acme.com", IMAP, fallback=Fallback(1, "General"), version=3
)
PROCESSES = {1: "Acme › HR query", 2: "Acme › New starter"}


def test_only_what_differs_between_the_two_is_asked_about() -> None:
    """S-01: what both left or both made alike needs no choice."""
    theirs = replace(BEFORE, name="Same", version=4)
    mine = replace(BEFORE, name="Same", primary_address="me@acme.com")
    (found,) = conflict(BEFORE, theirs, mine, process_id=PROCESSES)
    assert (found.label, found.before, found.theirs, found.mine) == (
        "Primary Email Address",
        "hr@acme.com",
        "hr@acme.com",
        "me@acme.com",
    )


@pytest.mark.parametrize(
    ("theirs", "mine", "suggested", "both"),
    [
        ("Theirs", "HR", Whose.THEIRS, False),
        ("HR", "Mine", Whose.MINE, False),
        ("Theirs", "Mine", Whose.MINE, True),
    ],
)
def test_what_only_one_changed_is_suggested(
    theirs: str, mine: str, suggested: Whose, both: bool
) -> None:
    (found,) = conflict(BEFORE, replace(BEFORE, name=theirs), replace(BEFORE, name=mine))
    assert (found.suggested, found.both_changed) == (suggested, both)


def test_fields_inside_a_side_are_told_and_put_together_one_by_one() -> None:
    theirs = replace(BEFORE, incoming=replace(IMAP, host="mail.acme.com"), version=9)
    mine = replace(BEFORE, incoming=replace(IMAP, port=1993), fallback=Fallback(2))
    labels = {one.path: one.label for one in conflict(BEFORE, theirs, mine, process_id=PROCESSES)}
    assert labels["incoming.host"] == "Incoming › Server"
    assert {"incoming.port", "fallback.process_id", "fallback.category"} <= labels.keys()
    both = merged(theirs, mine, ["incoming.port", "fallback.process_id"])
    assert both.incoming is not None
    assert (both.incoming.host, both.incoming.port) == ("mail.acme.com", 1993)
    assert both.fallback == Fallback(2, "General")
    assert both.version == 9


def test_a_side_that_only_one_of_them_has_is_one_choice() -> None:
    smtp = ServerSettings("other_smtp", "smtp.acme.com", 587)
    mine = replace(BEFORE, use_for=UseFor.BOTH, outgoing=smtp)
    paths = [one.path for one in conflict(BEFORE, BEFORE, mine, process_id=PROCESSES)]
    assert paths == ["use_for", "outgoing"]
    assert merged(BEFORE, mine, paths).outgoing == smtp


def test_processes_and_choices_are_told_in_words() -> None:
    mine = replace(
        BEFORE, fallback=Fallback(2, "General"), after_intake=AfterIntake(IntakeAction.MARK_READ)
    )
    words = {one.path: one.mine for one in conflict(BEFORE, BEFORE, mine, process_id=PROCESSES)}
    assert words["fallback.process_id"] == "Acme › New starter"
    assert words["after_intake.action"] == "mark it read"
