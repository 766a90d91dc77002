"""Warnings, marks and counters on the routes page: shown, filtered, mended (R-10, R-12, X-02)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_remedies import RemedyKind
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.changes import Changes
from enate_desktop.services.trial import MailForm
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.confirm import ConfirmDialog
from enate_desktop.views.matching_mails import MatchingMailsDialog
from enate_desktop.views.route_compare import CompareDialog
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.wiring import Services
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import wait_for_tasks
from tests.company import connector, document, open_services, route
from tests.services.received import receive

SLIP = MailForm("marie@acme.fr", "hr@acme.example", subject="Fiche", attachments=("fiche.pdf",))


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", "s3cret canary")
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(
        document(
            connector(
                routes=[
                    route("Payslips", rules={"attachment_types": [".pdf", ".docx"]}),
                    route("France", rules={"attachment_types": [".pdf"], "senders": ["*@acme.fr"]}),
                    route("Careers", "careers@acme.example"),
                    route("Facilities", "facilities@acme.example"),
                ]
            ),
            connector("Finance UK", primary_address="ap@acme.example", routes=[]),
        ),
        tmp_path,
    )
    yield opened
    opened.close()


def stored(services: Services, name: str) -> Route:
    groups = services.routes.groups()
    return next(r for group in groups for r in group.routes if r.name == name)


def mark(services: Services, *names: str) -> None:
    for name in names:
        services.routes.save(replace(stored(services, name), for_attention=True))


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


@pytest.fixture
def page(
    qtbot: QtBot, appearance: Appearance, services: Services, notifier: ChangeNotifier
) -> Iterator[RoutesPage]:
    mark(services, "Careers", "Facilities")
    made = RoutesPage(services, notifier)
    qtbot.addWidget(made)
    made.resize(1400, 800)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: bool(made.forest.warnings))
    yield made
    made.close()
    assert wait_for_tasks(5)


def hr_key(services: Services) -> int:
    return group_key(services.connectors.find("HR EMEA").id, outgoing=False)


def select(page: RoutesPage, services: Services, name: str) -> None:
    page.tree.select_routes(hr_key(services), (stored(services, name).id,))


def shown(page: RoutesPage) -> list[str]:
    found = []
    for group in page.forest.groups.values():
        routes = (group.route(child) for child in group.children)
        found += [each.name for each in routes if each is not None]
    return found


def banner(page: RoutesPage) -> list[str]:
    return [bar.text for bar in page.messages.bars if bar.objectName() == "attention"]


def press(page: RoutesPage, text: str) -> None:
    buttons = [b for bar in page.messages.bars for b in bar.buttons if b.text() == text]
    buttons[0].click()


def test_the_current_route_says_what_is_odd_and_how_to_mend_it(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.5: below the tree, only while a route with a warning is the current one."""
    bar = page.warnings.bar
    select(page, services, "Payslips")
    assert not bar.isVisible()
    select(page, services, "France")
    assert bar.text == 'Never reached: "Payslips" (1) takes every mail this route would take.'
    texts = [made.text() for made in bar.buttons]
    assert texts == ["Compare", 'Move above "Payslips"', "Disable"]
    select(page, services, "Careers")
    assert not bar.isVisible()


