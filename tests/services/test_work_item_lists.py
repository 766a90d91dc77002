"""Lists of work items: filters, pages by key, counts that stay cheap (W-02, W-04, UI 3.9)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import Automated, State
from enate_desktop.services.bundle import Services
from enate_desktop.services.work_items import COUNTED, WorkItemFilter
from enate_desktop.storage.mail_tables import WorkItemRow
from enate_desktop.storage.worker_tables import DeliveryRow, OutgoingMailRow

NOW = datetime.now(UTC)


def fill(services: Services, count: int) -> None:
    """Work items 1 to ``count``; every third a Case, every fifth a test, every seventh fallback."""
    ticket, case = sorted(services.directory.processes(), key=lambda p: p.kind is Kind.CASE)
    rows = [
        {
            "id": n,
            "kind": Kind.TICKET if n % 3 else Kind.CASE,
            "process_id": (ticket if n % 3 else case).id,
            "state": State.TO_DO if n % 2 else State.CLOSED,
            "test_mode": n % 5 == 0,
            "sender": f"Person{n}@acme.fr",
            "subject": f"Subject {n}",
            "route_id": -1 if n % 7 == 0 else 1,
            "route_name": "France",
            "connector_id": 1,
            "message_id": f"<{n}@x>",
            "created": NOW - timedelta(days=count - n),
        }
        for n in range(1, count + 1)
    ]
    with services.context.database.write() as work:
        work.connection.execute(insert(WorkItemRow), rows)


def ids(services: Services, wanted: WorkItemFilter) -> list[int]:
    return [item.id for item in services.work_items.page(wanted).items]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (WorkItemFilter(), list(range(30, 0, -1))),
        (WorkItemFilter(test_mode=True), [30, 25, 20, 15, 10, 5]),
        (WorkItemFilter(test_mode=False, kind=Kind.CASE), [27, 24, 21, 18, 12, 9, 6, 3]),
        (WorkItemFilter(state=State.CLOSED, kind=Kind.CASE), [30, 24, 18, 12, 6]),
        (WorkItemFilter(fallback=True), [28, 21, 14, 7]),
        (WorkItemFilter(fallback=False, test_mode=True), [30, 25, 20, 15, 10, 5]),
        (WorkItemFilter(route_id=-1), [28, 21, 14, 7]),
        (WorkItemFilter(process_ids=()), []),
        (WorkItemFilter(connector_id=2), []),
        (WorkItemFilter(since=NOW - timedelta(days=2, hours=1)), [30, 29, 28]),
        (WorkItemFilter(since=NOW + timedelta(days=1)), []),
        (WorkItemFilter(since=NOW - timedelta(days=2, hours=1), text="subject"), [30, 29, 28]),
        (WorkItemFilter(text="person7@"), [7]),
        (WorkItemFilter(text="SUBJECT 1", test_mode=True), [15, 10]),
        (WorkItemFilter(text="100007-t"), [7]),
        (WorkItemFilter(text="100007-T", state=State.CLOSED), []),
        (WorkItemFilter(text="10007-C"), []),
        (WorkItemFilter(text="10009-C"), [9]),
        (WorkItemFilter(text="100%"), []),
        (WorkItemFilter(automated=Automated.NOT, fallback=True), [28, 21, 14, 7]),
        (WorkItemFilter(automated=Automated.SENT), []),
    ],
)
def test_filters(services: Services, wanted: WorkItemFilter, expected: list[int]) -> None:
    """UI 3.9: each alone and together, the newest first."""
    fill(services, 30)
    page = services.work_items.page(wanted)
    assert [item.id for item in page.items] == expected
    assert (page.total, page.exact, page.more) == (len(expected), True, False)


def test_a_process_and_all_that_stands_below_a_service(services: Services) -> None:
    fill(services, 9)
    cases = tuple(p.id for p in services.directory.processes() if p.kind is Kind.CASE)
    assert ids(services, WorkItemFilter(process_ids=cases)) == [9, 6, 3]


@pytest.mark.parametrize("text", ["", "subject"])
@pytest.mark.parametrize("mode", [False, True, None])
def test_pages_follow_each_other_without_gap(
    services: Services, text: str, mode: bool | None
) -> None:
    """Paging by key: what came in between shifts nothing."""
    fill(services, 23)
    wanted = WorkItemFilter(text=text, test_mode=mode)
    whole = ids(services, wanted)
    found: list[int] = []
    before = None
    while True:
        page = services.work_items.page(wanted, 4, before=before)
        found += [item.id for item in page.items]
        if not page.more:
            break
        before = found[-1]
    assert found == whole


def test_no_list_is_counted_without_end(services: Services) -> None:
    """QUALITY: the total is exact only as long as it is cheap."""
    fill(services, COUNTED * 5 // 4 + 4)
    page = services.work_items.page(WorkItemFilter(test_mode=False), 2)
    assert (page.total, page.exact, page.more) == (COUNTED, False, True)
    filtered = services.work_items.page(WorkItemFilter(state=State.TO_DO), 2)
    assert (filtered.total, filtered.exact) == (COUNTED // 10, False)
    few = services.work_items.page(WorkItemFilter(since=NOW - timedelta(days=500, hours=1)), 2)
    assert (few.total, few.exact) == (501, True)
    searched = services.work_items.page(WorkItemFilter(text="subject"), 2)
    assert (searched.total, searched.exact) == (2, False)


def test_a_search_can_be_ended(services: Services) -> None:
    fill(services, 9)
    wanted = WorkItemFilter(text="subject")
    assert services.work_items.page(wanted, cancelled=lambda: True).items == ()


def test_which_filters_are_answered_at_once() -> None:
    live = WorkItemFilter(test_mode=False)
    assert live.is_instant
    assert replace(live, text="100007-T").is_instant
    assert not replace(live, text="pension").is_quick
    assert not replace(live, automated=Automated.SENT).is_quick
    assert replace(live, state=State.CLOSED).is_quick
    assert not replace(live, state=State.CLOSED).is_instant


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([DeliveryState.SENT], Automated.SENT),
        ([DeliveryState.SENT, DeliveryState.FAILED], Automated.FAILED),
        ([DeliveryState.RETRY, DeliveryState.SENT], Automated.WAITING),
        ([DeliveryState.DISCARDED], Automated.NOT),
    ],
)
def test_the_automated_email_is_told_and_found(
    services: Services, states: list[DeliveryState], told: Automated
) -> None:
    """UI 3.9: sent, not sent, failed; of several recipients the worst."""
    fill(services, 3)
    mail = {
        "id": 1,
        "work_item_id": 2,
        "connector_id": 1,
        "kind": "acknowledgement",
        "sender": "hr@acme.example",
        "message_id": "<a@b>",
        "subject": "",
        "data": b"",
        "created": NOW,
    }
    rows = [
        {
            "mail_id": 1,
            "connector_id": 1,
            "recipient": f"r{n}",
            "state": state,
            "created": NOW,
            "next_at": NOW,
            "changed": NOW,
        }
        for n, state in enumerate(states)
    ]
    with services.context.database.write() as work:
        work.connection.execute(insert(OutgoingMailRow), [mail])
        work.connection.execute(insert(DeliveryRow), rows)
    assert [i.automated for i in services.work_items.page().items][1] is told
    assert 2 in ids(services, WorkItemFilter(automated=told))
    others = set(Automated) - {told, Automated.NOT, Automated.SENT}
    assert all(2 not in ids(services, WorkItemFilter(automated=one)) for one in others)


def test_the_index_of_lists_answers_alone(services: Services) -> None:
    """QUALITY: no filter reads rows to find out that they do not fit."""
    fill(services, 30)
    with services.context.database.write() as work:
        work.connection.execute(update(WorkItemRow).values(category="x"))
        plan = work.connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM work_items WHERE test_mode = 0 AND "
            "state = 'Closed' AND connector_id + 0 = 1 AND id < 20 ORDER BY id DESC LIMIT 5"
        ).all()
    assert "COVERING INDEX ix_work_items_list" in plan[0][3]
