"""One demo: the mail server, a data folder of its own, the company imported and switched on."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from enate_desktop.demo.company import configuration, demo_server, secrets
from enate_desktop.demo.mails import deliver_all, deliver_late, new_arrival
from enate_desktop.domain.errors import RefusedError
from enate_desktop.wiring import Services, build_services


class DemoSession:
    """Demo data that is apart from real data and gone afterwards, unless a folder was named."""

    def __init__(self, folder: Path | None = None) -> None:
        """Use ``folder``, or a temporary one that is removed at the end."""
        self._temporary = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="enate-demo-"))
        self._server = demo_server()
        self._arrivals = 0

    def __enter__(self) -> Self:
        """Start the mail server."""
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the mail server and remove what was made for this demo only."""
        self._server.stop()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def open(self) -> Services:
        """The services on the demo company, its connectors tested and enabled, its mail waiting."""
        # The stored passwords are those of a server that ends with this process.
        services = build_services(self.folder, lambda _new: "demo", trusted_keyrings=())
        _with_secrets(lambda: services.exchange.import_(configuration(self._server), self.folder))
        deliver_all(self._server, datetime.now(UTC))
        for connector in services.connectors.all():
            test = services.testing.run(connector, {}, lambda _stage: None, threading.Event())
            if not test.ok:
                raise RefusedError(
                    f'The demo connector "{connector.name}" cannot reach the built-in mail server.',
                    test.report.summary,
                )
            services.connectors.enable(connector.id, test)
        deliver_late(self._server, datetime.now(UTC))
        return services

    def new_mail(self) -> None:
        """Let one more mail arrive, so that looking finds something."""
        self._arrivals += 1
        new_arrival(self._server, self._arrivals)


def _with_secrets(work: Callable[[], object]) -> None:
    """Run ``work`` while the environment holds the demo passwords the configuration names."""
    demo = secrets()
    before = {name: os.environ.get(name) for name in demo}
    os.environ.update(demo)
    try:
        work()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
