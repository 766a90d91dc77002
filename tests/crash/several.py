"""Several workers on one database; the leading one is killed or paused while mail comes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.crash import program
from tests.crash.arena import Arena, Place, many_mails, wrong, wrong_on_server
from tests.crash.crew import LASTS
from tests.crash.job import Answer, State
from tests.crash.modes import Mode
from tests.crash.zygote import Zygote

PORTION = 20
_PATIENCE = 60.0
_TAKE_OVER = 6.0


class Crew:
    """Workers that can be ended; ``leader`` is the one that took a mail in last."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._file = folder / "leader"

    def join(self) -> int:
        """One more worker; its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def leader(self, other_than: int = 0, seconds: float = _PATIENCE) -> int:
        """The worker that takes mail in now; waits for one that is not ``other_than``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            told = self._file.read_text() if self._file.exists() else ""
            if told and int(told) != other_than:
                return int(told)
            time.sleep(0.02)
        raise TimeoutError("Nobody takes the mail in.")

    def forget_leader(self) -> None:
        """Whoever takes the next mail in is the leader."""
        self._file.unlink(missing_ok=True)


@contextmanager
def crew(place: Place, password: str) -> Iterator[Crew]:
    """The workers of ``place``, all ended afterwards."""
    url = [place.job.url] if place.job.url else []
    with subprocess.Popen(
        ["nice", sys.executable, "-m", "tests.crash.crew", place.job.folder, *url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "HR_PASSWORD": password},
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Crew(process, Path(place.job.folder))
        assert process.stdin is not None
        process.stdin.close()


def troubled(
    arena: Arena, mode: Mode, zygote: Zygote, workers: int, kills: int, pauses: int
) -> Sequence[str]:
    """What was lost or done twice while leaders were killed and paused longer than a lease."""
    place = arena.place(mode, zygote)
    given: list[bytes] = []
    with crew(place, place.server.password(place.user)) as running:
        for _ in range(workers):
            running.join()
        for _ in range(kills):
            running.forget_leader()
            _arrive(place, given)
            os.kill(running.leader(), signal.SIGKILL)
            running.join()
        done = 0
        while done < pauses:
            running.forget_leader()
            _arrive(place, given)
            done += _paused(running, place, given)
        running.forget_leader()
        _arrive(place, given)
        problems = list(problems_in_the_end(mode, place, given))
    arena.forget(place)
    return problems


def _paused(running: Crew, place: Place, given: list[bytes]) -> bool:
    """Pause the leader until another one leads; False when it had to be woken before.

    A process that is stopped inside a transaction keeps the others out of the data for so long.
    """
    leader = running.leader()
    os.kill(leader, signal.SIGSTOP)
    try:
        _arrive(place, given)
        running.leader(other_than=leader, seconds=_TAKE_OVER)
    except TimeoutError:
        return False
    finally:
        os.kill(leader, signal.SIGCONT)
    return True


def _arrive(place: Place, given: list[bytes]) -> None:
    fresh = many_mails(place.user, PORTION, len(given))
    place.server.fill(place.user, fresh)
    given += fresh


def problems_in_the_end(mode: Mode, place: Place, given: Sequence[bytes]) -> Iterator[str]:
    """Wait until every mail has its end on both sides; then once more, longer than a lease."""
    deadline = time.monotonic() + _PATIENCE
    found = ["nothing was seen"]
    services = program.opened(place.job)
    try:
        while found and time.monotonic() < deadline:
            time.sleep(0.2)
            found = list(_problems(mode, place, given, program.state(services)))
        time.sleep(LASTS.total_seconds())
        yield from _problems(mode, place, given, program.state(services))
    finally:
        services.close()


def _problems(mode: Mode, place: Place, given: Sequence[bytes], state: State) -> Iterator[str]:
    yield from wrong(mode, given, Answer(state=state), ["created"] * len(given))
    yield from wrong_on_server(mode, given, place, twice=False)
