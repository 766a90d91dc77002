"""The staged connection test (C-06): each stage in its time, the first failure with its remedy."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from enate_desktop.domain.connectors import ServerSettings, Side, UseFor
from enate_desktop.mail.credential import NO_CREDENTIAL, Credential
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.mail.patience import PATIENCE, Patience
from enate_desktop.mail.report import Stage, StageResult, StageState, TestReport
from enate_desktop.mail.side_probe import Clock, SideTest

__all__ = ["Stage", "StageResult", "StageState", "TestReport", "probe"]

_SENT_SECONDS = 60.0
"""Nobody waits longer for a test mail; two of them do no harm."""
STAGE_SECONDS: Mapping[Stage, float] = {
    Stage.DNS: 15,
    Stage.TCP: 60,
    Stage.TLS: 75,
    Stage.SIGN_IN: 180,
    Stage.CAPABILITIES: 45,
    Stage.FOLDER: 90,
    Stage.SEND: 150,
}
"""The most that a stage may take as a whole, whatever its single steps are allowed."""
Report = Callable[[StageResult], None]


def probe(
    use_for: UseFor,
    incoming: ServerSettings | None,
    outgoing: ServerSettings | None,
    credentials: Mapping[Side, Credential],
    report: Report,
    cancel: threading.Event,
    send_to: str | None = None,
    *,
    send_from: str = "",
    ask: bool = False,
    patience: Patience = PATIENCE,
    stage_seconds: Mapping[Stage, float] = STAGE_SECONDS,
) -> TestReport:
    """Test each side that ``use_for`` has; changes nothing in a mailbox.

    ``report`` is called in this thread after every stage. A mail is sent only when ``send_to``
    names an address, from ``send_from`` or the user name; without, a server that knows us by
    address or certificate is asked whether it would take one, and with ``ask`` every server is.
    ``cancel`` ends the stage at hand within a fraction of a second.
    """
    began = time.monotonic()
    patience = replace(patience, sent=min(patience.sent, _SENT_SECONDS))
    results: list[StageResult] = []
    folder: FolderState | None = None
    cancelled = False
    for side, settings, wanted in (
        (Side.INCOMING, incoming, use_for.receives),
        (Side.OUTGOING, outgoing, use_for.sends),
    ):
        if not wanted or settings is None:
            continue
        credential = credentials.get(side, NO_CREDENTIAL)
        clock = Clock(cancel, stage_seconds)
        line = Line(side, settings, clock.stopped, credential.identity, patience)
        run = SideTest(line, credential, clock, send_to, send_from, ask=ask)
        for result in run.stages():
            results.append(result)
            report(result)
        folder = folder or run.folder
        cancelled = cancelled or run.cancelled
    took = round((time.monotonic() - began) * 1000)
    return TestReport(tuple(results), took, folder, cancelled)
