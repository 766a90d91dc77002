"""Comparing a change with what is now, and restoring what was before or after it (X-08)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Company, Contact, Node
from enate_desktop.domain.errors import EnateError, NotFoundError, RefusedError
from enate_desktop.domain.history import (
    CompanyList,
    DefaultSender,
    HistoryChange,
    RouteOrder,
    State,
    StoredProcess,
    WholeConnector,
)
from enate_desktop.domain.outbox import Template
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.domain.settings import Settings
from enate_desktop.domain.work_items import Handling, Repaired
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context
from enate_desktop.services.field_words import field_words, value_words
from enate_desktop.services.restorable import ComparedField, Restorable
from enate_desktop.services.restore_company_import import CompanyImports
from enate_desktop.services.restore_connectors import SECRETS_STAY, Connectors, DefaultSenders
from enate_desktop.services.restore_directory import AllSettings, Companies, Contacts, Entries
from enate_desktop.services.restore_routes import Orders, OutgoingRoutes, Routes, is_there_already
from enate_desktop.services.restore_templates import Templates
from enate_desktop.services.restore_work import Repairs, WorkItems
from enate_desktop.storage.unit_of_work import UnitOfWork

_KINDS: Mapping[type, Callable[[Context], Restorable[Any]]] = {
    Route: Routes,
    OutgoingRoute: OutgoingRoutes,
    RouteOrder: Orders,
    Connector: Connectors,
    WholeConnector: Connectors,
    DefaultSender: DefaultSenders,
    Node: Entries,
    StoredProcess: Entries,
    Company: Companies,
    Contact: Contacts,
    CompanyList: CompanyImports,
    Settings: AllSettings,
    Template: Templates,
    Handling: WorkItems,
    Repaired: Repairs,
}


class RestoreTo(StrEnum):
    """Which side of a change is restored."""

    BEFORE = "before"
    AFTER = "after"


class Way(StrEnum):
    """What restoring what was before a change comes to."""

    VALUES = "values"
    ORDER = "order"
    REMOVAL = "removal"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A change beside what is now.

    ``refusals`` says for each side why it cannot be restored, or nothing. ``notes`` are sentences.
    """

    change: HistoryChange
    rows: tuple[ComparedField, ...]
    notes: tuple[str, ...]
    refusals: Mapping[RestoreTo, str]
    present: State | None
    """The thing as it is now; None when it is gone, or was never kept."""
    way: Way = Way.VALUES


@dataclass(frozen=True, slots=True)
class _Plan:
    """What restoring does: in sentences, and how."""

    sentences: tuple[str, ...]
    run: Callable[[], Changes]


class RestoreService:
    """Takes changes back, whenever they were made; each restoring is a change of its own."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def compare(self, change_id: int) -> Comparison:
        """A change beside what is now; NotFoundError for an id that is no change's."""
        with self._context.database.read() as work:
            change = _change(work, change_id)
            try:
                before, after = _states(work, change)
            except RefusedError as error:
                refusals = dict.fromkeys(RestoreTo, error.sentence())
                return Comparison(change, told_rows(change), (), refusals, None)
            kind, some = self._kind(before, after)
            now = _present(work, kind, change, some)
            rows, secrets = kind.rows(work, before, after, now), _secret_rows(change)
            notes = (*_since(rows, before, after, now), *((SECRETS_STAY,) if secrets else ()))
            refusals = {to: self._refusal(work, change, to) for to in RestoreTo}
            way = _way(before, after)
            return Comparison(change, (*rows, *secrets), notes, refusals, now, way)

    def preview(self, change_id: int, to: RestoreTo = RestoreTo.BEFORE) -> tuple[str, ...]:
        """What restoring would do, in sentences; raises EnateError when it would be refused."""
        with self._context.database.read() as work:
            return self._plan(work, _change(work, change_id), to).sentences

    def restore(self, change_id: int, to: RestoreTo = RestoreTo.BEFORE) -> Changes:
        """Give back what a change took; raises EnateError in words, and changes nothing then.

        Only what that change made differ is restored; what was changed since elsewhere stays.
        """
        with self._context.database.read() as work:
            plan = self._plan(work, _change(work, change_id), to)
        return plan.run()

    def _refusal(self, work: UnitOfWork, change: HistoryChange, to: RestoreTo) -> str:
        try:
            self._plan(work, change, to)
        except EnateError as error:
            return error.sentence()
        return ""

    def _plan(self, work: UnitOfWork, change: HistoryChange, to: RestoreTo) -> _Plan:
        before, after = _states(work, change)
        wanted, other = (before, after) if to is RestoreTo.BEFORE else (after, before)
        kind, some = self._kind(before, after)
        self._context.need(kind.permission, work)
        now = _present(work, kind, change, some)
        if wanted is None:
            if now is None:
                raise _gone(change, "There is nothing to take back.")
            return _Plan(kind.foresee_removal(work, now), lambda: kind.remove(now))
        if other is None:
            return _return_plan(work, kind, change, wanted, now)
        if now is None:
            raise _gone(change, "Restore it first, then its values.")
        made = kind.merge(now, other, wanted)
        if made == now:
            raise RefusedError("It is so now.", "There is nothing to restore.")
        sentences = (*kind.foresee(work, now, made), *kind.left_out(work, now, wanted))
        return _Plan(sentences, lambda: kind.change(now, made))

    def _kind(self, before: State | None, after: State | None) -> tuple[Restorable[Any], State]:
        some = before if before is not None else after
        if some is None:
            raise RuntimeError("a change from nothing to nothing was kept")
        return _KINDS[type(some)](self._context), some


