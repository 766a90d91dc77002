"""The start page: what needs a person and where it is mended, the last day, the worker (UI 3.2)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.monitor_state import counted
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.exchange.service import ImportReport
from enate_desktop.services.overview import DeadRoute, Severity
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.checklist import Checklist
from enate_desktop.views.first_run import Welcome, start_demo, tell_of_demo
from enate_desktop.views.first_run_import import ConfigurationOpening
from enate_desktop.views.message_bar import MessageKind
from enate_desktop.views.overview_cards import (
    AttentionCard,
    ChangesCard,
    DeadRoutesCard,
    NumbersCard,
    WorkerCard,
)
from enate_desktop.views.overview_loader import OverviewLoader, OverviewRead
from enate_desktop.views.page import Page
from enate_desktop.views.tab_order import follow_reading_order
from enate_desktop.views.widgets import scrolled
from enate_desktop.views.worker_control import WorkerControl
from enate_desktop.worker.notifier import ChangeNotifier

_CLOCK_MILLISECONDS = 1000
_READ_EVERY = 30
"""Seconds between two readings while nothing is told: the last 24 hours move alone."""
_SIDE_WIDTH = 380


class OverviewPage(Page):
    """``begin_demo`` starts the program once more on demo data; whether it could be started."""

    def __init__(
        self,
        services: Services,
        notifier: ChangeNotifier,
        worker: WorkerControl,
        parent: QWidget | None = None,
        *,
        begin_demo: Callable[[], bool] = start_demo,
    ) -> None:
        super().__init__("Overview", parent)
        self._services = services
        self._notifier = notifier
        self._worker = worker
        self._ticks = 0
        self._dismissed = self._tried = self._was_incomplete = False
        may_set_up = services.people.me.may(Permission.EDIT_CONNECTORS)
        may_switch = services.people.me.may(Permission.EDIT_ROUTES)
        self.welcome = Welcome("" if may_set_up else _needed(Permission.EDIT_CONNECTORS))
        self.checklist = Checklist()
        self.attention = AttentionCard()
        self.numbers = NumbersCard()
        self.worker_card = WorkerCard(worker)
        self.changes = ChangesCard()
        self.dead = DeadRoutesCard("" if may_switch else _needed(Permission.EDIT_ROUTES))
        self.loader = OverviewLoader(services, self)
        self.opening = ConfigurationOpening(services, self)
        self._stack = QStackedWidget()
        self._waiting = _Waiting()
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MILLISECONDS)
        self._build()
        self._connect(begin_demo)
        self.loader.read()

    @property
    def is_welcoming(self) -> bool:
        """Whether there is nothing yet, and the page asks how to begin."""
        return self._stack.currentWidget() is self.welcome

    @override
    def shown(self) -> None:
        self._read()

    @override
    def save_state(self) -> dict[str, object]:
        return {"checklist_dismissed": self._dismissed, "mail_tried": self._has_tried()}

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        self._dismissed = state.get("checklist_dismissed") is True
        self._tried = state.get("mail_tried") is True

    def open_configuration(self, path: Path) -> None:
        """Show what a configuration file would change, to import it."""
        self.opening.open(path)

    def _build(self) -> None:
        main, side = QVBoxLayout(), QVBoxLayout()
        for column, cards in (
            (main, (self.attention, self.dead, self.changes)),
            (side, (self.numbers, self.worker_card)),
        ):
            column.setSpacing(12)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        for card in (self.numbers, self.worker_card):
            card.setFixedWidth(_SIDE_WIDTH)
        cards_row = QHBoxLayout()
        cards_row.setSpacing(12)
        cards_row.addLayout(main, 1)
        cards_row.addLayout(side)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.checklist)
        column.addLayout(cards_row, 1)
        self.checklist.hide()
        self._stack.addWidget(self._waiting)
        self._content = scrolled(content)
        self._stack.addWidget(self._content)
        self._stack.addWidget(self.welcome)
        self.body.addWidget(self._stack, 1)
        may = self._services.people.me.may(Permission.HANDLE_MAIL)
        explain_disabled(
            self.worker_card.buttons.pause, "" if may else _needed(Permission.HANDLE_MAIL)
        )

    def _connect(self, begin_demo: Callable[[], bool]) -> None:
        for card in (self.attention, self.changes, self.dead, self.checklist):
            card.wanted.connect(self.page_requested)
        self.dead.switched_off.connect(self._switch_off)
        self.checklist.dismissed.connect(self._dismiss)
        self.welcome.connect_requested.connect(
            lambda: self.page_requested.emit("connectors", "new")
        )
        self.welcome.demo_requested.connect(lambda: tell_of_demo(self, begin_demo))
        self.welcome.open_requested.connect(self._choose_configuration)
        self.opening.imported.connect(self._on_imported)
        self.opening.failed.connect(lambda error: self.messages.show_error(error, key="import"))
        buttons = self.worker_card.buttons
        buttons.pause_requested.connect(self._pause)
        buttons.resume_requested.connect(lambda _whom: self._resume())
        buttons.check_requested.connect(lambda: self._worker.check_now_requested.emit(None))
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(lambda error: self.messages.show_error(error, key="reading"))
        self._notifier.changed.connect(self._on_changed)
        self._clock.timeout.connect(self._on_tick)
        self._clock.start()

    def _read(self) -> None:
        self.loader.read()

    def _on_tick(self) -> None:
        if not self.isVisible():
            return
        self._ticks += 1
        self.worker_card.refresh()
        if self._ticks % _READ_EVERY == 0:
            self._read()

    def _on_changed(self, _changes: Changes, _initiator: object) -> None:
        if self.isVisible():
            self._read()

    def _on_loaded(self, read: OverviewRead) -> None:
        self.messages.dismiss("reading")
        self._stack.setCurrentIndex(1 if read.progress.is_new else 0)
        self.attention.show_attention(read.attention, read.last_problem)
        self.numbers.show_numbers(read.numbers)
        self.dead.show_dead(read.dead)
        self.changes.show_changes(read.changes)
        self.checklist.show_progress(read.progress, tried=self._has_tried())
        self._show_checklist(read.progress.connectors > 0)
        wanted = self.welcome if read.progress.is_new else self._content
        was_waiting = self._waiting.hasFocus()
        self._stack.setCurrentWidget(wanted)
        QTimer.singleShot(0, self, lambda: self._order_tabs(was_waiting))
        urgent = (line for line in read.attention if line.severity is not Severity.NOTE)
        self.badge_changed.emit(sum(1 for _ in urgent))

    def _order_tabs(self, was_waiting: bool) -> None:
        """Down the first column, then the second; whoever waited for the page gets its start."""
        cards = (self.checklist, self.attention, self.dead, self.changes)
        follow_reading_order(*cards, self.numbers, self.worker_card)
        if was_waiting:
            self.focus_first()

    def _show_checklist(self, begun: bool) -> None:
        """A finished one is shown only to a person who has seen it unfinished."""
        self._was_incomplete |= begun and not self.checklist.is_complete
        self.checklist.setVisible(begun and self._was_incomplete and not self._dismissed)

    def _dismiss(self) -> None:
        self._dismissed = True
        self.checklist.hide()
        self.focus_first()

    def _has_tried(self) -> bool:
        return self._tried or self._services.trial.tried

    def _switch_off(self, dead: DeadRoute) -> None:
        ids, routes = [dead.route.id], self._services.routes

        def put_on() -> None:
            self._try(lambda: routes.set_enabled(ids, True))

        if self._try(lambda: routes.set_enabled(ids, False)):
            self.toast(f"Switched “{dead.route.name}” off.", put_on)

    def _pause(self, _whom: int | None, length: timedelta | None) -> None:
        until = datetime.now(UTC) + length if length is not None else None
        self._try(lambda: self._services.pauses.pause(self._enabled(), until))

    def _resume(self) -> None:
        self._try(lambda: self._services.pauses.resume(self._enabled()))

    def _enabled(self) -> Iterable[int]:
        return [c.id for c in self._services.connectors.all() if c.enabled]

    def _choose_configuration(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a configuration"), "", self.tr("Configuration (*.json)")
        )
        if path:
            self.open_configuration(Path(path))

    def _on_imported(self, changes: Changes, report: ImportReport) -> None:
        self.messages.dismiss("import")
        things = {(entry.kind, entry.subject_id) for entry in report.changes}
        self.toast(f"Imported {counted(len(things), 'thing')}.")
        for note in report.notes:
            self.messages.show_message(MessageKind.INFO, note, key=note)
        self._notifier.notify(changes, self)
        self._read()

    def _try(self, act: Callable[[], Changes]) -> bool:
        try:
            changes = act()
        except EnateError as error:
            self.messages.show_error(error, key="act")
            return False
        self._notifier.notify(changes, self)
        self._read()
        return True


class _Waiting(QWidget):
    """Has the keyboard until the first reading: nothing is claimed before it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Reading…"))


def _needed(permission: Permission) -> str:
    return f'You need the permission "{permission}".'
