"""Who is at the keyboard and what the role allows (P-01, P-02)."""

import getpass

from enate_desktop.domain.people import ROLES, Permission, Person
from enate_desktop.storage.database import Database


def operating_system_login() -> str:
    """The login of the person who runs the program (P-02)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class PeopleService:
    """The person at the keyboard."""

    def __init__(self, me: Person) -> None:
        """For ``me``."""
        self.me = me


def sign_in(database: Database, login: str) -> Person:
    """The person behind ``login``; the first one to open a new file is Administrator.

    A stranger may look and no more.
    """
    with database.read() as work:
        role = work.facts.role_of(login)
    if role is None:
        with database.write() as work:
            # Asked again: another process may have opened the file at the same moment.
            role = work.facts.role_of(login)
            if role is not None:
                return _person(login, role)
            role = "Viewer" if work.facts.anybody() else "Administrator"
            work.facts.set_role(login, role)
            work.history.add(login, "person", 0, login, "first opened the data file as " + role)
    return _person(login, role)


def _person(login: str, role: str) -> Person:
    return Person(login, role, ROLES.get(role, frozenset((Permission.VIEW,))))
