"""What every service works with: the data file, the vault and the person at the keyboard."""

from dataclasses import dataclass, replace

from enate_desktop.domain.people import Permission, Person
from enate_desktop.services.vault import Vault
from enate_desktop.storage.database import Database
from enate_desktop.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Context:
    """Shared by the services of one process."""

    database: Database
    vault: Vault
    me: Person

    def acting_as(self, person: Person) -> "Context":
        """The same for somebody else, such as the background worker."""
        return replace(self, me=person)

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
    ) -> None:
        """Add history in the same transaction as the change it tells of (R-08)."""
        work.history.add(self.me.login, kind, subject_id, name, action, *changes)
