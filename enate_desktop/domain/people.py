"""Who may do what (P-01)."""

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


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by operating-system login, with what the role allows."""

    login: str
    role: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Whether the person has the permission."""
        return permission in self.permissions

    def need(self, permission: Permission) -> None:
        """Raise NotPermittedError, in words, when the permission is missing."""
        if not self.may(permission):
            raise NotPermittedError(
                f'You need the permission "{permission}".', "Ask an administrator for it."
            )


SYSTEM = Person("System", "System", frozenset(Permission))
"""The background worker, as history names it."""
