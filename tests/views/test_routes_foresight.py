"""The routes page tells what a change does to mail, and holds orders back for review (G-09)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.route_group import group_key
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.route_review import ReviewDialog
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.wiring import Services
from enate_desktop.worker.notifier import ChangeNotifier
from tests.company import document, open_services
from tests.services.received import receive

FRENCH_PDF = MailForm(
    "marie@acme.fr", "hr@acme.example", subject="Fiche", attachments=("fiche.pdf",)
)


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", "s3cret canary")
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(), tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


@pytest.fixture
def page(
    qtbot: QtBot, appearance: Appearance, services: Services, notifier: ChangeNotifier
) -> RoutesPage:
    made = RoutesPage(services, notifier)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def names(services: Services) -> list[str]:
    return [route.name for route in services.routes.groups()[0].routes]


def shown(page: RoutesPage) -> list[str]:
    group = next(iter(page.forest.groups.values()))
    return [route.name for route in group.incoming_order]


def move_payslips_up(page: RoutesPage, services: Services) -> None:
    routes = services.routes.groups()[0].routes
    key = group_key(routes[0].connector_id, outgoing=False)
    page.handling.move(key, (next(r.id for r in routes if r.name == "Payslips"),), 0)


def bar_texts(page: RoutesPage) -> list[str]:
    return [bar.text for bar in page.messages.bars]


def test_after_a_move_the_page_says_which_mails_go_elsewhere(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """G-09: with Review, which shows the mail and both explanations, and Undo."""
    receive(services, FRENCH_PDF, MailForm("b@other.example", "hr@acme.example"))
    move_payslips_up(page, services)
    expected = "1 of the last 2 mails would now go elsewhere."
    qtbot.waitUntil(lambda: expected in bar_texts(page))
    (bar,) = page.messages.bars
    assert [made.text() for made in bar.buttons] == ["Review", "Undo"]
    bar.buttons[0].click()
    dialog = page.window().findChild(ReviewDialog)
    assert dialog is not None
    assert dialog.model.item(0).text().startswith("France → Payslips")
    assert dialog.subject.text() == "Fiche"
    assert '"France" (1) took it' in dialog.before.blocks[0].text
    assert '"Payslips" (1) took it' in dialog.after.blocks[0].text
    undo = dialog.buttons[0]
    undo.click()
    assert names(services)[0] == "France"
    assert not bar_texts(page)


def test_a_move_that_matters_to_no_mail_says_so(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """G-09: "none" is an answer too."""
    receive(services, MailForm("b@other.example", "hr@acme.example"))
    move_payslips_up(page, services)
    qtbot.waitUntil(
        lambda: (
            "None of the last mail would now go elsewhere." not in bar_texts(page)
            and bool(bar_texts(page))
        )
    )
    assert bar_texts(page) == ["The last mail would go where it went."]


def test_a_held_order_is_shown_but_not_saved_until_it_is(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.5: the bar says what was moved and what it would do; Save order makes it real."""
    receive(services, FRENCH_PDF)
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    assert shown(page)[0] == "Payslips"
    assert names(services)[0] == "France"
    bar = page.foresight.bar
    qtbot.waitUntil(lambda: "The last mail would go elsewhere." in bar.text)
    assert bar.text.startswith("Order changed in HR EMEA: 1 route moved, not saved yet.")
    bar.save_button.click()
    assert names(services)[0] == "Payslips"
    assert not bar.isVisible()
    page.work.stack.undo()
    assert names(services)[0] == "France"


def test_a_held_order_can_be_discarded_and_brought_back(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """X-08: the discard itself can be undone."""
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    page.foresight.bar.discard_button.click()
    assert shown(page)[0] == "France"
    assert not page.foresight.bar.isVisible()
    page.work.stack.undo()
    assert shown(page)[0] == "Payslips"
    assert page.foresight.bar.isVisible()
    page.work.stack.undo()
    assert not page.foresight.bar.isVisible()


def test_a_pinned_mail_warns_before_the_order_is_saved(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """X-06: a red one is shown before saving."""
    home = services.connectors.find("HR EMEA")
    services.analysis.pin(composed(FRENCH_PDF), home, "French slip")
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    bar = page.foresight.bar
    qtbot.waitUntil(lambda: "1 pinned mail would no longer go where it must" in bar.text)
    assert bar.review_button.isEnabled()


def test_a_held_order_survives_the_end_of_the_program(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.5: nothing that was done is lost."""
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    again = RoutesPage(services, ChangeNotifier())
    qtbot.addWidget(again)
    again.restore_state(page.save_state())
    assert shown(again)[0] == "Payslips"
    assert again.filters.hold.isChecked()
    assert "not saved yet" in again.foresight.bar.text
    assert names(services)[0] == "France"


def test_undoing_a_held_move_never_drafts_an_order_of_the_past(
    page: RoutesPage, services: Services
) -> None:
    """S-01, X-08: a colleague's order saved meanwhile is not about to be overwritten."""
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    routes = services.routes.groups()[0].routes
    services.routes.reorder(routes[0].connector_id, [routes[2].id, routes[1].id, routes[0].id])
    page.work.stack.undo()
    assert not page.foresight.drafts.connector_ids
    assert shown(page)[:3] == names(services)[:3] == ["Everything else", "Payslips", "France"]


def test_a_draft_that_ends_because_its_route_is_gone_leaves_no_bar(
    page: RoutesPage, services: Services, notifier: ChangeNotifier
) -> None:
    """UI 3.5."""
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    assert page.foresight.bar.isVisible()
    routes = services.routes.groups()[0].routes
    notifier.notify(services.routes.delete([routes[1].id]))
    assert not page.foresight.bar.isVisible()


def test_what_is_saved_meanwhile_is_judged_by_the_saved_order(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """G-09: not by the order that is only held."""
    receive(services, FRENCH_PDF)
    page.filters.hold.setChecked(True)
    move_payslips_up(page, services)
    routes = services.routes.groups()[0].routes
    key = group_key(routes[0].connector_id, outgoing=False)
    page.work.toggle(key, (routes[1].id,))
    qtbot.waitUntil(lambda: bar_texts(page) == ["The last mail would go where it went."])


def test_orders_of_several_connectors_are_saved_together_or_not_at_all(
    page: RoutesPage, services: Services
) -> None:
    """S-01."""
    group = services.routes.groups()[0]
    ids = [route.id for route in group.routes if not route.fallback]
    with pytest.raises(EnateError):
        services.routes.reorder_all({group.connector.id: ids[::-1], 99: [1]})
    assert names(services)[0] == "France"
