"""A private PostgreSQL server in a temporary folder, reached through a socket in that folder."""

import getpass
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from enate_desktop.storage.database import open_database
from tests.servers.process import ends_with_us, hand_over, log_text, run_as, server_folder

_PORT = 5432
"""Names the socket only: nothing listens on the network."""
_MEMORY = Path("/dev/shm")  # a folder of the test's own is made in it
_ROOM = 2_000_000_000
_SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 60
shared_buffers = 16MB
fsync = {fsync}
logging_collector = off
autovacuum = off
"""
_WHO_MAY = """\
local all keeper trust
local all all scram-sha-256
"""


def _programs() -> Path:
    """The folder of the newest installed version."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    if not folders:
        raise RuntimeError("PostgreSQL is not installed; `make test` says how to install it.")
    return folders[-1]


def _account() -> pwd.struct_passwd:
    """Whom the server runs as: it refuses to be root."""
    return pwd.getpwnam("postgres" if os.geteuid() == 0 else getpass.getuser())


def _data_folder(folder: Path) -> Path:
    """Where the databases lie: in memory where there is room, for fsync takes its time on a disk.

    The program refuses a server without fsync, so that the tests cannot switch it off.
    """
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return Path(tempfile.mkdtemp(prefix="pg-", dir=_MEMORY if roomy else folder))


class Postgres:
    """A running server; take a database of the test's own with :meth:`new_database`."""

    def __init__(self, *, fsync: bool = True) -> None:
        self.folder = server_folder("pg")
        self.data = _data_folder(self.folder)
        self._fsync = "on" if fsync else "off"
        self._names = (f"test{n}" for n in itertools.count(1))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._initialise()
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._remove()

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                ends_with_us(_programs() / "postgres", "-D", self.data),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **run_as(_account()),
            )
        end = time.monotonic() + 15
        while True:
            try:
                self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError as error:
                if time.monotonic() > end:
                    raise TimeoutError(f"{error} {log_text(self.folder / 'log')}") from error
                time.sleep(0.01)
            else:
                return

    def stop(self) -> None:
        """Stop it at once; connections are cut, what was committed stays."""
        if self._process is not None:
            # The immediate shutdown: it writes nothing more, the next start reads the journal.
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
            self._process = None

    def url(self, database: str, login: str = "keeper", password: str | None = None) -> str:
        """The address of one of its databases."""
        secret = "" if password is None else f":{quote(password, safe='')}"
        return f"postgresql+psycopg://{login}{secret}@/{database}?host={self.folder}&port={_PORT}"

    def new_database(self, *, template: str | None = None, options: str = "") -> str:
        """The address of a new database; by default it holds the present schema."""
        name = next(self._names)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template or self._template} {options}")
        return self.url(name)

    def empty_database(self) -> str:
        """The address of a new database without any table."""
        return self.new_database(template="template0")

    def execute(self, statement: str, url: str | None = None) -> list[tuple[object, ...]]:
        """Run one statement as the server's owner, by default in no database of ours."""
        return self._execute(sql.SQL(statement), url)

    @cached_property
    def _template(self) -> str:
        """A database with the present schema: the migrations take longer than most tests."""
        self.execute("CREATE DATABASE pattern TEMPLATE template0")
        open_database(self.folder, self.url("pattern")).close()
        return "pattern"

    def _execute(self, statement: sql.SQL, url: str | None = None) -> list[tuple[object, ...]]:
        address = (url or self.url("postgres")).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _initialise(self) -> None:
        hand_over(self.folder, _account())
        hand_over(self.data, _account())
        done = subprocess.run(
            [
                *(_programs() / "initdb", "-D", self.data, "-U", "keeper", "--no-sync"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-instructions"),
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **run_as(_account()),
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        settings = _SETTINGS.format(folder=self.folder, fsync=self._fsync)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(settings)
        (self.data / "pg_hba.conf").write_text(_WHO_MAY)

    def _remove(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
