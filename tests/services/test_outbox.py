"""The outbox as a person sees it: found, retried, discarded (O-03)."""

from pathlib import Path

import pytest

from enate_desktop.domain.connectors import UseFor
from enate_desktop.domain.errors import NotFoundError, RefusedError
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


def test_what_a_deleted_connector_did_not_send_fails_with_the_reason(
    services: Services, company: int
) -> None:
    """O-03, C-10: it does not wait for ever, and is sent when the connector is back."""
    waits, going = deliveries(services)
    _put(services, going.id, DeliveryState.SENDING)
    services.connectors.disable(company)
    told = services.connectors.dependants(company)
    assert "1 automated email that it has not sent will not be sent." in told
    services.connectors.delete(company)

    after = deliveries(services)
    assert [one.state for one in after] == [DeliveryState.FAILED, DeliveryState.UNKNOWN]
    assert "its connector was deleted" in after[0].error
    assert "not certain" in after[1].error
    with pytest.raises(RefusedError, match="was deleted"):
        services.outbox.retry([waits.id])

    change = next(c for c in services.history.all() if c.head.action == "deleted")
    services.restoring.restore(change.head.id)
    assert services.outbox.retry([waits.id])
    assert deliveries(services)[0].state is DeliveryState.DISABLED


def test_what_waits_for_a_connector_that_only_receives_now_is_shown_so(
    services: Services, company: int
) -> None:
    """O-03: nobody sends it until the connector sends again."""
    with services.context.database.write() as work:
        work.connectors.change(company, use_for=UseFor.INCOMING)

    assert {one.state for one in deliveries(services)} == {DeliveryState.DISABLED}
    assert services.outbox.counts() == {DeliveryState.DISABLED: 2}


def test_every_step_of_a_person_is_told_with_who(services: Services, company: int) -> None:
    """A-01: discard, retry, start again."""
    one = deliveries(services)[0]
    services.outbox.discard([one.id])
    services.outbox.retry([one.id])
    with services.context.database.write() as work:
        work.outbox.stop("Too many.")
    services.outbox.start_again()

    heads = [change.head for change in services.history.all()][:3]
    assert [(head.kind, head.action, head.who) for head in heads] == [
        ("outbox", "sending started again", "anna"),
        ("delivery", "sent again", "anna"),
        ("delivery", "discarded", "anna"),
    ]
