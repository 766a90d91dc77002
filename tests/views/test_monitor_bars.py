"""The bars over the monitor: when each is there, what it says, what its buttons do (UI 3.10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.leases import Holder
from enate_desktop.services.monitor import ConnectorStatus, Overview
from enate_desktop.services.pauses import Pause
from enate_desktop.storage.mailbox_counts import MailboxCount
from enate_desktop.views.message_bar import MessageStack
from enate_desktop.views.monitor_bars import BarActions, MonitorBars

pytestmark = pytest.mark.usefixtures("appearance")

NOW = datetime.now(UTC)
MAILBOX = Connector(7, "HR EMEA", UseFor.INCOMING, "hr@acme.example", enabled=True)
STATUS = ConnectorStatus(MAILBOX)
OTHER = ConnectorStatus(replace(MAILBOX, id=8, name="Payroll"))
FACTS = WorkerFacts(running=frozenset((7, 8)), started=NOW)


class Desk:
    """Bars and what was asked for by their buttons."""

    def __init__(self, qtbot: QtBot) -> None:
        self.messages = MessageStack()
        qtbot.addWidget(self.messages)
        self.asked: list[tuple[object, ...]] = []
        names = ("resume", "send", "take", "skip", "count", "start", "diagnose")
        self.bars = MonitorBars(self.messages, BarActions(*map(self._note, names)))

    def _note(self, name: str) -> Callable[..., None]:
        return lambda *values: self.asked.append((name, *values))

    def show(
        self,
        *statuses: ConnectorStatus,
        stopped: str = "",
        free: int | None = None,
        **facts: object,
    ) -> list[str]:
        """Show an overview; the texts of the bars."""
        overview = Overview(NOW, statuses, 0, 0, 0, 0, 0, 0, 5, free)
        told = replace(FACTS, **facts)  # type: ignore[arg-type]  # named by the test
        self.bars.show(overview, stopped, told)
        return [bar.text for bar in self.messages.bars]

    def click(self) -> list[tuple[object, ...]]:
        """Click every button of every bar."""
        for bar in self.messages.bars:
            for button in bar.buttons[:2]:
                button.click()
        return self.asked


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_there_is_no_bar_while_all_is_well(desk: Desk) -> None:
    assert desk.show(STATUS, OTHER, free=1 << 40) == []


def test_a_pause_is_there_with_the_time_left(desk: Desk) -> None:
    pause = Pause(NOW + timedelta(minutes=15), "anna")
    (text,) = desk.show(replace(STATUS, pause=pause), OTHER)
    assert text.startswith("“HR EMEA”: paused until ")
    assert text.endswith("by anna, 15 min left. Mail waits on the server.")
    assert desk.click() == [("resume", [7])]


def test_a_pause_of_all_names_none(desk: Desk) -> None:
    pause = Pause(None, "anna")
    (text,) = desk.show(replace(STATUS, pause=pause), replace(OTHER, pause=pause))
    assert text == ("Every connector: paused until resumed by anna. Mail waits on the server.")


def test_a_held_mailbox_can_be_taken_in_or_skipped(desk: Desk) -> None:
    """MAIL 3.4: nothing of a rebuilt mailbox is decided until a person says so."""
    (text,) = desk.show(replace(STATUS, held=1))
    assert text.startswith("“HR EMEA” was rebuilt on the server: 1 mail would be new.")
    assert desk.click() == [("take", 7), ("skip", 7)]


def test_what_nobody_can_explain_can_be_counted_again(desk: Desk) -> None:
    """X-05."""
    figure = MailboxCount(7, NOW, 12, 11, 0, 1, details=("UID 5 is not known.",))
    (text,) = desk.show(replace(STATUS, figure=figure))
    assert text == "“HR EMEA”: 1 mail unexplained. UID 5 is not known."
    assert desk.click() == [("count", 7)]


def test_stopped_sending_can_be_started_again(desk: Desk) -> None:
    (text,) = desk.show(STATUS, stopped="200 mails in an hour.")
    assert text == "Sending is stopped. 200 mails in an hour."
    assert desk.click() == [("send",)]


@pytest.mark.parametrize(("megabytes", "bars"), [(499, 1), (500, 0)])
def test_a_disk_that_fills_is_told(desk: Desk, megabytes: int, bars: int) -> None:
    assert len(desk.show(STATUS, free=megabytes << 20)) == bars


def test_another_computer_that_fetches_all_is_named(desk: Desk) -> None:
    """S-01, UI 3.10: fetching stays there."""
    there = replace(STATUS, holder=Holder("PC-17", "anna", NOW, "them"))
    (text,) = desk.show(there, standby=frozenset((7,)))
    assert text.startswith("Mail is being fetched by this program on PC-17 (anna) since ")
    assert text.endswith(". You can edit; fetching stays there.")


def test_another_computer_that_fetches_some_is_named_with_them(desk: Desk) -> None:
    there = replace(STATUS, holder=Holder("PC-17", "anna", NOW, "them"))
    (text,) = desk.show(there, OTHER, standby=frozenset((7,)))
    assert text.startswith("Mail of “HR EMEA” is being fetched by this program on PC-17 (anna)")


def test_our_own_worker_is_no_news(desk: Desk) -> None:
    assert desk.show(replace(STATUS, holder=Holder("PC-3", "anna", NOW, "us"))) == []


def test_a_worker_that_did_not_start_can_be_started(desk: Desk) -> None:
    (text,) = desk.show(STATUS, trouble="The data file could not be used.", started=None)
    assert text == "The worker could not be started. The data file could not be used."
    assert desk.click() == [("start",), ("diagnose",)]


def test_a_bar_goes_with_its_reason(desk: Desk) -> None:
    assert len(desk.show(replace(STATUS, held=2), stopped="Enough.")) == 2
    assert desk.show(STATUS) == []
