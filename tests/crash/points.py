"""Goes through many points side by side, each with a warm process for its thread."""

import queue
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.crash.arena import Arena, Outcome
from tests.crash.events import Point
from tests.crash.modes import MODES, Mode
from tests.crash.zygote import Zygote

LANES = 2


class Lanes:
    """As many runs at a time as there are warm processes."""

    def __init__(self, arena: Arena, lanes: int = LANES) -> None:
        self._arena = arena
        self._free: queue.SimpleQueue[Zygote] = queue.SimpleQueue()
        self._lanes = lanes
        for _ in range(lanes):
            self._free.put(arena.zygote())

    def clean(self, modes: Iterable[Mode] = tuple(MODES.values())) -> tuple[Outcome, ...]:
        """One clean run of each mode; its counts are the points."""
        return self._all([(mode, None) for mode in modes])

    def killed(self, points: Sequence[tuple[Mode, Point]]) -> tuple[Outcome, ...]:
        """Every point: killed there, then resumed."""
        return self._all(points)

    def _all(self, points: Sequence[tuple[Mode, Point | None]]) -> tuple[Outcome, ...]:
        for mode, _ in points:
            # On this thread: a server ends with the thread that started it.
            self._arena.server(mode)
        with ThreadPoolExecutor(self._lanes, "crash lane") as pool:
            return tuple(pool.map(self._one, points))

    def _one(self, point: tuple[Mode, Point | None]) -> Outcome:
        zygote = self._free.get()
        try:
            return self._arena.run(*point, zygote)
        finally:
            self._free.put(zygote)


def points_of(outcomes: Iterable[Outcome]) -> Iterator[tuple[Mode, Point]]:
    """Every point that clean runs passed."""
    for outcome in outcomes:
        for name, count in outcome.counts.items():
            for number in range(1, count + 1):
                yield MODES[outcome.mode], (name, number)


def sample(points: Sequence[tuple[Mode, Point]], step: int) -> tuple[tuple[Mode, Point], ...]:
    """Every ``step``-th point, the same ones every time."""
    return tuple(points[::step])


def telling(points: Sequence[tuple[Mode, Point]]) -> tuple[tuple[Mode, Point], ...]:
    """The points but those at which nothing has happened since the one before."""
    return tuple(point for point in points if not point[1][0].endswith(" called"))
