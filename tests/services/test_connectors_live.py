"""Connectors that go live: from which mail on their mailbox is taken in (C-12)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enate_desktop.domain.connectors import Connector, FirstIntake, StartFrom
from enate_desktop.mail.mailbox import POP3_LIFE, FolderState
from enate_desktop.services.live_mailboxes import UNSEEN, mailbox_name
from enate_desktop.storage.records import Epoch
from enate_desktop.wiring import Services
from tests.services.connections import FOLDER, passed

LATER = replace(FOLDER, uidnext=131)
"""The same mailbox when the worker first looks: 30 mails came since the test."""

JANUARY = datetime(2026, 1, 31, tzinfo=UTC)


def only(services: Services) -> Connector:
    return services.connectors.all()[0]


def off_but_tested(services: Services) -> Connector:
    """Off, but tested: switching it on at a save needs no new test."""
    item = only(services)
    return services.connectors.save(item, {}, passed(services, item))


def at(connector: Connector, **change: Any) -> Connector:
    """The same connector with other settings of its mailbox."""
    assert connector.incoming is not None
    return replace(connector, incoming=replace(connector.incoming, **change))


def lives(services: Services, connector: Connector) -> tuple[Epoch, ...]:
    with services.context.database.read() as work:
        return work.ledger.epochs(connector.id, mailbox_name(connector))


def first_old_moment(
    services: Services, connector: Connector, folder: FolderState
) -> tuple[int, datetime | None]:
    """Up to which UID, and from before which time, the first look passes mail over."""
    epoch = services.intake.epoch(connector, folder)
    return epoch.baseline_uid, services.intake.skipped_before(connector, epoch)


def test_switching_on_with_an_older_test_draws_the_line_now(services: Services) -> None:
    """C-12: not at the first look, so a mail that comes in between is new, and earlier ones old."""
    tested = off_but_tested(services)
    before = datetime.now(UTC).replace(microsecond=0)
    live = services.connectors.save(replace(tested, enabled=True))
    after = datetime.now(UTC)
    assert [life.uidvalidity for life in lives(services, live)] == [UNSEEN]
    baseline, moment = first_old_moment(services, live, LATER)
    assert baseline == 0
    assert moment is not None
    assert before <= moment <= after
    assert moment.microsecond == 0  # servers tell whole seconds


def test_a_fresh_test_draws_the_line_at_its_last_mail(services: Services) -> None:
    """C-12: exact, whatever the clocks say."""
    item = only(services)
    live = services.connectors.save(replace(item, enabled=True), {}, passed(services, item))
    assert first_old_moment(services, live, LATER) == (100, None)


def test_the_test_of_something_else_draws_no_line(services: Services) -> None:
    """C-12: what another mailbox held says nothing of this one."""
    tested = off_but_tested(services)
    assert tested.incoming is not None
    other = replace(tested, incoming=replace(tested.incoming, username="payroll"))
    live = services.connectors.save(replace(tested, enabled=True), {}, passed(services, other))
    assert live.enabled
    assert [life.uidvalidity for life in lives(services, live)] == [UNSEEN]


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        (StartFrom(FirstIntake.ALL), None),
        (
            StartFrom(FirstIntake.SINCE, datetime(2026, 1, 31, tzinfo=UTC)),
            datetime(2026, 1, 31, tzinfo=UTC),
        ),
    ],
)
def test_a_choice_of_older_mail_holds_with_an_older_test_too(
    services: Services, start: StartFrom, moment: datetime | None
) -> None:
    """C-12."""
    tested = off_but_tested(services)
    live = services.connectors.save(replace(tested, enabled=True, start_from=start))
    assert first_old_moment(services, live, LATER) == (0, moment)


def test_a_live_connector_that_changes_its_mailbox_goes_live_anew(services: Services) -> None:
    """C-12: the new mailbox has its own old mail."""
    item = only(services)
    live = services.connectors.save(replace(item, enabled=True), {}, passed(services, item))
    assert live.incoming is not None
    moved = replace(live, incoming=replace(live.incoming, additional_mailbox="Payroll"))
    test = passed(services, moved, folder=replace(FOLDER, uidnext=7))
    saved = services.connectors.save(moved, {}, test)
    assert saved.enabled
    assert first_old_moment(services, saved, replace(FOLDER, uidnext=9)) == (6, None)


@pytest.mark.parametrize(
    "change", [{"port": 1993}, {"host": "MAIL.acme.example"}, {"service": "other_pop3"}]
)
def test_another_way_to_the_same_mailbox_is_no_new_beginning(
    services: Services, change: dict[str, Any]
) -> None:
    """C-12: what is in the mailbox was seen."""
    item = at(only(services), host="mail.acme.example")
    live = services.connectors.save(replace(item, enabled=True), {}, passed(services, item))
    moved = at(live, **change)
    saved = services.connectors.save(moved, {}, passed(services, moved, folder=LATER))
    assert saved.enabled
    assert first_old_moment(services, saved, LATER) == (100, None)


@pytest.mark.parametrize("change", [{"host": "127.0.0.2"}, {"username": "Hr"}])
def test_another_server_or_user_is_another_mailbox(
    services: Services, change: dict[str, Any]
) -> None:
    """C-12: numbers of one server mean nothing on the next; servers may tell Hr from hr."""
    item = only(services)
    live = services.connectors.save(replace(item, enabled=True), {}, passed(services, item))
    moved = at(live, **change)
    folder = replace(FOLDER, uidnext=7)
    saved = services.connectors.save(moved, {}, passed(services, moved, folder=folder))
    assert saved.enabled
    assert first_old_moment(services, saved, replace(FOLDER, uidnext=9)) == (6, None)


def test_names_that_do_not_tell_every_mail_draw_no_line(services: Services) -> None:
    """C-12, MAIL 4 E 99: what is old is then known by its date."""
    item = only(services)
    folder = FolderState(POP3_LIFE, 0, 3, 0, read_only=False, uidls=("a 1",))
    live = services.connectors.save(
        replace(item, enabled=True), {}, passed(services, item, folder=folder)
    )
    assert [life.uidvalidity for life in lives(services, live)] == [UNSEEN]


def test_the_first_enable_is_remembered_over_later_ones(services: Services) -> None:
    """C-12: automated emails are off for mail from before it."""
    live = services.connectors.save(replace(off_but_tested(services), enabled=True))
    first = lives(services, live)[0].opened
    services.connectors.disable(live.id)
    again = services.connectors.enable(live.id, passed(services, only(services)))
    services.intake.epoch(again, LATER)
    assert lives(services, again)[0].opened == first
    assert datetime.now(UTC) - first < timedelta(minutes=1)
