"""The Unhandled mail page: the list, the reason in words, the mail, the way to quarantine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from enate_desktop.domain.work_items import End
from enate_desktop.item_models.ledger_table import LedgerColumn
from enate_desktop.item_models.paged_table import PAGE_SIZE
from enate_desktop.item_models.tick_mails import TickColumn
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.storage.deciding import Ending
from enate_desktop.storage.records import NewMail
from enate_desktop.views.page import Toast
from enate_desktop.views.unhandled_dialogs import AttachDialog, WorkItemDialog
from enate_desktop.views.unhandled_page import UnhandledPage
from enate_desktop.views.unhandled_route import RouteFromMailDialog
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, company, letter, process_id, take_in

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


class Desk:
    """The page with mails to an alias that no route knows, and what it tells."""

    def __init__(self, qtbot: QtBot, services: Services, *subjects: str) -> None:
        mails = [letter("ann@foo.org", subject, "ap2@acme.example") for subject in subjects]
        take_in(services, 1, mails)
        self.qtbot = qtbot
        self.services = services
        self.page = shown(qtbot, services, ChangeNotifier())
        self.toasts: list[Toast] = []
        self.page.toast_requested.connect(self.toasts.append)

    def choose(self, *subjects: str) -> None:
        """Select the mails of these subjects."""
        self.page.table.clearSelection()
        listed = cells(self.page, LedgerColumn.SUBJECT)
        flags = QItemSelectionModel.SelectionFlag
        for subject in subjects:
            index = self.page.model.index(listed.index(subject), 0)
            self.page.table.selectionModel().select(index, flags.Select | flags.Rows)

    @property
    def subjects(self) -> list[str]:
        return cells(self.page, LedgerColumn.SUBJECT)

    @property
    def told(self) -> str:
        return " | ".join(bar.text for bar in self.page.messages.bars)


def test_a_ticket_is_created_from_it(qtbot: QtBot, services: Services) -> None:
    """W-01, M-06: the process by any part of its name, the category of a Ticket."""
    desk = Desk(qtbot, services, "Hello")
    desk.choose("Hello")
    dialog = desk.page.work.create()
    assert isinstance(dialog, WorkItemDialog)
    assert "cannot be unmade" in " ".join(part.text() for part in dialog.findChildren(QLabel))
    dialog.accept_button.click()
    assert dialog.fields["process"].error.startswith("Choose the Ticket or Case")
    dialog.process.setFocus()
    QTest.keyClicks(dialog.process, "query")
    QTest.keyClick(dialog.process, Qt.Key.Key_Return)
    dialog.accept_button.click()
    assert dialog.fields["category"].error.startswith("Choose a ticket category.")
    dialog.category.setCurrentText("General")
    dialog.accept_button.click()
    assert desk.subjects == []
    assert desk.told == "1 mail is dealt with: 100001-T."
    with qtbot.waitSignal(desk.page.page_requested) as asked:
        desk.page.messages.bars[0].buttons[0].click()
    assert asked.args == ["work_items", "100001-T"]


def test_what_somebody_else_did_first_is_said(qtbot: QtBot, services: Services) -> None:
    """W-01: two people at once; the dialog stays and says it."""
    desk = Desk(qtbot, services, "Hello")
    desk.choose("Hello")
    dialog = desk.page.work.create()
    assert isinstance(dialog, WorkItemDialog)
    services.unhandled.put_aside([desk.page.chosen()[0].intake_id])
    dialog.process.set_process_id(process_id(services, "New starter"))
    dialog.accept_button.click()
    assert dialog.isVisible()
    assert dialog.problem == "That mail was dealt with in the meantime. anna: deleted."
    dialog.reject()


def test_attaching_looks_the_reference_up(qtbot: QtBot, services: Services) -> None:
    """W-01, M-03."""
    take_in(services, 1, [letter("ann@foo.org", "First")])
    desk = Desk(qtbot, services, "Hello", "Again")
    desk.choose("Hello", "Again")
    dialog = desk.page.work.attach()
    assert isinstance(dialog, AttachDialog)
    field = dialog.fields["reference"]
    QTest.keyClicks(dialog.reference, "100001-t")
    hint = "“First” – To do"
    qtbot.waitUntil(lambda: hint in {part.text() for part in field.findChildren(QLabel)})
    dialog.reference.setText("nothing")
    dialog.accept_button.click()
    assert field.error.startswith('"nothing" is no reference of a work item.')
    dialog.reference.setText("100001-T")
    dialog.accept_button.click()
    assert desk.subjects == []
    assert desk.told == "2 mails are dealt with: 100001-T."


def test_processed_again_says_what_stays(qtbot: QtBot, services: Services) -> None:
    desk = Desk(qtbot, services, "Hello")
    desk.choose("Hello")
    desk.page.can.again.trigger()
    qtbot.waitUntil(lambda: desk.told == "1 mail stays unhandled.")
    assert desk.subjects == ["Hello"]


def test_deleting_has_an_undo_and_a_list_with_restore(qtbot: QtBot, services: Services) -> None:
    """W-01: who and when."""
    desk = Desk(qtbot, services, "One", "Two", "Three")
    desk.choose("One", "Two")
    desk.page.can.delete.trigger()
    assert desk.toasts[-1].text == "Deleted 2 mails."
    assert desk.subjects == ["Three"]
    assert desk.page.deleted_button.text() == "Deleted (2)"
    desk.page.deleted_button.click()
    assert desk.subjects == ["Two", "One"]
    assert cells(desk.page, LedgerColumn.BY) == ["anna", "anna"]
    assert not desk.page.can.create.isVisible()
    desk.choose("One")
    desk.page.can.restore.trigger()
    assert desk.subjects == ["Two"]
    desk.page.waiting_button.click()
    assert desk.subjects == ["Three", "One"]
    desk.page.undo_stack().undo()
    assert desk.subjects == ["Three"]
    desk.page.undo_stack().undo()
    assert desk.subjects == ["Three", "Two", "One"]
    assert not desk.page.deleted_button.isVisible()


def test_many_are_read_page_by_page(qtbot: QtBot, services: Services) -> None:
    """UI 3.16: thousands of them are not read at once."""
    desk = Desk(qtbot, services, *(f"Mail {number}" for number in range(PAGE_SIZE + 5)))
    assert desk.page.waiting_button.text() == "Unhandled (205)"
    assert desk.page.model.rowCount() == PAGE_SIZE
    desk.page.table.scrollToBottom()
    qtbot.waitUntil(lambda: desk.page.model.rowCount() == PAGE_SIZE + 5)


def test_it_is_saved_as_eml(qtbot: QtBot, services: Services, tmp_path: Path) -> None:
    desk = Desk(qtbot, services, "One", "Two")
    desk.choose("One")
    desk.page.export.write_to(tmp_path / "one.eml")
    qtbot.waitUntil(lambda: bool(desk.toasts))
    assert (tmp_path / "one.eml").read_bytes() == services.unhandled.export(
        desk.page.chosen()[0].intake_id
    )
    desk.choose("One", "Two")
    (tmp_path / "mails").mkdir()
    desk.page.export.write_to(tmp_path / "mails")
    qtbot.waitUntil(lambda: len(desk.toasts) == 2)
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 2


@pytest.mark.parametrize(
    ("role", "create", "route"),
    [
        ("Viewer", "Handle mail", "Handle mail"),
        ("Route editor", "Handle mail", "Handle mail"),
        ("Agent", "", "Edit routes"),
    ],
)
def test_actions_say_which_permission_is_missing(
    qtbot: QtBot, services: Services, tmp_path: Path, role: str, create: str, route: str
) -> None:
    """P-01: disabled with the reason."""
    services.people.give_role("bob", role)
    with company(tmp_path, "bob") as theirs:
        desk = Desk(qtbot, theirs, "Hello")
        desk.choose("Hello")
        can = desk.page.can
        for made, missing in ((can.create, create), (can.delete, create), (can.route, route)):
            words = f'You need the permission "{missing}". Ask an administrator for it.'
            assert made.statusTip() == (words if missing else "")
            assert made.isEnabled() != bool(missing)
        assert can.export.isEnabled()


def test_mails_of_two_connectors_make_no_route(qtbot: QtBot, services: Services) -> None:
    """R-06: said on the page."""
    other = add_connector(services, "IT", "it@other.example")
    take_in(services, other.id, [letter("ann@foo.org", "IT mail", "x@other.example")])
    desk = Desk(qtbot, services, "Hello")
    desk.choose("Hello", "IT mail")
    assert desk.page.work.route() is None
    assert desk.told.startswith("These mails came to different connectors.")


def test_the_route_dialog_counts_and_lists_what_it_would_take(
    qtbot: QtBot, services: Services
) -> None:
    """UI 3.11: "apply to other mails like this: 2 of 3"."""
    take_in(services, 1, [letter("eve@foo.org", "Other", "ap2@acme.example")])
    desk = Desk(qtbot, services, "One", "Two")
    desk.choose("One")
    dialog = desk.page.work.route()
    assert isinstance(dialog, RouteFromMailDialog)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    assert dialog.count.text() == "It would take 2 of the 3 waiting mails of its connector."
    assert dialog.all.text() == "Apply it to 2 of 2 mails"
    dialog.everybody.click()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3)
    tick = dialog.model.index(0, TickColumn.TICK)
    dialog.model.setData(tick, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert dialog.all.text() == "Apply it to 2 of 3 mails"
    assert dialog.all.checkState() is Qt.CheckState.PartiallyChecked
    dialog.editor.ui.name.setText("")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 0)
    dialog.editor.save_requested.emit()
    assert dialog.editor.fields["name"].error.startswith("The route has no name.")
    dialog.reject()
