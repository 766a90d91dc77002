"""Fetching over IMAP through a line with long round trips: python -m bench.latency [MAILS] [MS].

Prints mails per second of our fetching in batches of several sizes, and of one mail per command.
"""

import asyncio
import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.intake import mails
from enate_desktop.domain.connectors import Security, ServerSettings
from enate_desktop.mail import imap
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap import ImapMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki

_CHUNK = 256 << 10
_ONE_BY_ONE = 100


class SlowLine:
    """A proxy that hands on every byte ``seconds`` / 2 later, in each direction."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._target = (host, port)
        self._delay = seconds / 2
        self.port = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """The port to connect to."""
        loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def begin() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        def run() -> None:
            loop.run_until_complete(begin())
            loop.run_forever()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        ready.wait(10)
        yield self.port
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(_CHUNK):
            loop.call_later(self._delay, writer.write, data)
        loop.call_later(self._delay, writer.close)


def measured(settings: ServerSettings, password: str, batch: int, count: int) -> float:
    """Mails a second, listing and fetching up to ``count`` of them."""
    imap.BATCH_MAILS = batch
    box = ImapMailbox(settings, Credential(password))
    box.open(examine=True)
    began = time.perf_counter()
    found = box.new_mails(0)[:count]
    fetched = sum(raw is not None for _, raw in box.fetch(found))
    took = time.perf_counter() - began
    box.close()
    if fetched != len(found):
        raise SystemExit(f"{fetched} of {len(found)} mails came.")
    return fetched / took


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    delay = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    usual = imap.BATCH_MAILS
    with (
        tempfile.TemporaryDirectory() as folder,
        Dovecot(Pki(Path(folder))) as server,
        SlowLine(server.host, server.imap_port, delay / 1000).running() as port,
    ):
        user = server.new_user()
        server.fill(user, mails(count))
        server.uids(user)
        print(f"{count} mails, {delay:g} ms round trips")
        settings = ServerSettings("other_imap", server.host, port, Security.NONE, username=user)
        for batch in dict.fromkeys((50, usual, 500)):
            rate = measured(settings, server.password(user), batch, count)
            ours = "  (ours)" if batch == usual else ""
            print(f"{batch:4} a command {rate:8,.0f} mails/s{ours}")
        rate = measured(settings, server.password(user), 1, _ONE_BY_ONE)
        print(f"   1 a command {rate:8,.0f} mails/s")


if __name__ == "__main__":
    main()
