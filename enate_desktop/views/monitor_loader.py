"""Reads for the monitor in the background: one reading at a time, the next when it is done."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.monitor_lines import error_row, log_row, mail_row
from enate_desktop.item_models.monitor_state import start_of_today
from enate_desktop.services.monitor import MonitorService, Overview
from enate_desktop.views.monitor_head import Totals
from enate_desktop.views.monitor_lists import MonitorLists
from enate_desktop.worker.tasks import run_in_background

T = TypeVar("T")
_GATHER_MILLISECONDS = 150


class MonitorLoader(QObject):
    """``loaded`` carries an Overview, ``failed`` an EnateError."""

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(
        self, service: MonitorService, totals: Totals, lists: MonitorLists, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._totals = totals
        self._lists = lists
        self._reading: set[str] = set()
        self._again: dict[str, Callable[[], object]] = {}
        self._names: dict[int, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MILLISECONDS)
        self._timer.timeout.connect(self.read)

    def read_soon(self) -> None:
        """Something moved: read in a moment, several changes at once."""
        if not self._timer.isActive():
            self._timer.start()

    def read(self) -> None:
        """Read everything that is shown."""
        self._run("overview", lambda: self._service.overview(start_of_today()), self._on_overview)
        self.read_throughput()
        if self._lists.follow.isChecked():
            self.read_lists()

    def read_throughput(self) -> None:
        """Read the counts of the chosen span."""
        span = self._totals.span
        self._run(
            "throughput", lambda: self._service.throughput(span), self._totals.show_throughput
        )

    def read_lists(self) -> None:
        """Read the list in front from the newest."""
        lists, service = self._lists, self._service
        now = datetime.now(UTC)
        key = lists.connector_id
        if lists.current is lists.mails:
            wanted = lists.mail_filter()
            self._run(
                "list",
                lambda: [mail_row(mail, now) for mail in service.mails(wanted)],
                lambda lines: lists.show_lines(lists.mails, lines),
            )
        elif lists.current is lists.errors:
            names = dict(self._names)
            self._run(
                "list",
                lambda: [error_row(error, names, now) for error in service.errors(key)],
                lambda lines: lists.show_lines(lists.errors, lines),
            )
        else:
            name = self._names.get(key or 0, "")
            self._run(
                "list",
                lambda: [
                    log_row(line, place)
                    for place, line in reversed(list(enumerate(service.log())))
                    if not name or line.connector == name
                ],
                lambda lines: lists.show_lines(lists.log, lines),
            )

    def read_older(self, before_id: int) -> None:
        """Read the mails that were taken in before that one."""
        wanted = self._lists.mail_filter(before_id)
        now = datetime.now(UTC)
        self._run(
            "list",
            lambda: [mail_row(mail, now) for mail in self._service.mails(wanted)],
            lambda lines: self._lists.show_lines(self._lists.mails, lines, older=True),
        )

    def _on_overview(self, overview: Overview) -> None:
        self._names = {s.connector.id: s.connector.name for s in overview.connectors}
        self.loaded.emit(overview)

    def _run(self, name: str, work: Callable[[], T], done: Callable[[T], object]) -> None:
        if name in self._reading:
            self._again[name] = lambda: self._run(name, work, done)
            return
        self._reading.add(name)

        def finished(result: T) -> None:
            self._reading.discard(name)
            again = self._again.pop(name, None)
            done(result)
            if again is not None:
                again()

        def failed(error: Exception) -> None:
            self._reading.discard(name)
            self._again.pop(name, None)
            if not isinstance(error, EnateError):
                raise error
            self.failed.emit(error)

        run_in_background(self, work, finished, failed)