def test_the_safe_move_ends_the_warning_and_can_be_undone(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """X-02, X-08."""
    select(page, services, "France")
    move = page.warnings.bar.button(RemedyKind.MOVE)
    assert move is not None
    move.click()
    assert stored(services, "France").position == 0
    qtbot.waitUntil(lambda: not page.warnings.bar.isVisible())
    page.work.stack.undo()
    assert stored(services, "France").position == 1
    qtbot.waitUntil(lambda: page.warnings.bar.isVisible())


def test_disabling_is_another_way_out(qtbot: QtBot, page: RoutesPage, services: Services) -> None:
    """R-12."""
    select(page, services, "France")
    disable = page.warnings.bar.button(RemedyKind.DISABLE)
    assert disable is not None
    disable.click()
    assert not stored(services, "France").enabled
    qtbot.waitUntil(lambda: not page.warnings.bar.isVisible())


def test_compare_shows_both_routes_and_a_mail_that_proves_it(
    page: RoutesPage, services: Services
) -> None:
    """X-02: the witness can be tried."""
    asked: list[tuple[str, object]] = []
    page.page_requested.connect(lambda key, what: asked.append((key, what)))
    select(page, services, "France")
    compare = page.warnings.bar.button(RemedyKind.COMPARE)
    assert compare is not None
    compare.click()
    dialog = page.window().findChild(CompareDialog)
    assert dialog is not None
    assert [each.name for each in dialog.routes] == ["France", "Payslips"]
    dialog.buttons[0].click()
    ((key, raw),) = asked
    assert key == "try_mail"
    assert isinstance(raw, bytes)
    message = read_message(raw)
    assert message.sender.endswith("@acme.fr")
    assert [each.name for each in message.attachments] == ["file.pdf"]


def test_only_routes_with_warnings_can_be_shown(page: RoutesPage, services: Services) -> None:
    """R-12: groups without any vanish, and nothing is left once all are mended."""
    page.filters.choose_only(ShowOnly.WARNINGS)
    assert "France" in shown(page)
    assert not {"Payslips", "Careers"} & set(shown(page))
    page.tree.routes.set_warnings({stored(services, "France").id: ()})
    page.tree.routes.set_warnings({})
    page.showing.refresh()
    assert not page.tree.isVisible()
    page.showing.show_everything()
    assert page.tree.isVisible()
    assert "Payslips" in shown(page)


def test_the_filter_gives_back_the_folds_it_found(page: RoutesPage, services: Services) -> None:
    """G-01."""
    index = page.tree.routes.group_index(hr_key(services))
    page.tree.collapse(index)
    page.filters.choose_only(ShowOnly.WARNINGS)
    assert page.tree.isExpanded(index)
    page.filters.choose_only(ShowOnly.ALL)
    assert not page.tree.isExpanded(index)


def test_the_banner_counts_marked_routes_and_shows_them(page: RoutesPage) -> None:
    """R-10."""
    assert banner(page) == ["2 routes were made from unhandled mail and need a look."]
    assert not page.tree.isColumnHidden(Column.ATTENTION)
    press(page, "Show them")
    assert shown(page) == ["Careers", "Facilities"]
    press(page, "Show all routes")
    assert "Payslips" in shown(page)


def test_a_look_takes_the_mark_away_and_can_be_undone(page: RoutesPage, services: Services) -> None:
    """R-10, X-08: for one route and for all of them."""
    select(page, services, "Careers")
    page.route_actions.looked.trigger()
    assert not stored(services, "Careers").for_attention
    assert banner(page) == ["1 route was made from an unhandled mail and needs a look."]
    press(page, "Mark as looked at")
    assert banner(page) == []
    assert page.tree.isColumnHidden(Column.ATTENTION)
    page.work.stack.undo()
    page.work.stack.undo()
    assert stored(services, "Careers").for_attention
    assert stored(services, "Facilities").for_attention


def test_a_closed_banner_comes_back_only_for_another_route(
    page: RoutesPage, services: Services, notifier: ChangeNotifier
) -> None:
    """R-10: it was read."""
    page.messages.bars[0].close_bar()
    page.work.toggle(hr_key(services), (stored(services, "Payslips").id,))
    assert banner(page) == []
    mark(services, "Payslips")
    home = services.connectors.find("HR EMEA").id
    notifier.notify(Changes(routes=frozenset((home,))))
    assert banner(page) == ["3 routes were made from unhandled mail and need a look."]


def test_counters_begin_anew_when_asked_to(
    qtbot: QtBot, page: RoutesPage, services: Services, notifier: ChangeNotifier
) -> None:
    """UI 3.5: what was counted stays in the history."""
    receive(services, SLIP)
    notifier.notify(Changes(work_items=True))
    payslips = stored(services, "Payslips").id
    qtbot.waitUntil(lambda: payslips in page.forest.hits and page.forest.hits[payslips].week == 1)
    select(page, services, "Payslips")
    page.route_actions.reset_hits.trigger()
    dialog = page.window().findChild(ConfirmDialog)
    assert dialog is not None
    dialog.buttons[0].click()
    qtbot.waitUntil(lambda: page.forest.hits[payslips].week == 0)


def test_the_menu_lists_the_mails_a_route_takes(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.5: Show matching mails, and one of them can be tried."""
    receive(services, SLIP, MailForm("b@other.example", "hr@acme.example"))
    asked: list[tuple[str, object]] = []
    page.page_requested.connect(lambda key, what: asked.append((key, what)))
    select(page, services, "Payslips")
    page.route_actions.matching.trigger()
    qtbot.waitUntil(lambda: page.window().findChild(MatchingMailsDialog) is not None)
    dialog = page.window().findChild(MatchingMailsDialog)
    assert dialog is not None
    assert dialog.sentence.text() == "It takes 1 of the last 2 mails."
    assert dialog.table.model().index(0, 2).data() == "Fiche"
    dialog.try_button.click()
    ((key, mail_id),) = asked
    assert key == "try_mail"
    assert services.work_items.mail(int(str(mail_id))).message.subject == "Fiche"


def test_a_mail_can_be_tried_against_a_route(page: RoutesPage, services: Services) -> None:
    """UI 3.5."""
    asked: list[tuple[str, object]] = []
    page.page_requested.connect(lambda key, what: asked.append((key, what)))
    select(page, services, "France")
    page.route_actions.try_mail.trigger()
    assert asked == [("try_mail", stored(services, "France"))]


def test_the_context_menu_is_complete(page: RoutesPage, services: Services) -> None:
    """UI 3.5: and what cannot be done now says why."""
    select(page, services, "France")
    menu = QMenu()
    page.route_actions.fill_menu(menu)
    texts = [entry.text() for entry in menu.actions() if not entry.isSeparator()]
    assert texts == [
        "Edit",
        "Disable",
        "Duplicate",
        "Move to top",
        "Move up",
        "Move down",
        "Move to bottom",
        "Move to position…",
        "Try a mail against this route",
        "Show matching mails",
        "Show Activity",
        "Reset counters",
        "Search in this group",
        "Copy as text",
        "Delete",
    ]
    page.tree.select_routes(hr_key(services), (-services.connectors.find("HR EMEA").id,))
    assert page.route_actions.matching.toolTip() == (
        "The fallback takes whatever no other route takes."
    )


def test_a_route_without_hits_says_which_sort_it_is(page: RoutesPage, services: Services) -> None:
    """UI 3.5: off, never, or unused for 30 days; unused is no warning."""
    off, never = stored(services, "Careers"), stored(services, "France")
    page.work.toggle(hr_key(services), (off.id,))
    index = page.tree.routes.child_index(hr_key(services), off.id, Column.HITS)
    assert index.data() == "– off"
    hits = {never.id: page.forest.hits[never.id]}
    old = datetime.now(UTC) - timedelta(days=31)
    count = hits[never.id].count
    assert count is not None
    index = page.tree.routes.child_index(hr_key(services), never.id, Column.HITS)
    assert index.data() == "0 never"
    page.tree.routes.set_hits({never.id: replace(hits[never.id], count=replace(count, since=old))})
    assert index.data() == "0 unused"
    assert index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_held_order_is_marked_in_its_group(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.5: and every way of moving works on it."""
    page.filters.hold.setChecked(True)
    key = hr_key(services)
    page.handling.move(key, (stored(services, "Careers").id,), 0)
    page.tree.move_requested.emit(key, (stored(services, "Facilities").id,), 0)
    qtbot.waitUntil(lambda: shown(page)[1:3] == ["Facilities", "Careers"])
    assert stored(services, "Payslips").position == 0
    home = services.connectors.find("HR EMEA").id
    assert page.forest.held == frozenset((home,))
    page.foresight.bar.discard_button.click()
    assert page.forest.held == frozenset()
