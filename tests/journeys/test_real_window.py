"""The order of routes in a real window under a window manager, driven from outside: xdotool.

The program runs as a process of its own on imported configuration. What it shows is read off the
screen, what it stored is read by the services on the same data folder.
"""

import getpass
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.views.appearance import Appearance
from enate_desktop.wiring import Services, build_services
from tests.canary import secret
from tests.company import connector, document, open_services, route
from tests.journeys.routes_desk import HR_NAMES
from tests.journeys.screen import Screen
from tests.journeys.window_desk import WindowDesk
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.views.page_samples import letter

OTHER_GROUP = "A route stays with its connector."
LAST = "The fallback always runs last."
SORTED = "Sort by Priority, ascending, to change the order."
SEARCHED = "Clear the search in HR EMEA to change the order."
PERMISSION = 'You need the permission "Reorder routes".'
HELD_SECONDS = 3.0


class Office(WindowDesk):
    """A window on the routes page, and the same data seen by the services."""

    services: Services

    def stored(self, name: str = "HR EMEA") -> list[str]:
        """The routes of a connector in the data file, the fallback included."""
        home = self.services.connectors.find(name)
        return [route.name for route in self.services.routes.group(home.id).routes]

    def until_stored(self, names: Sequence[str]) -> None:
        """Wait until the data file has this order above the fallback, and the screen shows it."""
        self.until(lambda: self.stored() == [*names, "Fallback"], f"the order {names}")
        self.until_order(names)


def hr_routes() -> list[dict[str, Any]]:
    """Four routes that do not hide each other, most specific first."""
    rules: Mapping[str, dict[str, list[str]]] = {
        "Urgent payroll": {"subject_keywords": ["urgent"]},
        "Payslips": {"attachment_types": [".pdf"]},
        "France": {"senders": ["*@acme.fr"]},
    }
    return [route(name, rules=rules.get(name, {})) for name in HR_NAMES]


@contextmanager
def office(folder: Path, login: str) -> Iterator[Office]:
    """The program on two connectors that ``login`` imported; nothing is connected by them."""
    hr = connector(routes=hr_routes())
    finance = connector(
        "Finance UK",
        primary_address="ap@acme.example",
        routes=[route("Invoices", "ap@acme.example")],
    )
    for each in (hr, finance):
        del each["incoming"]["password"]
    services = open_services(folder / "data", login)
    services.exchange.import_(document(hr, finance), folder)
    with started(folder, services) as desk:
        yield desk


@contextmanager
def started(folder: Path, services: Services) -> Iterator[Office]:
    """The program on the data of ``services``, on a screen of its own."""
    place = folder / "screen"
    place.mkdir()
    with closing(services), Screen(place) as screen:
        desk = Office(screen, folder / "data", folder)
        desk.services = services
        with desk:
            desk.open_routes()
            desk.until_order(HR_NAMES)
            desk.until_still()
            yield desk


@pytest.fixture(scope="module", autouse=True)
def _same_fonts(_session_appearance: Appearance) -> None:
    """Texts are looked for as the program draws them."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The window of an administrator; every test leaves it unsorted and without a search."""
    folder = tmp_path_factory.mktemp("office")
    with office(folder, getpass.getuser()) as made:
        yield made


def test_a_dragged_route_stays_undone_redone_and_after_a_restart(desk: Office) -> None:
    """G-04, X-08: inside its group, on the screen, in the data file, in the next run."""
    before = desk.stored()[:-1]
    after = [before[-1], *before[:-1]]
    desk.grab(desk.point(before[-1]))
    desk.pull(desk.point(before[0], lower=-10), "position 1")
    desk.step("dragging")
    desk.let_go()
    desk.until_stored(after)
    desk.press("ctrl+z")
    desk.until_stored(before)
    desk.press("ctrl+shift+z")
    desk.until_stored(after)
    desk.restart()
    desk.until_title("Email routes")
    desk.until_order(after)
    assert desk.stored() == [*after, "Fallback"]
    desk.press("ctrl+shift+Left")  # the tree has the keyboard from the start
    desk.until_gone(after[0])
    desk.press("ctrl+shift+Right")
    desk.until_order(after)


