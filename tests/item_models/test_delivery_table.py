"""The table of deliveries: words of its cells, pages, times that run."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.item_models.delivery_state import (
    LOOKS,
    delivery_sentence,
    next_text,
    unknown_note,
)
from enate_desktop.item_models.delivery_table import (
    DeliveryColumn,
    DeliveryRole,
    DeliveryTableModel,
    DeliveryWish,
)
from enate_desktop.item_models.paged_table import PAGE_SIZE
from tests.views.outbox_samples import NOW, Outbox, delivery

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def shown(*deliveries: Delivery) -> DeliveryTableModel:
    model = DeliveryTableModel(Outbox(*deliveries).read)
    model.set_filter(DeliveryWish())
    return model


def test_every_state_has_words_and_a_shape_of_its_own() -> None:
    """UI 3.18: meaning is never colour alone."""
    assert set(LOOKS) == set(DeliveryState)
    assert len({look.words for look in LOOKS.values()}) == len(DeliveryState)
    assert len({look.shape for look in LOOKS.values()}) == len(DeliveryState)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (DeliveryColumn.STATE, "Pending retry"),
        (DeliveryColumn.RECIPIENT, "person1@acme.fr"),
        (DeliveryColumn.REFERENCE, "100001-T"),
        (DeliveryColumn.TRIES, "3"),
        (DeliveryColumn.ERROR, "The server is busy."),
    ],
)
def test_cells(qtbot: QtBot, column: DeliveryColumn, text: str) -> None:
    """O-03: how far each delivery got, and why not further."""
    one = delivery(1, DeliveryState.RETRY, attempts=3, error="The server is busy.")
    model = shown(one)
    assert model.index(0, column).data() == text


@pytest.mark.parametrize(
    ("state", "after", "text"),
    [
        (DeliveryState.RETRY, timedelta(seconds=40), "in 40 s"),
        (DeliveryState.RETRY, timedelta(minutes=4, seconds=5), "in 4 min"),
        (DeliveryState.QUEUED, timedelta(hours=3, minutes=1), "in 3 h"),
        (DeliveryState.QUEUED, timedelta(seconds=-9), "now"),
        (DeliveryState.SENT, timedelta(minutes=4), ""),
        (DeliveryState.FAILED, timedelta(minutes=4), ""),
    ],
)
def test_the_next_try(state: DeliveryState, after: timedelta, text: str) -> None:
    assert next_text(delivery(1, state, next_at=NOW + after), NOW) == text


def test_the_time_to_the_next_try_runs(qtbot: QtBot) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=4, seconds=30)
    model = shown(delivery(1, DeliveryState.RETRY, next_at=soon))
    cell = model.index(0, DeliveryColumn.NEXT)
    assert cell.data() == "in 4 min"
    with qtbot.waitSignal(model.dataChanged):
        model.tick(datetime.now(UTC) + timedelta(minutes=3), (DeliveryColumn.NEXT,))
    assert cell.data() == "in 1 min"


def test_more_is_read_as_it_is_needed(qtbot: QtBot) -> None:
    asked: list[tuple[int, int]] = []

    def read(_wish: DeliveryWish, offset: int, limit: int) -> tuple[Sequence[Delivery], int]:
        asked.append((offset, limit))
        rows = [delivery(n, DeliveryState.SENT) for n in range(offset + 1, offset + limit + 1)]
        return rows, 1_000_000

    model = DeliveryTableModel(read)
    model.set_filter(DeliveryWish())
    model.fetchMore(QModelIndex())
    assert (model.rowCount(), model.total) == (2 * PAGE_SIZE, 1_000_000)
    assert asked == [(0, PAGE_SIZE), (PAGE_SIZE, PAGE_SIZE)]


def test_delegates_get_the_delivery(qtbot: QtBot) -> None:
    one = delivery(1, DeliveryState.SENT)
    model = shown(one)
    assert model.index(0, 0).data(DeliveryRole.DELIVERY) == one


def test_a_screen_reader_hears_the_heading_too(qtbot: QtBot) -> None:
    model = shown(delivery(1, DeliveryState.SENT))
    cell = model.index(0, DeliveryColumn.STATE)
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "State: Sent"


def test_what_is_not_certain_is_said_so() -> None:
    """MAIL 4 H: the same Message-ID makes a twin recognisable."""
    one = delivery(1, DeliveryState.UNKNOWN)
    assert unknown_note(one, again=True) == (
        "It is not certain whether the acknowledgement to person1@acme.fr left. "
        "It will be sent once more with the same Message-ID."
    )
    assert "Retry sends it" in unknown_note(one, again=False)
    assert not unknown_note(delivery(2, DeliveryState.SENT), again=True)


@pytest.mark.parametrize("state", list(DeliveryState))
def test_a_work_item_tells_every_state(state: DeliveryState) -> None:
    assert "person1@acme.fr" in delivery_sentence(delivery(1, state), "14:05")


def test_model_contract(qtbot: QtBot) -> None:
    model = shown(*(delivery(n, DeliveryState.SENT) for n in range(1, 6)))
    QAbstractItemModelTester(model, FATAL)
