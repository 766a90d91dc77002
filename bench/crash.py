"""Proof of intake and outbox, at full length: killed, paused and resumed, then counted.

``python -m bench.crash --all`` goes through every point of every mode on SQLite and PostgreSQL,
``--random KILLS MAILS`` kills at random moments, ``--workers TIMES`` kills and pauses the leading
one of two workers (four on PostgreSQL). Without arguments: a small part of each. Exit code 1 when
something was lost or done twice.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.crash.arena import Arena
from tests.crash.modes import MODES
from tests.crash.points import Lanes, points_of
from tests.crash.randomly import killed_at_random
from tests.crash.several import troubled
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink


@contextmanager
def arena(*, on_postgres: bool) -> Iterator[Arena]:
    """Servers of this run's own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pki = Pki(folder)
        provider = stack.enter_context(IdentityProvider(pki))
        sink = stack.enter_context(SmtpSink(pki, provider))
        postgres = stack.enter_context(Postgres()) if on_postgres else None
        yield stack.enter_context(Arena(pki, sink, postgres))


def points(*, on_postgres: bool, step: int) -> int:
    """Every ``step``-th point of every mode; returns how many went wrong."""
    with arena(on_postgres=on_postgres) as here:
        lanes = Lanes(here)
        start = time.perf_counter()
        clean = lanes.clean()
        done = (*clean, *lanes.killed(tuple(points_of(clean))[::step]))
        per_mode = Counter(outcome.mode for outcome in done if outcome.point is not None)
    wrong = [outcome for outcome in done if outcome.problems]
    for name, count in per_mode.items():
        print(f"  {name:24} {count:5} points")
    print(f"  {'all':24} {sum(per_mode.values()):5} points, {len(wrong)} wrong,"
          f" {time.perf_counter() - start:.0f} s")  # fmt: skip
    for outcome in wrong:
        print(f"  {outcome.mode} at {outcome.point}: {outcome.problems}")
    return len(wrong)


def random_kills(kills: int, count: int) -> int:
    """Kills at random moments in the modes that change a server."""
    wrong = 0
    for mode in ("move", "POP3 delete"):
        with arena(on_postgres=False) as here:
            start = time.perf_counter()
            done, problems = killed_at_random(here, MODES[mode], here.zygote(), kills, count)
        seconds = time.perf_counter() - start
        print(f"  {mode:24} {done} kills, {count} mails, {len(problems)} wrong, {seconds:.0f} s")
        for problem in problems:
            print(f"    {problem[:500]}")
        wrong += len(problems) + (done < kills)
    return wrong


def leaders(times: int, *, on_postgres: bool) -> int:
    """The leading worker killed and paused, half of the times each."""
    workers = 4 if on_postgres else 2
    with arena(on_postgres=on_postgres) as here:
        start = time.perf_counter()
        kills = times - times // 2
        problems = troubled(here, MODES["move"], here.zygote(), workers, kills, times // 2)
    seconds = time.perf_counter() - start
    print(f"  {workers} workers: leader killed {kills} times, paused {times // 2} times,"
          f" {len(problems)} wrong, {seconds:.0f} s")  # fmt: skip
    for problem in problems:
        print(f"    {problem[:500]}")
    return len(problems)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--random", nargs=2, type=int, metavar=("KILLS", "MAILS"))
    parser.add_argument("--workers", type=int, metavar="TIMES")
    asked = parser.parse_args()
    everything = not (asked.all or asked.random or asked.workers)
    wrong = 0
    for on_postgres in (False, True):
        name = "PostgreSQL" if on_postgres else "SQLite"
        if asked.all or everything:
            print(f"Points, {name}")
            wrong += points(on_postgres=on_postgres, step=1 if asked.all else 40)
        if asked.workers or everything:
            print(f"Leading workers, {name}")
            wrong += leaders(asked.workers or 4, on_postgres=on_postgres)
    if asked.random or everything:
        print("Random kills, SQLite")
        wrong += random_kills(*(asked.random or (10, 400)))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
