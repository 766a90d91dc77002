"""Services on a data file of their own, with a small company imported."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import document, open_services


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(), tmp_path)
    yield opened
    opened.close()
