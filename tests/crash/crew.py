"""``python -m tests.crash.crew FOLDER [URL]``: forks a whole worker for every line it reads.

Answers with the process id of each. Leases are good for a second. A worker that takes a mail in
writes its process id to the file ``leader``. All end with standard input.
"""

import gc
import os
import signal
import sys
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import keyring

from enate_desktop.domain.people import SYSTEM
from enate_desktop.services.acknowledgements import plan
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.context import Context
from enate_desktop.services.intake import IntakeService, Received
from enate_desktop.services.leases import LeaseService
from enate_desktop.services.mailboxes import MailboxService
from enate_desktop.services.pauses import PauseService
from enate_desktop.worker.poller import Services as PollerServices
from enate_desktop.worker.supervisor import Supervisor, Workshop
from enate_desktop.worker.upkeep import Pace
from tests.crash import program
from tests.crash.job import Job
from tests.crash.keys import FixedKeyring
from tests.crash.worker import say

LASTS = timedelta(seconds=1)


def main(folder: str, url: str | None = None) -> None:
    """Fork until standard input ends, then end all."""
    keyring.set_keyring(FixedKeyring())
    program.rehearse()
    gc.freeze()
    # Nobody waits for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    say("ready")
    children = []
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work(folder, url)
        children.append(child)
        say(str(child))
    for child in children:
        if Path(f"/proc/{child}").exists():
            os.kill(child, signal.SIGKILL)


def work(folder: str, url: str | None) -> None:
    """One worker, until it is killed."""
    services = program.opened(Job(folder, url=url))
    system = services.context.acting_as(SYSTEM)

    def receiving(fenced: Context) -> PollerServices:
        intake = IntakeService(fenced, plan=plan)
        return PollerServices(ConnectorService(fenced), intake, MailboxService(fenced))

    workshop = Workshop(
        ConnectorService(system),
        LeaseService(system, Path(folder), LASTS),
        PauseService(system),
        receiving,
        pace=Pace(heartbeat=0.3, tick=0.2),
    )
    Supervisor(workshop, partial(_tell, Path(folder) / "leader")).refresh()
    threading.Event().wait()


def _tell(file: Path, _received: Received) -> None:
    file.write_text(str(os.getpid()))


if __name__ == "__main__":
    main(*sys.argv[1:])
