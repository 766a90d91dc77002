"""Journeys look as the program looks, and work on real services."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.views.appearance import Appearance
from tests.canary import secret
from tests.journeys.routes_desk import RoutesDesk, company_services
from tests.views.conftest import _session_appearance, appearance

__all__ = ["_session_appearance", "appearance", "desk"]


@pytest.fixture
def desk(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RoutesDesk]:
    """The routes page of a small company, in a window of its own."""
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    services = company_services(tmp_path / "data")
    made = RoutesDesk(qtbot, services)
    yield made
    made.close()
    services.close()
