"""Who may do what (P-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.errors import NotPermittedError


class Permission(StrEnum):
    """What a person may be allowed to do; the value is how the interface names it."""

    VIEW = "View"
    EDIT_CONNECTORS = "Edit connectors"
    EDIT_ROUTES = "Edit routes"
    REORDER_ROUTES = "Reorder routes"
    HANDLE_MAIL = "Handle mail"
    EDIT_DIRECTORY = "Edit directory"
    MANAGE_USERS = "Manage users"
    CHANGE_SETTINGS = "Change settings"


ROLES: dict[str, frozenset[Permission]] = {
    "Administrator": frozenset(Permission),
    "Route editor": frozenset((Permission.VIEW, Permission.EDIT_ROUTES, Permission.REORDER_ROUTES)),
    "Agent": frozenset((Permission.VIEW, Permission.HANDLE_MAIL)),
    "Viewer": frozenset((Permission.VIEW,)),
}
"""The built-in roles."""
ADMINISTRATOR = "Administrator"
"""The one role that cannot be changed: somebody must be able to do everything."""
VIEWER = "Viewer"
"""The role of strangers."""


@dataclass(frozen=True, slots=True)
class Role:
    """What the people of a role may do; ``own`` ones were made in this data file."""

    name: str
    permissions: frozenset[Permission]
    own: bool = False


def roles_with(changed: Mapping[str, Iterable[str]]) -> dict[str, Role]:
    """Every role by name: the built-in ones, as ``changed`` has them, then those of the file.

    A permission that this version does not know is left out.
    """
    known = set(Permission)
    found = {name: Role(name, permissions) for name, permissions in ROLES.items()}
    for name, permissions in changed.items():
        if name == ADMINISTRATOR:
            continue
        allowed = frozenset(Permission(p) for p in permissions if p in known)
        found[name] = Role(name, allowed | {Permission.VIEW}, own=name not in ROLES)
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by login, with what the role allows."""

    login: str
    role: str
    permissions: frozenset[Permission]
    listed: bool = True
    """Whether the list of people says what is allowed now; not for the worker."""
    looks_only: bool = False
    """Looks at the program as the role sees it, and changes nothing."""

    def may(self, permission: Permission) -> bool:
        """Whether the person has the permission."""
        return permission in self.permissions

    def need(self, permission: Permission) -> None:
        """Raise NotPermittedError, in words, when the permission is missing."""
        if self.looks_only:
            raise NotPermittedError(
                f"You are looking as {self.role}.", "Nothing was changed. Close this window first."
            )
        if not self.may(permission):
            raise NotPermittedError(
                f'You need the permission "{permission}".', "Ask an administrator for it."
            )


SYSTEM = Person("System", "System", frozenset(Permission), listed=False)
"""The background worker, as history names it."""
