"""``enate-desktop outbox``: listed, sent again, discarded, started after a stop (SPEC 11)."""

import json
from collections.abc import Callable
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.domain.outbox import DeliveryState
from tests.cli.conftest import Program
from tests.company import open_services
from tests.services.answers import answering, deliveries, mail, take_in

Told = Callable[..., list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def company(data: Path) -> None:
    """Two deliveries: one sent, one that failed."""
    data.mkdir(parents=True)
    with closing(open_services(data, getuser())) as services:
        key = answering(services, data.parent)
        with services.context.database.write() as work:
            work.connectors.change(key, enabled=True)
        take_in(services, mail(cc="paul@acme.com"), connector_id=key)
        first, second = deliveries(services)
        with services.context.database.write() as work:
            work.sending.settle(first.id, DeliveryState.SENT, work.now())
            work.sending.settle(second.id, DeliveryState.FAILED, work.now(), error="No such user.")


@pytest.fixture
def told(program: Program) -> Told:
    """The lines that ``outbox --json`` prints."""

    def call(*options: str) -> list[dict[str, Any]]:
        code, out, _ = program("outbox", "--json", *options)
        assert code == 0
        found: list[dict[str, Any]] = json.loads(out)
        return found

    return call


def test_every_recipient_is_a_line(told: Told) -> None:
    """O-03, SPEC 11: oldest first, with what became of it."""
    lines = told()
    assert [(one["to"], one["state"], one["error"]) for one in lines] == [
        ("marie@acme.fr", "sent", ""),
        ("paul@acme.com", "failed", "No such user."),
    ]
    assert {(one["reference"], one["from"]) for one in lines} == {("100001-T", "hr@acme.example")}
    assert told("--state", "failed") == lines[1:]
    assert told("--limit", "1") == lines[1:]


def test_the_table_shows_the_same(program: Program) -> None:
    """SPEC 11."""
    code, out, _ = program("outbox")
    assert code == 0
    assert "paul@acme.com" in out
    assert "No such user." in out


def test_a_failed_one_is_sent_again_then_discarded(program: Program, told: Told) -> None:
    """O-03."""
    failed = str(told()[1]["id"])
    assert program("outbox", "--retry", failed)[0] == 0
    again = told()[1]
    assert (again["state"], again["error"]) == ("queued", "")
    assert again["next_at"]
    assert program("outbox", "--discard", failed)[0] == 0
    assert told()[1]["state"] == "discarded"


@pytest.mark.parametrize("verb", ["--retry", "--discard"])
def test_what_was_sent_stays(program: Program, told: Told, verb: str) -> None:
    """O-03: said, with exit code 1."""
    code, _, err = program("outbox", verb, str(told()[0]["id"]), "999")
    assert code == 1
    assert "None of them could be changed" in err
    assert told()[0]["state"] == "sent"


def test_sending_goes_on_after_a_stop(program: Program, data: Path) -> None:
    """MAIL 4 D 73: a person lets it go on."""
    assert program("outbox", "--start-again")[0] == 1
    with (
        closing(open_services(data, getuser())) as services,
        services.context.database.write() as work,
    ):
        work.outbox.stop("Sending was stopped: too many.")
    assert "Sending was stopped" in program("outbox")[2]
    assert program("outbox", "--start-again")[0] == 0
    assert "Sending was stopped" not in program("outbox")[2]
