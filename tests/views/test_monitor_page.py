"""The Mailbox monitor: states, figures, pauses, lists, details, plot (UI 3.10, X-05, C-08)."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Condition, Health
from enate_desktop.domain.errors import StorageError
from enate_desktop.item_models.monitor_connectors import MonitorColumn
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.services.bundle import Services
from enate_desktop.services.monitor import Span, Throughput
from enate_desktop.storage.mailbox_counts import MailboxCount
from enate_desktop.views.monitor_page import MonitorPage
from enate_desktop.views.plot import ThroughputPlot, summary_text
from enate_desktop.views.status_strip import WorkerKind, WorkerState
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.views.page_samples import add_connector, company, letter, take_in

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made
        wait_for_tasks(5)


@pytest.fixture
def worker() -> WorkerControl:
    return WorkerControl()


def shown(qtbot: QtBot, services: Services, worker: WorkerControl) -> MonitorPage:
    made = MonitorPage(services, ChangeNotifier(), worker)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.connectors.model.rowCount() == len(services.connectors.all()))
    return made


def switch_on(services: Services, connector_id: int = 1) -> None:
    with services.context.database.write() as work:
        work.connectors.change(connector_id, enabled=True)


def cell(page: MonitorPage, column: MonitorColumn, row: int = 0) -> str:
    return str(page.connectors.model.index(row, column).data())


def refused() -> MailError:
    return MailError(
        ErrorKind.AUTHENTICATION,
        "Sign-in was refused.",
        "Type the password again.",
        field="incoming.password",
        server_words="NO nope",
    )


def test_a_mailbox_that_is_watched_is_idle(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    switch_on(services)
    worker.set_facts(WorkerFacts(running=frozenset((1,)), started=datetime.now(UTC)))
    page = shown(qtbot, services, worker)
    assert cell(page, MonitorColumn.CONNECTOR) == "HR EMEA"
    assert cell(page, MonitorColumn.STATE) == "Idle"


def test_a_failing_mailbox_says_which_try_it_is(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    """C-08: retried up to the configured number."""
    switch_on(services)
    with services.context.database.write() as work:
        work.connectors.set_condition(1, Condition(Health.FAILING, "It does not answer.", 3))
    page = shown(qtbot, services, worker)
    assert cell(page, MonitorColumn.STATE) == "Retry 3 of 5"
    assert page.connectors.words == "HR EMEA: It does not answer."


def test_what_nobody_can_explain_is_said(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    """X-05: on the server, accounted for, unexplained."""
    switch_on(services)
    with services.context.database.write() as work:
        work.mailbox_counts.save(MailboxCount(1, datetime.now(UTC), 12, 10, 0, 2))
    page = shown(qtbot, services, worker)
    columns = (MonitorColumn.ON_SERVER, MonitorColumn.ACCOUNTED, MonitorColumn.UNEXPLAINED)
    assert [cell(page, column) for column in columns] == ["12", "10", "2"]
    index = page.connectors.model.index(0, MonitorColumn.UNEXPLAINED)
    assert index.data(Qt.ItemDataRole.ForegroundRole) == "error"
    assert "2 mails unexplained" in page.messages.bars[0].text


def test_pause_and_resume_one_mailbox(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    """UI 3.10: a page-level bar with the remaining time."""
    switch_on(services)
    page = shown(qtbot, services, worker)
    action = next(a for a in page.buttons.menu.actions() if a.text() == "“HR EMEA”: 15 minutes")
    action.trigger()
    page.loader.read()
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    assert cell(page, MonitorColumn.STATE).startswith("Paused until ")
    assert "15 min left" in page.messages.bars[0].text
    page.messages.bars[0].buttons[0].click()
    page.loader.read()
    qtbot.waitUntil(lambda: cell(page, MonitorColumn.STATE) == "Idle")
    assert not services.pauses.paused()


def test_the_last_error_leads_to_the_field(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    services.monitor.note(1, "incoming", refused())
    page = shown(qtbot, services, worker)
    assert cell(page, MonitorColumn.LAST_ERROR) == "Sign-in was refused."
    status = page.connectors.current
    assert status is not None
    assert status.last_error is not None
    dialog = page.show_error(status.last_error)
    assert "NO nope" in dialog.text
    with qtbot.waitSignal(page.page_requested) as asked:
        dialog.mend_button.click()
    assert asked.args == ["connectors", (1, "incoming.password")]


def test_check_now_and_restart_are_asked_of_the_worker(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    switch_on(services)
    page = shown(qtbot, services, worker)
    with qtbot.waitSignal(worker.check_now_requested) as asked:
        page.buttons.check.click()
    assert asked.args == [None]
    with qtbot.waitSignal(worker.check_now_requested) as asked:
        page.connectors.retry.click()
    assert asked.args == [1]
    with qtbot.waitSignal(worker.restart_requested):
        page.buttons.restart.click()


def test_the_worker_is_told_in_words(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    page = shown(qtbot, services, worker)
    worker.set_state(WorkerState(WorkerKind.RUNNING, "Worker: running · queue 0"))
    assert page.worker_line.text == "Running"


def test_activating_a_delivery_opens_the_work_item(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    take_in(services, 1, [letter("a@foo.org", "One")])
    page = shown(qtbot, services, worker)
    qtbot.waitUntil(lambda: page.lists.mails.lines.rowCount() == 1)
    page.lists.mails.selectRow(0)
    with qtbot.waitSignal(page.page_requested) as asked:
        page.lists.mails.activated.emit(page.lists.mails.currentIndex())
    assert asked.args == ["work_items", 1]
    page.lists.copy.click()
    assert "“One”" in QGuiApplication.clipboard().text()


def test_activating_an_unhandled_mail_opens_it_there(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    take_in(services, 1, [letter("a@foo.org", "One", "other@acme.example")])
    page = shown(qtbot, services, worker)
    qtbot.waitUntil(lambda: page.lists.mails.lines.rowCount() == 1)
    page.lists.mails.selectRow(0)
    with qtbot.waitSignal(page.page_requested) as asked:
        page.lists.mails.activated.emit(page.lists.mails.currentIndex())
    assert asked.args == ["unhandled", 1]


def test_following_stops_while_somebody_reads_further_down(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    take_in(services, 1, [letter("a@foo.org", f"Mail {n}") for n in range(40)])
    page = shown(qtbot, services, worker)
    qtbot.waitUntil(lambda: page.lists.mails.lines.rowCount() == 40)
    bar = page.lists.mails.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    assert not page.lists.follow.isChecked()
    bar.setValue(0)
    assert page.lists.follow.isChecked()


def test_the_list_is_written_safe_for_spreadsheets(
    qtbot: QtBot, services: Services, worker: WorkerControl, tmp_path: Path
) -> None:
    take_in(services, 1, [letter("a@foo.org", "One")])
    page = shown(qtbot, services, worker)
    qtbot.waitUntil(lambda: page.lists.mails.lines.rowCount() == 1)
    page.lists.export(tmp_path / "list.csv")
    heading, row = (tmp_path / "list.csv").read_text("utf-8").splitlines()
    assert heading == "Time,Connector,Mail,Where it went,Took"
    assert "One" in row


def test_a_list_that_is_asked_for_while_another_is_read_comes_too(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    take_in(services, 1, [letter("a@foo.org", "One")])
    services.monitor.note(1, "incoming", refused())
    page = shown(qtbot, services, worker)
    page.loader.read_lists()
    page.loader.read_lists()
    page.lists.buttons[1].click()
    qtbot.waitUntil(lambda: page.lists.errors.lines.rowCount() == 1)
    assert page.lists.errors.lines.lines[0].cells[1] == "HR EMEA"
    qtbot.waitUntil(lambda: page.lists.mails.lines.rowCount() == 1)


def test_an_answer_that_comes_after_the_page_is_gone_is_dropped(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    page = MonitorPage(services, ChangeNotifier(), worker)
    page.loader.read()
    shiboken6.delete(page)
    wait = QEventLoop()
    QTimer.singleShot(200, wait.quit)
    wait.exec()
    assert not shiboken6.isValid(page)


def test_the_actions_of_the_pause_menu_outlive_a_collection(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    page = shown(qtbot, services, worker)
    gc.collect()
    page.buttons.choose((1, "Payroll"))
    texts = [action.text() for action in page.buttons.menu.actions()]
    assert "All: 15 minutes" in texts
    assert "“Payroll”: 15 minutes" in texts
    page.buttons.choose(None)
    seen = [action.text() for action in page.buttons.menu.actions() if action.isVisible()]
    assert "All: 15 minutes" in seen
    assert not any("Payroll" in text for text in seen)


def test_the_page_in_a_window_of_its_own_shows_the_same(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    """UI 3.1: open in new window."""
    page = shown(qtbot, services, worker)
    window = page.open_in_new_window()
    other = window.centralWidget()
    assert isinstance(other, MonitorPage)
    qtbot.waitUntil(lambda: other.connectors.model.rowCount() == 1)
    assert not other.buttons.window_button.isVisible()
    window.close()


def test_what_cannot_be_read_again_stays_with_its_age(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    """UI 3.10: the last known data stays, greyed, with its age."""
    page = shown(qtbot, services, worker)
    qtbot.waitUntil(lambda: page.connectors.current is not None)
    page.loader.failed.emit(StorageError("The data file could not be used."))
    assert "What you see is " in page.messages.bars[0].text
    index = page.connectors.model.index(0, MonitorColumn.STATE)
    assert index.data(Qt.ItemDataRole.ForegroundRole) == "disabled"
    page.loader.read()
    qtbot.waitUntil(lambda: not page.messages.bars)
    assert index.data(Qt.ItemDataRole.ForegroundRole) == "text"


def test_five_mailboxes_are_to_be_seen_on_a_small_screen(
    qtbot: QtBot, services: Services, worker: WorkerControl
) -> None:
    for number in range(4):
        add_connector(services, f"Box {number}", f"box{number}@acme.example")
    page = shown(qtbot, services, worker)
    page.resize(1310, 675)
    table = page.connectors.table

    def is_seen() -> bool:
        last = table.visualRect(page.connectors.model.index(4, 0))
        return table.viewport().rect().contains(last)

    qtbot.waitUntil(is_seen)


def test_the_plot_tells_itself_in_words(qtbot: QtBot) -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    mails, errors = [0] * 60, [0] * 60
    mails[59], mails[3], errors[3] = 12, 4, 1
    found = Throughput(Span.HOUR, start, tuple(mails), tuple(errors))
    plot = ThroughputPlot()
    qtbot.addWidget(plot)
    plot.show_throughput(found)
    plot.show()
    assert summary_text(found) == ("16 mails in the last hour, at most 12 in a minute; 1 error.")
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.step_text(59).endswith("12 mails")
    assert plot.accessibleDescription() == plot.step_text(59)


def test_who_may_not_handle_mail_is_told_why_no_server_is_asked(
    qtbot: QtBot, tmp_path: Path, worker: WorkerControl
) -> None:
    """P-01, UI 3.19: a check signs in with a stored secret."""
    with company(tmp_path) as made:
        add_connector(made)
    with company(tmp_path, "vera") as services:
        page = shown(qtbot, services, worker)
        page.connectors.select(1)
        assert not page.connectors.count.isEnabled()
        assert "Handle mail" in page.connectors.count.toolTip()
        wait_for_tasks(5)
