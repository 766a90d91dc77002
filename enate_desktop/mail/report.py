"""What a staged connection test found (C-06), stage by stage."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from enate_desktop.domain.connectors import Side
from enate_desktop.mail.mailbox import ErrorKind, FolderState


class Stage(StrEnum):
    """The stages in their order; an outgoing side has no folder, an incoming one no send."""

    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    SIGN_IN = "sign-in"
    CAPABILITIES = "capabilities"
    FOLDER = "folder"
    SEND = "send"


class StageState(StrEnum):
    """How a stage ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    NOT_NEEDED = "not_needed"


STAGES = {
    Side.INCOMING: tuple(stage for stage in Stage if stage is not Stage.SEND),
    Side.OUTGOING: tuple(stage for stage in Stage if stage is not Stage.FOLDER),
}
"""The stages of each side."""


@dataclass(frozen=True, slots=True)
class StageResult:
    """One stage. Of a failed one: ``detail`` what happened, ``cause`` what it likely means and
    what to do, ``server_words`` the server's own, ``field`` to mend, ``kind`` of the MailError.
    """

    side: Side
    stage: Stage
    state: StageState
    detail: str = ""
    server_words: str = ""
    cause: str = ""
    field: str = ""
    took_ms: int = 0
    kind: ErrorKind | None = None


@dataclass(frozen=True, slots=True)
class TestReport:
    """Every stage of every side tested; ``folder`` is what the mailbox held."""

    # pytest would take the name for a test class.
    __test__ = False

    stages: tuple[StageResult, ...]
    took_ms: int
    folder: FolderState | None = None
    cancelled: bool = False

    @property
    def ok(self) -> bool:
        """Whether something was tested and every stage passed or was not needed."""
        good = (StageState.PASSED, StageState.NOT_NEEDED)
        return bool(self.stages) and all(result.state in good for result in self.stages)

    @property
    def failure(self) -> StageResult | None:
        """The first stage that failed."""
        return next((one for one in self.stages if one.state is StageState.FAILED), None)

    @property
    def summary(self) -> str:
        """The outcome in one or two sentences."""
        failure = self.failure
        if self.cancelled:
            return "The test was cancelled."
        if failure is not None:
            return f"{failure.detail} {failure.cause}".strip()
        if not self.stages:
            return "There is nothing to test: the connector has no server."
        sides = {result.side for result in self.stages}
        done = []
        if Side.INCOMING in sides:
            done.append(f"Receiving works.{_counted(self.folder)}")
        if Side.OUTGOING in sides:
            passed = {
                result.stage
                for result in self.stages
                if result.side is Side.OUTGOING and result.state is StageState.PASSED
            }
            if Stage.SEND in passed:
                done.append("Sending works.")
            elif Stage.SIGN_IN in passed:
                done.append("Sign-in for sending works; no mail was sent.")
            else:
                done.append("The sending server is ready; no mail was sent.")
        return " ".join(done)

    def to_json(self) -> dict[str, Any]:
        """The report for ``connector test --json``."""
        folder = asdict(self.folder) if self.folder else None
        if folder is not None:
            del folder["uidls"], folder["by_date"]  # one for each mail of the mailbox
        return {
            "ok": self.ok,
            "summary": self.summary,
            "took_ms": self.took_ms,
            "cancelled": self.cancelled,
            "folder": folder,
            "stages": [asdict(result) for result in self.stages],
        }


def _counted(folder: FolderState | None) -> str:
    if folder is None:
        return ""
    if folder.count == 1:
        return " 1 mail is in the mailbox."
    return f" {folder.count:,} mails are in the mailbox."
