"""Journeys look as the program looks."""

from tests.views.conftest import _session_appearance, appearance

__all__ = ["_session_appearance", "appearance"]