def test_keys_make_the_same_moves(desk: Office) -> None:
    """G-06: step by step, to both ends, and to a number."""
    first, second, *rest = desk.stored()[:-1]
    desk.click(first)
    desk.press("alt+Down")
    desk.until_stored([second, first, *rest])
    desk.press("alt+End")
    desk.until_stored([second, *rest, first])
    desk.press("alt+Up")
    desk.until_stored([second, *rest[:-1], first, rest[-1]])
    desk.press("alt+Home")
    desk.until_stored([first, second, *rest])
    desk.press("ctrl+shift+m")
    desk.until_text("1 to 4")
    desk.type("3")
    desk.press("Return")
    desk.until_stored([second, rest[0], first, rest[1]])
    for _ in range(5):
        desk.press("ctrl+z")
    desk.until_stored([first, second, *rest])


def test_buttons_make_the_same_moves(desk: Office) -> None:
    """G-06: the arrows of the connector's row, and the menu Move; single clicks (WCAG 2.5.7)."""
    first, second, *rest = desk.stored()[:-1]
    desk.click(second)
    desk.click(desk.tool("HR EMEA", "arrow-up"))
    desk.until_stored([second, first, *rest])
    desk.click(desk.tool("HR EMEA", "arrow-down"))
    desk.until_stored([first, second, *rest])
    desk.click("Move")
    desk.click("Move to bottom")
    desk.until_stored([first, *rest, second])
    desk.press("ctrl+z")
    desk.until_stored([first, second, *rest])


def test_a_drag_to_another_connector_is_refused(desk: Office) -> None:
    """G-04, R-06: nothing moves, and a sentence says where a connector is changed."""
    before = desk.stored()
    desk.drag(desk.point(before[0]), desk.point("Invoices"))
    desk.until_text(OTHER_GROUP)
    desk.step("other-connector")
    desk.dismiss(OTHER_GROUP)
    assert desk.stored() == before
    assert desk.stored("Finance UK") == ["Invoices", "Fallback"]


def test_nothing_gets_below_the_fallback(desk: Office) -> None:
    """R-03: a drop below it is a drop above it, and the fallback itself does not move."""
    before = desk.stored()[:-1]
    desk.drag(desk.point(before[0]), desk.last_quiet("Fallback", lower=10), "position 4")
    after = [*before[1:], before[0]]
    desk.until_stored(after)
    desk.click(desk.last_quiet("Fallback"))
    desk.press("alt+Up")
    desk.dismiss(LAST)
    desk.pull_nothing(desk.last_quiet("Fallback"))
    desk.let_go()
    desk.dismiss(LAST)
    desk.click(desk.last_quiet("Fallback"))
    desk.click(desk.tool("HR EMEA", "arrow-up"))
    desk.dismiss(LAST)
    assert desk.stored() == [*after, "Fallback"]


def test_a_list_sorted_otherwise_refuses_until_it_is_sorted_by_priority(desk: Office) -> None:
    """G-04: drag, key and button alike; the message offers the remedy."""
    before = desk.stored()[:-1]
    desk.click(desk.header("Route"))
    desk.until_order(sorted(before))
    refused(desk, SORTED, before[-1], "sorted")
    desk.press("alt+Up")
    desk.take_remedy("Sort by priority", SORTED)
    moved_after_all(desk, before)


def test_a_searched_list_refuses_until_the_search_is_cleared(desk: Office) -> None:
    """G-05: hidden routes would make the position unclear."""
    before = desk.stored()[:-1]
    desk.click(before[0])
    desk.press("ctrl+f")
    desk.type("hr@acme.example")
    refused(desk, SEARCHED, before[-1], "searched")
    desk.press("alt+Up")
    desk.take_remedy("Clear search", SEARCHED)
    desk.press("Escape")
    moved_after_all(desk, before)


