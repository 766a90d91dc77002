"""The table of connectors: states in words, filters, sorting, identity of rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Condition, Connector, Health, ServerSettings, UseFor
from enate_desktop.item_models.connector_state import connector_state, needs_a_person
from enate_desktop.item_models.connector_table import (
    ConnectorColumn,
    ConnectorTableModel,
    Shown,
)

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
IMAP = ServerSettings("gmail_imap", "imap.gmail.com", 993)
SMTP = ServerSettings("other_smtp", "smtp.acme.example", 587)


def connector(
    number: int, name: str, use_for: UseFor = UseFor.INCOMING, **more: object
) -> Connector:
    base = Connector(number, name, use_for, f"{name.lower()}@acme.example", IMAP, SMTP)
    return replace(base, **more)  # type: ignore[arg-type]  # the test names real fields


def names(model: ConnectorTableModel) -> list[str]:
    return [str(model.index(row, ConnectorColumn.NAME).data()) for row in range(model.rowCount())]


@pytest.fixture
def model(qtbot: QtBot) -> ConnectorTableModel:
    made = ConnectorTableModel()
    made.set_connectors(
        [
            connector(1, "Payroll"),
            connector(2, "Benefits", UseFor.BOTH),
            connector(3, "Noreply", UseFor.OUTGOING),
        ],
        {1: 12, 2: 3},
        NOW,
    )
    return made


@pytest.mark.parametrize(
    ("changes", "text", "shape"),
    [
        ({}, "Not tested", "circle-slash"),
        ({"tested_fingerprint": "x"}, "Tested – off", "circle"),
        ({"tested_fingerprint": "x", "enabled": True}, "Running", "circle-check"),
        (
            {"enabled": True, "condition": Condition(Health.FAILING, "No answer.")},
            "Failing: No answer",
            "triangle-alert",
        ),
        (
            {"condition": Condition(Health.STOPPED, "Sign-in was refused.")},
            "Stopped: Sign-in was refused",
            "circle-x",
        ),
    ],
)
def test_a_state_has_words_and_a_shape(changes: dict[str, object], text: str, shape: str) -> None:
    """UI 3.3: never colour alone."""
    state = connector_state(connector(1, "HR", UseFor.INCOMING, **changes))
    assert (state.words, state.shape) == (text, shape)


def test_a_stopped_connector_says_when(qtbot: QtBot) -> None:
    """C-08: the reason and the time are shown."""
    condition = Condition(Health.STOPPED, "Refused.", 1, NOW, NOW - timedelta(hours=2))
    stopped = connector(1, "HR", condition=condition)
    model = ConnectorTableModel()
    model.set_connectors([stopped], {}, NOW)
    assert model.index(0, ConnectorColumn.STATE).data() == "Stopped 2 h ago: Refused"
    assert needs_a_person(stopped)


@pytest.mark.parametrize(
    ("shown", "search", "expected"),
    [
        (Shown.ALL, "", ["Benefits", "Noreply", "Payroll"]),
        (Shown.INCOMING, "", ["Benefits", "Payroll"]),
        (Shown.OUTGOING, "", ["Benefits", "Noreply"]),
        (Shown.ALL, "PAY", ["Payroll"]),
        (Shown.ALL, "noreply@", ["Noreply"]),
        (Shown.ALL, "gmail", ["Benefits", "Payroll"]),
        (Shown.OUTGOING, "payroll", []),
    ],
)
def test_filter(model: ConnectorTableModel, shown: Shown, search: str, expected: list[str]) -> None:
    model.set_filter(shown, search)
    assert names(model) == expected


def test_routes_are_sorted_as_numbers(model: ConnectorTableModel) -> None:
    model.sort(ConnectorColumn.ROUTES, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["Payroll", "Benefits", "Noreply"]


def test_rows_keep_their_identity_when_read_again(model: ConnectorTableModel) -> None:
    """A selection survives what others change."""
    held = QPersistentModelIndex(model.index_of(1))
    model.set_connectors(
        [connector(4, "Appeals"), connector(1, "Zebra"), connector(2, "Benefits")], {}, NOW
    )
    assert names(model) == ["Appeals", "Benefits", "Zebra"]
    assert (held.row(), model.connector(held)) == (2, connector(1, "Zebra"))


def test_an_outgoing_connector_has_no_last_check(model: ConnectorTableModel) -> None:
    texts = {
        model.index(row, ConnectorColumn.NAME).data(): model.index(
            row, ConnectorColumn.LAST_CHECK
        ).data()
        for row in range(3)
    }
    assert texts == {"Payroll": "never", "Benefits": "never", "Noreply": "–"}


def test_the_default_sender_is_spoken_of(qtbot: QtBot) -> None:
    """C-09: there is one default sender, and it is marked."""
    model = ConnectorTableModel()
    model.set_connectors([connector(1, "HR", UseFor.BOTH, default_sender=True)], {}, NOW)
    index = model.index(0, ConnectorColumn.NAME)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "HR, default sender"


def test_model_contract(model: ConnectorTableModel) -> None:
    QAbstractItemModelTester(model, FATAL)
