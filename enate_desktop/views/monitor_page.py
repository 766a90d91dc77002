"""The Mailbox monitor: what the worker does with every mailbox, now and of late (UI 3.10)."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import End
from enate_desktop.item_models.monitor_lines import Line
from enate_desktop.item_models.monitor_state import age_text, counted
from enate_desktop.services.accounting import MailboxFigure
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.monitor import LogLine, MailLine, Overview, WorkerError
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.message_bar import MessageKind
from enate_desktop.views.monitor_bars import BarActions, MonitorBars
from enate_desktop.views.monitor_connectors import MonitorConnectors
from enate_desktop.views.monitor_details import ErrorDetails
from enate_desktop.views.monitor_head import HeadButtons, Totals, WorkerLine
from enate_desktop.views.monitor_lists import MonitorLists
from enate_desktop.views.monitor_loader import MonitorLoader
from enate_desktop.views.monitor_split import MonitorSplitter
from enate_desktop.views.page import Page
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background

_CLOCK_MILLISECONDS = 1000
_READ_EVERY = 5
"""Seconds between two readings while nothing is told: ages, leases and pauses move alone."""


class MonitorPage(Page):
    """``navigate`` takes a connector's id."""

    def __init__(
        self,
        services: Services,
        notifier: ChangeNotifier,
        worker: WorkerControl,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Mailbox monitor", parent)
        self._services = services
        self._notifier = notifier
        self._worker = worker
        self._overview: Overview | None = None
        self._stopped, self._wanted_id = "", 0
        self._ticks = 0
        self.worker_line = WorkerLine()
        self.buttons = HeadButtons()
        self.totals = Totals()
        self.connectors = MonitorConnectors(_refusal(services))
        self.lists = MonitorLists()
        self._splitter = MonitorSplitter(self.connectors, self.lists)
        self.loader = MonitorLoader(services, self.totals, self.lists, self)
        self.bars = MonitorBars(
            self.messages,
            BarActions(
                self._resume,
                self._start_sending,
                self._take_held,
                self._skip_held,
                self._count,
                self._worker.restart_requested.emit,
                self._worker.diagnostics_requested.emit,
            ),
        )
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MILLISECONDS)
        self._build()
        self._connect()
        self._show_worker()
        self.loader.read()
        self.loader.read_lists()

    @override
    def shown(self) -> None:
        self.loader.read_soon()

    @override
    def navigate(self, target: object) -> None:
        if isinstance(target, int):
            self._wanted_id = target
            self.connectors.select(target)

    def open_in_new_window(self) -> QMainWindow:
        """The same page in a window of its own (UI 3.1); it goes with the main window."""
        window = QMainWindow(self.window())
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.setWindowFlag(Qt.WindowType.Window)
        name = QApplication.applicationName()
        window.setWindowTitle(f"{self.header.title} – {name}")
        page = MonitorPage(self._services, self._notifier, self._worker)
        page.buttons.window_button.hide()
        page.page_requested.connect(self.page_requested)
        page.toast_requested.connect(self.toast_requested)
        window.setCentralWidget(page)
        window.resize(1180, 760)
        window.show()
        return window

    def _build(self) -> None:
        self.header.add_widget(self.worker_line)
        self.header.add_widget(self.buttons)
        self.body.addWidget(self.totals)
        self.body.addWidget(self._splitter, 1)
        explain_disabled(self.buttons.pause, _refusal(self._services))

    def _connect(self) -> None:
        self.buttons.pause_requested.connect(self._on_pause_requested)
        self.buttons.resume_requested.connect(self._on_resume_requested)
        self.buttons.check_requested.connect(self._on_check_requested)
        self.buttons.restart_requested.connect(self._on_restart_requested)
        self.buttons.window_requested.connect(self.open_in_new_window)
        self.totals.span_chosen.connect(self.loader.read_throughput)
        self.connectors.chosen.connect(self._on_chosen)
        self.connectors.details_requested.connect(self._show_details)
        self.connectors.retry_requested.connect(self._retry)
        self.connectors.count_requested.connect(self._count)
        self.connectors.opened.connect(lambda key: self.page_requested.emit("connectors", key))
        self.lists.wanted.connect(self.loader.read_lists)
        self.lists.older_wanted.connect(self.loader.read_older)
        self.lists.opened.connect(self._on_opened)
        self.lists.exported.connect(lambda name: self.toast(f"{name} was written."))
        self.lists.failed.connect(
            lambda words: self.messages.show_message(MessageKind.ERROR, words, key="export")
        )
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_not_loaded)
        self._worker.changed.connect(self._show_worker)
        self._notifier.changed.connect(self._on_changed)
        self._clock.timeout.connect(self._on_tick)
        self._clock.start()

    def _on_tick(self) -> None:
        if not self.isVisible():
            return
        self._ticks += 1
        self._show_worker()
        if self._ticks % _READ_EVERY == 0:
            self.loader.read_soon()

    def _show_worker(self) -> None:
        self.worker_line.show_worker(self._worker.state, self._worker.facts)
        self.connectors.model.set_facts(self._worker.facts, datetime.now(UTC))
        if self._overview is not None:
            self.bars.show(self._overview, self._stopped, self._worker.facts)

    def _on_loaded(self, overview: Overview, stopped: str) -> None:
        first, self._overview = self._overview is None, overview
        self.messages.dismiss("reading")
        self.connectors.model.set_aged(is_aged=False)
        self.totals.show_overview(overview)
        self.connectors.model.set_overview(overview)
        self.lists.offer([status.connector for status in overview.connectors])
        self._stopped = stopped
        self.bars.show(overview, stopped, self._worker.facts)
        if first and overview.connectors:
            self.connectors.select(self._wanted_id or overview.connectors[0].connector.id)
        self._on_chosen()
        self._splitter.balance()

    def _on_not_loaded(self, error: EnateError) -> None:
        """What was read last stays, greyed, with its age (UI 3.10)."""
        words = error.sentence()
        if self._overview is not None:
            age = age_text(self._overview.now, datetime.now(UTC))
            words = f"{words} What you see is {age} old."
            self.connectors.model.set_aged(is_aged=True)
        self.messages.show_message(MessageKind.ERROR, words, key="reading")

    def _on_chosen(self) -> None:
        status = self.connectors.current
        self.connectors.show_actions()
        chosen = (status.connector.id, status.connector.name) if status is not None else None
        self.buttons.choose(chosen)

    def _on_changed(self, _changes: Changes, _initiator: object) -> None:
        if self.isVisible():
            self.loader.read_soon()

    def _on_check_requested(self) -> None:
        self._worker.check_now_requested.emit(None)

    def _on_restart_requested(self) -> None:
        self._worker.restart_requested.emit()
        self.toast(self.tr("The worker starts again."))

    def _retry(self, connector_id: int) -> None:
        self._worker.check_now_requested.emit(connector_id)

    def _on_pause_requested(self, whom: int | None, length: timedelta | None) -> None:
        until = datetime.now(UTC) + length if length is not None else None
        self._try(lambda: self._services.pauses.pause(self._ids(whom), until))

    def _on_resume_requested(self, whom: int | None) -> None:
        self._resume(self._ids(whom))

    def _ids(self, whom: int | None) -> list[int]:
        if whom is not None:
            return [whom]
        statuses = self._overview.connectors if self._overview else ()
        return [status.connector.id for status in statuses if status.connector.enabled]

    def _resume(self, ids: Iterable[int]) -> None:
        self._try(lambda: self._services.pauses.resume(ids))

    def _start_sending(self) -> None:
        self._try(self._services.outbox.start_again)

    def _take_held(self, connector_id: int) -> None:
        self._try(lambda: self._services.accounting.take_held(connector_id))
        self._retry(connector_id)

    def _skip_held(self, connector_id: int) -> None:
        self._try(lambda: self._services.accounting.skip_held(connector_id))

    def _count(self, connector_id: int) -> None:
        """Ask the server; it may take as long as the server lets us wait."""
        self.connectors.count.setEnabled(False)
        self.toast(self.tr("Asking the server…"))
        run_in_background(
            self,
            lambda: self._services.accounting.check(connector_id),
            self._on_counted,
            self._on_not_counted,
        )

    def _on_counted(self, figure: MailboxFigure) -> None:
        told = "all accounted for"
        if figure.unexplained:
            told = f"{counted(figure.unexplained, 'mail')} unexplained"
        listed = counted(figure.on_server, "mail")
        self.toast(f"{figure.connector}: {listed} on the server, {told}.")
        self._notifier.notify(Changes(worker=True))

    def _on_not_counted(self, error: Exception) -> None:
        self._on_chosen()
        if not isinstance(error, EnateError):
            raise error
        self.messages.show_error(error, key="count")

    def _show_details(self, connector_id: int) -> None:
        status = self.connectors.current
        if status is not None and status.last_error is not None:
            self.show_error(status.last_error)

    def show_error(self, error: WorkerError) -> ErrorDetails:
        """Open an error in full, with the way to the field to mend."""

        def mend() -> None:
            target = (error.connector_id, error.field) if error.field else error.connector_id
            self.page_requested.emit("connectors", target)

        statuses = self._overview.connectors if self._overview else ()
        names = {status.connector.id: status.connector.name for status in statuses}
        dialog = ErrorDetails(error, names.get(error.connector_id, ""), mend, self)
        dialog.open()
        return dialog

    def _on_opened(self, line: Line) -> None:
        thing = line.thing
        if isinstance(thing, WorkerError):
            self.show_error(thing)
        elif isinstance(thing, MailLine) and thing.work_item_id is not None:
            self.page_requested.emit("work_items", thing.work_item_id)
        elif isinstance(thing, MailLine) and thing.end in (End.UNHANDLED, End.QUARANTINED):
            page = "unhandled" if thing.end is End.UNHANDLED else "quarantine"
            self.page_requested.emit(page, thing.intake_id)
        elif isinstance(thing, LogLine):
            self.messages.show_message(MessageKind.INFO, thing.text, key="log")

    def _try(self, act: Callable[[], Changes]) -> None:
        try:
            changes = act()
        except EnateError as error:
            self.messages.show_error(error, key="act")
            return
        self._notifier.notify(changes, self)


def _refusal(services: Services) -> str:
    """Why this person may neither pause nor have a server asked, or empty."""
    may = services.people.me.may(Permission.HANDLE_MAIL)
    return "" if may else f'You need the permission "{Permission.HANDLE_MAIL}".'
