"""An undoable step whose way there and way back are two calls of a service."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from enate_desktop.domain.errors import EnateError


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