def test_without_the_permission_nothing_moves(tmp_path: Path) -> None:
    """P-01, G-04: the second person to open a file is a Viewer; the request can be copied."""
    with office(tmp_path, f"not {getpass.getuser()}") as desk:
        refused(desk, PERMISSION, "France", "viewer")
        desk.press("alt+Up")
        desk.until_text("Copy request")
        desk.press("ctrl+shift+m")
        desk.dismiss(PERMISSION)
        assert desk.stored() == [*HR_NAMES, "Fallback"]
        assert desk.quit() == (0, "")


def test_a_drag_held_for_seconds_does_not_stop_the_mailbox(
    tmp_path: Path, dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """UI 5.3: while the pointer rests with the button down, mail goes on being taken in."""
    address = f"{mailbox_user}@example.test"

    def send(subject: str) -> None:
        dovecot.deliver(mailbox_user, letter("marie@acme.fr", subject, address))

    with receiving(tmp_path, dovecot, mailbox_user, pki) as desk:
        send("Before")
        desk.press("F5")
        desk.until(lambda: taken_in(desk.services) == 1, "the first mail")
        desk.until_still()
        held = time.monotonic()
        desk.grab(desk.point("Everything else"))
        desk.pull(desk.point("Urgent payroll", lower=-10), "position 1")
        send("Meanwhile")
        desk.until(lambda: taken_in(desk.services) == 2, "a mail while the button is down")
        desk.until(lambda: time.monotonic() - held > HELD_SECONDS, "the time to pass")
        assert desk.stored() == [*HR_NAMES, "Fallback"]
        desk.let_go()
        desk.until_stored([HR_NAMES[-1], *HR_NAMES[:-1]])
        assert desk.quit() == (0, "")


@contextmanager
def receiving(folder: Path, dovecot: Dovecot, user: str, pki: Pki) -> Iterator[Office]:
    """The program with a connector that looks into a real mailbox every five seconds."""
    hr = connector(routes=hr_routes())
    hr["incoming"] |= {
        "port": dovecot.imaps_port,
        "host": "localhost",
        "username": user,
        "ca_certificate": {"text": pki.ca_pem},
        "first_intake": "all",
    }
    services = build_services(
        folder / "data", lambda _new: secret("passphrase"), getpass.getuser(), ()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HR_PASSWORD", dovecot.password(user))
        services.exchange.import_(document(hr), folder)
    home = services.connectors.find("HR EMEA")
    test = services.testing.run(home, {}, lambda _stage: None, threading.Event())
    assert test.ok, test.report.summary
    services.connectors.save(replace(home, enabled=True), {}, test)
    services.settings.save(replace(services.settings.get(), poll_seconds=5))
    with started(folder, services) as desk:
        yield desk


def taken_in(services: Services) -> int:
    """How many work items there are."""
    return services.work_items.page().total


def refused(desk: Office, sentence: str, name: str, picture: str) -> None:
    """Try to move a route by drag, key and buttons: each says the sentence, nothing is stored."""
    before = desk.stored()
    desk.pull_nothing(desk.point(name))
    desk.let_go()
    desk.until_text(sentence)
    desk.step(picture)
    desk.dismiss(sentence)
    desk.click(name)
    desk.press("alt+Home")
    desk.dismiss(sentence)
    desk.click(desk.tool("HR EMEA", "arrow-up"))
    desk.dismiss(sentence)
    desk.click("Move")
    desk.click("Move to top")
    desk.dismiss(sentence)
    assert desk.stored() == before


def moved_after_all(desk: Office, before: Sequence[str]) -> None:
    """The remedy was taken: the same drag works now."""
    desk.until_order(before)
    desk.drag(desk.point(before[-1]), desk.point(before[0], lower=-10), "position 1")
    desk.until_stored([before[-1], *before[:-1]])
