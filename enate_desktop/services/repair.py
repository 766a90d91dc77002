"""Repair after a bad change: mails that went elsewhere because of it are routed again (X-07)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import Repaired, State, WorkItem
from enate_desktop.routing.explanation import Decision, Outcome
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context
from enate_desktop.services.handling import named
from enate_desktop.services.hindsight import HindsightService, Pair, paired, present
from enate_desktop.services.repair_steps import Repairer, is_made
from enate_desktop.services.repair_words import from_to, history_lines, mails_counted
from enate_desktop.services.route_tables import process_paths
from enate_desktop.services.work_item_views import WORK_ITEM
from enate_desktop.storage.repairs import Step, StoredDecision
from enate_desktop.storage.unit_of_work import UnitOfWork

MOST_MAILS = 5_000
"""Mails of one connector that a repair looks at, the newest."""
_LOOK_UP_EVERY = 64


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mail that the present routes decide otherwise.

    ``source`` and ``target`` say from where to where, ``refusal`` why it cannot be routed again
    (empty when it can), ``touched`` that a person has worked on its work item meanwhile.
    """

    intake_id: int
    sender: str
    subject: str
    references: tuple[str, ...]
    source: str
    target: str
    touched: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """What a repair would do: how many mails were looked at and which differ, newest first.

    ``cut`` says that there are older ones that were not looked at.
    """

    mails: int
    candidates: tuple[Candidate, ...]
    cut: bool = False


