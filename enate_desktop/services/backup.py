"""Backing up everything into one file, and going back to it."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from enate_desktop.domain.errors import InputError, RefusedError, StorageError
from enate_desktop.domain.people import Permission
from enate_desktop.services.context import Context
from enate_desktop.storage.copying import (
    check_file,
    counts,
    is_backup,
    mark_as_backup,
    replace_rows,
    write_copy,
)
from enate_desktop.storage.database import Database
from enate_desktop.storage.unit_of_work import UnitOfWork

_OF_VALUE = ("connectors", "work_items", "intake")
"""Data with rows in one of these is not replaced by a backup of other data."""
_MAY_BE_SENT = (
    "A backup was restored: what waits here may have been sent since the backup was made."
)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; ``size`` in bytes, ``made`` is when its newest change was."""

    path: Path
    size: int
    connectors: int
    routes: int
    mails: int
    work_items: int
    made: datetime | None


class BackupService:
    """Backups hold mails and encrypted secrets; the key stays in the keyring or the key file."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def write(self, path: Path) -> Backup:
        """Back up to a new file at ``path`` and read it back; an older backup there is replaced.

        Raises InputError when it cannot be written there or something else is there, StorageError
        when what was written is not what it should be; an older backup is still there then.
        """
        self._context.need(Permission.CHANGE_SETTINGS)
        _check_place(path)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with self._context.database.read() as work:
                wanted = counts(work.connection)
                write_copy(work.connection, part)
            mark_as_backup(part)
            check_file(part)
            made = _look(part, path, wanted)
            part.replace(path)
        except OSError as error:
            raise InputError(
                f"{path.name} cannot be written there ({error.strerror or error}).",
                "Nothing was backed up. Choose another folder.",
            ) from None
        finally:
            for leftover in part.parent.glob(f"{part.name}*"):
                with suppress(OSError):
                    leftover.unlink()
        return made

    def look(self, path: Path) -> Backup:
        """What the backup at ``path`` holds; nothing is changed, not even the backup.

        Raises InputError or StorageError when it cannot be used.
        """
        with _opened_copy(path) as (copy, source):
            with source.read() as work:
                wanted = counts(work.connection)
            return _look(copy, path, wanted)

    def restore(self, path: Path, folder: Path) -> tuple[Backup, Path]:
        """Go back to the backup at ``path``: everything since then is gone.

        What is there now is backed up into ``folder`` first. Returns what was restored and where
        the present state was kept. Mail that is still on a server and that the backup does not
        know is taken in again. Nothing is sent until a person says so: what waited at the time of
        the backup may have been sent since. Raises RefusedError while a worker runs.
        """
        self._context.need(Permission.CHANGE_SETTINGS)
        with self._context.database.read() as work:
            _need_quiet(work)
            mark = _mark(work)
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        with _opened_copy(path) as (copy, source):
            with source.read() as work:
                found = _look(copy, path, counts(work.connection))
            kept = self.write(_free_name(folder, f"before-restore-{stamp}")).path
            with source.read() as old, self._context.database.write() as work:
                # Again: writing the present state down may have taken minutes.
                _need_quiet(work)
                if _mark(work) != mark:
                    raise RefusedError(
                        "Something was changed while the present state was backed up.",
                        "Nothing was restored. Close other windows and workers and try again.",
                    )
                work.leases.end_all()
                me, revision = self._context.me, work.facts.revision()
                role = work.people.role_of(me.login)
                other = old.facts.identity() != work.facts.identity()
                if other and any(counts(work.connection)[name] for name in _OF_VALUE):
                    raise RefusedError(
                        f"{path.name} is a backup of other data.",
                        "Nothing was changed. Open an empty data folder and restore it there.",
                    )
                replace_rows(old.connection, work.connection)
                if me.listed and role is not None:
                    work.people.set_role(me.login, role)
                work.outbox.stop(_MAY_BE_SENT)
                self._context.note(work, "settings", 0, "Data", f"restored from {path.name}")
                # Higher than both: compiled routes are kept by this number.
                work.facts.next_revision(above=revision)
        return found, kept


def _check_place(path: Path) -> None:
    """Only a backup may be replaced, never a document, a key or data in use."""
    try:
        if path.is_dir() or not path.name:
            raise InputError(f'"{path}" is a folder.', "Nothing was backed up. Name a file.")
        if path.exists() and not is_backup(path):
            raise InputError(
                f"{path.name} is there already and is no backup.",
                "Nothing was backed up. Choose another name.",
            )
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be written there ({error.strerror or error}).",
            "Nothing was backed up. Choose another folder.",
        ) from None


def _free_name(folder: Path, name: str) -> Path:
    tails = chain(("",), (f"-{number}" for number in count(2)))
    paths = (folder / f"{name}{tail}.sqlite3" for tail in tails)
    return next(path for path in paths if not path.exists())


def _mark(work: UnitOfWork) -> tuple[int, Mapping[str, int]]:
    """Differs whenever somebody changed something in between."""
    return work.history.newest_id(), counts(work.connection)


def _need_quiet(work: UnitOfWork) -> None:
    for holder in work.leases.live(work.now()):
        raise RefusedError(
            f"Mail is being fetched by this program on {holder.host} ({holder.login}).",
            "Nothing was changed. Close it there, then restore.",
        )


@contextmanager
def _opened_copy(path: Path) -> Iterator[tuple[Path, Database]]:
    """A copy of the backup at ``path``, brought to the present schema; the backup stays as is."""
    with tempfile.TemporaryDirectory(prefix="enate-restore-") as folder:
        copy = Path(folder) / path.name
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise InputError(
                f"{path} cannot be read ({error.strerror or error}).", "Nothing was changed."
            ) from None
        if not copy.stat().st_size:
            raise StorageError(f"{path.name} is empty.", "Nothing was changed. Use another backup.")
        check_file(copy)
        database = Database(copy)
        try:
            yield copy, database
        finally:
            database.close()


def _look(file: Path, path: Path, wanted: Mapping[str, int]) -> Backup:
    """What is in ``file``, which is or will be at ``path``; StorageError when rows are missing."""
    database = Database(file)
    try:
        with database.read() as work:
            found = counts(work.connection)
            newest = work.history.entries(limit=1)
    finally:
        database.close()
    if found != wanted:
        raise StorageError(
            "The backup does not hold everything.", "It was removed again. Try once more."
        )
    return Backup(
        path=path,
        size=file.stat().st_size,
        connectors=found["connectors"],
        routes=found["routes"],
        mails=found["intake"],
        work_items=found["work_items"],
        made=newest[0].at if newest else None,
    )
