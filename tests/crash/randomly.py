"""Kills at random moments while many mails are taken in, then looks whether each counts once."""

import random
from collections.abc import Sequence
from dataclasses import replace

from tests.crash.arena import Arena, many_mails, wrong, wrong_on_server
from tests.crash.modes import Mode
from tests.crash.zygote import Zygote

_BATCH_SECONDS = 0.25


def killed_at_random(
    arena: Arena, mode: Mode, zygote: Zygote, kills: int, count: int, seed: int = 1
) -> tuple[int, Sequence[str]]:
    """How often it was killed while it worked, and what was lost or done twice.

    The mails arrive in portions, so that there is work left whenever the next run begins.
    """
    rng = random.Random(seed)
    place = arena.place(mode, zygote)
    given = many_mails(place.user, count)
    done = delivered = 0
    for _ in range(20 * kills):
        if done == kills:
            break
        due = min(count, (done + 1) * count // kills)
        place.server.fill(place.user, given[delivered:due])
        delivered = due
        answer = zygote.do(replace(place.job, kill_after=rng.uniform(0.02, _BATCH_SECONDS)))
        done += answer.killed
    place.server.fill(place.user, given[delivered:])
    last = zygote.do(replace(place.job, looks=2))
    problems = [
        *wrong(mode, given, last, ["created"] * count),
        *wrong_on_server(mode, given, place, twice=True),
    ]
    arena.forget(place)
    return done, problems
