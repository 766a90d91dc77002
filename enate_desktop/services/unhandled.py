"""Unhandled mail: made into work, joined to work, routed anew or put aside by a person (W-01)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import Route, check_route
from enate_desktop.domain.work_items import End, State
from enate_desktop.routing.explanation import Decision
from enate_desktop.services.answering import Plan, no_answer
from enate_desktop.services.by_hand import (
    attached,
    created,
    former_reason,
    open_item,
    usable_process,
)
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context
from enate_desktop.services.deciding import decide_batch
from enate_desktop.services.outcomes import Decided, apply_decisions
from enate_desktop.services.proposals import with_draft
from enate_desktop.services.route_edits import save_route, usable_route
from enate_desktop.services.route_tables import Deciding, compiled_table, numbered
from enate_desktop.services.routes import whole_order
from enate_desktop.services.set_aside import SetAsideService
from enate_desktop.services.taking_in import Received, Undecided
from enate_desktop.services.unhandled_routes import RouteFromMail, prefilled, taken_by
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.storage.waiting_mails import WaitingMail

__all__ = ["Fit", "Handled", "Target", "UnhandledService", "WaitingMail"]

MOST_FITTING = 10_000
"""Waiting mails of one connector that a new route is tried against, the newest."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of an action: ``done`` are the mails that are no longer unhandled.

    ``staying`` are still unhandled; ``gone`` had been dealt with by somebody else before. ``route``
    is the route that was made.
    """

    changes: Changes
    done: tuple[Received, ...]
    staying: int = 0
    gone: int = 0
    route: Route | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """The work items that were made or joined, each once."""
        return tuple(dict.fromkeys(r for received in self.done for r in received.references))


@dataclass(frozen=True, slots=True)
class Fit:
    """The waiting mails that a new route would take, out of ``looked_at`` of its connector."""

    mails: tuple[WaitingMail, ...]
    looked_at: int


@dataclass(frozen=True, slots=True)
class Target:
    """A work item that mail can be attached to."""

    subject: str
    state: State | None


class UnhandledService(SetAsideService):
    """Every action is one transaction, and asks there whether the mail still waits.

    All raise NotPermittedError without "Handle mail", and RefusedError when none of the mails waits
    any more.
    """

    words: ClassVar[tuple[str, str]] = ("deleted", "restored")

    def __init__(self, context: Context, plan: Plan = no_answer) -> None:
        """``plan`` queues automated emails in the transaction that makes their work items."""
        super().__init__(context, End.UNHANDLED)
        self._plan = plan

    def make_work_item(
        self,
        intake_ids: Iterable[int],
        process_id: int,
        category: str | None = None,
        *,
        test_mode: bool = False,
    ) -> Handled:
        """One Ticket or Case from each mail; no automated email is sent. Raises InputError."""
        self._context.need(Permission.HANDLE_MAIL)
        who = self._context.me.login
        with self._context.database.write() as work:
            mails, gone = self._waiting(work, intake_ids)
            process, category = usable_process(work, process_id, category)

            def decide(mail: WaitingMail) -> Decision:
                return created(mail, who, process, category, test_mode=test_mode)

            done = self._decide_by_hand(work, mails, "made into work", decide)
        return Handled(Changes(unhandled=True, work_items=True), done, gone=gone)

    def target(self, reference: str) -> Target:
        """What mail would be attached to by that name; raises as :meth:`attach`."""
        with self._context.database.read() as work:
            key = open_item(work, reference)
            return Target(work.waiting_mails.subject_of(key), work.work_items.state(key))

    def attach(self, intake_ids: Iterable[int], reference: str) -> Handled:
        """Append mails to a work item as replies are: it may be reopened (M-03).

        Raises InputError or NotFoundError for the reference, RefusedError for closed work.
        """
        self._context.need(Permission.HANDLE_MAIL)
        who = self._context.me.login
        with self._context.database.write() as work:
            mails, gone = self._waiting(work, intake_ids)
            key = open_item(work, reference)
            name = reference.strip("[] ").upper()

            def decide(mail: WaitingMail) -> Decision:
                return attached(work, mail, who, key, name)

            done = self._decide_by_hand(work, mails, "attached", decide)
        return Handled(Changes(unhandled=True, work_items=True), done, gone=gone)

    def again(self, intake_ids: Iterable[int]) -> Handled:
        """Let the present routes decide the mails once more."""
        self._context.need(Permission.HANDLE_MAIL)
        with self._context.database.write() as work:
            mails, gone = self._waiting(work, intake_ids)
            received = self._decide(work, mails)
        return _handled(received, gone)

    def route_for(self, intake_ids: Iterable[int]) -> RouteFromMail:
        """A new route filled in from mails of one connector; InputError when they are of several.

        Its process is that of the fallback, or 0.
        """
        with self._context.database.read() as work:
            mails, _ = self._waiting(work, intake_ids)
            if len({mail.connector_id for mail in mails}) > 1:
                raise InputError(
                    "These mails came to different connectors.",
                    "A route belongs to one connector: choose mails of one.",
                )
            table = _deciding(work, mails[0].connector_id).table
            return prefilled(table.connector, work.routes.of(table.connector.id), mails)

    def fitting(self, route: Route) -> tuple[int, ...]:
        """Waiting mails of its connector that a new route would take, the newest first."""
        return tuple(mail.intake_id for mail in self.fit(route).mails)

    def fit(self, route: Route) -> Fit:
        """The same as mails; InputError when the route cannot be used as it is."""
        with self._context.database.read() as work:
            draft = usable_route(work, replace(route, id=0, enabled=True))
            check_route(draft)
            order = with_draft(whole_order(work, draft.connector_id), draft)
            deciding = _deciding(work, draft.connector_id, numbered(order))
            mails = work.waiting_mails.of_connector(draft.connector_id, MOST_FITTING)
            taken = set(taken_by(work, deciding, draft.id, mails))
        return Fit(tuple(mail for mail in mails if mail.intake_id in taken), len(mails))

    def make_route(self, route: Route, apply_to: Collection[int] = ()) -> Handled:
        """Add a route at the end of its block, on and marked For Attention (R-06, R-10).

        Those mails of ``apply_to`` that the new route takes in its place become work. Needs "Edit
        routes" too. Raises InputError.
        """
        self._context.need(Permission.HANDLE_MAIL)
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            wanted = replace(route, id=0, enabled=True, for_attention=True)
            route_id = save_route(self._context, work, wanted)
            home = route.connector_id
            asked = set(apply_to)
            waiting = [m for m in work.waiting_mails.some(asked) if m.connector_id == home]
            taken = set(taken_by(work, _deciding(work, home), route_id, waiting))
            received = self._decide(work, [m for m in waiting if m.intake_id in taken])
            made = work.routes.get(route_id)
        changes = Changes(routes=frozenset((home,)))
        staying = len(waiting) - len(received)
        handled = _handled(received, len(asked) - len(waiting))
        return replace(handled, changes=handled.changes | changes, staying=staying, route=made)

    def _waiting(
        self, work: UnitOfWork, intake_ids: Iterable[int]
    ) -> tuple[tuple[WaitingMail, ...], int]:
        """Those that still wait, and how many do not; the second of two people is told."""
        asked = set(intake_ids)
        found = work.waiting_mails.some(asked)
        if not found:
            raise _dealt_with(work, asked)
        return found, len(asked) - len(found)

    def _decide(self, work: UnitOfWork, mails: Sequence[WaitingMail]) -> list[Received]:
        """By the present routes, as if the mails had just come."""
        received: list[Received] = []
        work.waiting_mails.reopen([mail.intake_id for mail in mails])
        for connector_id, group in _by_connector(mails):
            asked = [
                (Undecided(m.intake_id, b"", m.received, m.complete), m.message) for m in group
            ]
            received += decide_batch(work, _deciding(work, connector_id), asked, self._plan)
        reasons = {mail.intake_id: former_reason(mail) for mail in mails}
        for one in received:
            came = ", ".join(one.references) or one.end
            told = (("reason", reasons[one.intake_id], came),)
            self._note(work, one.intake_id, "processed again", *told)
        return received

    def _decide_by_hand(
        self,
        work: UnitOfWork,
        mails: Sequence[WaitingMail],
        action: str,
        decide: Callable[[WaitingMail], Decision],
    ) -> tuple[Received, ...]:
        done: list[Received] = []
        work.waiting_mails.reopen([mail.intake_id for mail in mails])
        for connector_id, group in _by_connector(mails):
            decided = []
            for mail in group:
                note = "" if mail.complete else "Too large to fetch."
                decided.append(Decided(mail.intake_id, mail.message, (decide(mail),), note))
            outcomes = apply_decisions(work, _deciding(work, connector_id), decided)
            for one, references in zip(decided, outcomes.references, strict=True):
                subject = one.message.subject
                done.append(Received(connector_id, one.intake_id, one.end, subject, references))
                self._note(work, one.intake_id, action, ("work item", "", ", ".join(references)))
        return tuple(done)


def _handled(received: Sequence[Received], gone: int) -> Handled:
    done = tuple(one for one in received if one.end is not End.UNHANDLED)
    changes = Changes(unhandled=True, work_items=bool(done), outbox=bool(done))
    return Handled(changes, done, len(received) - len(done), gone)


def _by_connector(
    mails: Sequence[WaitingMail],
) -> Iterable[tuple[int, list[WaitingMail]]]:
    ordered = sorted(mails, key=lambda mail: (mail.connector_id, mail.intake_id))
    for connector_id, group in groupby(ordered, lambda mail: mail.connector_id):
        yield connector_id, list(group)


def _deciding(
    work: UnitOfWork, connector_id: int, order: Sequence[Route] | None = None
) -> Deciding:
    """As ``work`` sees it; never kept, for what it sees may be taken back."""
    connector = work.connectors.get(connector_id)
    if connector is None:
        raise NotFoundError(
            "The connector that mail came to was deleted.",
            "Restore the connector to work on the mail, or delete the mail.",
        )
    table = compiled_table(work, connector, order)
    return Deciding(table, work.directory.process_map(), work.facts.settings())


def _dealt_with(work: UnitOfWork, asked: Collection[int]) -> RefusedError:
    """What the second of two people is told."""
    if len(asked) != 1:
        return RefusedError(
            "Somebody else has dealt with these mails in the meantime.", "Nothing was changed."
        )
    entries = work.history.entries("mail", next(iter(asked)), 1)
    who = f"{entries[0].who}: {entries[0].action}." if entries else "It is not unhandled any more."
    return RefusedError("That mail was dealt with in the meantime.", who)
