"""What every service works with: the data file, the vault and the person at the keyboard."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from enate_desktop.domain.history import HistoryLine, State
from enate_desktop.domain.people import Permission, Person
from enate_desktop.services.vault import Vault
from enate_desktop.storage.database import Database
from enate_desktop.storage.unit_of_work import UnitOfWork

_RESTORING = {
    "changed": "restored",
    "renamed": "name restored",
    "order changed": "order restored",
}
_noted: ContextVar[list[int] | None] = ContextVar("noted", default=None)


@contextmanager
def noting() -> Iterator[list[int]]:
    """Lists the changes made inside by this thread that can be taken back: their ids, in order.

    For undo: nothing that somebody else does at the same time gets between them.
    """
    found: list[int] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


@dataclass(frozen=True, slots=True)
class Context:
    """Shared by the services of one process."""

    database: Database
    vault: Vault
    me: Person
    words: Mapping[str, str] = field(default_factory=dict)
    """What the history calls an action instead of its usual word."""

    def acting_as(self, person: Person) -> "Context":
        """The same for somebody else, such as the background worker."""
        return replace(self, me=person)

    def restoring(self) -> "Context":
        """The same for changes that bring former values back: the history says "restored"."""
        return replace(self, words=_RESTORING)

    def need(self, permission: Permission) -> None:
        """Raise NotPermittedError when the person lacks the permission (P-01)."""
        self.me.need(permission)

    def note(
        self,
        work: UnitOfWork,
        kind: str,
        subject_id: int,
        name: str,
        action: str,
        *changes: tuple[str, str, str],
        before: State | None = None,
        after: State | None = None,
        also: Iterable[HistoryLine] = (),
    ) -> None:
        """Add history in the same transaction as the change it tells of (R-08).

        ``before`` and ``after`` are kept so that the change can be taken back (X-08); None says
        that the thing was not there. ``also`` are lines about other things the change touched.
        """
        word = self.words.get(action, action)
        change_id = work.history.add(
            self.me.login,
            kind,
            subject_id,
            name,
            word,
            *changes,
            before=before,
            after=after,
            also=also,
        )
        listed = _noted.get()
        if listed is not None and change_id:
            listed.append(change_id)
