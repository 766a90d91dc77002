"""The twelve journeys of an administrator's first week, each with what it may cost at most.

``clicks`` and ``keys`` are counted from the first page on; text typed into fields is free.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from enate_desktop.domain.routes import Covers, Route
from enate_desktop.item_models.route_remedies import RemedyKind
from enate_desktop.routing.analysis.warning_kinds import WarningKind
from enate_desktop.services.routes import RouteService
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.views.activity_page import ActivityPage
from enate_desktop.views.activity_restoring import RestoreDialog
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.move_dialog import MoveDialog
from enate_desktop.views.route_review import ReviewDialog
from enate_desktop.views.try_mail_dialogs import PickDialog
from enate_desktop.views.try_mail_page import TryMailPage
from enate_desktop.views.unhandled_page import UnhandledPage
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.journeys.administrator import HR, Administrator
from tests.journeys.routes_desk import HR_NAMES, company_services
from tests.services.received import receive

MOVED = ["France", "Urgent payroll", "Payslips", "Everything else"]
Open = Callable[[], Administrator]


@pytest.fixture
def open_window(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Opens the program on the same data, as often as it is called."""
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    opened: list[Administrator] = []

    def close() -> None:
        for admin in opened:
            admin.close()
            admin.services.close()
        opened.clear()

    def open_it() -> Administrator:
        close()
        services = company_services(tmp_path / "data")
        opened.append(Administrator(qtbot, services, appearance, tmp_path))
        return opened[-1]

    yield open_it
    close()


@pytest.fixture
def admin(open_window: Open) -> Administrator:
    """An administrator in front of the first page."""
    return open_window()


def route(services: Services, name: str) -> Route:
    return next(r for g in services.routes.groups() for r in g.routes if r.name == name)


def assert_cost(admin: Administrator, *, clicks: int, keys: int) -> None:
    assert admin.clicks <= clicks, f"{admin.clicks} clicks"
    assert admin.keys <= keys, f"{admin.keys} keys"


def test_1_a_route_is_moved_with_the_mouse(admin: Administrator) -> None:
    """G-04, G-06: to the routes, drag; it is stored at once."""
    admin.go("routes")
    admin.drag_route("France", above="Urgent payroll")
    admin.until(lambda: admin.stored() == MOVED)
    assert admin.shown() == MOVED
    assert_cost(admin, clicks=1, keys=1)


def test_2_a_route_is_moved_with_the_keyboard(admin: Administrator) -> None:
    """G-06, UI 3.17: the tree has the keyboard; down to the route, and to the top with it."""
    admin.go("routes")
    tree = admin.routes.tree
    while tree.selection()[1] != (route(admin.services, "France").id,):
        admin.press("Down")
        assert admin.keys < 20
    admin.press("Alt+Home")
    admin.until(lambda: admin.stored() == MOVED)
    assert_cost(admin, clicks=0, keys=8)


def test_3_a_route_goes_to_a_position_by_number(admin: Administrator) -> None:
    """G-06: Move to position… says between which routes that is."""
    admin.go("routes")
    admin.click_route("France")
    admin.press("Ctrl+Shift+M")
    dialog = admin.dialog(MoveDialog)
    admin.write("1")
    assert dialog.between == 'above "Urgent payroll"'
    admin.press("Return")
    admin.until(lambda: admin.stored() == MOVED)
    assert_cost(admin, clicks=1, keys=3)


def test_4_a_move_is_undone_and_redone_and_lasts(open_window: Open) -> None:
    """X-08, G-06: after the program is started again, too."""
    admin = open_window()
    admin.go("routes")
    admin.click_route("France")
    admin.press("Alt+Home")
    admin.until(lambda: admin.stored() == MOVED)
    admin.press("Ctrl+Z")
    admin.until(lambda: admin.stored() == HR_NAMES)
    admin.press("Ctrl+Y")
    admin.until(lambda: admin.stored() == MOVED)
    assert_cost(admin, clicks=1, keys=4)
    again = open_window()
    assert again.window.current_key == "routes"
    assert again.shown() == again.stored() == MOVED


def test_5_a_route_is_found_by_its_address_and_switched_off(admin: Administrator) -> None:
    """G-03, R-07: the search begins with the address; Down goes to what it found."""
    admin.go("routes")
    admin.click_route("France")
    admin.press("Ctrl+F")
    admin.write("payr")
    admin.press("Down", "Space")
    admin.until(lambda: not route(admin.services, "Payslips").enabled)
    assert [name for name in HR_NAMES if not route(admin.services, name).enabled] == ["Payslips"]
    assert_cost(admin, clicks=1, keys=4)


