"""Who may do what in a data file."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from enate_desktop.domain.errors import (
    EnateError,
    InputError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
)
from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings
from enate_desktop.services.bundle import Services
from enate_desktop.services.people import Member
from tests.company import open_services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = open_services(tmp_path / "data", "anna")
    yield services
    services.close()


def test_the_first_person_is_administrator_the_next_may_look(tmp_path: Path) -> None:
    """P-01, P-02."""
    roles = []
    for login in ("anna", "victor", "anna"):
        services = open_services(tmp_path / "data", login)
        roles.append(services.people.me.role)
        services.close()
    assert roles == ["Administrator", "Viewer", "Administrator"]


def test_opening_a_new_file_several_times_at_once_locks_nobody_out(tmp_path: Path) -> None:
    """P-01: there is always an Administrator."""
    open_services(tmp_path / "seed", "somebody").close()
    start = threading.Barrier(5)
    roles: list[str] = []

    def open_it() -> None:
        start.wait()
        services = open_services(tmp_path / "data", "anna")
        roles.append(services.people.me.role)
        services.close()

    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "enate.sqlite3").write_bytes(
        (tmp_path / "seed" / "enate.sqlite3").read_bytes()
    )
    _forget_people(tmp_path / "data")
    threads = [threading.Thread(target=open_it) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert roles == ["Administrator"] * 5


def _forget_people(folder: Path) -> None:
    with sqlite3.connect(folder / "enate.sqlite3") as connection:
        connection.execute("DELETE FROM people")
    connection.close()


def test_a_person_is_added_before_the_first_visit(services: Services, tmp_path: Path) -> None:
    """P-01: the role waits for whoever opens the file with that login."""
    services.people.give_role(" berta ", "Route editor")
    assert services.people.members() == (
        Member("anna", "Administrator"),
        Member("berta", "Route editor"),
    )
    berta = open_services(tmp_path / "data", "berta")
    assert berta.people.me.may(Permission.REORDER_ROUTES)
    berta.close()


def test_the_last_one_who_manages_users_stays(services: Services) -> None:
    """P-01: neither removed nor given a lesser role; nothing is changed by the attempt."""
    people = services.people
    attempts: tuple[Callable[[], object], ...] = (
        lambda: people.remove("anna"),
        lambda: people.give_role("anna", "Viewer"),
    )
    for attempt in attempts:
        with pytest.raises(RefusedError, match="Nobody would be left"):
            attempt()
    assert people.members() == (Member("anna", "Administrator"),)
    people.give_role("berta", "Administrator")
    people.give_role("anna", "Viewer")
    assert people.members() == (Member("anna", "Viewer"), Member("berta", "Administrator"))


def test_a_role_of_the_own_that_manages_users_keeps_the_door_open(services: Services) -> None:
    """P-01: it is the permission that counts, not the name of the role."""
    people = services.people
    people.save_role("Keeper", {Permission.MANAGE_USERS})
    people.give_role("carl", "Keeper")
    people.give_role("anna", "Viewer")
    assert people.members()[0] == Member("anna", "Viewer")


def test_the_last_manager_is_not_lost_by_a_change_of_the_role(
    services: Services, tmp_path: Path
) -> None:
    """P-01."""
    services.people.save_role("Keeper", {Permission.MANAGE_USERS})
    services.people.give_role("carl", "Keeper")
    services.people.give_role("anna", "Viewer")
    carl = open_services(tmp_path / "data", "carl")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: carl.people.save_role("Keeper", {Permission.HANDLE_MAIL}),
        lambda: carl.people.remove("carl"),
    )
    for attempt in attempts:
        with pytest.raises(RefusedError, match="Nobody would be left"):
            attempt()
    carl.close()


def test_what_was_taken_away_is_gone_while_the_program_runs(
    services: Services, tmp_path: Path
) -> None:
    """P-01: the services ask at every use, not only at the start."""
    services.people.give_role("berta", "Administrator")
    berta = open_services(tmp_path / "data", "berta")
    berta.settings.save(Settings(poll_seconds=40))
    services.people.give_role("berta", "Viewer")
    with pytest.raises(NotPermittedError, match="was taken away"):
        berta.settings.save(Settings(poll_seconds=50))
    services.people.remove("berta")
    with pytest.raises(NotPermittedError, match="was taken away"):
        berta.settings.save(Settings(poll_seconds=50))
    assert services.settings.get().poll_seconds == 40
    berta.close()


def test_a_role_says_what_it_takes_from_whom_before_it_is_saved(services: Services) -> None:
    """P-01, UI 3.13."""
    people = services.people
    people.give_role("berta", "Route editor")
    people.give_role("carl", "Route editor")
    less = {Permission.VIEW, Permission.EDIT_ROUTES}
    assert people.losing("Route editor", less) == {Permission.REORDER_ROUTES: 2}
    people.save_role("Route editor", less)
    assert people.losing("Route editor", less) == {}
    changed = next(role for role in people.roles() if role.name == "Route editor")
    assert changed.permissions == less
    assert not changed.own
    people.remove_role("Route editor")
    assert people.losing("Route editor", less) == {Permission.REORDER_ROUTES: 2}


def test_a_role_that_somebody_has_stays(services: Services) -> None:
    """P-01."""
    services.people.save_role("Reader", set())
    services.people.give_role("berta", "Reader")
    with pytest.raises(RefusedError, match="in use: berta"):
        services.people.remove_role("Reader")
    services.people.remove("berta")
    services.people.remove_role("Reader")
    assert "Reader" not in {role.name for role in services.people.roles()}


@pytest.mark.parametrize(
    ("attempt", "kind"),
    [
        (lambda people: people.give_role("", "Viewer"), InputError),
        (lambda people: people.give_role("x" * 101, "Viewer"), InputError),
        (lambda people: people.give_role("a\nb", "Viewer"), InputError),
        (lambda people: people.give_role("berta", "Nobody's"), InputError),
        (lambda people: people.remove("berta"), NotFoundError),
        (lambda people: people.save_role("", ()), InputError),
        (lambda people: people.save_role("viewer", ()), InputError),
        (lambda people: people.save_role("ADMINISTRATOR", ()), RefusedError),
        (lambda people: people.remove_role("Viewer"), NotFoundError),
    ],
)
def test_what_cannot_be_used_is_refused(
    services: Services, attempt: object, kind: type[EnateError]
) -> None:
    """P-01."""
    before = services.people.members(), services.people.roles()
    with pytest.raises(kind):
        attempt(services.people)  # type: ignore[operator]
    assert (services.people.members(), services.people.roles()) == before


def test_history_tells_of_people_and_roles(services: Services) -> None:
    """A-01: who gave what to whom."""
    services.people.give_role("berta", "Agent")
    services.people.give_role("berta", "Viewer")
    services.people.remove("berta")
    services.people.save_role("Reader", {Permission.HANDLE_MAIL})
    heads = [change.head for change in services.history.all()][:4]
    assert [(h.kind, h.name, h.action, h.old, h.new) for h in heads] == [
        ("role", "Reader", "created", "", "View; Handle mail"),
        ("person", "berta", "removed", "Viewer", ""),
        ("person", "berta", "changed", "Agent", "Viewer"),
        ("person", "berta", "added", "", "Agent"),
    ]


@pytest.mark.parametrize("role", ["Route editor", "Agent", "Viewer"])
def test_only_who_manages_users_changes_people(
    services: Services, tmp_path: Path, role: str
) -> None:
    """P-01: enforced in the service, whatever the window shows."""
    services.people.give_role("berta", role)
    berta = open_services(tmp_path / "data", "berta")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: berta.people.give_role("berta", "Administrator"),
        lambda: berta.people.remove("anna"),
        lambda: berta.people.save_role(role, set(Permission)),
        lambda: berta.people.remove_role(role),
    )
    for attempt in attempts:
        with pytest.raises(NotPermittedError):
            attempt()
    berta.close()
