"""An undoable step whose way there and way back are two calls of a service."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.services.changes import Changes
from enate_desktop.services.work_items import LedgerLine

Step = Callable[[list[int]], Changes]


class StepCommand(QUndoCommand):
    """A step done before it is pushed; one that is refused later ceases to exist."""

    def __init__(
        self,
        text: str,
        there: Callable[[], object],
        back: Callable[[], object],
        failed: Callable[[EnateError], object],
    ) -> None:
        super().__init__(text)
        self._there = there
        self._back = back
        self._failed = failed
        self._is_done = True

    @override
    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
            return
        self._run(self._there)

    @override
    def undo(self) -> None:
        self._run(self._back)

    def _run(self, step: Callable[[], object]) -> None:
        try:
            step()
        except EnateError as error:
            self.setObsolete(True)
            self._failed(error)


class MailSteps:
    """Steps taken with mails at once, each with its way back; what is refused is told."""

    def __init__(
        self,
        stack: QUndoStack,
        touched: Callable[[Changes], object],
        done: Callable[[str, Callable[[], object]], object],
        failed: Callable[[EnateError], object],
    ) -> None:
        """``done`` gets the words for a toast and what takes the step back."""
        self._stack, self._touched, self._done, self._failed = stack, touched, done, failed

    def take(self, lines: Sequence[LedgerLine], text: str, there: Step, back: Step) -> None:
        """Do ``there``; ``{what}`` in ``text`` becomes the subject, or how many mails."""
        ids = [line.intake_id for line in lines]
        words = text.format(what=_what(lines))
        try:
            changes = there(ids)
        except EnateError as error:
            self._failed(error)
            return
        self._stack.push(
            StepCommand(
                words,
                lambda: self._touched(there(ids)),
                lambda: self._touched(back(ids)),
                self._failed,
            )
        )
        index = self._stack.index() - 1
        self._touched(changes)
        self._done(words, partial(self._stack.setIndex, index))


def _what(lines: Sequence[LedgerLine]) -> str:
    tr = partial(QCoreApplication.translate, "MailSteps")
    if len(lines) != 1:
        return tr("{n} mails").format(n=len(lines))
    return f"“{lines[0].subject or tr('(no subject)')}”"
