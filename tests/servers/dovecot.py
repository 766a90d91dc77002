"""A private Dovecot in a temporary folder: IMAP, POP3 and LMTP on loopback, with TLS and plain."""

import imaplib
import itertools
import os
import shutil
import signal
import smtplib
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.canary import secret
from tests.servers.dovecot_configuration import CONFIGURATION, SIGN_IN_PROVIDER
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import KeyPair, Pki
from tests.servers.process import (
    ends_with_us,
    free_ports,
    group_name,
    hand_over,
    log_text,
    ordinary_account,
    program,
    run_as,
    server_folder,
    wait_for_banner,
    wait_until_closed,
)

_FRESH_USERS = 2_000
DEMANDS_CERTIFICATE = "auth_ssl_require_client_cert = yes\n"


class Dovecot:
    """A context manager; ``users`` maps names to passwords, :meth:`new_user` hands out fresh ones.

    ``extra`` is appended to the configuration: ``imap_capability = …`` makes a server without MOVE,
    :data:`DEMANDS_CERTIFICATE` one that signs nobody in without a client certificate.
    Connect to 127.0.0.2 to be treated as a stranger (``secure_only`` bites there only).
    With a ``provider`` its access tokens are taken too (XOAUTH2, OAUTHBEARER).
    """

    host = "127.0.0.1"

    def __init__(
        self,
        pki: Pki,
        users: Mapping[str, str] | None = None,
        *,
        certificate: KeyPair | None = None,
        provider: IdentityProvider | None = None,
        secure_only: bool = False,
        extra: str = "",
    ) -> None:
        self.users = dict(users or {name: secret(name) for name in ("alice", "bob")})
        fresh = {f"u{number:04}": secret("fresh") for number in range(_FRESH_USERS)}
        self._fresh = iter(fresh)
        self._all_users = self.users | fresh
        self._pki = pki
        self._certificate = certificate or pki.server()
        self._provider = provider
        self._secure_only = secure_only
        self._extra = extra
        self._serial = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        ports = free_ports(6)
        self.imap_port, self.imaps_port, self.pop3_port, self.pop3s_port = ports[:4]
        self.lmtp_port, self.auth_port = ports[4:]

    def __enter__(self) -> Self:
        self.base = server_folder("dovecot")
        self._account = ordinary_account()
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
                ends_with_us(program("dovecot"), "-F", "-c", self.base / "dovecot.conf"),
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                start_new_session=True,
                **run_as(self._account),
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
        wait_until_closed(self.imap_port)

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
            hand_over(path, self._account)
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
                hand_over(path, self._account)
        return maildir

    def _write(self) -> None:
        for name in ("run", "state", "home", "pki"):
            (self.base / name).mkdir()
        keys = self.base / "pki"
        shutil.copy(self._certificate.certificate_path, keys / "server.crt")
        shutil.copy(self._certificate.key_path, keys / "server.key")
        shutil.copy(self._pki.ca_with_crl, keys / "ca.pem")
        lines = (f"{name}:{{PLAIN}}{word}::::::\n" for name, word in self._all_users.items())
        (self.base / "passwd").write_text("".join(lines))
        mechanisms, provider = "", ""
        if self._provider is not None:
            shutil.copy(self._provider.ca_path, keys / "provider.pem")
            mechanisms = " xoauth2 oauthbearer"
            provider = SIGN_IN_PROVIDER[0].format(base=self.base)
            facts = SIGN_IN_PROVIDER[1].format(issuer=self._provider.issuer, pki=keys)
            (self.base / "provider.conf.ext").write_text(facts)
        (self.base / "dovecot.conf").write_text(
            CONFIGURATION.format(
                base=self.base,
                user=self._account.pw_name,
                group=group_name(self._account),
                pki=keys,
                disable_plaintext="yes" if self._secure_only else "no",
                imap=self.imap_port,
                imaps=self.imaps_port,
                pop3=self.pop3_port,
                pop3s=self.pop3s_port,
                lmtp=self.lmtp_port,
                auth=self.auth_port,
                mechanisms=mechanisms,
                provider=provider,
                extra=self._extra,
            )
        )
        for path in (self.base, *self.base.rglob("*")):
            hand_over(path, self._account)
