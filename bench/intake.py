"""Taking mail in over IMAP and POP3, beside fetching alone, on one Dovecot in the same run.

``python -m bench.intake [MAILS]`` prints mails per second and ratios. Mails are 2 to 200 kB, half
of them with an attachment. mbsync and fetchmail are measured too where they are installed.
"""

import os
import poplib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from enate_desktop.wiring import build_services, build_supervisor
from tests.company import connector, document
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki

SEED = 1


def mails(count: int) -> Iterator[bytes]:
    """Mails of believable sizes: most small, a few of 200 kB."""
    rng = random.Random(SEED)
    line = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=74)).encode() + b"\r\n"
    for number in range(count):
        size = min(200_000, max(2_000, int(rng.lognormvariate(9.6, 0.9))))
        head = (
            f"From: sender{number % 97}@x{number % 31}.example\r\nTo: hr@acme.example\r\n"
            f"Subject: Message {number} about pay\r\nMessage-ID: <{number}@bench.example>\r\n"
            "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        ).encode()
        text = line * (size // len(line))
        if number % 2:
            yield head + b"\r\n" + text
        else:
            yield (
                head + b'Content-Type: multipart/mixed; boundary="=b"\r\n\r\n--=b\r\n'
                b"Content-Type: text/plain\r\n\r\nHello\r\n--=b\r\n"
                b"Content-Type: application/pdf\r\n"
                b'Content-Disposition: attachment; filename="a.pdf"\r\n\r\n' + text + b"--=b--\r\n"
            )


def fetched_by_imaplib(server: Dovecot, user: str, count: int) -> float:
    """Seconds to fetch everything, 50 mails a command, bytes thrown away."""
    start = time.perf_counter()
    with server.session(user) as session:
        for first in range(1, count + 1, 50):
            session.uid("FETCH", f"{first}:{min(first + 49, count)}", "(BODY.PEEK[])")
    return time.perf_counter() - start


def copied_by_mbsync(server: Dovecot, user: str, folder: Path) -> float | None:
    """Seconds for mbsync to copy the mailbox into a Maildir; None where it is not installed."""
    program = shutil.which("mbsync")
    if program is None:
        return None
    config = folder / "mbsyncrc"
    config.write_text(
        f"IMAPAccount a\nHost 127.0.0.1\nPort {server.imap_port}\nUser {user}\n"
        f"Pass {server.password(user)}\nSSLType None\nAuthMechs LOGIN\n\nIMAPStore r\nAccount a\n\n"
        f"MaildirStore l\nPath {folder}/m/\nInbox {folder}/m/INBOX\n\n"
        "Channel c\nFar :r:\nNear :l:\nPatterns INBOX\nCreate Near\nSyncState *\n"
    )
    (folder / "m").mkdir()
    start = time.perf_counter()
    subprocess.run([program, "-q", "-c", str(config), "c"], check=True)
    return time.perf_counter() - start


def fetched_by_poplib(server: Dovecot, user: str, count: int) -> float:
    """Seconds to fetch everything, one mail a command, bytes thrown away."""
    start = time.perf_counter()
    connection = poplib.POP3(server.host, server.pop3_port)
    connection.user(user)
    connection.pass_(server.password(user))
    for number in range(1, count + 1):
        connection.retr(number)
    connection.quit()
    return time.perf_counter() - start


def copied_by_fetchmail(server: Dovecot, user: str, folder: Path) -> float | None:
    """Seconds for fetchmail to hand every mail to ``cat``; None where it is not installed."""
    program = shutil.which("fetchmail")
    if program is None:
        return None
    config = folder / "fetchmailrc"
    config.write_text(
        f"poll 127.0.0.1 protocol pop3 service {server.pop3_port} uidl\n"
        f"user {user} password {server.password(user)} keep fetchall sslproto ''\n"
        f'mda "cat >> {folder}/fetchmail.out"\n'
    )
    config.chmod(0o600)
    start = time.perf_counter()
    subprocess.run(
        [program, "-f", str(config), "--silent", "--idfile", str(folder / "ids")],
        env={**os.environ, "HOME": str(folder)},
        check=True,
    )
    return time.perf_counter() - start


def taken_in(
    server: Dovecot, user: str, pki: Pki, folder: Path, count: int, service: str = "other_imap"
) -> float:
    """Seconds from the server to committed work items."""
    os.environ["HR_PASSWORD"] = server.password(user)
    services = build_services(folder, lambda _new: "bench", trusted_keyrings=())
    settings = connector()
    settings["incoming"] |= {
        "service": service,
        "host": "127.0.0.1",
        "port": server.imap_port if service == "other_imap" else server.pop3_port,
        "security": "none",
        "username": user,
        "first_intake": "all",
    }
    services.exchange.import_(document(settings), folder)
    (item,) = services.connectors.all()
    test = services.testing.run(item, {}, lambda _stage: None, threading.Event())
    services.connectors.enable(item.id, test)
    start = time.perf_counter()
    result = build_supervisor(services).once()[item.id]
    seconds = time.perf_counter() - start
    services.close()
    if result.ends.total() != count or result.error:
        raise SystemExit(f"only {result.ends} of {count} mails were taken in: {result.error}")
    return seconds


def show(rows: Iterable[tuple[str, float | None]], count: int) -> None:
    """The table: what, mails per second, ratio to the first row."""
    rows = list(rows)
    floor = rows[0][1] or 1.0
    for name, seconds in rows:
        if seconds is None:
            print(f"{name:<44} not installed")
        else:
            print(
                f"{name:<44} {count / seconds:10.0f} mails/s   {floor / seconds:6.3f} × the first"
            )


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki = Pki(folder)
        with Dovecot(pki) as server:
            user = server.new_user()
            server.fill(user, mails(count))
            fetched_by_imaplib(server, user, count)  # Dovecot builds its index
            rows = [
                ("imaplib, 50 a command, thrown away", fetched_by_imaplib(server, user, count)),
                ("mbsync to Maildir", copied_by_mbsync(server, user, folder)),
                (
                    "Enate Desktop, IMAP to committed work item",
                    taken_in(server, user, pki, folder / "data", count),
                ),
            ]
            over_pop3 = [
                ("poplib, one a command, thrown away", fetched_by_poplib(server, user, count)),
                ("fetchmail to one file", copied_by_fetchmail(server, user, folder)),
                (
                    "Enate Desktop, POP3 to committed work item",
                    taken_in(server, user, pki, folder / "data3", count, "other_pop3"),
                ),
            ]
    show(rows, count)
    show(over_pop3, count)


if __name__ == "__main__":
    main()
