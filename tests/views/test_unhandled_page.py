"""The Unhandled mail page: the list, the reason in words, the mail, the way to quarantine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from enate_desktop.domain.work_items import End
from enate_desktop.item_models.ledger_table import LedgerColumn
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.storage.deciding import Ending
from enate_desktop.storage.records import NewMail
from enate_desktop.views.unhandled_page import UnhandledPage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, company, letter, take_in

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def shown(qtbot: QtBot, services: Services, notifier: ChangeNotifier) -> UnhandledPage:
    made = UnhandledPage(services, notifier)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def cells(page: UnhandledPage, column: LedgerColumn) -> list[str]:
    return [str(page.model.index(r, column).data()) for r in range(page.model.rowCount())]


def quarantine(services: Services, subject: str) -> None:
    """Keep a mail where mails lie that could not be processed three times (M-11)."""
    intake = services.intake
    connector = services.connectors.get(1)
    epoch = intake.epoch(connector, FolderState(1, 1, 0, 0, read_only=False))
    raw = letter("ann@foo.org", subject)
    mail = NewMail(77, datetime.now(UTC), len(raw), raw)
    ((intake_id, _),) = intake.store(connector, epoch, [mail])
    with services.context.database.write() as work:
        work.deciding.finish(
            [Ending(intake_id, End.QUARANTINED, read_message(raw), "It is broken.")]
        )


def test_nothing_unhandled_says_so(qtbot: QtBot, services: Services) -> None:
    page = shown(qtbot, services, ChangeNotifier())
    found = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "Nothing unhandled" in found
    assert not page.messages.bars


def test_a_mail_is_listed_with_its_reason(qtbot: QtBot, services: Services) -> None:
    """W-01: the reason in words."""
    take_in(services, 1, [letter("ann@foo.org", "Hello", "other@acme.example")])
    page = shown(qtbot, services, ChangeNotifier())
    assert cells(page, LedgerColumn.SUBJECT) == ["Hello"]
    assert "No route for other@acme.example" in cells(page, LedgerColumn.REASON)[0]


def test_choosing_it_shows_the_mail_and_why(qtbot: QtBot, services: Services) -> None:
    """M-12: the same explanation as for work items."""
    take_in(services, 1, [letter("ann@foo.org", "Hello", "other@acme.example")])
    page = shown(qtbot, services, ChangeNotifier())
    page.table.setCurrentIndex(page.model.index(0, 0))
    assert page.halves.mail.subject == "Hello"
    assert "Unhandled" in page.halves.why.blocks[0].text


def test_the_badge_counts_what_needs_a_person(qtbot: QtBot, services: Services) -> None:
    notifier = ChangeNotifier()
    page = shown(qtbot, services, notifier)
    take_in(services, 1, [letter("ann@foo.org", "Hello", "other@acme.example")])
    with qtbot.waitSignal(page.badge_changed) as badge:
        notifier.notify(Changes(unhandled=True), None)
    assert badge.args == [1]


def test_a_bar_leads_to_the_quarantine(qtbot: QtBot, services: Services) -> None:
    """M-11: nothing is lost; what lies there has a page of its own and counts there."""
    take_in(services, 1, [letter("ann@foo.org", "Hello", "other@acme.example")])
    quarantine(services, "Broken")
    page = shown(qtbot, services, ChangeNotifier())
    assert cells(page, LedgerColumn.SUBJECT) == ["Hello"]
    (bar,) = page.messages.bars
    assert bar.text.startswith("1 mail could not be read or decided")
    with qtbot.waitSignal(page.page_requested) as asked:
        bar.buttons[0].click()
    assert asked.args == ["quarantine", None]


def test_the_bar_goes_with_what_it_tells_of(qtbot: QtBot, services: Services) -> None:
    """M-11: no bar about a quarantine that is empty."""
    quarantine(services, "Broken")
    notifier = ChangeNotifier()
    page = shown(qtbot, services, notifier)
    (line,) = services.quarantine.lines()
    notifier.notify(services.quarantine.put_aside([line.intake_id]))
    assert not page.messages.bars
