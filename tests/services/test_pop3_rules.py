"""What POP3 allows, and from which mail on it is taken in."""

from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import (
    AfterIntake,
    Connector,
    IntakeAction,
    ServerSettings,
    UseFor,
)
from enate_desktop.domain.errors import InputError
from enate_desktop.mail.mailbox import POP3_LIFE, FolderState
from enate_desktop.services.mailboxes import StoredNumbers
from enate_desktop.services.pop3_rules import baseline, check_after_intake_possible
from tests.company import open_services


def receiving(service: str, action: IntakeAction, host: str = "mail.acme.example") -> Connector:
    settings = ServerSettings(service, host, 995, username="hr")
    return Connector(
        0,
        "HR",
        UseFor.INCOMING,
        "hr@acme.example",
        settings,
        after_intake=AfterIntake(action, "Processed"),
    )


@pytest.mark.parametrize(
    ("service", "host", "possible"),
    [
        ("other_imap", "mail.acme.example", set(IntakeAction)),
        ("other_pop3", "mail.acme.example", {IntakeAction.KEEP, IntakeAction.DELETE}),
        ("office365_pop3", "outlook.office365.com", {IntakeAction.KEEP, IntakeAction.DELETE}),
        ("gmail_pop3", "pop.gmail.com", {IntakeAction.KEEP}),
        ("other_pop3", "pop.gmail.com", {IntakeAction.KEEP}),
    ],
)
@pytest.mark.parametrize("action", list(IntakeAction))
def test_what_a_server_cannot_do_is_refused(
    service: str, host: str, possible: set[IntakeAction], action: IntakeAction
) -> None:
    """C-12, MAIL 1.3: with a sentence beside the choice."""
    connector = receiving(service, action, host)
    if action in possible:
        check_after_intake_possible(connector)
        return
    with pytest.raises(InputError) as caught:
        check_after_intake_possible(connector)
    assert caught.value.field == "after_intake"
    assert caught.value.message


def test_a_connector_that_only_sends_has_nothing_to_refuse() -> None:
    """C-01."""
    check_after_intake_possible(
        replace(receiving("other_pop3", IntakeAction.MOVE), incoming=None, use_for=UseFor.OUTGOING)
    )


def test_what_is_there_at_the_first_enable_is_numbered(tmp_path: Path) -> None:
    """C-12: only mail that comes later gets higher numbers."""
    services = open_services(tmp_path)
    database = services.context.database
    with database.write() as work:
        work.connectors.add(receiving("other_pop3", IntakeAction.KEEP))
        folder = FolderState(POP3_LIFE, 0, 3, 0, read_only=False, uidls=("a 1", "b 2", "c 3"))
        assert baseline(work, 1, "box", folder) == 3
        assert baseline(work, 1, "box", replace(folder, uidls=())) == 0
        assert baseline(work, 1, "box", FolderState(7, 12, 3, 0, read_only=False)) == 11
    numbers = StoredNumbers(database, 1, "box")
    assert numbers.known(["b 2", "new 1"]) == {"b 2": 2}
    assert numbers.give([("new 1", "")]) == (4,)
    assert numbers.give([]) == ()
    numbers.forget([4])
    assert numbers.give([("new 1", "")]) == (5,)
    assert numbers.uidls() == {"a 1", "b 2", "c 3", "new 1"}
    assert numbers.by_content() == set()
    assert numbers.kept([1, 2]) == {}
    services.close()
