"""The outbox as a person sees it: found, retried, discarded (O-03)."""

from pathlib import Path

import pytest

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.outbox import DeliveryFilter, DeliveryState
from enate_desktop.wiring import Services
from tests.services.answers import answering, deliveries, mail, switch_on, take_in


@pytest.fixture
def company(services: Services, tmp_path: Path) -> int:
    key = answering(services, tmp_path)
    switch_on(services, key)
    take_in(services, mail(cc="paul@acme.com"), connector_id=key)
    return key


def _put(services: Services, delivery_id: int, state: DeliveryState) -> None:
    with services.context.database.write() as work:
        work.sending.settle(delivery_id, state, work.now(), error="Because.")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DeliveryFilter(), 2),
        (DeliveryFilter(text="paul"), 1),
        (DeliveryFilter(text="100001-T"), 2),
        (DeliveryFilter(text="nobody"), 0),
        (DeliveryFilter(state=DeliveryState.QUEUED), 2),
        (DeliveryFilter(state=DeliveryState.SENT), 0),
        (DeliveryFilter(connector_id=99), 0),
    ],
)
def test_deliveries_are_found(
    services: Services, company: int, wanted: DeliveryFilter, found: int
) -> None:
    """O-03."""
    assert services.outbox.page(wanted).total == found
    assert len(services.outbox.page(wanted, 0, 1).items) == min(found, 1)


def test_a_work_item_knows_its_deliveries(services: Services, company: int) -> None:
    """W-02."""
    item = services.work_items.page().items[0]
    found = services.outbox.of_work_item(item.id)

    assert [one.recipient for one in found] == ["marie@acme.fr", "paul@acme.com"]
    assert services.outbox.of_work_item(item.id + 1) == ()


@pytest.mark.parametrize("state", list(DeliveryState))
def test_only_what_did_not_leave_is_retried_or_discarded(
    services: Services, company: int, state: DeliveryState
) -> None:
    """O-03."""
    again, never = deliveries(services)
    _put(services, again.id, state)
    _put(services, never.id, state)
    retried = bool(services.outbox.retry([again.id]))
    discarded = bool(services.outbox.discard([never.id]))

    assert retried == (
        state
        in (
            DeliveryState.FAILED,
            DeliveryState.RETRY,
            DeliveryState.UNKNOWN,
            DeliveryState.DISCARDED,
        )
    )
    assert discarded == (
        state
        in (
            DeliveryState.QUEUED,
            DeliveryState.RETRY,
            DeliveryState.UNKNOWN,
            DeliveryState.FAILED,
        )
    )
    assert (deliveries(services)[0].state is DeliveryState.QUEUED) == (
        retried or state is DeliveryState.QUEUED
    )


def test_a_retry_starts_anew_and_is_told_in_the_history(services: Services, company: int) -> None:
    """O-03, A-01."""
    one = deliveries(services)[0]
    _put(services, one.id, DeliveryState.FAILED)
    services.outbox.retry([one.id])

    after = deliveries(services)[0]
    assert (after.state, after.attempts, after.error) == (DeliveryState.QUEUED, 0, "")
    assert next(iter(services.history.all())).head.action == "sent again"


def test_an_unknown_delivery_has_no_mail(services: Services, company: int) -> None:
    """O-03."""
    with pytest.raises(NotFoundError):
        services.outbox.mail(99)
