"""What people do with work items: states, what is new, who takes part (W-03, M-03)."""

from collections.abc import Iterable
from dataclasses import replace

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import Handling, State
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.services.work_item_views import WORK_ITEM
from enate_desktop.storage.unit_of_work import UnitOfWork


class HandlingService:
    """Changes of work items by a person; each needs "Handle mail" and leaves a line of history."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def may(self) -> bool:
        """Whether the person at the keyboard has the permission (P-01)."""
        return self._context.me.may(Permission.HANDLE_MAIL)

    def set_state(self, work_item_ids: Iterable[int], state: State) -> Changes:
        """Give work items a state, all of them or none; those that have it stay as they are.

        A Closed one that a repair replaced stays closed: RefusedError.
        """
        self._context.need(Permission.HANDLE_MAIL)
        touched = False
        with self._context.database.write() as work:
            for work_item_id in dict.fromkeys(work_item_ids):
                now = stored(work, work_item_id)
                if now.state is state:
                    continue
                if now.replaced_by_id is not None:
                    raise RefusedError(
                        f"{named(work, now)} was replaced by another work item.",
                        "Nothing was changed. Work on that one.",
                    )
                change(self._context, work, now, replace(now, state=state), "state changed")
                touched = True
        return Changes(work_items=True) if touched else NOTHING

    def seen(self, work_item_ids: Iterable[int]) -> Changes:
        """Clear "new information": somebody read what was added (M-03)."""
        self._context.need(Permission.HANDLE_MAIL)
        wanted = list(work_item_ids)
        with self._context.database.write() as work:
            return Changes(work_items=True) if work.work_items.seen(wanted) else NOTHING

    def add_participant(self, work_item_id: int, address: str) -> Changes:
        """Let somebody take part who did not so far; what they write is no stranger's then.

        Raises InputError for what is no address.
        """
        self._context.need(Permission.HANDLE_MAIL)
        wanted = normal_address(address)
        if wanted is None:
            raise InputError(
                f'"{address.strip()[:100]}" is no address.',
                "Write a whole one such as anna@acme.com.",
                field="address",
            )
        with self._context.database.write() as work:
            now = stored(work, work_item_id)
            if wanted in work.work_items.participants(work_item_id):
                return NOTHING
            work.work_items.add_participants(work_item_id, (wanted,))
            told = ("participant", "", wanted)
            self._context.note(
                work, WORK_ITEM, work_item_id, named(work, now), "participant added", told
            )
        return Changes(work_items=True)


def stored(work: UnitOfWork, work_item_id: int) -> Handling:
    """A work item as it is handled now; NotFoundError when there is none of that id."""
    now = work.work_items.handling(work_item_id)
    if now is None:
        raise NotFoundError("That work item does not exist.", "Nothing was changed.")
    return now


def named(work: UnitOfWork, handling: Handling) -> str:
    """The reference of a work item."""
    item = work.work_items.get(handling.id)
    return item.reference if item is not None else ""


def change(
    context: Context, work: UnitOfWork, now: Handling, wanted: Handling, action: str
) -> None:
    """Change the state of a work item and tell the history so that it can be taken back."""
    work.work_items.change(wanted)
    told = ("state", now.state.value, wanted.state.value)
    context.note(work, WORK_ITEM, now.id, named(work, now), action, told, before=now, after=wanted)