def test_6_a_route_with_two_rules_and_the_mails_it_takes(admin: Administrator) -> None:
    """R-01, Q-2, Q-5, UI 3.6: the count is there before it is saved."""
    address = "benefits@acme.example"
    receive(
        admin.services,
        MailForm("ana@partner.example", address, attachments=("a.pdf",)),
        MailForm("ana@partner.example", address, subject="Nothing attached"),
        MailForm("bob@other.example", address, attachments=("b.pdf",)),
    )
    admin.go("routes")
    admin.click_route("France")
    admin.press("Ctrl+N")
    editor = admin.routes.editing.incoming
    admin.write("Benefits")
    admin.press("Tab")
    admin.write(address)
    admin.press("Tab")
    admin.write("starter")
    admin.press("Return")
    admin.choose(editor.rules.add_button, "Sender list includes")
    admin.write("*@partner.example")
    admin.choose(editor.rules.add_button, "Has attachments of type")
    admin.write(".pdf")
    count = admin.routes.editing.preview.count
    expected = f"Takes 1 of the last 3 mails to {address} (33 %)."
    admin.until(lambda: count.text() == expected)
    admin.press("Ctrl+S")
    assert admin.stored() == [*HR_NAMES, "Benefits"]
    made = route(admin.services, "Benefits")
    assert (made.address, made.enabled, made.rules.attachment_types) == (address, True, (".pdf",))
    assert [str(sender) for sender in made.rules.senders] == ["*@partner.example"]
    assert_cost(admin, clicks=5, keys=6)


def test_7_a_route_is_never_reached_until_the_remedy_is_taken(admin: Administrator) -> None:
    """R-12, X-02, G-07: the warning names the route in front of it and the safe place."""
    home = admin.services.connectors.find(HR)
    france = route(admin.services, "France")
    admin.services.routes.move(home.id, (france.id,), len(HR_NAMES) - 1)
    warnings = admin.services.routes.warnings
    assert [w.kind for w in warnings()[france.id]] == [WarningKind.NEVER_REACHED]
    admin.go("routes")
    bar = admin.routes.warnings.bar
    admin.until(lambda: france.id in admin.routes.forest.warnings)
    admin.click_route("France")
    admin.until(bar.isVisible)
    assert '"Everything else"' in bar.text
    remedy = bar.button(RemedyKind.MOVE)
    assert remedy is not None
    assert remedy.text() == 'Move above "Everything else"'
    admin.click(remedy)
    admin.until(lambda: admin.stored() == HR_NAMES)
    assert france.id not in warnings()
    admin.until(lambda: not bar.isVisible())
    assert_cost(admin, clicks=2, keys=1)


def test_8_a_saved_mail_tells_why_and_what_it_would_take(
    admin: Administrator, tmp_path: Path
) -> None:
    """M-12, X-04: nothing is created; the answer names what is in the way and the change."""
    path = tmp_path / "urgent.eml"
    form = MailForm("marie@acme.fr", "hr@acme.example", subject="Urgent: my contract")
    path.write_bytes(composed(form))
    admin.go("try_mail")
    page = admin.page("try_mail", TryMailPage)

    def give_path(_dialog: object) -> None:
        admin.write(str(path))
        admin.press("Return")

    admin.meanwhile(lambda: open_file_dialog(admin), give_path)
    admin.click(page.sources.zone)
    admin.until(lambda: bool(page.results.views))
    assert '"Urgent payroll" (1) took it' in page.results.text
    admin.click(page.wish.route)
    admin.press("Down", "Down", "Return")
    assert page.wish.route.currentText() == f"{HR}: France"
    admin.click(page.wish.ask_button)
    admin.until(page.wish.answer.isVisible)
    assert '"Urgent payroll"' in page.wish.answer.text()
    assert "Change: " in page.wish.answer.text()
    assert admin.services.work_items.page().total == 0
    assert_cost(admin, clicks=3, keys=5)


def open_file_dialog(admin: Administrator) -> QFileDialog | None:
    """The dialog that asks for a file, once it can be typed into."""
    dialogs = admin.window.findChildren(QFileDialog)
    return next((each for each in dialogs if each.isActiveWindow()), None)


def test_9_two_moves_are_held_reviewed_and_saved(admin: Administrator) -> None:
    """G-09, X-01: the routes run as they were until the order is saved."""
    receive(admin.services, MailForm("marie@acme.fr", "hr@acme.example", subject="Urgent"))
    admin.go("routes")
    page = admin.routes
    admin.choose(admin.button("Move"), "Hold order changes for review")
    admin.click_route("Everything else")
    admin.press("Alt+Up", "Alt+Up")
    admin.click_route("France")
    admin.press("Alt+Home")
    held = ["France", "Urgent payroll", "Everything else", "Payslips"]
    admin.until(lambda: admin.shown() == held)
    assert admin.stored() == HR_NAMES
    bar = page.foresight.bar
    admin.until(lambda: "2 routes moved, not saved yet." in bar.text)
    admin.until(bar.review_button.isEnabled)
    admin.click(bar.review_button)
    review = admin.dialog(ReviewDialog)
    assert review.model.item(0).text().startswith("Urgent payroll → France")
    (save,) = (each for each in review.buttons if each.text() == "Save order")
    admin.click(save)
    admin.until(lambda: admin.stored() == admin.shown())
    assert admin.stored() == held
    assert not bar.isVisible()
    assert_cost(admin, clicks=6, keys=4)


