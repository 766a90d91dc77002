"""Killed at the steps of every mode and resumed, on SQLite and PostgreSQL: 0 lost, 0 twice.

Here is a part of the points, the same ones every time; ``python -m bench.crash --all`` goes
through all of them.
"""

from collections.abc import Iterator

import pytest

from tests.crash.arena import Arena
from tests.crash.modes import MODES
from tests.crash.points import Lanes, points_of, sample, telling
from tests.servers.pki import Pki
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink

ON_SQLITE, ON_POSTGRESQL = 2, 12
"""Every second point, every twelfth."""


@pytest.fixture(scope="module")
def in_files(pki: Pki, smtp_sink: SmtpSink) -> Iterator[Lanes]:
    with Arena(pki, smtp_sink) as arena:
        yield Lanes(arena)


@pytest.fixture(scope="module")
def on_postgres(pki: Pki, smtp_sink: SmtpSink) -> Iterator[Lanes]:
    with Postgres() as postgres, Arena(pki, smtp_sink, postgres) as arena:
        yield Lanes(arena)


@pytest.mark.parametrize("mode", MODES)
def test_killed_on_sqlite(in_files: Lanes, mode: str) -> None:
    """MAIL 3.7: every mail counts once, whatever was under way."""
    _check(in_files, mode, ON_SQLITE)


@pytest.mark.parametrize("mode", MODES)
def test_killed_on_postgresql(on_postgres: Lanes, mode: str) -> None:
    """MAIL 3.7: the same with a server."""
    _check(on_postgres, mode, ON_POSTGRESQL)


def _check(lanes: Lanes, mode: str, step: int) -> None:
    clean = lanes.clean([MODES[mode]])
    assert not clean[0].problems
    points = telling(tuple(points_of(clean)))
    assert len(points) > 45
    done = lanes.killed(sample(points, step))
    assert not [outcome for outcome in done if outcome.problems]
    assert sum(outcome.met for outcome in done) >= 0.9 * len(done)
