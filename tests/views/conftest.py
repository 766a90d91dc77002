"""The program's look, once per run, light at the start of every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from enate_desktop.views.appearance import Appearance, Scheme

ICONS = Path(__file__).parents[2] / "resources" / "icons"


@pytest.fixture(scope="session")
def _session_appearance(qapp: QApplication) -> Appearance:
    qapp.setCursorFlashTime(0)
    return Appearance(qapp, str(ICONS))


@pytest.fixture
def appearance(_session_appearance: Appearance) -> Iterator[Appearance]:
    """The installed appearance, set to light before and after."""
    _session_appearance.set_scheme(Scheme.LIGHT)
    yield _session_appearance
    _session_appearance.set_scheme(Scheme.LIGHT)
