"""Reads the history in the background for the activity page: from the top, further down, anew."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.history import HistoryChange, HistoryFilter
from enate_desktop.item_models.activity_table import PAGE_SIZE, ActivityTableModel
from enate_desktop.services.history import HistoryService
from enate_desktop.worker.tasks import run_in_background

_GATHER_MILLISECONDS = 150
Changes = tuple[HistoryChange, ...]


class ActivityLoader(QObject):
    """Fills the model. ``loaded`` comes after every answer, ``failed`` carries an EnateError.

    ``people_found`` carries who ever changed something.
    """

    loaded = Signal()
    failed = Signal(object)
    people_found = Signal(object)

    def __init__(self, service: HistoryService, model: ActivityTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._model = model
        self._wanted = HistoryFilter()
        self._asked = 0
        self._is_first_done = False
        self._is_reading = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MILLISECONDS)
        self._timer.timeout.connect(self._read_newer)
        model.older_wanted.connect(self._read_older)

    @property
    def is_filled(self) -> bool:
        """Whether the first answer to the present filter has come."""
        return self._is_first_done

    def show(self, wanted: HistoryFilter) -> None:
        """Show what fits, from the newest; answers to a former filter are thrown away.

        Only one reads at a time: a search through a million lines takes a second.
        """
        self._timer.stop()
        self._asked += 1
        self._wanted, self._is_first_done = wanted, False
        if not self._is_reading:
            self._read_first()

    def refresh_soon(self) -> None:
        """Something was changed: take up what is new, several changes at once."""
        self._timer.start()

    def _read_first(self) -> None:
        self._is_reading = True
        asked, wanted = self._asked, self._wanted
        run_in_background(
            self,
            lambda: self._service.page(wanted, limit=PAGE_SIZE),
            lambda changes: self._on_first(asked, changes),
            self._on_first_failed,
        )
        run_in_background(self, self._service.people, self.people_found.emit)

    def _read_newer(self) -> None:
        newest, wanted = self._model.newest_id, self._wanted
        if self._is_reading:
            self._timer.start()  # what is new now may come after its answer
            return
        if not newest:
            self.show(wanted)
            return
        self._run(lambda: self._service.newer(wanted, newest, PAGE_SIZE), self._on_newer)

    def _read_older(self, before: int) -> None:
        wanted = self._wanted
        self._run(
            lambda: self._service.page(wanted, before=before, limit=PAGE_SIZE), self._on_older
        )

    def _run(self, read: Callable[[], Changes], done: Callable[[Changes], object]) -> None:
        asked = self._asked

        def answer(changes: Changes) -> None:
            if asked == self._asked:
                done(changes)

        run_in_background(self, read, answer, self._on_failed)

    def _on_first(self, asked: int, changes: Changes) -> None:
        self._is_reading = False
        if asked != self._asked:
            self._read_first()
            return
        self._is_first_done = True
        self._model.set_changes(changes, has_more=len(changes) == PAGE_SIZE)
        self.loaded.emit()

    def _on_older(self, changes: Changes) -> None:
        self._model.add_older(changes, has_more=len(changes) == PAGE_SIZE)
        self.loaded.emit()

    def _on_newer(self, changes: Changes) -> None:
        if len(changes) == PAGE_SIZE:
            self.show(self._wanted)  # more came than one answer holds
            return
        self._model.add_newer(changes)
        self.loaded.emit()

    def _on_first_failed(self, error: Exception) -> None:
        self._is_reading = False
        self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)