def test_10_the_order_before_somebodys_change_is_restored(admin: Administrator) -> None:
    """A-01, X-08: Activity says who it was; restoring can be undone like any change."""
    home = admin.services.connectors.find(HR)
    context = admin.services.context
    admin.services.people.give_role("berta", "Route editor")
    berta = context.acting_as(replace(context.me, login="berta"))
    RouteService(berta).move(home.id, (route(admin.services, "Everything else").id,), 0)
    admin.go("activity")
    page = admin.page("activity", ActivityPage)
    admin.until(lambda: page.browser.model.rowCount() > 0)
    admin.press("Down")
    change = page.browser.current()
    assert change is not None
    assert (change.head.who, change.head.name, change.head.action) == (
        "berta",
        HR,
        "order changed",
    )
    admin.until(page.browser.restore.isEnabled)
    admin.press("Ctrl+R")
    admin.dialog(RestoreDialog)
    admin.press("Return")
    admin.until(lambda: admin.stored() == HR_NAMES)
    newest = admin.services.history.entries("connector", home.id)[0]
    assert (newest.who, newest.action) == ("anna", "order restored")
    assert_cost(admin, clicks=0, keys=4)


def test_11_an_outgoing_route_is_not_enabled_untested(admin: Administrator) -> None:
    """R-02: the switch is locked and says why; the row says it again."""
    admin.go("routes")
    page = admin.routes
    admin.choose(admin.button("New route"), "New outgoing route")
    editor = page.editing.outgoing
    admin.write("Facilities")
    admin.press("Tab", "Tab")
    admin.write("facilities@acme.example")
    admin.switch(editor.enabled)
    assert not editor.enabled.isChecked()
    assert "test" in editor.enabled.lock_reason.lower()
    admin.press("Ctrl+S")
    group = page.forest.groups[admin.key("Noreply", outgoing=True)]
    admin.until(lambda: [made.name for made in group.routes] == ["Careers", "Facilities"])
    admin.press("Escape", "Space")
    admin.until(lambda: bool(page.messages.bars))
    assert page.messages.bars[0].text.startswith("Test the connection first.")
    stored = admin.services.routes.groups()
    made = next(r for g in stored for r in g.outgoing if r.name == "Facilities")
    assert not made.enabled
    assert_cost(admin, clicks=3, keys=6)


def test_12_an_unhandled_mail_becomes_a_route(admin: Administrator) -> None:
    """W-01, UI 3.7: read why, try it, make a route from it; the next such mail is work."""
    home = admin.services.connectors.find(HR)
    fallback = home.fallback
    assert fallback is not None
    primary_only = replace(fallback, covers=Covers.PRIMARY)
    admin.services.connectors.save(replace(home, fallback=primary_only))
    form = MailForm("lea@partner.example", "benefits@acme.example", subject="Pension plan")
    receive(admin.services, form)
    assert admin.services.work_items.page().total == 0
    admin.go("unhandled")
    unhandled = admin.page("unhandled", UnhandledPage)
    assert [line.subject for line in admin.services.work_items.unhandled()] == ["Pension plan"]
    first = unhandled.model.index(0, 0)
    admin.click(unhandled.table.viewport(), unhandled.table.visualRect(first).center())
    admin.until(unhandled.halves.isVisible)
    assert "covers hr@acme.example only" in unhandled.halves.why.blocks[0].text
    admin.go("try_mail")
    page = admin.page("try_mail", TryMailPage)
    admin.click(page.sources.pick_button)
    admin.dialog(PickDialog)
    admin.press("Return")
    admin.until(page.new_button.isVisible)
    admin.click(page.connector)
    admin.press("Down", "Down", "Return")
    assert page.connector.currentText() == HR
    admin.until(lambda: len(page.results.views) == 1)
    admin.click(page.new_button)
    admin.until(lambda: admin.window.current_key == "routes")
    admin.press("Ctrl+S")
    admin.until(lambda: admin.stored() == [*HR_NAMES, "Pension plan"])
    made = route(admin.services, "Pension plan")
    assert [str(sender) for sender in made.rules.senders] == ["lea@partner.example"]
    receive(admin.services, form)
    assert [item.route for item in admin.services.work_items.page().items] == ["Pension plan"]
    assert_cost(admin, clicks=4, keys=7)
