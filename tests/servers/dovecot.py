"""A private Dovecot in a temporary folder: IMAP, POP3 and LMTP on loopback, with TLS and plain."""

import getpass
import grp
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.servers.dovecot_configuration import CONFIGURATION
from tests.servers.pki import KeyPair, Pki
from tests.servers.process import free_ports, log_text, wait_for_banner

_FRESH_USERS = 2_000


class Dovecot:
    """A context manager; ``users`` maps names to passwords, :meth:`new_user` hands out fresh ones.

    ``extra`` is appended to the configuration: ``imap_capability = …`` makes a server without MOVE.
    Connect to 127.0.0.2 to be treated as a stranger (``secure_only`` bites there only).
    """

    host = "127.0.0.1"

    def __init__(
        self,
        pki: Pki,
        users: Mapping[str, str] | None = None,
        *,
        certificate: KeyPair | None = None,
        secure_only: bool = False,
        extra: str = "",
    ) -> None:
        self.users = dict(users or {"alice": "alice-pw", "bob": "bob-pw"})
        fresh = {f"u{number:04}": "fresh-pw" for number in range(_FRESH_USERS)}
        self._fresh = iter(fresh)
        self._all_users = self.users | fresh
        self._pki = pki
        self._certificate = certificate or pki.server()
        self._secure_only = secure_only
        self._extra = extra
        self._serial = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        ports = free_ports(6)
        self.imap_port, self.imaps_port, self.pop3_port, self.pop3s_port = ports[:4]
        self.lmtp_port, self.auth_port = ports[4:]

    def __enter__(self) -> Self:
        self.base = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._account = pwd.getpwnam("mail" if os.geteuid() == 0 else getpass.getuser())
        self._write()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.base, ignore_errors=True)

    def start(self) -> None:
        """Start the server; after :meth:`stop` the mailboxes are as they were."""
        with (self.base / "stderr").open("wb") as errors:
            self._process = subprocess.Popen(
                [_program("dovecot"), "-F", "-c", str(self.base / "dovecot.conf")],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                start_new_session=True,
                **self._identity(),
            )
        wait_for_banner(self.imap_port, b"* OK", self.log)

    def stop(self) -> None:
        """Stop the server at once; connections drop."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGQUIT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        # Its children would go on serving the connections they have.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)

    def log(self) -> str:
        """What the server wrote about itself."""
        return log_text(self.base / "stderr", self.base / "dovecot.log")

    def new_user(self) -> str:
        """A user with an empty mailbox that no other test has."""
        return next(self._fresh)

    def password(self, user: str) -> str:
        """The password of a user."""
        return self._all_users[user]

    def deliver(self, user: str, raw: bytes, sender: str = "sender@example.test") -> None:
        """Deliver one mail the way a mail server does (LMTP): adds Return-Path and Delivered-To."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [f"{user}@example.test"], raw)

    def fill(self, user: str, raws: Iterable[bytes], folder: str = "INBOX") -> int:
        """Put mails into a folder byte by byte as they are, much faster; returns how many."""
        maildir = self._maildir(user, folder)
        count = 0
        for raw in raws:
            name = f"{int(time.time())}.M{next(self._serial):09}P{os.getpid()}.test"
            path = maildir / "tmp" / name
            path.write_bytes(raw)
            self._own(path)
            path.rename(maildir / "new" / name)
            count += 1
        return count

    @contextmanager
    def session(self, user: str, folder: str | None = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A signed-in stdlib IMAP connection, to look at a mailbox from outside."""
        connection = imaplib.IMAP4(self.host, self.imap_port)
        connection.login(user, self.password(user))
        if folder is not None:
            connection.select(f'"{folder}"')
        try:
            yield connection
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()

    def uids(self, user: str, folder: str = "INBOX", criteria: str = "ALL") -> list[int]:
        """The UIDs in a folder that fit the search ``criteria``; empty when it does not exist."""
        with self.session(user, None) as connection:
            if connection.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            return [int(uid) for uid in (connection.uid("SEARCH", criteria)[1][0] or b"").split()]

    def _maildir(self, user: str, folder: str) -> Path:
        home = self.base / "home" / user
        maildir = home / "Maildir"
        if folder != "INBOX":
            maildir = maildir / f".{folder.replace('/', '.')}"
        for path in (
            home,
            home / "Maildir",
            maildir,
            *(maildir / n for n in ("cur", "new", "tmp")),
        ):
            if not path.exists():
                path.mkdir(mode=0o700)
                self._own(path)
        return maildir

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _identity(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": self._account.pw_name, "group": self._account.pw_gid, "extra_groups": []}

    def _write(self) -> None:
        self.base.chmod(0o755)
        for name in ("run", "state", "home", "pki"):
            (self.base / name).mkdir()
        keys = self.base / "pki"
        shutil.copy(self._certificate.certificate_path, keys / "server.crt")
        shutil.copy(self._certificate.key_path, keys / "server.key")
        shutil.copy(self._pki.ca_with_crl, keys / "ca.pem")
        lines = (f"{name}:{{PLAIN}}{word}::::::\n" for name, word in self._all_users.items())
        (self.base / "passwd").write_text("".join(lines))
        (self.base / "dovecot.conf").write_text(
            CONFIGURATION.format(
                base=self.base,
                user=self._account.pw_name,
                group=grp.getgrgid(self._account.pw_gid).gr_name,
                pki=keys,
                disable_plaintext="yes" if self._secure_only else "no",
                imap=self.imap_port,
                imaps=self.imaps_port,
                pop3=self.pop3_port,
                pop3s=self.pop3s_port,
                lmtp=self.lmtp_port,
                auth=self.auth_port,
                extra=self._extra,
            )
        )
        for path in (self.base, *self.base.rglob("*")):
            self._own(path)


def _program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise RuntimeError(f"{name} is not installed; `make test` says how to install it.")
    return path
