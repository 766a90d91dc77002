"""The Work items page: filters, reading a mail safely, saving attachments, and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.domain.work_items import State
from enate_desktop.item_models.work_item_table import WorkItemColumn
from enate_desktop.routing.explanation import (
    Decision,
    Outcome,
    Result,
    RouteTrace,
    RuleName,
    RuleTrace,
)
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.explanation_view import ExplanationView
from enate_desktop.views.work_items_page import WorkItemsPage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company, letter, take_in

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        connector = add_connector(made)
        add_route(made, connector.id, "France", sender="*@acme.fr", test_mode=True)
        add_route(made, connector.id, "Globex", sender="*@globex.com")
        mails = [
            letter("marie@acme.fr", "Arrivée"),
            letter("bob@globex.com", "<b>Salary</b>", attachment=b"%PDF-1.4 hello"),
            letter("eve@elsewhere.org", "Hello"),
        ]
        take_in(made, connector.id, mails)
        yield made


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> WorkItemsPage:
    return shown(qtbot, services, ChangeNotifier())


def shown(qtbot: QtBot, services: Services, notifier: ChangeNotifier) -> WorkItemsPage:
    made = WorkItemsPage(services, notifier)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def subjects(page: WorkItemsPage) -> list[str]:
    model = page.model
    return [str(model.index(r, WorkItemColumn.SUBJECT).data()) for r in range(model.rowCount())]


def choose(page: WorkItemsPage, subject: str) -> None:
    row = subjects(page).index(subject)
    page.table.setCurrentIndex(page.model.index(row, 0))


def texts(view: ExplanationView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def test_live_work_is_shown_first(qtbot: QtBot, page: WorkItemsPage) -> None:
    """W-04: test items have a filter of their own."""
    assert subjects(page) == ["Hello", "<b>Salary</b>"]
    page.filters.mode.setCurrentIndex(page.filters.mode.findText("Test"))
    qtbot.waitUntil(lambda: subjects(page) == ["Arrivée"])
    page.filters.mode.setCurrentIndex(page.filters.mode.findText("All"))
    qtbot.waitUntil(lambda: subjects(page) == ["Hello", "<b>Salary</b>", "Arrivée"])


def test_typing_narrows_the_list(qtbot: QtBot, page: WorkItemsPage) -> None:
    page.filters.text.setFocus()
    QTest.keyClicks(page.filters.text, "globex")
    qtbot.waitUntil(lambda: subjects(page) == ["<b>Salary</b>"])


def test_no_hit_offers_to_clear_the_filters(qtbot: QtBot, page: WorkItemsPage) -> None:
    """UI 3.16."""
    page.filters.state.setCurrentIndex(page.filters.state.findText("Closed"))
    qtbot.waitUntil(lambda: subjects(page) == [])
    assert not page.table.isVisible()
    page.filters.clear()
    qtbot.waitUntil(page.table.isVisible)


def test_a_mail_is_shown_as_plain_text(page: WorkItemsPage) -> None:
    """UI 5.36: nothing in a mail is taken for markup."""
    choose(page, "<b>Salary</b>")
    mail = page.detail.halves.mail
    assert mail.subject == "<b>Salary</b>"
    assert "Hello <b>there</b>" in mail.text
    formats = {label.textFormat().name for label in mail.findChildren(QLabel) if label.text()}
    assert formats == {"PlainText"}


def test_why_names_the_route_and_its_rules(page: WorkItemsPage) -> None:
    """M-12: what was asked, what was found, the winner."""
    choose(page, "<b>Salary</b>")
    why = texts(page.detail.halves.why)
    assert "hr@acme.example" in why
    assert "Globex" in why
    assert "*@globex.com" in why
    assert any("bob@globex.com" in text for text in why)


def test_an_attachment_is_saved_only_on_request(page: WorkItemsPage, tmp_path: Path) -> None:
    """W-02: its bytes are exact."""
    choose(page, "<b>Salary</b>")
    target = tmp_path / "contract.pdf"
    page.detail.halves.mail.save_attachment(0, target)
    assert target.read_bytes() == b"%PDF-1.4 hello"


def test_a_folder_that_cannot_be_written_is_told(page: WorkItemsPage, tmp_path: Path) -> None:
    choose(page, "<b>Salary</b>")
    page.detail.halves.mail.save_attachment(0, tmp_path / "missing" / "contract.pdf")
    (bar,) = page.messages.bars
    assert "The attachment was not saved" in bar.text


def test_a_reply_marks_the_item_and_both_mails_can_be_read(
    qtbot: QtBot, services: Services
) -> None:
    """M-03: new information."""
    notifier = ChangeNotifier()
    page = shown(qtbot, services, notifier)
    reply = letter("eve@elsewhere.org", "Re: Hello", In_Reply_To=message_id(services, "Hello"))
    take_in(services, 1, [reply])
    notifier.notify(Changes(work_items=True), None)
    choose(page, "Hello")
    assert page.detail.which.count() == 2
    assert page.detail.halves.mail.subject == "Re: Hello"
    page.detail.which.setCurrentIndex(0)
    assert page.detail.halves.mail.subject == "Hello"


def test_new_work_appears_by_itself(qtbot: QtBot, services: Services) -> None:
    notifier = ChangeNotifier()
    page = shown(qtbot, services, notifier)
    take_in(services, 1, [letter("ann@elsewhere.org", "Later")])
    notifier.notify(Changes(work_items=True), None)
    assert subjects(page)[0] == "Later"


def test_another_page_can_ask_for_an_item_by_its_reference(page: WorkItemsPage) -> None:
    page.navigate(page.model.index(1, WorkItemColumn.REFERENCE).data())
    assert page.detail.halves.mail.subject == "<b>Salary</b>"


def test_an_item_that_does_not_exist_is_told(page: WorkItemsPage) -> None:
    page.navigate(4711)
    (bar,) = page.messages.bars
    assert bar.text == "That work item does not exist. Read the list again."


def test_nothing_yet_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    """UI 3.16."""
    with company(tmp_path / "other") as empty:
        made = shown(qtbot, empty, ChangeNotifier())
        found = [label.text() for label in made.findChildren(QLabel) if label.isVisible()]
    assert "Nothing created yet" in found
    assert "No connector is enabled, so no mail is looked at." in found


def message_id(services: Services, subject: str) -> str:
    """The Message-ID of the mail that made a work item."""
    return next(i.message_id for i in services.work_items.page().items if i.subject == subject)


class TestExplanation:
    """The component the Unhandled page uses too."""

    DECISION = Decision(
        "hr@acme.example",
        Outcome.CREATED,
        "France",
        3,
        process_id=1,
        test_mode=True,
        reason="It was the first that fits.",
        trace=(
            RouteTrace("Jobs", 1, Result.ADDRESS_DIFFERS, count=12),
            RouteTrace(
                "Urgent",
                2,
                Result.RULE_FAILED,
                (
                    RuleTrace(RuleName.IMPORTANT, "yes", "Importance: high", True),
                    RuleTrace(RuleName.SUBJECT, "urgent", '"Arrivée"', False),
                ),
            ),
            RouteTrace("France", 3, Result.TOOK),
            RouteTrace("Rest", 4, Result.NOT_EVALUATED),
        ),
    )

    @pytest.fixture
    def view(self, qtbot: QtBot) -> ExplanationView:
        made = ExplanationView()
        qtbot.addWidget(made)
        made.set_decisions([self.DECISION], {1: "Acme > HR > Onboarding > New starter"})
        with qtbot.waitExposed(made):
            made.show()
        return made

    def test_what_says_little_is_folded_away(self, view: ExplanationView) -> None:
        (block,) = view.blocks
        assert [row.isVisible() for row in block.folded] == [False, False]
        assert block.more_button.text() == "Show 13 routes not looked at"
        block.more_button.click()
        assert [row.isVisible() for row in block.folded] == [True, True]
        assert "Jobs and 11 more" in texts(view)

    def test_each_rule_says_what_was_asked_and_found(self, view: ExplanationView) -> None:
        """M-12."""
        shown_texts = texts(view)
        for text in ("Key words in subject", "urgent", '"Arrivée"', "a rule was not met"):
            assert text in shown_texts

    def test_the_process_is_named(self, view: ExplanationView) -> None:
        assert "Acme › HR › Onboarding › New starter" in texts(view)

    def test_another_mail_replaces_the_first(self, view: ExplanationView) -> None:
        view.set_decisions([], {})
        assert view.blocks == ()


def select(page: WorkItemsPage, *names: str) -> None:
    """Select these rows, the last one becoming current."""
    page.table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for name in names:
        row = subjects(page).index(name)
        page.table.selectionModel().setCurrentIndex(page.model.index(row, 0), flags)


def test_several_get_a_state_at_once_and_undo(services: Services, page: WorkItemsPage) -> None:
    """W-03, X-08."""
    select(page, "Hello", "<b>Salary</b>")
    page.commands.states[State.RESOLVED].trigger()
    assert {i.state for i in services.work_items.page().items if not i.test_mode} == {
        State.RESOLVED
    }
    page.undo_stack().undo()
    assert {i.state for i in services.work_items.page().items} == {State.TO_DO}


def test_what_is_so_already_cannot_be_chosen(page: WorkItemsPage) -> None:
    """UI 3.19: disabled with the reason."""
    choose(page, "Hello")
    assert not page.commands.states[State.TO_DO].isEnabled()
    assert page.commands.states[State.TO_DO].toolTip() == "It is so already."
    assert page.commands.states[State.CLOSED].isEnabled()


def test_opening_clears_new_information(services: Services, page: WorkItemsPage) -> None:
    """M-03."""
    reply = letter("eve@elsewhere.org", "Re: Hello", In_Reply_To=message_id(services, "Hello"))
    take_in(services, 1, [reply])
    page.refresh(Changes(work_items=True))
    choose(page, "Hello")
    assert not any(item.new_information for item in services.work_items.page().items)
    assert page.detail.halves.mail.subject == "Re: Hello"


def test_a_viewer_changes_nothing(qtbot: QtBot, services: Services, tmp_path: Path) -> None:
    """P-01: shown in the interface."""
    take_in(services, 1, [letter("x@y.org", "Re", In_Reply_To=message_id(services, "Hello"))])
    with company(tmp_path, login="ben") as other:
        page = shown(qtbot, other, ChangeNotifier())
        choose(page, "Hello")
        assert not any(made.isEnabled() for made in page.commands.states.values())
        assert not page.commands.repair.isEnabled()
    assert any(item.new_information for item in services.work_items.page().items)


def test_a_stranger_is_let_in_from_people(services: Services, page: WorkItemsPage) -> None:
    """M-03: "takes no part: Add"."""
    reply = letter("new@elsewhere.org", "Re: Hello", In_Reply_To=message_id(services, "Hello"))
    take_in(services, 1, [reply])
    page.refresh(Changes(work_items=True))
    choose(page, "Hello")
    people = page.detail.buttons[1]
    assert people.text() == "People (3, 1 new)"
    people.click()
    (add,) = [b for b in page.detail.people.findChildren(QPushButton) if b.text() == "Add"]
    add.click()
    assert page.detail.buttons[1].text() == "People (3)"


def test_activity_is_one_click_away(page: WorkItemsPage) -> None:
    """W-02."""
    choose(page, "Hello")
    page.detail.buttons[2].click()
    found = [one.text() for one in page.detail.events.findChildren(QLabel)]
    assert "Created by the fallback for hr@acme.example" in found


def test_then_and_now_are_compared(qtbot: QtBot, services: Services, page: WorkItemsPage) -> None:
    """X-03."""
    choose(page, "Hello")
    now = page.detail.halves.now
    qtbot.waitUntil(now.isVisible)
    assert now.words.text() == "It would go the same way now."
    add_route(services, 1, "Elsewhere", sender="*@elsewhere.org")
    choose(page, "<b>Salary</b>")
    choose(page, "Hello")
    qtbot.waitUntil(lambda: now.isVisible() and now.mark.isVisible())
    assert "Elsewhere" in texts(now.explanation)


def test_linked_work_is_one_click_away(
    qtbot: QtBot, services: Services, page: WorkItemsPage
) -> None:
    """M-03: "follows 100003-T"."""
    old = next(i for i in services.work_items.page().items if i.subject == "Hello")
    services.handling.set_state([old.id], State.CLOSED)
    take_in(services, 1, [letter("eve@elsewhere.org", "Again", In_Reply_To=old.message_id)])
    page.refresh(Changes(work_items=True))
    choose(page, "Again")
    (link,) = [b for b in page.detail.findChildren(QPushButton) if b.text().startswith("Follows")]
    assert link.text() == f"Follows {old.reference}"
    link.click()
    assert page.detail.halves.mail.subject == "Hello"


def test_rare_filters_stand_in_a_second_row(qtbot: QtBot, page: WorkItemsPage) -> None:
    """UI 3.9: today, created by fallback, by route, automated email."""
    page.filters.more.click()
    assert page.filters.route.isVisible()
    page.filters.route.setCurrentIndex(page.filters.route.findText("Fallback"))
    qtbot.waitUntil(lambda: subjects(page) == ["Hello"])
    assert page.filters.more.text() == "More filters (1)"
    page.filters.clear()
    place = next(
        n
        for n in range(page.filters.process.count())
        if page.filters.process.itemText(n).strip() == "New starter"
    )
    page.filters.process.setCurrentIndex(place)
    qtbot.waitUntil(lambda: subjects(page) == ["<b>Salary</b>"])
    page.filters.created.setCurrentIndex(1)
    page.filters.automated.setCurrentIndex(1)
    qtbot.waitUntil(lambda: subjects(page) == [])


def test_routes_page_can_ask_for_what_a_route_made(qtbot: QtBot, page: WorkItemsPage) -> None:
    page.navigate("route:2")
    qtbot.waitUntil(lambda: subjects(page) == ["<b>Salary</b>"])