class RepairService:
    """Looks, then routes again; nothing is sent, and every former decision stays."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context
        self._hindsight = HindsightService(context)

    def change_time(self, change_id: int) -> datetime:
        """When a change of the history was made; NotFoundError when there is none of that id."""
        with self._context.database.read() as work:
            change = work.history.change(change_id)
        if change is None:
            raise NotFoundError("That change is not in the history.", "Choose a period.")
        return change.head.at

    def may(self) -> str:
        """Why the person at the keyboard cannot repair, or an empty text (P-01)."""
        for permission in (Permission.HANDLE_MAIL, Permission.EDIT_ROUTES):
            if not self._context.me.may(permission):
                return f'You need the permission "{permission}".'
        return ""

    def plan(
        self,
        since: datetime,
        connector_id: int | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RepairPlan:
        """The mails decided since then that would go elsewhere now, of one connector or all.

        Ask in the background: it replays up to :data:`MOST_MAILS` mails for each connector.
        """
        found: list[Candidate] = []
        mails, cut = 0, False
        with self._context.database.read() as work:
            paths = process_paths(work)
            for connector in work.connectors.all():
                if not connector.use_for.receives or connector_id not in (None, connector.id):
                    continue
                recent = work.repairs.decided_since(connector.id, since, MOST_MAILS)
                cut = cut or len(recent) == MOST_MAILS
                mails += len(recent)
                found += self._differing(work, connector.id, recent, paths, cancelled)
        return RepairPlan(mails, tuple(sorted(found, key=lambda one: -one.intake_id)), cut)

    def run(self, intake_ids: Collection[int], *, touched_too: bool = False) -> Changes:
        """Route these mails again by the present routes; one change that can be undone.

        Work that a person has begun is left alone unless ``touched_too``. Whatever no longer
        differs is passed over; RefusedError when nothing is left. Nothing is sent.
        """
        self._context.need(Permission.HANDLE_MAIL)
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            repairer = Repairer(work, self._context.me.login)
            steps: list[Step] = []
            done: list[int] = []
            items = _items(work, work.repairs.decisions(list(intake_ids)).values())
            for intake_id, pairs, message, connector_id in self._pairs(work, list(intake_ids)):
                if any(_refusal(pair) for pair in pairs):
                    continue
                if not touched_too and any(_is_touched(items, pair) for pair in pairs):
                    continue
                for pair in pairs:
                    steps.append(repairer.step(intake_id, connector_id, message, pair))
                done.append(intake_id)
            if not steps:
                raise RefusedError(
                    "None of these mails can be routed again.",
                    "They go where the present routes send them, or a person has begun the work.",
                )
            self._tell(work, steps, tuple(done))
        return Changes(work_items=True, unhandled=True)

    def take_back(self, repaired: Repaired) -> Changes:
        """Undo the newest repair of these mails; work that was begun since is left as it is.

        RefusedError when all of it was.
        """
        self._context.need(Permission.HANDLE_MAIL)
        with self._context.database.write() as work:
            now, left = work.now(), []
            steps = work.repairs.last_steps(repaired.intake_ids)
            for step in reversed(steps):
                if work.work_items.handling(step.work_item_id) != step.after:
                    left.append(step)
                    continue
                self._undo(work, step, now)
            if len(left) == len(steps):
                raise RefusedError(
                    "The work items were changed since.", "Nothing was changed. Change them singly."
                )
            done = tuple(dict.fromkeys(s.intake_id for s in steps if s not in left))
            self._context.restoring().note(
                work, "repair", 0, mails_counted(len(done)), "taken back", before=Repaired(done)
            )
        return Changes(work_items=True, unhandled=True)

    def _undo(self, work: UnitOfWork, step: Step, now: datetime) -> None:
        repairer = Repairer(work, self._context.me.login)
        before = named(work, step.after)
        repairer.take_back(step, now)
        told = ("state", step.after.state.value, State.CLOSED.value)
        changes = (told,) if is_made(step) else ()
        self._context.note(work, WORK_ITEM, step.work_item_id, before, "repair undone", *changes)

    def _differing(
        self,
        work: UnitOfWork,
        connector_id: int,
        mails: Sequence[tuple[int, Message]],
        paths: Mapping[int, str],
        cancelled: Callable[[], bool],
    ) -> list[Candidate]:
        stored = work.repairs.decisions([intake_id for intake_id, _ in mails])
        items = _items(work, stored.values())
        found: list[Candidate] = []
        for number, (intake_id, message) in enumerate(mails):
            if number % _LOOK_UP_EVERY == 0 and cancelled():
                break
            then = present(stored.get(intake_id, []))
            if not _by_routes([decision for _, decision in then]):
                continue
            now = self._hindsight.decide(work, connector_id, message)
            pairs = [pair for pair in paired(then, now) if pair.differs]
            if pairs:
                found.append(_candidate(intake_id, message, pairs, items, paths))
        return found

    def _pairs(
        self, work: UnitOfWork, intake_ids: Sequence[int]
    ) -> list[tuple[int, list[Pair], Message, int]]:
        """The differing pairs of each mail as this transaction sees them, oldest mail first."""
        stored = work.repairs.decisions(intake_ids)
        found = []
        for intake_id, (connector_id, _, message) in sorted(work.repairs.mails(intake_ids).items()):
            then = present(stored.get(intake_id, []))
            if work.connectors.get(connector_id) is None or not _by_routes([d for _, d in then]):
                continue
            now = self._hindsight.decide(work, connector_id, message, explain=True)
            pairs = [pair for pair in paired(then, now) if pair.differs]
            if pairs:
                found.append((intake_id, pairs, message, connector_id))
        return found

    def _tell(self, work: UnitOfWork, steps: Sequence[Step], done: tuple[int, ...]) -> None:
        lines = [line for step in steps for line in history_lines(work, step)]
        change_id = self._context.note(
            work,
            "repair",
            0,
            mails_counted(len(done)),
            "routed again",
            after=Repaired(done),
            also=lines,
        )
        work.repairs.add(change_id, work.now(), self._context.me.login, steps)


def _items(work: UnitOfWork, stored: Iterable[Sequence[StoredDecision]]) -> dict[int, WorkItem]:
    """The work items of decisions, by id."""
    ids = {one.work_item_id for of_mail in stored for one in of_mail if one.work_item_id}
    return {item.id: item for item in work.work_item_lists.items(tuple(ids))}


def _candidate(
    intake_id: int,
    message: Message,
    pairs: Sequence[Pair],
    items: Mapping[int, WorkItem],
    paths: Mapping[int, str],
) -> Candidate:
    own = [items.get(p.stored.work_item_id or 0) for p in pairs if p.stored]
    references = [item.reference for item in own if item is not None]
    source, target = from_to(pairs[0], paths)
    return Candidate(
        intake_id,
        message.sender,
        message.subject,
        tuple(references),
        source,
        target,
        any(_is_touched(items, pair) for pair in pairs),
        next(filter(None, map(_refusal, pairs)), ""),
    )


def _by_routes(then: Sequence[Decision]) -> bool:
    """Whether routes decided the mail, or left it unhandled, and nobody else."""
    return bool(then) and all(
        one.outcome is Outcome.UNHANDLED
        or (one.outcome is Outcome.CREATED and one.route is not None)
        for one in then
    )


def _refusal(pair: Pair) -> str:
    if pair.now is None or pair.now.outcome is Outcome.UNHANDLED:
        return "Nothing takes it now; its work item stays as it is."
    if pair.now.rejected:
        return "It would be rejected as spam now; its work item stays as it is."
    return ""


def _is_touched(items: Mapping[int, WorkItem], pair: Pair) -> bool:
    """Whether a person has begun the work: it is not as the mail left it (W-03)."""
    item = items.get(pair.stored.work_item_id or 0) if pair.stored is not None else None
    return item is not None and item.state is not State.TO_DO
