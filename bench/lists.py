"""Opening every list of a full database: 1,000,000 work items and 100,000 mails (QUALITY).

``python -m bench.lists [WORK_ITEMS] [MAILS]`` builds it once in a temporary folder and prints, for
each list, the median of a few openings in milliseconds (service and first page of the model) with
the limit beside it. Searches that run in the background are marked; they block nobody.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import chain, islice
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ |= {"ENATE_PASSPHRASE": "bench", "HR_PASSWORD": "x"}

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.history import HistoryFilter
from enate_desktop.domain.messages import Message
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import Automated, End, State
from enate_desktop.item_models.work_item_table import WorkItemTableModel
from enate_desktop.routing.explanation import Decision, Outcome, to_stored
from enate_desktop.services.bundle import Services
from enate_desktop.services.monitor import MailFilter
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.storage.encoding import message_text
from enate_desktop.storage.mail_tables import DecisionRow, IntakeRow, RawMailRow, WorkItemRow
from enate_desktop.storage.tables import HistoryRow
from enate_desktop.storage.types import Base
from enate_desktop.storage.worker_tables import DeliveryRow, OutgoingMailRow
from enate_desktop.wiring import build_services
from tests.company import connector, document

LIMIT = 300.0
"""Milliseconds in which a list opens."""
_ROUNDS = 5
_BATCH = 20_000
_NOW = datetime.now(UTC)
Opening = tuple[str, Callable[[], object], bool]
"""Name of a list, how it is opened, and whether that happens in the background."""


def filled(folder: Path, items: int, mails: int) -> Services:
    """A data file with that much in it, as years of intake leave it."""
    services = build_services(folder, trusted_keyrings=())
    other = connector("Payroll DE", primary_address="pay@acme.example", routes=[])
    services.exchange.import_(document(connector(), other), folder)
    processes = [process.id for process in services.directory.processes()]
    with services.context.database.write() as work:
        _put(work.connection, WorkItemRow, _work_items(items, processes))
        _put(work.connection, RawMailRow, ({"sha256": f"{n}", "size": 9} for n in range(1, 9)))
        _put(work.connection, IntakeRow, _mails(mails))
        _put(work.connection, DecisionRow, _decisions(mails))
        _put(work.connection, OutgoingMailRow, _outgoing(mails))
        _put(work.connection, DeliveryRow, _deliveries(mails))
        _put(work.connection, HistoryRow, _history(mails))
    return services


def _put(connection: Connection, table: type[Base], rows: Iterable[dict[str, object]]) -> None:
    """Past SQLAlchemy, which takes ten times as long for as many rows."""
    rows = iter(rows)
    first = next(rows)
    columns = table.__table__.columns
    fixed = {
        c.name: c.default.arg  # scalar ones only
        for c in columns
        if c.default is not None and c.name not in first
    }
    names = (*first, *fixed)
    marks = ", ".join("?" * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f"INSERT INTO {table.__tablename__} ({quoted}) VALUES ({marks})"
    extra = tuple(map(_plain, fixed.values()))
    tuples = ((*map(_plain, row.values()), *extra) for row in chain((first,), rows))
    while batch := list(islice(tuples, _BATCH)):
        connection.exec_driver_sql(statement, batch)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.value if isinstance(value, Enum) else value


def _work_items(count: int, processes: list[int]) -> Iterator[dict[str, object]]:
    states = list(State)
    for number in range(1, count + 1):
        yield {
            "id": number,
            "kind": Kind.TICKET if number % 3 else Kind.CASE,
            "process_id": processes[number % len(processes)],
            "category": None,
            "state": State.CLOSED if number < count - 5000 else states[number % len(states)],
            "test_mode": number % 50 == 0,
            "sender": f"person{number % 5000}@company{number % 900}.example",
            "subject": f"Question {number} about something that somebody wants to know",
            "route_id": -1 if number % 97 == 0 else number % 3 + 1,
            "route_name": f"Route {number % 3 + 1}",
            "connector_id": number % 2 + 1,
            "message_id": f"<{number}@company.example>",
            "recipient": "hr@acme.example",
            "created": _NOW - timedelta(minutes=(count - number) / 4),
            "new_information": False,
        }


def _mails(count: int) -> Iterator[dict[str, object]]:
    for number in range(1, count + 1):
        unhandled = number % 10 == 0
        end = End.UNHANDLED if unhandled else End.CREATED
        message = Message(f"<{number}@x>", f"f{number}", senders=(f"p{number}@x.example",))
        yield {
            "id": number,
            "connector_id": number % 2 + 1,
            "uid": number,
            "received": _NOW - timedelta(minutes=count - number),
            "taken": _NOW - timedelta(minutes=count - number),
            "raw_mail_id": number % 8 + 1,
            "size": 4000,
            "end": End.QUARANTINED if number % 400 == 1 else end,
            "disposition": "done",
            "fingerprint": f"f{number}",
            "message_id": f"<{number}@x>",
            "sender": message.sender,
            "subject": f"Mail {number}",
            "facts": message_text(message),
            "decided": _NOW - timedelta(minutes=count - number),
        }


def _decisions(count: int) -> Iterator[dict[str, object]]:
    unhandled = to_stored(Decision(None, Outcome.UNHANDLED, reason="Nothing matched."))
    made = Decision("hr@acme.example", Outcome.CREATED, "Everything else", 3, process_id=1)
    created = to_stored(made)
    for number in range(1, count + 1):
        left = number % 10 == 0
        yield {
            "intake_id": number,
            "key": f"f{number}|hr@acme.example",
            "recipient": "hr@acme.example",
            "outcome": Outcome.UNHANDLED if left else Outcome.CREATED,
            "route_id": None if left else 3,
            "work_item_id": None if left else number,
            "revision": 1,
            "reason": "Nothing matched." if left else "",
            "explanation": unhandled if left else created,
        }


def _outgoing(count: int) -> Iterator[dict[str, object]]:
    for number in range(1, count + 1, 2):
        yield {
            "id": number,
            "intake_id": number,
            "work_item_id": number,
            "connector_id": 1,
            "kind": "acknowledgement",
            "sender": "hr@acme.example",
            "message_id": f"<a{number}@acme.example>",
            "subject": f"[{100_000 + number}-T]",
            "data": b"x" * 800,
            "created": _NOW,
        }


def _deliveries(count: int) -> Iterator[dict[str, object]]:
    for number in range(1, count + 1, 2):
        yield {
            "mail_id": number,
            "connector_id": 1,
            "recipient": f"p{number}@x.example",
            "state": DeliveryState.FAILED if number % 1001 == 0 else DeliveryState.SENT,
            "created": _NOW,
            "next_at": _NOW,
            "changed": _NOW,
        }


def _history(count: int) -> Iterator[dict[str, object]]:
    for number in range(1, count + 1):
        yield {
            "at": _NOW - timedelta(minutes=count - number),
            "who": "anna" if number % 3 else "System",
            "kind": "work item" if number % 20 else "route",
            "subject_id": number,
            "name": f"{100_000 + number}-T",
            "action": "state changed",
            "field": "state",
            "old": "To do",
            "new": "Resolved",
        }


def openings(services: Services) -> Iterator[Opening]:
    """Every list, as its page opens it."""

    def listed(name: str, **wanted: object) -> Opening:
        chosen = WorkItemFilter(**{"test_mode": False, **wanted})  # type: ignore[arg-type]
        return (f"work items, {name}", lambda: _shown(services, chosen), not chosen.is_instant)

    def deepest() -> object:
        return services.work_items.page(WorkItemFilter(test_mode=False), before=1000)

    today = _NOW.replace(hour=0, minute=0)
    yield listed("live")
    yield listed("test", test_mode=True)
    yield listed("all", test_mode=None)
    yield listed("in progress", state=State.IN_PROGRESS)
    yield listed("none fits", state=State.WAITING, kind=Kind.CASE, route_id=77)
    yield listed("a process", process_ids=(1,))
    yield listed("by fallback", fallback=True)
    yield listed("of a route", route_id=2)
    yield listed("today", since=today)
    yield listed("a reference", text="600001-T")
    yield listed("contains, found", text="somebody")
    yield listed("contains, nothing", text="no such words")
    yield listed("email failed", automated=Automated.FAILED)
    yield "work items, the last page", deepest, False
    yield "unhandled mail", lambda: services.work_items.unhandled(200), False
    yield "quarantine", lambda: services.work_items.quarantine(), False
    yield "recent mails", lambda: services.work_items.recent_mails(), False
    yield "activity", lambda: services.history.page(), True
    yield (
        "activity, of a week",
        lambda: services.history.page(HistoryFilter(since=_NOW - timedelta(days=7))),
        True,
    )
    yield "activity, who", lambda: services.history.people(), True
    yield "outbox", lambda: services.outbox.page(), False
    yield "outbox, counts", lambda: services.outbox.counts(), False
    yield "counts of mails", lambda: services.work_items.counts(), False
    yield "monitor", lambda: services.monitor.overview(today), True
    yield "monitor, mails", lambda: services.monitor.mails(MailFilter()), True
    yield "directory", lambda: services.directory.processes(), False
    yield "routes", lambda: services.routes.groups(), False
    yield "a work item", lambda: services.work_items.detail(7), False
    yield "then and now", lambda: services.hindsight.of(7), True
    yield "repair, a day", lambda: services.repair.plan(_NOW - timedelta(days=1)), True


def _shown(services: Services, wanted: WorkItemFilter) -> int:
    model = WorkItemTableModel(services.work_items.page)
    model.set_filter(wanted)
    while model.is_searching:
        QCoreApplication.processEvents()
    return model.rowCount()


def _milliseconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Build, open every list, print."""
    items, mails = (int(a) for a in (*sys.argv[1:3], "1000000", "100000")[:2])
    application = QApplication.instance() or QApplication(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        services = filled(Path(folder), items, mails)
        print(
            f"{items:,} work items, {mails:,} mails: built in {time.perf_counter() - start:.0f} s"
        )
        print(f"{'list':36}{'ms':>9}{'limit':>8}")
        for name, act, background in openings(services):
            taken = _milliseconds(act)
            mark = "  in the background" if background else ""
            over = "  TOO SLOW" if taken > LIMIT else ""
            print(f"{name:36}{taken:9.1f}{LIMIT:8.0f}{mark}{over}", flush=True)
        services.close()
    application.quit()


if __name__ == "__main__":
    main()
