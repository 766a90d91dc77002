"""The moments of a run, counted by name; at a chosen one the process kills itself."""

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

Point = tuple[str, int]
"""The n-th moment of that name, from 1."""

_ROOMS = ("enate_desktop.services.", "enate_desktop.worker.")


class Events:
    """Counts what passes; safe to use from several threads."""

    def __init__(
        self,
        kill_at: Point | None = None,
        died: Callable[[], object] = lambda: None,
    ) -> None:
        """Die by SIGKILL at ``kill_at``, after ``died`` was called."""
        self.counts: Counter[str] = Counter()
        self._kill_at = kill_at
        self._died = died
        self._lock = threading.Lock()

    def reach(self, name: str) -> None:
        """This moment has come; does not return where the process is to die."""
        with self._lock:
            self.counts[name] += 1
            if (name, self.counts[name]) == self._kill_at:
                self._died()
                os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """Stands for any object: a moment before and after each call of a public method."""

    def __init__(self, inner: object, events: Events, name: str) -> None:
        self._inner = inner
        self._events = events
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._inner, attribute)
        if not callable(value):
            return value

        def call(*arguments: Any, **named: Any) -> Any:
            self._events.reach(f"{self._name}.{attribute} called")
            answer = value(*arguments, **named)
            if attribute == "fetch":
                return self._each(answer)
            self._events.reach(f"{self._name}.{attribute} returned")
            return answer

        return call

    def _each(self, answer: Any) -> Any:
        for one in answer:
            self._events.reach(f"{self._name}.fetch gave a mail")
            yield one
        self._events.reach(f"{self._name}.fetch returned")


def caller() -> str:
    """The innermost function of services or worker that is running, such as IntakeService.store."""
    frame = sys._getframe(1)  # noqa: SLF001  # documented, its name notwithstanding
    while frame.f_back is not None:
        frame = frame.f_back
        if f"{frame.f_globals.get('__name__', '')}.".startswith(_ROOMS):
            return str(frame.f_code.co_qualname)
    return "start"
