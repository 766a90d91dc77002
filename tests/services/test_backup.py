"""Backing up and going back (SPEC 11: backup, restore)."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.errors import (
    EnateError,
    InputError,
    NotPermittedError,
    RefusedError,
    StorageError,
)
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services.backup import Backup, BackupService
from enate_desktop.services.bundle import Services
from enate_desktop.services.trial import MailForm
from enate_desktop.storage.database import FILE_NAME
from enate_desktop.storage.leases import StoredLease
from tests.canary import secret
from tests.company import connector, document, open_services
from tests.services.received import receive


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", secret("backup"))
    services = open_services(tmp_path / "data")
    services.exchange.import_(document(connector()), tmp_path)
    receive(services, MailForm(subject="Before"))
    yield services
    services.close()


def backups(services: Services) -> BackupService:
    return BackupService(services.context)


def subjects(services: Services) -> list[str]:
    return [item.subject for item in services.work_items.page().items]


def test_a_backup_says_what_it_holds(services: Services, tmp_path: Path) -> None:
    """S-03: mails and their decisions are in it; nobody else may read it."""
    made = backups(services).write(tmp_path / "monday.backup")
    assert (made.connectors, made.routes, made.mails, made.work_items) == (1, 3, 1, 1)
    assert made.path.stat().st_mode & 0o077 == 0
    assert backups(services).look(made.path) == made
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


def test_going_back_brings_everything_of_then(services: Services, tmp_path: Path) -> None:
    """What came since is gone, and kept aside in a backup of its own."""
    made = backups(services).write(tmp_path / "monday.backup")
    before = services.exchange.export()
    receive(services, MailForm(subject="After"))
    (group,) = services.routes.groups()
    services.routes.delete([group.routes[0].id])
    with services.context.database.read() as work:
        revision = work.facts.revision()
    restored, kept = backups(services).restore(made.path, tmp_path / "data")
    assert restored.mails == 1
    assert "may have been sent since" in services.outbox.stopped()
    assert subjects(services) == ["Before"]
    assert services.exchange.export() == before
    assert backups(services).look(kept).mails == 2
    with services.context.database.read() as work:
        assert work.facts.revision() > revision
    newest = next(iter(services.history.all()))
    assert newest.head.action == "restored from monday.backup"


def test_what_was_restored_is_taken_for_known(services: Services, tmp_path: Path) -> None:
    """M-02: a mail of the backup is not made work of a second time."""
    made = backups(services).write(tmp_path / "monday.backup")
    receive(services, MailForm(subject="After"))
    backups(services).restore(made.path, tmp_path)
    home = services.connectors.find("HR EMEA")
    epoch = services.intake.epoch(home, FolderState(7, 3, 2, 0, read_only=True))
    assert services.intake.unknown(epoch, (1, 2)) == {2}


def test_numbers_go_on_where_they_were(services: Services, tmp_path: Path) -> None:
    """A route that is gone must not come again under its number."""
    (group,) = services.routes.groups()
    gone = group.routes[-2]
    services.routes.delete([gone.id])
    made = backups(services).write(tmp_path / "monday.backup")
    backups(services).restore(made.path, tmp_path)
    highest = max(route.id for route in (*services.routes.groups()[0].routes, gone))
    assert services.routes.save(replace(gone, id=0)).id > highest


def test_an_empty_data_folder_takes_any_backup(services: Services, tmp_path: Path) -> None:
    """Moving to another computer."""
    made = backups(services).write(tmp_path / "monday.backup")
    other = open_services(tmp_path / "other")
    BackupService(other.context).restore(made.path, tmp_path / "other")
    assert subjects(other) == ["Before"]
    assert other.people.members()[0].role == "Administrator"
    other.close()


def test_a_backup_of_other_data_is_refused(services: Services, tmp_path: Path) -> None:
    other = open_services(tmp_path / "other")
    made = BackupService(other.context).write(tmp_path / "other.backup")
    other.close()
    with pytest.raises(RefusedError, match="backup of other data"):
        backups(services).restore(made.path, tmp_path)
    assert subjects(services) == ["Before"]


def test_nothing_is_replaced_under_a_running_worker(services: Services, tmp_path: Path) -> None:
    """S-01: its mails would be between two data."""
    made = backups(services).write(tmp_path / "monday.backup")
    with services.context.database.write() as work:
        now = work.now()
        later = now.replace(year=now.year + 1)
        work.leases.put(StoredLease("incoming:1", "x", "PC-17", "anna", 1, now, later))
    with pytest.raises(RefusedError, match="PC-17"):
        backups(services).restore(made.path, tmp_path)
    with services.context.database.write() as work:
        work.leases.put(StoredLease("incoming:1", "x", "PC-17", "anna", 1, now, now))
    backups(services).restore(made.path, tmp_path)
    with services.context.database.read() as work:
        lease = work.leases.get("incoming:1")
    assert lease is not None
    assert (lease.owner, lease.epoch) == ("", 2)


def _damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        (lambda path: path.unlink(), InputError, "cannot be read"),
        (lambda path: path.write_bytes(b""), StorageError, "is empty"),
        (lambda path: path.write_bytes(b"no such thing"), StorageError, "damaged"),
        (_damaged, StorageError, "damaged"),
        (_newer, StorageError, "newer version"),
    ],
)
def test_what_is_no_good_backup_is_refused(
    services: Services, tmp_path: Path, spoil: object, kind: type[EnateError], words: str
) -> None:
    """S-04: nothing is changed."""
    made = backups(services).write(tmp_path / "monday.backup")
    spoil(made.path)  # type: ignore[operator]
    with pytest.raises(kind, match=words):
        backups(services).restore(made.path, tmp_path)
    assert subjects(services) == ["Before"]


def test_a_place_that_cannot_be_written_is_said(services: Services, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written there"):
        backups(services).write(tmp_path / "nowhere" / "monday.backup")


def test_an_older_backup_is_brought_up_to_date(services: Services, tmp_path: Path) -> None:
    """S-04: a backup of an earlier version can be restored; the backup stays as it is."""
    made = backups(services).write(tmp_path / "monday.backup")
    bytes_before = made.path.read_bytes()
    backups(services).restore(made.path, tmp_path)
    assert made.path.read_bytes() == bytes_before


@pytest.mark.parametrize("name", [FILE_NAME, "notes.odt", "enate.key", ""])
def test_nothing_but_a_backup_is_replaced(services: Services, tmp_path: Path, name: str) -> None:
    """A slip of the hand must not cost the data, the key or a document."""
    place = tmp_path / "data" / name
    if name and not place.exists():
        place.write_bytes(b"somebody's own")
    before = place.read_bytes() if name else b""
    with pytest.raises(InputError, match=r"no backup|is a folder"):
        backups(services).write(place)
    assert not name or place.read_bytes() == before
    made = backups(services).write(tmp_path / "monday.backup")
    assert backups(services).write(made.path).mails == 1


def test_what_came_while_the_present_state_was_backed_up_is_not_lost(
    services: Services, tmp_path: Path
) -> None:
    """A mail that is taken in in between would be in neither data."""
    made = backups(services).write(tmp_path / "monday.backup")

    class Slow(BackupService):
        def write(self, path: Path) -> Backup:
            kept = super().write(path)
            receive(services, MailForm(subject="In between"))
            return kept

    with pytest.raises(RefusedError, match="changed while"):
        Slow(services.context).restore(made.path, tmp_path)
    assert "In between" in subjects(services)


def test_two_restores_in_one_second_keep_both_states(services: Services, tmp_path: Path) -> None:
    made = backups(services).write(tmp_path / "monday.backup")
    kept = {backups(services).restore(made.path, tmp_path)[1] for _ in range(3)}
    assert len(kept) == 3


def test_only_who_may_change_settings_restores(services: Services, tmp_path: Path) -> None:
    """P-01."""
    made = backups(services).write(tmp_path / "monday.backup")
    services.people.give_role("berta", "Route editor")
    berta = open_services(tmp_path / "data", "berta")
    for attempt in (
        lambda: backups(berta).write(tmp_path / "mine"),
        lambda: backups(berta).restore(made.path, tmp_path),
    ):
        with pytest.raises(NotPermittedError):
            attempt()
    berta.close()


def test_the_data_file_itself_can_be_restored_from(services: Services, tmp_path: Path) -> None:
    """A copy of the file, made while nothing ran, is a backup too."""
    copy = tmp_path / "copy.sqlite3"
    shutil.copyfile(tmp_path / "data" / FILE_NAME, copy)
    assert backups(services).look(copy).mails == 1
