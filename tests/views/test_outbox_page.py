"""The Outbox page: how far each automated email got, and what a person can do about it (O-03)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.item_models.delivery_table import DeliveryColumn, DeliveryWish
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.outbox_page import OutboxPage
from enate_desktop.views.outbox_view import OutboxView
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.outbox_samples import RAW, Outbox, delivery
from tests.views.page_samples import add_connector, add_sender, company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def shown(qtbot: QtBot, outbox: Outbox, *, refusal: str = "", again: bool = True) -> OutboxView:
    made = OutboxView(outbox, outbox.read, refusal, lambda: again)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, view: OutboxView) -> None:
    """What was asked for has been read."""
    qtbot.waitUntil(lambda: not view.loader.busy)


def ids(view: OutboxView) -> list[int]:
    rows = (view.model.row_of(view.model.index(r, 0)) for r in range(view.model.rowCount()))
    return [row.id for row in rows if row is not None]


def every_state() -> Outbox:
    return Outbox(*(delivery(n, state) for n, state in enumerate(DeliveryState, start=1)))


def test_an_empty_outbox_says_so(qtbot: QtBot) -> None:
    """UI 3.16."""
    view = shown(qtbot, Outbox())
    assert not view.list.table.isVisible()


def test_states_are_filters_with_counts(qtbot: QtBot) -> None:
    view = shown(qtbot, Outbox(delivery(1, DeliveryState.SENT), delivery(2, DeliveryState.FAILED)))
    failed = view.filters.buttons[DeliveryState.FAILED]
    assert failed.text() == "Failed (1)"
    assert not view.filters.buttons[DeliveryState.QUEUED].isVisible()
    failed.click()
    settle(qtbot, view)
    assert ids(view) == [2]
    view.filters.all_button.click()
    settle(qtbot, view)
    assert ids(view) == [1, 2]


def test_search_by_reference(qtbot: QtBot) -> None:
    view = shown(qtbot, every_state())
    view.show_of("100003-T")
    qtbot.waitUntil(lambda: ids(view) == [3])


def test_nothing_found_offers_to_clear(qtbot: QtBot) -> None:
    view = shown(qtbot, every_state())
    view.filters.text.setText("nobody")
    qtbot.waitUntil(lambda: not view.list.table.isVisible())
    view.filters.clear()
    qtbot.waitUntil(view.list.table.isVisible)


def test_choosing_one_shows_the_mail_as_it_is_sent(qtbot: QtBot) -> None:
    one = delivery(1, DeliveryState.FAILED, error="The server refused the recipient.")
    view = shown(qtbot, Outbox(one))
    view.list.table.selectRow(0)
    assert "Auto-Submitted: auto-replied" in view.details.mail
    assert "your reference is 100001-T" in view.details.mail
    assert view.details.error == "The server refused the recipient."


def test_an_uncertain_one_names_the_same_message_id(qtbot: QtBot) -> None:
    """MAIL 4 H."""
    view = shown(qtbot, Outbox(delivery(1, DeliveryState.UNKNOWN)))
    view.list.table.selectRow(0)
    assert view.details.note.endswith("It will be sent once more with the same Message-ID.")


@pytest.mark.parametrize(
    ("state", "retry", "discard"),
    [
        (DeliveryState.QUEUED, True, True),
        (DeliveryState.SENDING, False, False),
        (DeliveryState.SENT, False, False),
        (DeliveryState.RETRY, True, True),
        (DeliveryState.UNKNOWN, True, True),
        (DeliveryState.FAILED, True, True),
        (DeliveryState.DISABLED, True, True),
        (DeliveryState.DISCARDED, True, False),
    ],
)
def test_what_can_be_done_in_which_state(
    qtbot: QtBot, state: DeliveryState, retry: bool, discard: bool
) -> None:
    """O-03: retry or discard by hand; what was sent is never sent again."""
    view = shown(qtbot, Outbox(delivery(1, state)))
    view.list.table.selectRow(0)
    assert (view.commands.retry.isEnabled(), view.commands.discard.isEnabled()) == (retry, discard)
    assert retry or view.commands.retry.statusTip()


def test_retry_and_discard_leave_what_was_sent_alone(qtbot: QtBot) -> None:
    outbox = every_state()
    view = shown(qtbot, outbox)
    view.list.table.selectAll()
    with qtbot.waitSignal(view.touched) as told:
        view.commands.discard.trigger()
    assert told.args == [Changes(outbox=True)]
    kept = {one.state for one in outbox.all}
    assert kept == {DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.DISCARDED}


def test_failed_and_uncertain_ones_need_a_person(qtbot: QtBot) -> None:
    outbox = every_state()
    view = shown(qtbot, outbox)
    with qtbot.waitSignal(view.attention) as badge:
        view.refresh()
    assert badge.args == [2]


def test_return_opens_the_work_item(qtbot: QtBot) -> None:
    view = shown(qtbot, Outbox(delivery(7, DeliveryState.SENT)))
    view.list.table.selectRow(0)
    with qtbot.waitSignal(view.work_item_wanted) as asked:
        view.commands.open.trigger()
    assert asked.args == [7]


def test_saving_as_a_file(qtbot: QtBot, tmp_path: Path) -> None:
    view = shown(qtbot, Outbox(delivery(1, DeliveryState.SENT)))
    view.list.table.selectRow(0)
    view.save_to(tmp_path / "a.eml")
    assert (tmp_path / "a.eml").read_bytes() == RAW


def test_a_viewer_is_told_why_not(qtbot: QtBot) -> None:
    """P-01, UI 3.19."""
    outbox = Outbox(delivery(1, DeliveryState.FAILED))
    view = shown(qtbot, outbox, refusal='You need the permission "Handle mail".')
    view.list.table.selectRow(0)
    assert "Handle mail" in view.commands.retry.statusTip()
    assert not view.commands.discard.isEnabled()
    assert view.commands.save.isEnabled()


def test_the_selection_stays_when_something_changes(qtbot: QtBot) -> None:
    outbox = every_state()
    view = shown(qtbot, outbox)
    view.list.table.selectRow(2)
    outbox.all.insert(0, delivery(99, DeliveryState.QUEUED))
    view.refresh()
    settle(qtbot, view)
    assert [one.id for one in view.chosen()] == [3]
    cell = view.model.index(0, DeliveryColumn.RECIPIENT)
    assert cell.data(Qt.ItemDataRole.DisplayRole) == "person99@acme.fr"


def test_the_page_shows_deliveries_and_texts(qtbot: QtBot, services: Services) -> None:
    page = OutboxPage(services, ChangeNotifier())
    qtbot.addWidget(page)
    page.resize(1310, 735)
    with qtbot.waitExposed(page):
        page.show()
    assert page.deliveries.isVisible()
    page.navigate("acknowledgement")
    assert page.templates.isVisible()
    assert not page.deliveries.isVisible()
    page.navigate("100001-T")
    assert page.deliveries.isVisible()
    assert page.deliveries.filters.text.text() == "100001-T"


def page_of(qtbot: QtBot, services: Services) -> OutboxPage:
    made = OutboxPage(services, ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def send_to(services: Services, connector_id: int, count: int) -> None:
    """Mails that wait to be sent over a connector."""
    facts = {
        "connector_id": connector_id,
        "kind": "acknowledgement",
        "sender": "noreply@acme.example",
        "subject": "We have your mail",
        "data": RAW,
    }
    with services.context.database.write() as work:
        now = work.now()
        known = work.outbox.counts().total()
        mails = [
            (
                {
                    **facts,
                    "message_id": f"<{known + n}@acme.example>",
                    "created": now,
                    "intake_id": None,
                    "work_item_id": None,
                },
                [f"person{n}@acme.fr"],
            )
            for n in range(count)
        ]
        work.outbox.add(mails)


def test_a_stop_is_told_until_a_person_starts_again(qtbot: QtBot, services: Services) -> None:
    """O-04: the brake stops all sending, says why, and a person lets it go on."""
    with services.context.database.write() as work:
        work.outbox.stop("500 mails in an hour are more than ten times the usual.")
    page = page_of(qtbot, services)
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    (bar,) = page.messages.bars
    assert bar.text == "Nothing is sent: 500 mails in an hour are more than ten times the usual."
    (start,) = [b for b in bar.findChildren(QPushButton) if b.text() == "Start again"]
    start.click()
    qtbot.waitUntil(lambda: not page.messages.bars)
    assert services.outbox.stopped() == ""


def test_mails_of_a_connector_that_is_off_are_counted(qtbot: QtBot, services: Services) -> None:
    """O-03: connector disabled; the count is exact however many there are."""
    noreply, payroll = add_sender(services), add_sender(services, "Payroll")
    send_to(services, noreply.id, 203)
    send_to(services, payroll.id, 2)
    page = page_of(qtbot, services)
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    (bar,) = page.messages.bars
    assert bar.text == ("203 mails wait for “Noreply”, 2 for “Payroll”: these connectors are off.")
    (show,) = [b for b in bar.findChildren(QPushButton) if b.text() == "Open connector"]
    with qtbot.waitSignal(page.page_requested) as asked:
        show.click()
    assert asked.args == ["connectors", noreply.id]


def test_a_refresh_reads_two_pages_at_most(qtbot: QtBot) -> None:
    """What was scrolled past is not read again."""
    outbox = Outbox(*(delivery(n, DeliveryState.SENT) for n in range(1, 1001)))
    read: list[tuple[int, int]] = []

    def reader(
        wish: DeliveryWish, offset: int, limit: int
    ) -> tuple[Sequence[Delivery], int | None]:
        read.append((offset, limit))
        return outbox.read(wish, offset, limit)

    view = OutboxView(outbox, reader, "", lambda: True)
    qtbot.addWidget(view)
    view.resize(1310, 735)
    with qtbot.waitExposed(view):
        view.show()
    settle(qtbot, view)
    while view.model.canFetchMore(QModelIndex()):
        view.model.fetchMore(QModelIndex())

    def scrolled() -> bool:
        view.list.table.scrollTo(view.model.index(900, 0))
        return view.list.table.rowAt(0) > 850

    qtbot.waitUntil(scrolled)
    read.clear()
    outbox.all[890] = delivery(891, DeliveryState.FAILED)
    view.refresh()
    settle(qtbot, view)
    assert len(read) == 2
    assert sum(limit for _, limit in read) == 400
    assert ids(view) == list(range(1, 1001))
    assert view.model.index(890, DeliveryColumn.STATE).data() == "Failed"
