"""What the monitor asks goes by an index: none of it grows with the mail that is stored."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import Engine

from enate_desktop.domain.work_items import End
from enate_desktop.services.bundle import Services
from enate_desktop.storage.monitor import MailFilter
from enate_desktop.storage.unit_of_work import UnitOfWork
from tests.views.page_samples import add_connector, company, letter, take_in

LARGE = ("intake", "work_items", "deliveries", "decisions", "outgoing_mails", "raw_mails")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED: dict[str, Callable[[UnitOfWork], object]] = {
    "with_end": lambda work: work.monitor.with_end(End.UNHANDLED),
    "troubled": lambda work: work.monitor.troubled(),
    "taken_since": lambda work: work.monitor.taken_since(NOW),
    "taken_between": lambda work: work.monitor.taken_between(NOW, NOW + timedelta(minutes=1)),
    "unsent": lambda work: work.monitor.unsent(),
    "newest": lambda work: work.monitor.newest(),
    "mails": lambda work: work.monitor.mails(MailFilter(), 200),
    "mails of one": lambda work: work.monitor.mails(MailFilter(1, End.PENDING), 200),
    "held": lambda work: work.mailbox_counts.held(),
}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def plans(services: Services, ask: Callable[[UnitOfWork], object]) -> list[str]:
    """How SQLite finds what ``ask`` asks for, statement by statement."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Connection, _cursor: object, words: str, values: object, *_more: object) -> None:
        asked.append((words, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with services.context.database.read() as work:
            ask(work)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    found: list[str] = []
    with services.context.database.read() as work:
        connection = work.monitor._connection  # noqa: SLF001  # there is no other way to it
        for words, values in asked:
            if words.lstrip().upper().startswith("SELECT"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
                found += [str(row[3]) for row in rows]
    return found


@pytest.mark.parametrize("name", list(ASKED))
def test_no_large_table_is_read_through(services: Services, name: str) -> None:
    """QUALITY: the monitor costs the same with ten mails and with ten million."""
    found = plans(services, ASKED[name])
    assert found
    bad = [line for line in found if line.startswith("SCAN") and line.split()[1] in LARGE]
    # In the order of the key and with a limit, only as many rows are read as are listed.
    if name == "mails":
        assert bad == ["SCAN intake"]
        bad = []
    assert not bad


def test_a_plan_without_an_index_would_be_seen(services: Services) -> None:
    def everything(work: UnitOfWork) -> None:
        words = text("SELECT count(*) FROM intake WHERE subject = 'x'")
        work.monitor._connection.execute(words)  # noqa: SLF001  # what must not be asked

    assert plans(services, everything) == ["SCAN intake"]


def test_held_counts_what_waits_in_a_rebuilt_mailbox_only(services: Services) -> None:
    """MAIL 3.4: the mails of a mailbox that was rebuilt wait for a person."""
    take_in(services, 1, [letter("a@foo.org", "One"), letter("a@foo.org", "Two")])
    with services.context.database.write() as work:
        connection = work.monitor._connection  # noqa: SLF001  # as the poller leaves it
        connection.execute(text("UPDATE intake SET \"end\" = 'pending' WHERE uid = 2"))
        assert work.mailbox_counts.held() == {}
        connection.execute(text("UPDATE mailbox_epochs SET held = 1"))
        assert work.mailbox_counts.held() == {1: 1}
