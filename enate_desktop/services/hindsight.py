"""Why, then and now: the decisions that stand beside those of the present routes (X-03)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision, Outcome, from_stored
from enate_desktop.services.context import Context
from enate_desktop.services.route_tables import RouteTables
from enate_desktop.storage.repairs import StoredDecision, standing
from enate_desktop.storage.unit_of_work import UnitOfWork

_ROUTED = (Outcome.CREATED, Outcome.UNHANDLED)


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands for one recipient, and what the present routes would do; None is nothing."""

    then: Decision | None
    now: Decision | None
    stored: StoredDecision | None = None

    @property
    def differs(self) -> bool:
        """Whether the mail would go elsewhere now."""
        if self.then is None or self.now is None:
            return self.then is not self.now
        return place(self.then) != place(self.now)


@dataclass(frozen=True, slots=True)
class Hindsight:
    """A mail then and now. ``note`` says why the routes are not asked, or is empty."""

    pairs: tuple[Pair, ...]
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether anything would be otherwise now."""
        return any(pair.differs for pair in self.pairs)


class HindsightService:
    """Asks the present routes about mails that were decided before; nothing is changed."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context
        self._tables = RouteTables()

    def of(self, intake_id: int) -> Hindsight:
        """One mail then and now, with the words of both; NotFoundError when there is none."""
        with self._context.database.read() as work:
            message = work.decisions.message(intake_id)
            connector_id = work.decisions.connector_id(intake_id)
            if message is None or connector_id is None:
                raise NotFoundError("That mail was not decided.", "Read the list again.")
            stored = work.repairs.decisions([intake_id]).get(intake_id, [])
            then = present(stored)
            note = _not_asked(work, [decision for _, decision in then], connector_id)
            if note:
                return Hindsight(tuple(Pair(one, one, kept) for kept, one in then), note)
            table = self._tables.of(work, connector_id).table
            return Hindsight(paired(then, table.decide(message, explain=True)))

    def decide(
        self, work: UnitOfWork, connector_id: int, message: Message, *, explain: bool = False
    ) -> tuple[Decision, ...]:
        """What the present routes make of a mail, as if it were new."""
        return self._tables.of(work, connector_id).table.decide(message, explain=explain)


def present(
    stored: Sequence[StoredDecision],
) -> tuple[tuple[StoredDecision, Decision], ...]:
    """The decisions about a mail that stand; unhandled is none once something was made of it."""
    found = [(one, from_stored(one.explanation)) for one in standing(stored)]
    made = [pair for pair in found if pair[1].outcome is not Outcome.UNHANDLED]
    return tuple(made or found[-1:])


def paired(
    then: Sequence[tuple[StoredDecision, Decision]], now: Sequence[Decision]
) -> tuple[Pair, ...]:
    """Then and now side by side: by recipient, the rest in their order."""
    left = list(now)
    pairs: list[Pair] = []
    alone: list[tuple[StoredDecision, Decision]] = []
    for stored, decision in then:
        same = next((one for one in left if one.recipient == decision.recipient), None)
        if same is None:
            alone.append((stored, decision))
        else:
            left.remove(same)
            pairs.append(Pair(decision, same, stored))
    for former, later in zip_longest(alone, left):
        pairs.append(Pair(former[1], later, former[0]) if former else Pair(None, later))
    return tuple(pairs)


def place(decision: Decision) -> tuple[object, ...]:
    """Where a mail goes; the name of a route is not its place, so renaming moves nothing."""
    if decision.outcome is Outcome.UNHANDLED:
        return (Outcome.UNHANDLED,)
    bare = replace(decision, trace=(), reason="")
    return (
        bare.outcome,
        bare.recipient,
        bare.route_id,
        bare.process_id,
        bare.category,
        bare.test_mode,
        bare.rejected,
    )


def _not_asked(work: UnitOfWork, then: Sequence[Decision], connector_id: int) -> str:
    if work.connectors.get(connector_id) is None:
        return "The connector it came to was deleted, so there are no routes to ask."
    if any(one.outcome not in _ROUTED for one in then):
        return "The routes were not asked: it belongs to mail that was known."
    if any(one.outcome is Outcome.CREATED and one.route is None for one in then):
        return "The routes were not asked: a person made the work item."
    return ""
