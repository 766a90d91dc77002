"""Reads for the monitor in the background: one reading at a time, the next when it is done."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.monitor_lines import Line, error_row, log_row, mail_row
from enate_desktop.item_models.monitor_state import start_of_today
from enate_desktop.services.bundle import Services
from enate_desktop.services.monitor import Overview
from enate_desktop.views.monitor_head import Totals
from enate_desktop.views.monitor_lists import MonitorLists
from enate_desktop.worker.tasks import run_in_background

T = TypeVar("T")
_GATHER_MILLISECONDS = 150
_REST_MILLISECONDS = 1000


class MonitorLoader(QObject):
    """``loaded`` carries an Overview and why sending is stopped, ``failed`` an EnateError."""

    loaded = Signal(object, str)
    failed = Signal(object)

    def __init__(
        self, services: Services, totals: Totals, lists: MonitorLists, page: QObject
    ) -> None:
        """Nothing is told any more once ``page`` is gone."""
        super().__init__(page)
        self._page = page
        self._service = services.monitor
        self._stopped = services.outbox.stopped
        self._totals = totals
        self._lists = lists
        self._reading: set[str] = set()
        self._waiting: dict[str, Callable[[], object]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._since_read = QElapsedTimer()
        self._since_read.start()
        self._timer.timeout.connect(self.read)

    def read_soon(self) -> None:
        """Something moved: read in a moment, several changes at once, once a second at most."""
        if not self._timer.isActive():
            rest = _REST_MILLISECONDS - self._since_read.elapsed()
            self._timer.start(max(_GATHER_MILLISECONDS, rest))

    def read(self) -> None:
        """Read everything that is shown."""
        self._since_read.start()
        self._run("overview", self._overview, lambda read: self.loaded.emit(*read))
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
        lists = self._lists
        if lists.current is lists.mails:
            self._run("mails", self._mails(None), partial(lists.show_lines, lists.mails))
        elif lists.current is lists.errors:
            self._run("errors", self._errors(), partial(lists.show_lines, lists.errors))
        else:
            self._run("log", self._log(), partial(lists.show_lines, lists.log))

    def read_older(self, before_id: int) -> None:
        """Read the mails that were taken in before that one."""
        show = partial(self._lists.show_lines, self._lists.mails, older=True)
        self._run("mails", self._mails(before_id), show)

    def _mails(self, before_id: int | None) -> Callable[[], list[Line]]:
        wanted, now = self._lists.mail_filter(before_id), datetime.now(UTC)
        return lambda: [mail_row(mail, now) for mail in self._service.mails(wanted)]

    def _errors(self) -> Callable[[], list[Line]]:
        key, now, service = self._lists.connector_id, datetime.now(UTC), self._service

        def read() -> list[Line]:
            names = service.names()
            return [error_row(error, names, now) for error in service.errors(key)]

        return read

    def _log(self) -> Callable[[], list[Line]]:
        key, service = self._lists.connector_id, self._service

        def read() -> list[Line]:
            name = service.names().get(key or 0, "")
            lines = reversed(list(enumerate(service.log())))
            return [log_row(line, n) for n, line in lines if not name or line.connector == name]

        return read

    def _overview(self) -> tuple[Overview, str]:
        return self._service.overview(start_of_today()), self._stopped()

    def _run(self, name: str, work: Callable[[], T], done: Callable[[T], object]) -> None:
        if name in self._reading:
            self._waiting[name] = lambda: self._run(name, work, done)
            return
        self._reading.add(name)

        def finished(result: T) -> None:
            self._next(name)
            done(result)

        def failed(error: Exception) -> None:
            self._next(name)
            if not isinstance(error, EnateError):
                raise error
            self.failed.emit(error)

        run_in_background(self._page, work, finished, failed)

    def _next(self, name: str) -> None:
        self._reading.discard(name)
        waiting = self._waiting.pop(name, None)
        if waiting is not None:
            waiting()