def _way(before: State | None, after: State | None) -> Way:
    if before is None:
        return Way.REMOVAL
    if after is None:
        return Way.RETURN
    return Way.ORDER if isinstance(before, RouteOrder) else Way.VALUES


def _return_plan(
    work: UnitOfWork,
    kind: Restorable[Any],
    change: HistoryChange,
    wanted: State,
    now: State | None,
) -> _Plan:
    if now is not None:
        raise is_there_already(change.head.name)
    if work.history.came_anew(change.head.kind, change.head.subject_id, change.head.id):
        # Another thing has its id by now.
        wanted = replace(wanted, id=0)  # type: ignore[arg-type]  # those without an id keep it
    return _Plan(kind.foresee_return(work, wanted), lambda: kind.bring_back(wanted))


def _change(work: UnitOfWork, change_id: int) -> HistoryChange:
    change = work.history.change(change_id)
    if change is None:
        raise NotFoundError("That change is not in the history.", "Nothing was changed.")
    return change


def _states(work: UnitOfWork, change: HistoryChange) -> tuple[State | None, State | None]:
    try:
        states = work.history.states(change.head.id)
    except ValueError:
        raise RefusedError(
            "This change was made by another version of the program.",
            "It can be read but not restored.",
        ) from None
    if states is not None:
        return states
    fields = {entry.field for entry in change.entries if entry.field}
    if change.head.action == "stopped":
        raise RefusedError("The program stopped it.", "Mend the cause, then switch it on again.")
    if fields and fields <= _secret_fields(change):
        raise RefusedError("Only a secret was changed.", "Secrets are not kept in the history.")
    raise RefusedError("There is nothing to restore.", "It only tells what happened.")


def _present(
    work: UnitOfWork, kind: Restorable[Any], change: HistoryChange, some: State
) -> State | None:
    head = change.head
    if work.history.came_anew(head.kind, head.subject_id, head.id):
        return None
    found: State | None = kind.present(work, some)
    return found


def _gone(change: HistoryChange, remedy: str) -> NotFoundError:
    return NotFoundError(f'"{change.head.name}" was deleted in the meantime.', remedy)


def _secret_fields(change: HistoryChange) -> set[str]:
    return {e.field for e in change.fields if e.old == e.new == "changed"}


def _secret_rows(change: HistoryChange) -> tuple[ComparedField, ...]:
    return tuple(
        ComparedField(field_words(f), "", "changed") for f in sorted(_secret_fields(change))
    )


def told_rows(change: HistoryChange) -> tuple[ComparedField, ...]:
    """What the lines of a change tell by themselves; what is now is not known."""
    return tuple(
        ComparedField(
            field_words(e.field), value_words(e.field, e.old), value_words(e.field, e.new)
        )
        for e in change.fields
    )


def _since(
    rows: tuple[ComparedField, ...], before: State | None, after: State | None, now: State | None
) -> tuple[str, ...]:
    if now is None:
        return ("It was deleted since.",) if after is not None else ()
    if after is None:
        return ("It has come back since.",)
    if before is None:
        return ()
    if isinstance(now, RouteOrder):
        return ("The order was changed again since.",) if now != after else ()
    again = [row.field for row in rows if row.changed_since]
    return (f"Changed again since: {', '.join(again)}.",) if again else ()
