"""What is done with mails in quarantine: tried again, discarded, brought back (M-11)."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from enate_desktop.domain.work_items import End
from enate_desktop.services.changes import Changes
from enate_desktop.services.intake import Received
from enate_desktop.services.quarantine import QuarantineService
from enate_desktop.services.work_items import LedgerLine
from enate_desktop.views.step_command import MailSteps
from enate_desktop.worker.tasks import run_in_background


class QuarantineSteps(QObject):
    """``done`` carries words for the toast and what takes it back, or None; ``touched`` Changes;
    ``failed`` an Exception."""

    done = Signal(str, object)
    touched = Signal(object)
    failed = Signal(object)

    def __init__(self, service: QuarantineService, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self.stack = QUndoStack(self)
        self._mails = MailSteps(self.stack, self.touched.emit, self.done.emit, self.failed.emit)

    def retry(self, lines: Sequence[LedgerLine]) -> None:
        """Try mails once more, in the background."""
        ids = [line.intake_id for line in lines]
        retry = partial(self._service.retry, ids)
        run_in_background(self, retry, self._on_retried, self.failed.emit)

    def discard(self, lines: Sequence[LedgerLine]) -> None:
        """Set mails aside, which can be undone."""
        self._mails.take(
            lines, self.tr("Discarded {what}."), self._service.put_aside, self._service.bring_back
        )

    def restore(self, lines: Sequence[LedgerLine]) -> None:
        """Bring mails back that were discarded, which can be undone."""
        self._mails.take(
            lines, self.tr("Restored {what}."), self._service.bring_back, self._service.put_aside
        )

    def _on_retried(self, outcomes: Collection[Received | None]) -> None:
        self.touched.emit(Changes(unhandled=True, work_items=True, outbox=True))
        decided = sum(1 for one in outcomes if one is not None and one.end is not End.QUARANTINED)
        self.done.emit(outcome_text(decided, len(outcomes) - decided), None)


def outcome_text(decided: int, left: int) -> str:
    """``2 mails were decided; 1 stays in quarantine.``"""
    parts = []
    if decided:
        parts.append("1 mail was decided" if decided == 1 else f"{decided:,} mails were decided")
    if left:
        mails = "" if decided else " mail" if left == 1 else " mails"
        stay = "stays" if left == 1 else "stay"
        parts.append(f"{left:,}{mails} {stay} in quarantine")
    return f"{'; '.join(parts)}."
