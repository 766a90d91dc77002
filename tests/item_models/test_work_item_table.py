"""The table of work items: pages, what is new on top, words of its cells."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.errors import RefusedError
from enate_desktop.domain.work_items import State, WorkItem
from enate_desktop.item_models.work_item_table import (
    PAGE_SIZE,
    WorkItemColumn,
    WorkItemTableModel,
)
from enate_desktop.services.work_items import WorkItemFilter, WorkItemPage

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def item(number: int, *, test_mode: bool = False, new: bool = False) -> WorkItem:
    return WorkItem(
        id=number,
        kind=Kind.TICKET,
        process_id=1,
        process="Acme > HR > Onboarding > HR query",
        category=None,
        state=State.TO_DO,
        test_mode=test_mode,
        sender="",
        subject="",
        route="",
        connector="HR",
        connector_id=1,
        message_id="<a@b>",
        recipient=None,
        created=datetime.now(UTC),
        new_information=new,
    )


class Store:
    """Work items, newest first, and what was asked of them."""

    def __init__(self, count: int) -> None:
        self.items = [item(number) for number in range(count, 0, -1)]
        self.asked: list[WorkItemFilter] = []

    def page(
        self,
        wanted: WorkItemFilter,
        limit: int,
        *,
        before: int | None,
        cancelled: Callable[[], bool],
    ) -> WorkItemPage:
        self.asked.append(wanted)
        if wanted.text == "refused":
            raise RefusedError("It is refused.", "")
        found = [one for one in self.items if before is None or one.id < before]
        more = len(found) > limit
        total = len(self.items) if before is None else len(found[:limit])
        return WorkItemPage(tuple(found[:limit]), total, exact=True, more=more)


def ids(model: WorkItemTableModel) -> list[int]:
    found = [model.row_of(model.index(row, 0)) for row in range(model.rowCount())]
    return [one.id for one in found if one is not None]


def shown(store: Store) -> WorkItemTableModel:
    model = WorkItemTableModel(store.page)
    model.set_filter(WorkItemFilter(test_mode=False))
    return model


def test_live_work_is_asked_for_at_first(qtbot: QtBot) -> None:
    """W-04: test items are never mixed with live ones unasked."""
    store = Store(1)
    WorkItemTableModel(store.page).read_again()
    assert store.asked[0].test_mode is False


def test_more_is_read_as_it_is_needed(qtbot: QtBot) -> None:
    store = Store(2 * PAGE_SIZE + 1)
    model = shown(store)
    counts = [model.rowCount()]
    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())
        counts.append(model.rowCount())
    assert counts == [PAGE_SIZE, 2 * PAGE_SIZE, 2 * PAGE_SIZE + 1]
    assert ids(model) == list(range(2 * PAGE_SIZE + 1, 0, -1))


def test_nothing_is_listed_twice_when_mail_came_in_between(qtbot: QtBot) -> None:
    store = Store(PAGE_SIZE + 5)
    model = shown(store)
    store.items.insert(0, item(9999))
    model.fetchMore(QModelIndex())
    assert len(ids(model)) == len(set(ids(model)))


def test_new_work_comes_on_top_and_the_selection_stays(qtbot: QtBot) -> None:
    store = Store(3)
    model = shown(store)
    held = QPersistentModelIndex(model.index(0, 0))
    store.items[:0] = [item(5), item(4)]
    model.read_again()
    assert ids(model) == [5, 4, 3, 2, 1]
    assert held.row() == 2


def test_what_is_gone_is_gone(qtbot: QtBot) -> None:
    store = Store(3)
    model = shown(store)
    del store.items[2]
    model.read_again()
    assert ids(model) == [3, 2]


def test_a_count_that_shrank_ends_the_reading(qtbot: QtBot) -> None:
    store = Store(PAGE_SIZE + 1)
    model = shown(store)
    del store.items[PAGE_SIZE:]
    model.fetchMore(QModelIndex())
    assert not model.canFetchMore(QModelIndex())


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (WorkItemColumn.REFERENCE, "100001-T"),
        (WorkItemColumn.KIND, "Ticket"),
        (WorkItemColumn.PROCESS, "HR query"),
        (WorkItemColumn.SENDER, "(no sender)"),
        (WorkItemColumn.SUBJECT, "(no subject)"),
        (WorkItemColumn.ROUTE, "–"),
        (WorkItemColumn.MODE, "Live"),
        (WorkItemColumn.STATE, "To do"),
        (WorkItemColumn.AUTOMATED, "–"),
    ],
)
def test_cells(qtbot: QtBot, column: WorkItemColumn, text: str) -> None:
    """W-02: the process leads, its path follows."""
    model = shown(Store(1))
    assert model.index(0, column).data() == text


def test_a_search_leaves_the_window_alone(qtbot: QtBot) -> None:
    """QUALITY: what may take time runs in the background; what was shown stays until then."""
    store = Store(3)
    model = shown(store)
    del store.items[0]
    with qtbot.waitSignal(model.counted):
        model.set_filter(WorkItemFilter(text="pension"))
        assert model.is_searching
        assert ids(model) == [3, 2, 1]
        assert not model.canFetchMore(QModelIndex())
    assert ids(model) == [2, 1]
    assert not model.is_searching


def test_a_later_filter_ends_the_search_before_it(qtbot: QtBot) -> None:
    store = Store(3)
    model = shown(store)
    model.set_filter(WorkItemFilter(text="pension"))
    with qtbot.assertNotEmitted(model.failed):
        model.set_filter(WorkItemFilter(test_mode=False))
    assert ids(model) == [3, 2, 1]
    assert not model.is_searching


def test_a_search_that_is_refused_is_told(qtbot: QtBot) -> None:
    model = shown(Store(3))
    with qtbot.waitSignal(model.failed):
        model.set_filter(WorkItemFilter(text="refused"))
    assert ids(model) == [3, 2, 1]


def test_a_search_can_be_given_up(qtbot: QtBot) -> None:
    model = shown(Store(3))
    model.set_filter(WorkItemFilter(text="pension"))
    model.cancel()
    assert not model.is_searching


def test_new_information_is_told_in_words(qtbot: QtBot) -> None:
    """M-03: not by the mark alone."""
    store = Store(0)
    store.items = [item(7, new=True)]
    model = shown(store)
    index = model.index(0, 0)
    assert "new information" in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_model_contract(qtbot: QtBot) -> None:
    model = shown(Store(5))
    QAbstractItemModelTester(model, FATAL)
