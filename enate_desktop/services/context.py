"""What every service works with: the data file, the vault and the person at the keyboard."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from enate_desktop.domain.errors import NotPermittedError
from enate_desktop.domain.history import HistoryLine, State
from enate_desktop.domain.people import VIEWER, Permission, Person, roles_with
from enate_desktop.services.vault import Vault
from enate_desktop.storage.database import Database
from enate_desktop.storage.unit_of_work import UnitOfWork

_RESTORING = {
    "changed": "restored",
    "renamed": "name restored",
    "order changed": "order restored",
}
_noted: ContextVar[list[int] | None] = ContextVar("noted", default=None)


def permissions_of(work: UnitOfWork, login: str) -> frozenset[Permission]:
    """What the role of a person allows at this moment; a stranger may look and no more."""
    role = roles_with(work.people.roles()).get(work.people.role_of(login) or VIEWER)
    return role.permissions if role else frozenset((Permission.VIEW,))


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

    def need(self, permission: Permission, work: UnitOfWork | None = None) -> None:
        """Raise NotPermittedError when the person lacks the permission (P-01).

        Asked at every use: what somebody may do can be taken away while the program runs. Inside a
        transaction hand over its ``work``.
        """
        self.me.need(permission)
        if self.me.listed:
            with nullcontext(work) if work else self.database.read() as asked:
                present = permissions_of(asked, self.me.login)
            if permission not in present:
                raise NotPermittedError(
                    f'Your permission "{permission}" was taken away.',
                    "Nothing was changed. Ask an administrator for it.",
                )

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
    ) -> int:
        """Add history in the same transaction as the change it tells of (R-08).

        ``before`` and ``after`` are kept so that the change can be taken back (X-08); None says
        that the thing was not there. ``also`` are lines about other things the change touched.
        Returns the id of the change when it can be taken back, else 0.
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
        return change_id
