"""Killed at every step of every mode and resumed, on SQLite and PostgreSQL: 0 lost, 0 twice."""

from collections.abc import Iterator

import pytest

from tests.crash.arena import Arena, Outcome
from tests.crash.modes import MODES
from tests.crash.points import Lanes, points_of, sample, telling
from tests.servers.pki import Pki
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def in_files(pki: Pki, smtp_sink: SmtpSink) -> Iterator[Lanes]:
    with Arena(pki, smtp_sink) as arena:
        yield Lanes(arena)


@pytest.fixture
def on_postgres(pki: Pki, smtp_sink: SmtpSink) -> Iterator[Lanes]:
    with Postgres() as postgres, Arena(pki, smtp_sink, postgres) as arena:
        yield Lanes(arena)


def test_killed_at_every_step_on_sqlite(in_files: Lanes) -> None:
    """MAIL 3.7: every mail counts once, whatever was under way."""
    clean = in_files.clean()
    assert not problems(clean)
    points = telling(tuple(points_of(clean)))
    assert len(points) > 600
    done = in_files.killed(points)
    assert not problems(done)
    print(f"{len(done)} points on SQLite, in {len(MODES)} modes")


def test_killed_at_chosen_steps_on_postgresql(on_postgres: Lanes) -> None:
    """MAIL 3.7: a part of them; the rest in bench/crash.py."""
    clean = on_postgres.clean()
    assert not problems(clean)
    points = sample(tuple(points_of(clean)), 12)
    assert len({mode.name for mode, _ in points}) == len(MODES)
    done = on_postgres.killed(points)
    assert not problems(done)
    print(f"{len(done)} points on PostgreSQL")


def problems(outcomes: tuple[Outcome, ...]) -> list[Outcome]:
    """The outcomes that are not as they should be."""
    return [outcome for outcome in outcomes if outcome.problems]
