"""From delivery to work item where the server tells of new mail: python -m bench.push [MAILS].

A Cyrus of our own; each mail waits for the one before. Prints the median and the 95th percentile
in milliseconds of three spans: until the server told a client that does nothing but listen, until
the work item was durable, and the difference, which is ours; then how soon "Check now" looks.
"""

import imaplib
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import keyring

from enate_desktop.services.intake import Received
from enate_desktop.wiring import build_supervisor
from tests.company import connector, document, open_services
from tests.crash.keys import FixedKeyring
from tests.servers.cyrus import Cyrus
from tests.servers.pki import Pki

_PATIENCE = 20.0


class Listener(threading.Thread):
    """A second session in IDLE (RFC 2177) that notes when the server tells it of a mail."""

    def __init__(self, session: imaplib.IMAP4) -> None:
        super().__init__(daemon=True)
        self._session = session
        self.told_at = 0.0
        self.told = threading.Event()

    def run(self) -> None:
        """Listen until the connection ends."""
        self._session.send(b"L1 IDLE\r\n")
        while line := self._session.readline():
            if line.rstrip().endswith(b"EXISTS"):
                self.told_at = time.perf_counter()
                self.told.set()


class Bench:
    """The worker beside a listener, on one mailbox."""

    def __init__(self, cyrus: Cyrus, pki: Pki, folder: Path) -> None:
        self._cyrus = cyrus
        self.user = cyrus.new_user()
        os.environ["HR_PASSWORD"] = cyrus.password(self.user)
        self.services = open_services(folder / "data")
        made = connector()
        made["incoming"] |= {
            "host": "localhost",
            "port": cyrus.imaps_port,
            "username": self.user,
            "ca_certificate": {"text": pki.ca_pem},
            "first_intake": "all",
        }
        self.services.exchange.import_(document(made), folder)
        with self.services.context.database.write() as work:
            work.connectors.change(1, enabled=True)
        self._received_at = 0.0
        self._received, self.looked = threading.Event(), threading.Event()
        self.supervisor = build_supervisor(self.services, self._note, self._note_look)

    def _note(self, _received: Received) -> None:
        self._received_at = time.perf_counter()
        self._received.set()

    def _note_look(self, _connector_id: int) -> None:
        self.looked.set()

    def one_mail(self, number: int, listener: Listener) -> tuple[float, float]:
        """Seconds until the server told, and until the work item was durable."""
        raw = (
            f"From: bob@x.example\r\nTo: hr@acme.example\r\nSubject: Mail {number}\r\n"
            f"Message-ID: <{number}@push>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nHi\r\n"
        ).encode()
        self._received.clear()
        listener.told.clear()
        self._cyrus.deliver(self.user, raw)
        delivered = time.perf_counter()
        if not (self._received.wait(_PATIENCE) and listener.told.wait(_PATIENCE)):
            raise TimeoutError("The mail was not told of, or did not become work.")
        return listener.told_at - delivered, self._received_at - delivered

    def measured(
        self, count: int, listener: Listener
    ) -> tuple[list[tuple[float, float]], list[float]]:
        """What :meth:`one_mail` says of ``count`` mails, and :meth:`check_now` of ten checks."""
        self.supervisor.refresh()
        if not self.looked.wait(_PATIENCE):
            raise TimeoutError("Nobody looked.")
        time.sleep(1)  # the worker listens from now on
        spans = [self.one_mail(number, listener) for number in range(count)]
        return spans, [self.check_now() for _ in range(10)]

    def check_now(self) -> float:
        """Seconds from the wish to the end of a look into the whole folder."""
        self.looked.clear()
        start = time.perf_counter()
        self.supervisor.check_now(1)
        if not self.looked.wait(_PATIENCE):
            raise TimeoutError("Nobody looked.")
        return time.perf_counter() - start


def main(count: int) -> None:
    """Deliver ``count`` mails, one by one."""
    keyring.set_keyring(FixedKeyring())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki = Pki(folder / "pki")
        with Cyrus(pki) as cyrus:
            bench = Bench(cyrus, pki, folder)
            with cyrus.session(bench.user) as session:
                listener = Listener(session)
                listener.start()
                try:
                    spans, checks = bench.measured(count, listener)
                finally:
                    session.sock.shutdown(socket.SHUT_RDWR)
                    listener.join(_PATIENCE)
                    bench.supervisor.stop()
                    bench.services.close()
    show("server tells", [told for told, _ in spans])
    show("work item durable", [durable for _, durable in spans])
    show("ours", [durable - told for told, durable in spans])
    show("check now", checks)


def show(what: str, seconds: list[float]) -> None:
    """One line of percentiles."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"{what:18} p50 {statistics.median(ordered) * 1000:6.0f} ms  p95 {high * 1000:6.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
