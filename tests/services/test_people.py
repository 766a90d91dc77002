"""Who may do what in a data file."""

import sqlite3
import threading
from pathlib import Path

from tests.company import open_services


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
