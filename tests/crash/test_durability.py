"""What the program asks of the kernel: no server is told anything before the commit is on disk."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.storage.database import FILE_NAME
from tests.canary import secret
from tests.company import connector, document
from tests.crash.arena import mails
from tests.integration.program import command, imported
from tests.servers.dovecot import Dovecot
from tests.servers.process import program

CALLS = "fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg,unlink,unlinkat"
_CALL = re.compile(r"^\d+ +(\w+)\((?:AT_FDCWD(?:<[^>]*>)?, )?(?:\d+<([^>]*)>|\"([^\"]*)\")")
_CHANGES = re.compile(
    r'"(?:\w+ (?:UID )?(?:STORE|MOVE|COPY|EXPUNGE|CLOSE)\b|DELE \d|QUIT\\r)', re.IGNORECASE
)


class Disk:
    """Which of the program's files hold something that a power cut would take away."""

    def __init__(self) -> None:
        self.unsynced: set[str] = set()
        self.synced = 0

    def see(self, call: str, path: str) -> None:
        """One call of the kernel about ``path``."""
        if FILE_NAME not in path and not any(FILE_NAME in one for one in self.unsynced):
            return
        if call in ("fsync", "fdatasync"):
            self.synced += FILE_NAME in path
            # The name of a removed journal is gone for good once its folder is synced.
            gone = {one for one in self.unsynced if one.startswith(f"removed {path}/")}
            self.unsynced -= {path} | gone
        elif call.startswith("unlink"):
            self.unsynced = {one for one in self.unsynced if one != path} | {f"removed {path}"}
        elif call in ("write", "writev", "pwrite64", "pwritev") and FILE_NAME in path:
            self.unsynced.add(path)


def changes(trace: Path) -> Iterator[tuple[str, frozenset[str], int]]:
    """Every order that changes the server: its line, what is unsynced, syncs so far."""
    disk = Disk()
    for line in trace.read_text(errors="replace").splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        call, path = found[1], found[2] or found[3]
        if call in ("sendto", "sendmsg", "write") and _CHANGES.search(line):
            yield line, frozenset(disk.unsynced), disk.synced
        disk.see(call, path)


@pytest.mark.parametrize(
    ("protocol", "after", "orders"),
    [
        ("imap", {"move": "Processed"}, ("MOVE",)),
        ("imap", "delete", ("STORE", "EXPUNGE")),
        ("imap", "mark_read", ("STORE",)),
        ("pop3", "delete", ("DELE", "QUIT")),
    ],
)
def test_no_server_is_told_before_the_commit_is_on_disk(
    dovecot: Dovecot,
    mailbox_user: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    protocol: str,
    after: Any,
    orders: tuple[str, ...],
) -> None:
    """MAIL 3.1 I1, 3.3: strace shows every write synced before an order to the server."""
    monkeypatch.setenv("HR_PASSWORD", dovecot.password(mailbox_user))
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("passphrase"))
    data = tmp_path / "data"
    imported(data, configuration(dovecot, mailbox_user, protocol, after))
    dovecot.fill(mailbox_user, mails(mailbox_user))
    trace = tmp_path / "trace"
    told = subprocess.run(
        [
            *(program("strace"), "-f", "-y", "-s", "80", "-e", f"trace={CALLS}", "-o", str(trace)),
            *command(data, "worker", "--once"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    seen = list(changes(trace))
    trace.unlink()  # it holds the password as it went over the wire
    assert all(any(order in line for line, _, _ in seen) for order in orders), seen
    first = next(synced for line, _, synced in seen if orders[0] in line)
    assert first >= 2  # the bytes of the mails, then their decisions
    for line, unsynced, _ in seen:
        assert not unsynced, line


def test_an_order_before_its_sync_would_be_seen(tmp_path: Path) -> None:
    """The reader of traces finds what it is there for."""
    file = f"/d/{FILE_NAME}"
    trace = tmp_path / "trace"
    lines = [
        f'9  pwrite64(3<{file}>, "x", 1, 0) = 1',
        f"9  fsync(3<{file}>) = 0",
        f'9  pwrite64(3<{file}>, "x", 1, 0) = 1',
        r'8  sendto(5<TCP:[1]>, "a1 UID MOVE 1:2 \"P\"\r\n", 9, 0, NULL, 0) = 9',
        f"9  fdatasync(3<{file}>) = 0",
        f'9  unlink("{file}-journal") = 0',
        r'8  sendto(5<TCP:[1]>, "DELE 1\r\n", 9, 0, NULL, 0) = 9',
        "9  fdatasync(4</d>) = 0",
        r'8  sendto(5<TCP:[1]>, "QUIT\r\n", 9, 0, NULL, 0) = 9',
    ]
    trace.write_text("\n".join(lines))
    assert [(set(unsynced), synced) for _, unsynced, synced in changes(trace)] == [
        ({file}, 1),
        ({f"removed {file}-journal"}, 2),
        (set(), 2),
    ]


def configuration(dovecot: Dovecot, user: str, protocol: str, after: Any) -> dict[str, Any]:
    """A connector without TLS, so that its orders can be read."""
    made = connector()
    made["incoming"] |= {
        "service": f"other_{protocol}",
        "port": dovecot.pop3_port if protocol == "pop3" else dovecot.imap_port,
        "security": "none",
        "username": user,
        "first_intake": "all",
        "after_intake": after,
    }
    return document(made)
