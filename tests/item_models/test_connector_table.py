"""The table of connectors: states in words, filters, sorting, identity of rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.connectors import (
    Authentication,
    Condition,
    Connector,
    Health,
    ServerSettings,
    UseFor,
)
from enate_desktop.item_models.connector_state import connector_state, service_text
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


def expiring(days: int) -> dict[str, object]:
    """Changes that make a connector run with a certificate that has so many days left."""
    facts = CertificateFacts(
        "CN=x", "CN=ca", NOW - timedelta(days=300), NOW + timedelta(days=days), ""
    )
    side = replace(SMTP, authentication=Authentication.CERTIFICATE, certificate=facts)
    return {"enabled": True, "outgoing": side}


@pytest.mark.parametrize(
    ("changes", "text", "shape", "needs_a_person"),
    [
        ({}, "Not tested", "circle-slash", False),
        ({"tested_fingerprint": "x"}, "Tested – off", "circle", False),
        ({"tested_fingerprint": "x", "enabled": True}, "Running", "circle-check", False),
        (
            {"enabled": True, "condition": Condition(Health.RUNNING, "No UIDL.")},
            "Running: No UIDL",
            "circle-check",
            False,
        ),
        (
            {"enabled": True, "condition": Condition(Health.FAILING, "No answer.")},
            "Failing: No answer",
            "triangle-alert",
            True,
        ),
        (
            {"condition": Condition(Health.STOPPED, "Sign-in was refused.")},
            "Auto-stopped: Sign-in was refused",
            "circle-x",
            True,
        ),
        (
            {"condition": Condition(Health.SIGN_IN_NEEDED, "Microsoft wants a new sign-in.")},
            "Sign-in needed: Microsoft wants a new sign-in",
            "log-in",
            True,
        ),
        (expiring(25), "Running, certificate expires in 25 days", "clock", False),
        (expiring(6), "Running, certificate expires in 6 days", "triangle-alert", True),
        (expiring(-2), "Running, certificate expired on 21 Nov 2026", "circle-x", True),
    ],
)
def test_a_state_has_words_and_a_shape(
    changes: dict[str, object], text: str, shape: str, needs_a_person: bool
) -> None:
    """UI 3.3: never colour alone."""
    state = connector_state(connector(1, "HR", UseFor.BOTH, **changes), NOW)
    assert (state.words, state.shape, state.needs_a_person) == (text, shape, needs_a_person)


def test_a_stopped_connector_says_when(qtbot: QtBot) -> None:
    """C-08: the reason and the time are shown, and the time grows."""
    condition = Condition(Health.STOPPED, "Refused.", 1, NOW, NOW - timedelta(hours=2))
    model = ConnectorTableModel()
    model.set_connectors([connector(1, "HR", condition=condition)], {}, NOW)
    index = model.index(0, ConnectorColumn.STATE)
    before = index.data()
    model.tick(NOW + timedelta(hours=1))
    assert (before, index.data()) == (
        "Auto-stopped 2 h ago: Refused",
        "Auto-stopped 3 h ago: Refused",
    )
    assert index.data(Qt.ItemDataRole.ToolTipRole).endswith("Refused.")


def test_what_a_server_says_is_no_markup(qtbot: QtBot) -> None:
    """UI 5.36: a tooltip shows it as it is."""
    condition = Condition(Health.STOPPED, "Said <b>no</b> & left.")
    model = ConnectorTableModel()
    model.set_connectors([connector(1, "HR", condition=condition)], {}, NOW)
    tip = model.index(0, ConnectorColumn.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;no" in tip
    assert "&amp; left" in tip


def test_states_are_sorted_by_their_words(qtbot: QtBot) -> None:
    """UI 3.3: the state text is the sort key, whatever time it tells."""
    old = Condition(Health.STOPPED, "B", 1, NOW, NOW - timedelta(hours=9))
    new = Condition(Health.STOPPED, "A", 1, NOW, NOW - timedelta(minutes=1))
    model = ConnectorTableModel()
    model.set_connectors(
        [connector(1, "Old", condition=old), connector(2, "New", condition=new)], {}, NOW
    )
    model.sort(ConnectorColumn.STATE)
    assert names(model) == ["New", "Old"]


@pytest.mark.parametrize(
    ("use_for", "count", "text", "spoken"),
    [
        (UseFor.INCOMING, 0, "0", "No routes yet, only the fallback"),
        (UseFor.OUTGOING, 0, "0", "No routes yet"),
        (UseFor.BOTH, 1, "1", "1 route"),
        (UseFor.INCOMING, 12, "12", "12 routes"),
    ],
)
def test_the_fallback_is_no_route_that_somebody_made(
    qtbot: QtBot, use_for: UseFor, count: int, text: str, spoken: str
) -> None:
    """UI 3.3: the count is of routes that people made."""
    model = ConnectorTableModel()
    model.set_connectors([connector(1, "HR", use_for)], {1: count}, NOW)
    index = model.index(0, ConnectorColumn.ROUTES)
    assert index.data() == text
    assert index.data(Qt.ItemDataRole.ToolTipRole) == spoken
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == spoken


@pytest.mark.parametrize(
    ("incoming", "outgoing", "text"),
    [
        ("gmail_imap", "gmail_smtp", "Gmail (IMAP + SMTP)"),
        ("office365_pop3", "office365_smtp_relay", "Office 365 (POP3 + SMTP Relay)"),
        ("gmail_imap", "other_smtp", "Gmail (IMAP) + Other (SMTP)"),
    ],
)
def test_both_services_in_few_words(incoming: str, outgoing: str, text: str) -> None:
    sides = {
        "incoming": replace(IMAP, service=incoming),
        "outgoing": replace(SMTP, service=outgoing),
    }
    assert service_text(connector(1, "HR", UseFor.BOTH, **sides)) == text


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
