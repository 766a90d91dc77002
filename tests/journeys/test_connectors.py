"""The whole way of a connector in the real window, by keyboard: from nothing to the first mail."""

import getpass
import os
from pathlib import Path

import pytest

from enate_desktop.views.tokens import LIGHT
from tests.company import open_services
from tests.journeys.desk import Desk
from tests.servers.dovecot import Dovecot
from tests.views.page_samples import company, letter

pytestmark = pytest.mark.usefixtures("qapp")  # which makes sure of a display
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
"""A folder that gets a picture of every step; without it none are kept."""
MOST_PRESSES = 40
"""Keys on the whole way, besides what is typed into fields; no click."""
PANEL = 0.64
"""Right of this part of the window is the test panel."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with company(folder, getpass.getuser()):
        pass
    return folder


class ConnectorDesk(Desk):
    """Counts the keys that are pressed, and keeps pictures on request."""

    presses = 0

    def press(self, *names: str) -> None:
        """Press keys and count them."""
        self.presses += len(names)
        super().press(*names)

    def step(self, name: str) -> None:
        """Keep a picture of the window as it is now, when pictures are wanted."""
        if PICTURES:
            self.until_still()
            image = self.picture().copy(0, 0, 1366, 768)
            assert image.save(str(Path(PICTURES) / f"connector-{name}.png"))


def type_connector(desk: ConnectorDesk, dovecot: Dovecot, user: str) -> None:
    """Name, address, server, user name, a wrong password and the fallback of a new connector."""
    desk.press("ctrl+n")
    desk.type("HR EMEA")
    desk.press("Tab")
    desk.type(f"{user}@example.test")
    desk.press("Tab", "Tab", "Tab")
    desk.type("127.0.0.1")
    desk.press("Tab", "Tab", "n", "shift+Tab")
    desk.type(str(dovecot.imap_port))
    desk.press("Tab", "Tab", "Tab", "Tab")
    desk.type(user)
    desk.press("Tab")
    desk.type("not the password")
    desk.press("Tab", "Tab")
    desk.type("starter")
    desk.press("Down", "Return")


def enabled(data: Path) -> bool:
    """Whether the one connector is stored and on."""
    services = open_services(data)
    try:
        return [connector.enabled for connector in services.connectors.all()] == [True]
    finally:
        services.close()


def subjects(data: Path) -> list[str]:
    """The subjects of the work items."""
    services = open_services(data)
    try:
        return [item.subject for item in services.work_items.page().items]
    finally:
        services.close()


def test_a_mailbox_is_connected_by_keyboard_alone(
    data: Path, tmp_path: Path, dovecot: Dovecot, mailbox_user: str
) -> None:
    """C-05, C-06, UI 3.4: a refused password is mended from the result, then the first mail."""
    address = f"{mailbox_user}@example.test"
    dovecot.deliver(mailbox_user, letter("old@acme.fr", "From before", address))
    with ConnectorDesk(data, tmp_path) as desk:
        desk.until_title("Overview")
        desk.keys("ctrl+2")
        desk.until_title("Connectors")
        desk.resize(1366, 768)
        desk.until_still()
        desk.step("none")
        type_connector(desk, dovecot, mailbox_user)
        desk.step("typed")
        desk.press("ctrl+t")
        desk.until_shown(LIGHT.error, PANEL)
        desk.step("refused")
        desk.press("space")
        desk.type(dovecot.password(mailbox_user))
        desk.step("mended")
        desk.press("ctrl+t")
        desk.until_shown(LIGHT.ok, PANEL)
        desk.until_still()
        desk.step("passed")
        desk.press("space")
        desk.step("enabled")
        desk.press("ctrl+s")
        desk.until(lambda: enabled(data), "the connector to be on")
        desk.step("saved")
        desk.press("Escape")
        dovecot.deliver(mailbox_user, letter("marie@acme.fr", "The first mail", address))
        desk.press("F5")
        desk.until(lambda: subjects(data) == ["The first mail"], "the first mail")
        desk.step("running")
        code, told = desk.quit()
    assert (code, told) == (0, "")
    assert desk.presses <= MOST_PRESSES
