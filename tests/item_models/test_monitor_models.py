"""The monitor's tables: what each cell says, and that Qt's own checks find no fault (UI 3.10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Condition, Connector, Health, UseFor
from enate_desktop.domain.work_items import End
from enate_desktop.item_models.monitor_connectors import (
    MonitorColumn,
    MonitorConnectorModel,
)
from enate_desktop.item_models.monitor_lines import (
    MAIL_HEADERS,
    Line,
    LineTableModel,
    error_row,
    mail_row,
)
from enate_desktop.item_models.monitor_state import age_text, monitor_state, until_text
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.leases import Holder
from enate_desktop.services.monitor import ConnectorStatus, MailLine, Overview, WorkerError
from enate_desktop.services.pauses import Pause
from enate_desktop.storage.mailbox_counts import MailboxCount

NOW = datetime.now(UTC).replace(microsecond=0)
MAILBOX = Connector(7, "HR EMEA", UseFor.INCOMING, "hr@acme.example", enabled=True)
RUNNING = WorkerFacts(running=frozenset((7,)), started=NOW)
THEIRS = Holder("PC-17", "anna", NOW, "them")


def overview(*statuses: ConnectorStatus) -> Overview:
    return Overview(NOW, statuses, 0, 0, 0, 0, 0, 0, 5, None)


def checked(qtbot: QtBot, model: QAbstractItemModel) -> None:
    """Let Qt look at every change of ``model`` from now on."""
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(model, fatal, model)


def test_rows_come_and_go_by_the_rules_of_qt(qtbot: QtBot) -> None:
    model = MonitorConnectorModel()
    checked(qtbot, model)
    statuses = [ConnectorStatus(replace(MAILBOX, id=key, name=f"Box {key}")) for key in range(5)]
    model.set_overview(overview(*statuses))
    model.set_overview(overview(*reversed(statuses[1:])))
    model.set_facts(RUNNING, NOW)
    model.set_overview(overview())
    model.set_overview(overview(statuses[0]))
    assert model.rowCount() == 1


def test_lines_come_and_go_by_the_rules_of_qt(qtbot: QtBot) -> None:
    model = LineTableModel(MAIL_HEADERS)
    checked(qtbot, model)
    lines = [Line(key, ("12:00", "HR", f"#{key}", "France", "1 ms")) for key in range(20)]
    for shown in (lines[:10], lines[5:], [], lines):
        model.set_lines(shown)
        assert model.lines == tuple(shown)


@pytest.mark.parametrize(
    ("change", "facts", "words"),
    [
        (lambda s: s, RUNNING, "Idle"),
        (lambda s: s, replace(RUNNING, busy=frozenset((7,))), "Looking"),
        (lambda s: s, replace(RUNNING, running=frozenset()), "Not watched"),
        (lambda s: replace(s, connector=replace(MAILBOX, enabled=False)), RUNNING, "Off"),
        (lambda s: replace(s, pause=Pause(None, "anna")), RUNNING, "Paused until resumed by anna"),
        (lambda s: replace(s, held=2), RUNNING, "Held: 2 mails to decide on"),
        (
            lambda s: replace(s, connector=replace(MAILBOX, use_for=UseFor.OUTGOING)),
            replace(RUNNING, running=frozenset()),
            "Nothing is sent",
        ),
        (
            lambda s: replace(
                s, connector=replace(MAILBOX, condition=Condition(Health.FAILING, "No.", 9))
            ),
            RUNNING,
            "Retry 5 of 5",
        ),
        (
            lambda s: replace(s, holder=THEIRS),
            replace(RUNNING, standby=frozenset((7,))),
            "Watched by PC-17 (anna) since ",
        ),
    ],
)
def test_a_state_in_words(
    change: Callable[[ConnectorStatus], ConnectorStatus], facts: WorkerFacts, words: str
) -> None:
    state = monitor_state(change(ConnectorStatus(MAILBOX)), facts, 5, NOW)
    assert state.text.startswith(words)


def test_cells_say_what_they_hold() -> None:
    """X-05: on the server, accounted for, unexplained."""
    model = MonitorConnectorModel()
    figure = MailboxCount(7, NOW, 1200, 1198, 0, 2, details=("UID 5 is gone.",))
    model.set_overview(overview(ConnectorStatus(MAILBOX, today=3, figure=figure)))
    model.set_facts(replace(RUNNING, next_looks={7: NOW + timedelta(seconds=18)}), NOW)

    def cell(column: MonitorColumn, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
        return model.index(0, column).data(role)

    assert cell(MonitorColumn.ON_SERVER) == "1,200"
    assert cell(MonitorColumn.NEXT) == "in 18 s"
    assert cell(MonitorColumn.UNEXPLAINED, Qt.ItemDataRole.ToolTipRole) == "UID 5 is gone."
    assert cell(MonitorColumn.UNEXPLAINED, Qt.ItemDataRole.ForegroundRole) == "error"
    assert cell(MonitorColumn.TODAY, Qt.ItemDataRole.AccessibleTextRole) == "Today: 3"


def test_what_could_not_be_read_again_is_greyed() -> None:
    """UI 3.10: the last known data stays, greyed."""
    model = MonitorConnectorModel()
    model.set_overview(overview(ConnectorStatus(MAILBOX)))
    index = model.index(0, MonitorColumn.CONNECTOR)
    assert index.data(Qt.ItemDataRole.ForegroundRole) == "text"
    model.set_aged(is_aged=True)
    assert index.data(Qt.ItemDataRole.ForegroundRole) == "disabled"


def test_a_mail_is_a_line() -> None:
    mail = MailLine(4, 7, "HR EMEA", 8123, "Arrivée", NOW, End.CREATED, "France (3)", 1, 230)
    line = mail_row(mail, NOW)
    assert line.cells[1:] == ("HR EMEA", "#8123 “Arrivée”", "France (3)", "230 ms")
    assert line.as_text().count("\t") == 4


def test_an_error_of_a_connector_that_is_gone_is_a_line() -> None:
    error = WorkerError(1, NOW, 9, "incoming", "No.", "Look.", "", "BAD")
    assert error_row(error, {}, NOW).cells[1:] == (
        "(deleted connector)",
        "incoming",
        "No. Look.",
        "BAD",
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "now"), (18, "in 18 s"), (61, "in 2 min"), (3601, "in 2 h")],
)
def test_the_time_until_something(seconds: int, words: str) -> None:
    assert until_text(NOW + timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(8, "8 s"), (720, "12 min"), (15_120, "4 h 12 min"), (273_600, "3 d 4 h")],
)
def test_an_age(seconds: int, words: str) -> None:
    assert age_text(NOW - timedelta(seconds=seconds), NOW) == words
