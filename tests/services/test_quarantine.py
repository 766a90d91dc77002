"""Quarantine: set aside with who and when, brought back, tried again, exported (M-11, W-01)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from enate_desktop.domain.errors import NotFoundError, NotPermittedError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.people import ROLES, Person
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.intake import IntakeService
from enate_desktop.services.quarantine import QuarantineService
from enate_desktop.storage.deciding import Ending
from enate_desktop.storage.records import NewMail
from tests.views.page_samples import add_connector, company, letter

RAW = letter("ann@foo.org", "Broken")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def quarantined(services: Services, raw: bytes = RAW) -> int:
    """The id of a mail in quarantine."""
    connector = services.connectors.get(1)
    epoch = services.intake.epoch(connector, FolderState(1, 1, 0, 0, read_only=False))
    with services.context.database.read() as work:
        uid = max(work.ledger.uids(epoch.id), default=0) + 1
    mail = NewMail(uid, datetime.now(UTC), len(raw), raw)
    ((intake_id, _),) = services.intake.store(connector, epoch, [mail])
    with services.context.database.write() as work:
        ending = Ending(intake_id, End.QUARANTINED, read_message(raw), "It is broken.")
        work.deciding.finish([ending])
    return intake_id


def test_what_is_set_aside_says_who_and_when(services: Services) -> None:
    """W-01: a deletion list with who and when."""
    key = quarantined(services)
    before = datetime.now(UTC)
    assert services.quarantine.put_aside([key]) == Changes(unhandled=True)
    assert services.quarantine.lines() == ()
    (line,) = services.quarantine.set_aside_lines()
    assert (line.intake_id, line.deleted_by) == (key, "anna")
    assert line.deleted_at is not None
    assert abs((line.deleted_at - before).total_seconds()) < 60


def test_it_can_be_brought_back(services: Services) -> None:
    """W-01: with restore."""
    key = quarantined(services)
    services.quarantine.put_aside([key])
    assert services.quarantine.bring_back([key])
    assert [line.intake_id for line in services.quarantine.lines()] == [key]
    assert services.quarantine.set_aside_lines() == ()


def test_the_last_one_set_aside_comes_first(services: Services) -> None:
    first, second = quarantined(services), quarantined(services, letter("b@foo.org", "Two"))
    services.quarantine.put_aside([second])
    services.quarantine.put_aside([first])
    assert [line.intake_id for line in services.quarantine.set_aside_lines()] == [first, second]


def test_twice_changes_nothing(services: Services) -> None:
    key = quarantined(services)
    services.quarantine.put_aside([key])
    assert services.quarantine.put_aside([key]) == NOTHING
    assert len(services.history.entries("mail")) == 1


def test_the_history_tells_it(services: Services) -> None:
    """A-01: history for everything."""
    key = quarantined(services)
    services.quarantine.put_aside([key])
    services.quarantine.bring_back([key])
    lines = services.history.entries("mail", key)
    assert [(e.who, e.name, e.action) for e in lines] == [
        ("anna", "Broken", "brought back"),
        ("anna", "Broken", "discarded"),
    ]


def test_the_original_stays_and_can_be_exported(services: Services) -> None:
    """M-11: nothing of it is lost."""
    key = quarantined(services)
    services.quarantine.put_aside([key])
    assert services.quarantine.export(key) == RAW
    with pytest.raises(NotFoundError):
        services.quarantine.export(key + 1)


def test_it_is_decided_again(services: Services) -> None:
    """M-11: retry gives it the end it would have had."""
    key = quarantined(services)
    (received,) = services.quarantine.retry([key])
    assert received is not None
    assert received.end is End.CREATED
    assert services.quarantine.lines() == ()
    assert services.work_items.page().total == 1


def broken(services: Services) -> QuarantineService:
    def read(_raw: bytes, _received: datetime | None) -> Message:
        raise RuntimeError("a bug")

    return QuarantineService(services.context, IntakeService(services.context, read))


def test_a_mail_of_a_deleted_connector_is_refused_and_stays(services: Services) -> None:
    """M-11: nobody would ever look at it again; the others are tried all the same."""
    key = quarantined(services)
    with services.context.database.write() as work:
        other = work.connectors.add(replace(services.connectors.get(1), id=0, name="Second"))
        work.connection.exec_driver_sql(f"UPDATE intake SET connector_id = {other}")
    good = quarantined(services, letter("b@foo.org", "Two"))
    services.connectors.delete(other)
    with pytest.raises(NotFoundError, match="deleted"):
        services.quarantine.retry([key])
    refused, received = services.quarantine.retry([key, good])
    assert refused is None
    assert received is not None
    assert [line.intake_id for line in services.quarantine.lines()] == [key]
    assert services.history.entries("mail", key) == ()


def test_what_cannot_be_decided_stays_in_quarantine_where_nobody_polls(services: Services) -> None:
    """M-11: the connector is off, so no worker would ever come back to a waiting mail."""
    assert not services.connectors.get(1).enabled
    key = quarantined(services)
    assert broken(services).retry([key]) == (None,)
    (line,) = services.quarantine.lines()
    assert (line.intake_id, line.subject) == (key, "Broken")
    assert "tried again" in line.reason
    assert services.intake.pending(1) == ()


def test_a_discarded_mail_is_not_tried_again(services: Services) -> None:
    """W-01: it would turn up among deleted mail that it never belonged to."""
    key = quarantined(services)
    services.quarantine.put_aside([key])
    assert services.quarantine.retry([key]) == (None,)
    assert [line.intake_id for line in services.quarantine.set_aside_lines()] == [key]
    assert services.work_items.page().total == 0


@pytest.mark.parametrize("raw", [RAW, b"\x00\xff no mail at all", b""])
def test_it_can_be_looked_at_whatever_it_is(services: Services, raw: bytes) -> None:
    """M-11: view, as far as it can be read."""
    key = quarantined(services, raw)
    assert services.quarantine.preview(key).intake_id == key


@pytest.mark.parametrize("act", ["put_aside", "bring_back", "retry"])
def test_it_needs_the_permission(services: Services, act: str) -> None:
    """P-01: checked in the service."""
    key = quarantined(services)
    viewer = services.context.acting_as(Person("vera", "Viewer", ROLES["Viewer"]))
    service = QuarantineService(viewer, IntakeService(viewer))
    with pytest.raises(NotPermittedError):
        getattr(service, act)([key])
    assert [line.intake_id for line in services.quarantine.lines()] == [key]
