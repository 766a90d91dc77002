"""Repository of people and of the roles of this data file (P-01)."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select

from enate_desktop.storage.tables import PersonRow, RoleRow


class PeopleRepository:
    """Who works with this file and what the roles of its own allow."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def role_of(self, login: str) -> str | None:
        """The role of a person, or None for a stranger."""
        return self._connection.execute(
            select(PersonRow.role).where(PersonRow.login == login)
        ).scalar()

    def anybody(self) -> bool:
        """Whether any person is known yet."""
        return bool(self._connection.execute(select(func.count()).select_from(PersonRow)).scalar())

    def members(self) -> tuple[tuple[str, str], ...]:
        """Login and role of everybody, by login."""
        rows = self._connection.execute(
            select(PersonRow.login, PersonRow.role).order_by(PersonRow.login)
        )
        return tuple((row.login, row.role) for row in rows)

    def set_role(self, login: str, role: str) -> None:
        """Add a person or change the role."""
        self.remove(login)
        self._connection.execute(insert(PersonRow).values(login=login, role=role))

    def remove(self, login: str) -> None:
        """Forget a person, who is a stranger from now on."""
        self._connection.execute(delete(PersonRow).where(PersonRow.login == login))

    def roles(self) -> dict[str, tuple[str, ...]]:
        """The permissions of the roles that were made or changed here, by the role's name."""
        rows = self._connection.execute(
            select(RoleRow.name, RoleRow.permissions).order_by(RoleRow.name)
        )
        return {row.name: tuple(json.loads(row.permissions)) for row in rows}

    def save_role(self, name: str, permissions: Iterable[str]) -> None:
        """Keep a role under its name."""
        self.remove_role(name)
        values = {"name": name, "permissions": json.dumps(sorted(permissions))}
        self._connection.execute(insert(RoleRow).values(**values))

    def remove_role(self, name: str) -> None:
        """Forget a role; a built-in one of that name is again what it was."""
        self._connection.execute(delete(RoleRow).where(RoleRow.name == name))
