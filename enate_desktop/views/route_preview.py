"""What a route would do while it is being edited: recent mails it takes, warnings, its place."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.routes import WILDCARD, Route
from enate_desktop.services.proposals import DraftWarnings, ProposalService, Takes
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import button, label, secondary_label
from enate_desktop.worker.tasks import Task, run_in_background

_AFTER_MILLISECONDS = 300
_MOST_CAUSED = 3
Answer = tuple[Takes, DraftWarnings]


class RoutePreview(QWidget):
    """Asks in the background, a moment after the last change; a newer question ends the older.

    ``mails_requested`` carries the Route as typed whose mails are to be shown; ``failed`` an
    EnateError.
    """

    mails_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, proposals: ProposalService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposals = proposals
        self._build_route: Callable[[], Route] | None = None
        self._route: Route | None = None
        self._place: int | None = None
        self._wanted: int | None = None
        self._task: Task[Answer] | None = None
        self._cancelled = [False]
        self.count = secondary_label("")
        self.show_button = button(self.tr("Show them"), self._on_show)
        self.warnings = QWidget()
        self.place_button = button("", self._on_place)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MILLISECONDS)
        self._timer.timeout.connect(self._ask)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.count, 1)
        line.addWidget(self.show_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(line)
        self._column.addWidget(self.warnings)
        self._column.addWidget(self.place_button)
        self.clear()

    @property
    def place(self) -> int | None:
        """Where in the order (0-based) the person wants a new route; None for the end."""
        return self._place

    @property
    def warning_text(self) -> str:
        """The warnings shown, one per line."""
        return str(self.warnings.accessibleName())

    def clear(self) -> None:
        """Say nothing, and answer nothing more."""
        self._end()
        self._place = None
        self.hide()

    def ask(self, build_route: Callable[[], Route]) -> None:
        """Find out about the route that ``build_route`` gives; it may raise InputError."""
        self._end()
        self._build_route = build_route
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._cancelled[0] = True
        if self._task is not None:
            self._task.discard()
            self._task = None

    def _ask(self) -> None:
        if self._build_route is None:
            return
        try:
            route = self._build_route()
        except InputError:
            self._show_nothing_yet()
            return
        cancelled = self._cancelled = [False]
        service = self._proposals

        def work() -> Answer:
            return service.takes(route, lambda: cancelled[0]), service.warnings(route)

        self._task = run_in_background(
            self, work, lambda answer: self._show(route, answer), self._on_failed
        )

    def _show_nothing_yet(self) -> None:
        self._route = None
        self._place = self._wanted = None
        self.count.setText(self.tr("What it would take is counted once the fields are filled."))
        self.show_button.hide()
        self._show_warnings(DraftWarnings((), ()))
        self.place_button.hide()
        self.show()

    def _show(self, route: Route, answer: Answer) -> None:
        self._task = None
        takes, warnings = answer
        self._route = route
        self.count.setText(count_text(route, takes))
        self.show_button.setVisible(bool(takes.taken))
        self._show_warnings(warnings)
        self._show_place(route, warnings)
        self.show()

    def _show_warnings(self, found: DraftWarnings) -> None:
        texts = [warning.text for warning in found.own]
        texts += [
            self.tr("It would also cause: {text}").format(text=warning.text)
            for warning in found.caused[:_MOST_CAUSED]
        ]
        more = len(found.caused) - _MOST_CAUSED
        if more > 0:
            texts.append(self.tr("… and {count} more such warnings.").format(count=more))
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for text in texts:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(Picture("triangle-alert", "warning"))
            row.addWidget(label(text, colour="warning", wrap=True), 1)
            column.addLayout(row)
        made.setAccessibleName("\n".join(texts))
        self._column.replaceWidget(self.warnings, made)
        self.warnings.hide()
        self.warnings.deleteLater()
        self.warnings = made
        made.setVisible(bool(texts))

    def _show_place(self, route: Route, warnings: DraftWarnings) -> None:
        """Of a new route that would never be reached: offer the place where it would be."""
        wanted = next((w.safe_place for w in warnings.own if w.safe_place is not None), None)
        self._wanted = wanted if not route.id else None
        if self._place is not None:
            self._place = self._wanted
        self.place_button.setVisible(self._wanted is not None)
        if self._wanted is not None:
            number = self._wanted + 1
            chosen = self._place is not None
            self.place_button.setText(
                self.tr("Will be number {number} – put it at the end instead").format(number=number)
                if chosen
                else self.tr("Place it as number {number}, where it is reached").format(
                    number=number
                )
            )

    def _on_place(self) -> None:
        self._place = self._wanted if self._place is None else None
        if self._build_route is not None:
            self.ask(self._build_route)

    def _on_show(self) -> None:
        if self._route is not None:
            self.mails_requested.emit(self._route)

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        if isinstance(error, InputError):
            self._show_nothing_yet()
        elif isinstance(error, EnateError):
            self.failed.emit(error)
        else:
            raise error


def count_text(route: Route, takes: Takes) -> str:
    """``Takes 14 of the last 200 mails to hr@acme.example (7 %).``"""
    if not takes.looked_at:
        return "No mail was taken in yet, so there is nothing to count."
    whom = "to addresses without a route" if route.address == WILDCARD else f"to {route.address}"
    if not takes.addressed:
        return f"None of the last {takes.looked_at} mails was {whom}."
    taken = len(takes.taken)
    share = round(100 * taken / takes.addressed)
    text = f"Takes {taken} of the last {takes.addressed} mails {whom} ({share} %)."
    hidden = takes.fitting - taken
    if hidden > 0:
        verb = "fits its rules, but goes" if hidden == 1 else "fit its rules, but go"
        text += f" {hidden} more {verb} to an earlier route."
    return text
