"""From an unhandled mail to a route that takes the others like it, and to a look at it (W-01)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.ledger_table import LedgerColumn
from enate_desktop.services.bundle import Services
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.unhandled_page import UnhandledPage
from enate_desktop.views.unhandled_route import RouteFromMailDialog
from tests.journeys.administrator import Administrator
from tests.views.page_samples import add_connector, add_route, company, letter, take_in


@pytest.fixture
def admin(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Administrator]:
    with company(tmp_path / "data") as services:
        add_connector(services)
        add_route(services, 1, "First")
        invoices = [letter(f"{who}@foo.org", f"Invoice {who}", "ap2@acme.example") for who in "abc"]
        take_in(services, 1, [*invoices, letter("eve@bar.org", "Offer", "ap2@acme.example")])
        made = Administrator(qtbot, services, appearance, tmp_path)
        yield made
        made.close()


def marked(services: Services) -> list[Route]:
    return [route for route in services.routes.group(1).routes if route.for_attention]


def test_a_route_from_an_unhandled_mail_takes_the_others_like_it(admin: Administrator) -> None:
    """W-01, R-06, R-10, X-08: made, applied, looked at, cleared, and the clearing undone."""
    services, window = admin.services, admin.window
    window.go_to("unhandled")
    unhandled = admin.page("unhandled", UnhandledPage)
    first = unhandled.model.index(3, LedgerColumn.SUBJECT)
    assert first.data() == "Invoice a"
    admin.click(unhandled.table.viewport(), unhandled.table.visualRect(first).center())
    admin.click(admin.button("New route from this mail…"))
    dialog = admin.dialog(RouteFromMailDialog)
    admin.write("Invoices of Foo")
    admin.until(lambda: dialog.count.text().startswith("It would take 1 of the 4 waiting mails"))
    assert dialog.editor.draft().address == "ap2@acme.example"
    admin.click(admin.button("Take everybody at foo.org"))
    admin.until(lambda: dialog.all.text() == "Apply it to 3 of 3 mails")
    admin.click(admin.button("Create route"))
    admin.until(lambda: bool(marked(services)))
    admin.until(lambda: unhandled.model.rowCount() == 1)
    assert unhandled.model.index(0, LedgerColumn.SUBJECT).data() == "Offer"
    assert services.work_items.page().total == 3

    (bar,) = unhandled.messages.bars
    assert bar.text.startswith("Made the route “Invoices of Foo”; it is live and marked")
    admin.click(bar.buttons[0])
    admin.until(lambda: window.current_key == "routes")
    routes = admin.routes
    admin.until(lambda: routes.editing.is_open)
    assert routes.editing.editor.title == "Invoices of Foo"
    assert [route.name for route in services.routes.group(1).routes][:2] == [
        "First",
        "Invoices of Foo",
    ]
    (banner,) = routes.messages.bars
    assert banner.text == "1 route was made from an unhandled mail and needs a look."
    admin.click(next(made for made in banner.buttons if made.text() == "Mark as looked at"))
    admin.until(lambda: not marked(services))
    assert not routes.messages.bars
    routes.undo_stack().undo()
    assert [route.name for route in marked(services)] == ["Invoices of Foo"]
