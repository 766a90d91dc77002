"""Who is at the keyboard and what the role allows (P-01, P-02)."""

import getpass
from collections.abc import Collection
from dataclasses import dataclass

from enate_desktop.domain.connectors import check_no_control_characters
from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.people import (
    ADMINISTRATOR,
    ROLES,
    VIEWER,
    Permission,
    Person,
    Role,
    roles_with,
)
from enate_desktop.services.context import Context, permissions_of
from enate_desktop.storage.database import Database
from enate_desktop.storage.unit_of_work import UnitOfWork

_LONGEST_NAME = 100


def operating_system_login() -> str:
    """The login of the person who runs the program (P-02)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who has opened this data file, or may."""

    login: str
    role: str


class PeopleService:
    """The person at the keyboard, everybody else, and what the roles allow."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    @property
    def me(self) -> Person:
        """The person at the keyboard, with the permissions at the start of the program."""
        return self._context.me

    def members(self) -> tuple[Member, ...]:
        """Everybody, by login."""
        with self._context.database.read() as work:
            return tuple(Member(login, role) for login, role in work.people.members())

    def roles(self) -> tuple[Role, ...]:
        """Every role: the built-in ones first, then those made here."""
        with self._context.database.read() as work:
            return tuple(roles_with(work.people.roles()).values())

    def give_role(self, login: str, role: str) -> None:
        """Add a person or change the role (P-01).

        Raises InputError for an unusable login or role, RefusedError when nobody would be left who
        manages users.
        """
        self._context.need(Permission.MANAGE_USERS)
        login = login.strip()
        check_no_control_characters(login, "The login", "login")
        if not login or len(login) > _LONGEST_NAME:
            raise InputError("A person needs a login of at most 100 characters.", field="login")
        with self._context.database.write() as work:
            if role not in roles_with(work.people.roles()):
                raise InputError(f'There is no role "{role}".', "Nothing was changed.")
            before = work.people.role_of(login)
            if before == role:
                return
            work.people.set_role(login, role)
            _need_a_manager(work)
            action = "changed" if before else "added"
            self._context.note(work, "person", 0, login, action, ("role", before or "", role))

    def remove(self, login: str) -> None:
        """Take a person out; who opens the file again may look and no more."""
        self._context.need(Permission.MANAGE_USERS)
        with self._context.database.write() as work:
            role = work.people.role_of(login)
            if role is None:
                raise NotFoundError("That person was removed already.", "Nothing was changed.")
            work.people.remove(login)
            _need_a_manager(work)
            self._context.note(work, "person", 0, login, "removed", ("role", role, ""))

    def losing(self, role: str, permissions: Collection[Permission]) -> dict[Permission, int]:
        """How many people would lose which permission if the role allowed only ``permissions``."""
        with self._context.database.read() as work:
            present = roles_with(work.people.roles()).get(role)
            having = sum(name == role for _, name in work.people.members())
        if present is None or not having:
            return {}
        return {p: having for p in Permission if p in present.permissions and p not in permissions}

    def save_role(self, name: str, permissions: Collection[Permission]) -> None:
        """Make a role or change what it allows; to view is part of every role.

        Raises InputError for an unusable name, RefusedError for the Administrator's role, or when
        nobody would be left who manages users.
        """
        self._context.need(Permission.MANAGE_USERS)
        name = " ".join(name.split())
        check_no_control_characters(name, "The role's name", "name")
        if not name or len(name) > _LONGEST_NAME:
            raise InputError("A role needs a name of at most 100 characters.", field="name")
        if name.casefold() == ADMINISTRATOR.casefold():
            raise RefusedError(
                "An Administrator may do everything.",
                "Nothing was changed. Make another role for people who may do less.",
                field="name",
            )
        wanted = frozenset(permissions) | {Permission.VIEW}
        with self._context.database.write() as work:
            roles = roles_with(work.people.roles())
            present = roles.get(name)
            if present is None and name.casefold() in map(str.casefold, roles):
                raise InputError(f'There is a role "{name}" already.', field="name")
            if present is not None and present.permissions == wanted:
                return
            work.people.save_role(name, wanted)
            _need_a_manager(work)
            old = _in_words(present.permissions) if present else ""
            action = "changed" if present else "created"
            change = ("permissions", old, _in_words(wanted))
            self._context.note(work, "role", 0, name, action, change)

    def remove_role(self, name: str) -> None:
        """Delete a role made here that nobody has; a built-in one is again what it was."""
        self._context.need(Permission.MANAGE_USERS)
        with self._context.database.write() as work:
            present = work.people.roles().get(name)
            if present is None:
                raise NotFoundError(f'The role "{name}" cannot be deleted.', "It is built in.")
            having = [login for login, role in work.people.members() if role == name]
            if having and name not in ROLES:
                who = having[0] if len(having) == 1 else f"{len(having)} people"
                raise RefusedError(
                    f'The role "{name}" is in use: {who}.',
                    "Nothing was changed. Give them another role first.",
                )
            work.people.remove_role(name)
            _need_a_manager(work)
            action = "changed back" if name in ROLES else "deleted"
            self._context.note(work, "role", 0, name, action)


def _need_a_manager(work: UnitOfWork) -> None:
    """Refuse what would leave nobody who manages users: the change is rolled back (P-01)."""
    roles = roles_with(work.people.roles())
    for _, role in work.people.members():
        if role in roles and Permission.MANAGE_USERS in roles[role].permissions:
            return
    raise RefusedError(
        f'Nobody would be left with the permission "{Permission.MANAGE_USERS}".',
        "Nothing was changed. Make somebody else Administrator first.",
    )


def _in_words(permissions: Collection[Permission]) -> str:
    return "; ".join(p for p in Permission if p in permissions)


def sign_in(database: Database, login: str) -> Person:
    """The person behind ``login``; the first one to open a new file is Administrator.

    A stranger may look and no more.
    """
    with database.read() as work:
        role = work.people.role_of(login)
        if role is not None:
            return Person(login, role, permissions_of(work, login))
    with database.write() as work:
        # Asked again: another process may have opened the file at the same moment.
        role = work.people.role_of(login)
        if role is None:
            role = VIEWER if work.people.anybody() else ADMINISTRATOR
            work.people.set_role(login, role)
            work.history.add(login, "person", 0, login, "first opened the data file as " + role)
        return Person(login, role, permissions_of(work, login))
