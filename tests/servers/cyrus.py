"""A private Cyrus in a temporary folder: IMAP and POP3 on loopback, with TLS, STARTTLS and plain.

It runs from where `.ci/cyrus` unpacked it, because Debian does not install it beside Dovecot.
"""

import contextlib
import imaplib
import itertools
import os
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.canary import secret
from tests.servers.cyrus_configuration import IMAPD, SERVICES
from tests.servers.pki import Pki
from tests.servers.process import (
    ends_with_us,
    free_ports,
    group_name,
    hand_over,
    log_text,
    ordinary_account,
    run_as,
    server_folder,
    wait_for_banner,
)
from tests.servers.saslauthd import PasswordChecker

_UNPACKED = Path(__file__).resolve().parents[2] / ".servers" / "cyrus"
_BIN = "usr/lib/cyrus/bin"


class Cyrus:
    """A context manager; :meth:`new_user` hands out users with an empty mailbox."""

    host = "127.0.0.1"

    def __init__(self, pki: Pki) -> None:
        self._pki = pki
        self._numbers = itertools.count(1)
        self._passwords: dict[str, str] = {}
        self._cleanup = contextlib.ExitStack()
        ports = free_ports(5)
        self.imap_port, self.imaps_port, self.pop3_port, self.pop3s_port, self.lmtp_port = ports

    def __enter__(self) -> Self:
        self.base = server_folder("cyrus")
        self._cleanup.callback(shutil.rmtree, self.base, ignore_errors=True)
        with contextlib.ExitStack() as undo:
            undo.enter_context(self._cleanup)
            self._account = ordinary_account()
            self._root = self._programs()
            self._write()
            checker = PasswordChecker(self.base / "run" / "passwords", self._is_right)
            self._cleanup.enter_context(checker)
            self._start()
            undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def log(self) -> str:
        """What the server wrote about itself; most of it goes to the system's log only."""
        return log_text(self.base / "output")

    def new_user(self) -> str:
        """A user with an empty mailbox that no other test has."""
        user = f"c{next(self._numbers):04}"
        self._passwords[user] = secret(user)
        return user

    def password(self, user: str) -> str:
        """The password of a user."""
        return self._passwords[user]

    def deliver(self, user: str, raw: bytes, sender: str = "sender@example.test") -> None:
        """Deliver one mail the way a mail server does (LMTP)."""
        with self.session(user, None), smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    @contextmanager
    def session(self, user: str, folder: str | None = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A signed-in stdlib IMAP connection; the first one of a user makes the mailbox."""
        connection = imaplib.IMAP4(self.host, self.imap_port)
        connection.login(user, self.password(user))
        if folder is not None:
            connection.select(f'"{folder}"')
        try:
            yield connection
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()

    def _is_right(self, user: str, password: str) -> bool:
        return self._passwords.get(user) == password

    def _programs(self) -> Path:
        """Where the programs are, for the user the server runs as too."""
        if not (_UNPACKED / _BIN / "master").exists():
            raise RuntimeError("Cyrus is not there; `make test` or `.ci/cyrus` unpacks it.")
        if all(place.stat().st_mode & 0o001 for place in (_UNPACKED, *_UNPACKED.parents)):
            return _UNPACKED
        for part in ("lib", "usr/lib"):
            shutil.copytree(_UNPACKED / part, self.base / "programs" / part, symlinks=True)
        return self.base / "programs"

    def _start(self) -> None:
        libraries = [
            str(p) for part in ("usr/lib", "lib") for p in self._root.glob(f"{part}/*-linux-gnu*")
        ]
        with (self.base / "output").open("wb") as output:
            process = subprocess.Popen(
                ends_with_us(
                    self._root / _BIN / "master",
                    *("-C", self.base / "imapd.conf"),
                    *("-M", self.base / "cyrus.conf"),
                    *("-p", self.base / "run/master.pid"),
                    "-D",
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "LD_LIBRARY_PATH": ":".join(libraries),
                    "CYRUS_USER": self._account.pw_name,
                },
                start_new_session=True,
                **run_as(self._account),
            )
        self._cleanup.callback(_stop, process)
        wait_for_banner(self.imap_port, b"* OK", self.log)

    def _write(self) -> None:
        for name in (
            *("pki", "spool/stage.", "conf/db", "conf/socket", "conf/log", "conf/msg", "conf/proc"),
            *("run/proc", "run/lock"),
        ):
            (self.base / name).mkdir(parents=True)
        pair = self._pki.server()
        shutil.copy(pair.certificate_path, self.base / "pki/server.crt")
        shutil.copy(pair.key_path, self.base / "pki/server.key")
        user, group = self._account.pw_name, group_name(self._account)
        (self.base / "imapd.conf").write_text(IMAPD.format(base=self.base, user=user, group=group))
        (self.base / "cyrus.conf").write_text(
            SERVICES.format(
                base=self.base,
                bin=self._root / _BIN,
                imap=self.imap_port,
                imaps=self.imaps_port,
                pop3=self.pop3_port,
                pop3s=self.pop3s_port,
                lmtp=self.lmtp_port,
            )
        )
        for path in (self.base, *self.base.rglob("*")):
            hand_over(path, self._account)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    # Its children would go on serving the connections they have.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)
