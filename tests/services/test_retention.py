"""Originals are kept for as long as the settings say (S-03)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.work_items import End
from enate_desktop.services.retention import RetentionService
from enate_desktop.wiring import Services
from tests.services.lives import letter, letters, life, stored, taken_in


def keep(services: Services, days: int) -> None:
    services.settings.save(replace(services.settings.get(), keep_mail_days=days))


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_originals_go_and_what_was_decided_stays(services: Services) -> None:
    """S-03: facts and explanations are kept, and the missing original is explained."""
    keep(services, 30)
    (received,) = taken_in(services, life(services, 1), letters([1]))
    assert services.retention.run(later(29)) == 0
    assert services.work_items.raw(received.intake_id) == letter(1)
    assert services.retention.run(later(31)) == 1
    with pytest.raises(NotFoundError, match="removed after 30 days"):
        services.work_items.raw(received.intake_id)
    view = services.work_items.mail(received.intake_id)
    assert view.message.subject == "Mail 1"
    assert view.decisions[0].route == "Everything else"
    with services.context.database.read() as work:
        assert [one.subject for _, one in work.decisions.recent(1, 10)] == ["Mail 1"]
        left = work.connection.exec_driver_sql("SELECT count(*) FROM raw_chunks").scalar()
    assert left == 0


def test_without_a_limit_nothing_is_removed(services: Services) -> None:
    """S-03: 0 days, as it is at first, means for ever."""
    taken_in(services, life(services, 1), letters([1]))
    assert services.retention.run(later(40_000)) == 0


@pytest.mark.parametrize(
    "change",
    [
        "\"end\" = 'unhandled'",
        "\"end\" = 'quarantined'",
        "\"end\" = 'pending'",
        "deleted_at = '2026-11-23 00:00:00.000000'",
        "disposition = 'pending'",
    ],
)
def test_what_may_be_needed_keeps_its_original(services: Services, change: str) -> None:
    """S-03: waiting, unhandled, in quarantine, put aside, or still to be deleted on the server."""
    keep(services, 1)
    (received,) = taken_in(services, life(services, 1), letters([1]))
    with services.context.database.write() as work:
        work.connection.exec_driver_sql(f"UPDATE intake SET {change}")
    assert services.retention.run(later(3)) == 0
    assert services.work_items.raw(received.intake_id) == letter(1)


def test_bytes_that_another_mail_needs_stay(services: Services) -> None:
    """S-03: the same bytes are kept once for two mails."""
    keep(services, 1)
    epoch = life(services, 1)
    taken_in(services, epoch, {1: letter(1)})
    stored(services, epoch, {2: letter(1)})
    assert services.retention.run(later(3)) == 0


def test_the_same_mail_again_is_kept_again(services: Services) -> None:
    """S-03: bytes that were removed are no reason not to keep the next ones."""
    keep(services, 1)
    epoch = life(services, 1)
    taken_in(services, epoch, {1: letter(1)})
    assert services.retention.run(later(3)) == 1
    (again,) = taken_in(services, epoch, {2: letter(1)})
    assert again.end is End.DUPLICATE
    assert services.work_items.raw(again.intake_id) == letter(1)


def test_many_originals_go_in_small_transactions(services: Services) -> None:
    """S-03: all of them, however many."""
    keep(services, 1)
    taken_in(services, life(services, 1), letters(range(450)))
    assert services.retention.run(later(3)) == 450


def test_one_run_takes_no_longer_than_it_may_and_the_next_goes_on(services: Services) -> None:
    """S-03: a little every hour, however much there is."""
    keep(services, 1)
    taken_in(services, life(services, 1), letters(range(450)))
    seconds = iter(range(0, 1000, 10))
    slow = RetentionService(services.context, lambda: float(next(seconds)))
    assert [slow.run(later(3)) for _ in range(4)] == [200, 200, 50, 0]


def test_nothing_to_remove_is_no_write(services: Services) -> None:
    """S-03: looking for old mail holds up nobody who saves."""
    keep(services, 30)
    taken_in(services, life(services, 1), letters([1]))
    writes: list[object] = []
    database = services.context.database.fenced(writes.append)
    RetentionService(replace(services.context, database=database)).run(later(3))
    assert writes == []
