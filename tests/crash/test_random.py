"""Killed at random moments: 0 lost, 0 twice (the whole run is bench/crash.py --random)."""

import pytest

from tests.crash.arena import Arena
from tests.crash.modes import MODES
from tests.crash.randomly import killed_at_random
from tests.servers.pki import Pki
from tests.servers.smtp_sink import SmtpSink


@pytest.mark.parametrize("mode", ["move", "POP3 delete"])
def test_killed_at_random_moments(pki: Pki, smtp_sink: SmtpSink, mode: str) -> None:
    """MAIL 3.7."""
    with Arena(pki, smtp_sink) as arena:
        kills, problems = killed_at_random(arena, MODES[mode], arena.zygote(), 8, 200)
    assert kills == 8
    assert not problems
