"""The whole program: started, looked through and ended as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from enate_desktop.pages import PageMaker
from enate_desktop.worker.notifier import ChangeNotifier
from tests.company import connector, document, open_services
from tests.journeys.desk import Desk

pytestmark = pytest.mark.usefixtures("qapp")  # which makes sure of a display


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    services = open_services(folder)
    plain = connector()
    del plain["incoming"]["password"]
    services.exchange.import_(document(plain), tmp_path)
    services.close()
    return folder


def spelled(keys: str) -> str:
    """A shortcut as xdotool writes it."""
    return keys.lower().replace(",", "comma")


def test_every_page_opens_and_the_program_ends_cleanly(data: Path, tmp_path: Path) -> None:
    """UI 3.1: each page by its key, twice; exit code 0, nothing on the terminal or in the log."""
    specs = PageMaker(ChangeNotifier()).specs()
    keys = [f"ctrl+{n}" if n < 10 else spelled(spec.keys) for n, spec in enumerate(specs, 1)]
    with Desk(data, tmp_path) as desk:
        for _ in range(2):
            for key, spec in zip(keys, specs, strict=True):
                desk.keys(key)
                desk.until_title(spec.title)
        code, told = desk.quit()
    assert (code, told) == (0, "")
    log = data / "enate-desktop.log"
    assert not log.exists() or "ERROR" not in log.read_text()
    assert not (data / "crash.txt").exists()


def test_without_a_display_the_demo_tells_what_it_made_and_leaves_pictures(tmp_path: Path) -> None:
    """README: work items with route and reason, a picture of every page."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-m", "enate_desktop", "demo"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert 'Route "' in done.stdout
    assert "308 mails taken in" in done.stdout
    pictures = {path.name for path in (tmp_path / "demo-pictures").glob("*.png")}
    keys = {name.removesuffix("-light.png") for name in pictures if name.endswith("-light.png")}
    assert {"connectors", "routes", "work_items"} <= keys
    assert pictures == {f"{key}-{scheme}.png" for key in keys for scheme in ("light", "dark")}
    assert all((tmp_path / "demo-pictures" / name).stat().st_size > 10_000 for name in pictures)
