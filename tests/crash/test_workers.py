"""Several workers on one database: 0 lost, 0 twice, whatever becomes of the leading one."""

from contextlib import ExitStack

import pytest

from tests.crash.arena import Arena
from tests.crash.modes import MODES
from tests.crash.several import troubled
from tests.servers.pki import Pki
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink


@pytest.mark.parametrize(("database", "workers"), [("SQLite", 2), ("PostgreSQL", 4)])
def test_the_leader_is_killed_and_paused(
    pki: Pki, smtp_sink: SmtpSink, database: str, workers: int
) -> None:
    """MAIL 3.8: another worker goes on; the one that was paused does nothing a second time."""
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres()) if database == "PostgreSQL" else None
        arena = stack.enter_context(Arena(pki, smtp_sink, postgres))
        zygote = arena.zygote()
        assert not troubled(arena, MODES["move"], zygote, workers, kills=2, pauses=2)
