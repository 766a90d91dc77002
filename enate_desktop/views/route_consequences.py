"""Right after a change of routes: which recent mails would now go elsewhere (G-09, X-01)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import Route
from enate_desktop.services.proposals import Consequences, Proposal, ProposalService
from enate_desktop.worker.tasks import Task, run_in_background

_AFTER_MILLISECONDS = 60
"""First the page shows the change: work in the background would slow that down."""


def _nothing() -> None:
    """Nothing was asked yet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does: the question that was asked, and its answer."""

    proposals: tuple[Proposal, ...]
    consequences: Consequences

    @property
    def matters(self) -> bool:
        """Whether any mail would go elsewhere or a pinned mail would fail."""
        found = self.consequences
        return bool(found.replayed.differences or found.broken_pins)

    def text(self, *, saved: bool) -> str:
        """The answer in one or two sentences."""
        found = self.consequences
        differing, mails = len(found.replayed.differences), found.replayed.mails
        verb = "would now go" if saved else "would go"
        if not mails:
            words = "No mail was taken in yet, so none would go elsewhere."
        elif mails == 1:
            words = f"The last mail {verb if differing else 'would go where it went'}"
            words += " elsewhere." if differing else "."
        else:
            some = str(differing) if differing else "None"
            words = f"{some} of the last {mails} mails {verb} elsewhere."
        count = len(found.broken_pins)
        if not count:
            return words
        pins = "1 pinned mail" if count == 1 else f"{count} pinned mails"
        return f"{words} {pins} would no longer go where it must."


class RouteConsequences(QObject):
    """Works in the background; only the newest question is answered.

    ``found`` carries an Outcome and what was given to :meth:`ask` as ``about``; ``failed`` an
    EnateError.
    """

    found = Signal(object, object)
    failed = Signal(object)

    def __init__(self, service: ProposalService, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._task: Task[Consequences] | None = None
        self._cancelled: list[bool] = [False]
        self._begin: Callable[[], None] = _nothing
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MILLISECONDS)
        self._timer.timeout.connect(self._on_time)

    def ask(self, proposals: Sequence[Proposal], about: object = None) -> None:
        """Find out what the proposals do; without any, nothing is answered."""
        self.cancel()
        wanted = tuple(proposals)
        if not wanted:
            return
        cancelled = self._cancelled = [False]

        def work() -> Consequences:
            return self._service.consequences(wanted, lambda: cancelled[0])

        def done(answer: Consequences) -> None:
            self._task = None
            self.found.emit(Outcome(wanted, answer), about)

        def begin() -> None:
            self._task = run_in_background(self, work, done, self._on_failed)

        self._begin = begin
        self._timer.start()

    def cancel(self) -> None:
        """Answer nothing more to the last question."""
        self._timer.stop()
        self._cancelled[0] = True
        if self._task is not None:
            self._task.discard()
            self._task = None

    def _on_time(self) -> None:
        self._begin()

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


def proposals_between(
    before: Mapping[int, tuple[Route, ...]], after: Mapping[int, tuple[Route, ...]]
) -> tuple[Proposal, ...]:
    """One proposal for every connector whose routes decide otherwise than before."""
    found = []
    for key, routes in after.items():
        old = before.get(key)
        if old is None or old is routes or old == routes:
            continue
        if _ids(old) != _ids(routes) or _deciding(old) != _deciding(routes):
            found.append(Proposal(key, old, routes))
    return tuple(found)


def _ids(routes: Sequence[Route]) -> list[int]:
    return [route.id for route in routes]


def _deciding(routes: Sequence[Route]) -> list[Route]:
    """The routes without what says nothing about mail."""
    return [replace(route, version=0, position=0, for_attention=False) for route in routes]
