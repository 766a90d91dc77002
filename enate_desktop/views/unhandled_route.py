"""A new route from unhandled mail: the route editor, and the other mails it would take (W-01)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.routes import Route
from enate_desktop.item_models.tick_mails import TickColumn, TickMailsModel
from enate_desktop.services.unhandled import Fit, Handled, UnhandledService
from enate_desktop.services.unhandled_routes import RouteFromMail
from enate_desktop.views.route_draft import RouteSources
from enate_desktop.views.route_editor import RouteEditor
from enate_desktop.views.tick_delegate import TickDelegate
from enate_desktop.views.widgets import SectionLabel, button, prepare_table, secondary_label
from enate_desktop.worker.tasks import Task, run_in_background

_AFTER_MILLISECONDS = 300
_WIDTHS = {TickColumn.TICK: 40, TickColumn.SENDER: 150, TickColumn.RECEIVED: 96}


class RouteFromMailDialog(QDialog):
    """``made`` is told what came of it. Counting is done apart from the window."""

    def __init__(
        self,
        wish: RouteFromMail,
        sources: RouteSources,
        service: UnhandledService,
        made: Callable[[Handled], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("New route from unhandled mail"))
        self._wish, self._service, self._made = wish, service, made
        self._task: Task[Fit] | None = None
        self._fit: Fit | None = None
        self.editor = RouteEditor()
        self.model = TickMailsModel(self)
        self.table = QTableView()
        self.count = secondary_label("")
        self.all = QCheckBox(self.tr("Apply the new route to the ticked mails"))
        self.everybody = button("", self._on_everybody)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MILLISECONDS)
        self._timer.timeout.connect(self._ask)
        self._build()
        self._connect()
        self.editor.set_sources(sources)
        self._show(wish.by_sender)
        self._show_fit(None)

    def _build(self) -> None:
        self.editor.setMinimumWidth(400)
        self.editor.set_button_texts(self.tr("Create route"), self.tr("Cancel"))
        prepare_table(self.table, self.tr("Mails the new route would take"))
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(TickColumn.TICK, TickDelegate(self.table))
        header = self.table.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(TickColumn.SUBJECT, QHeaderView.ResizeMode.Stretch)
        domains = ", ".join(self._wish.domains)
        self.everybody.setText(self.tr("Take everybody at {domains}").format(domains=domains))
        self.everybody.setVisible(bool(domains))
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(SectionLabel(self.tr("Mails it would take")))
        side.addWidget(self.count)
        side.addWidget(self.everybody, 0, Qt.AlignmentFlag.AlignLeading)
        side.addWidget(self.all)
        side.addWidget(self.table, 1)
        side.addWidget(
            secondary_label(
                self.tr(
                    "The route is live at once, runs after the others, and is marked For Attention."
                    " Work that is made of these mails cannot be unmade."
                )
            )
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(16)
        row.addWidget(self.editor)
        row.addLayout(side, 1)
        self.resize(1040, 660)

    def _connect(self) -> None:
        self.editor.draft_changed.connect(self._timer.start)
        self.editor.save_requested.connect(self._on_save)
        self.editor.discard_requested.connect(self.reject)
        self.editor.close_requested.connect(self.reject)
        self.all.clicked.connect(self._on_all)
        self.model.ticked_changed.connect(self._show_count)

    def _show(self, route: Route) -> None:
        self.editor.show_route(route)
        self.editor.enabled.set_locked(self.tr("A route made here is live at once."))
        self.editor.ui.name.setFocus()
        self.editor.ui.name.selectAll()

    def _on_everybody(self) -> None:
        """The same route with the whole domains; what else was typed stays."""
        wanted = self.editor.rules.texts_of(self._wish.by_domain.rules)
        self.editor.rules.set_texts(wanted)
        self._timer.start()

    def _ask(self) -> None:
        if self._task is not None:
            self._task.discard()
            self._task = None
        try:
            route = self.editor.built()
        except EnateError:
            self._show_fit(None)
            return
        self._task = run_in_background(
            self, lambda: self._service.fit(route), self._show_fit, self._on_failed
        )

    def _show_fit(self, fit: Fit | None) -> None:
        self._task = None
        self._fit = fit
        self.model.show_mails(fit.mails if fit else ())

    def _show_count(self) -> None:
        fit, ticked = self._fit, len(self.model.ticked)
        if fit is None:
            words = self.tr("They are counted once the fields are filled.")
        elif not fit.mails:
            words = self.tr("It would take none of the {all} waiting mails of its connector.")
            words = words.format(all=fit.looked_at)
        else:
            words = self.tr("It would take {count} of the {all} waiting mails of its connector.")
            words = words.format(count=len(fit.mails), all=fit.looked_at)
        self.count.setText(words)
        some = bool(fit and fit.mails)
        self.all.setVisible(some)
        self.table.setVisible(some)
        self.all.setText(
            self.tr("Apply it to {ticked} of {count} mails").format(
                ticked=ticked, count=len(fit.mails) if fit else 0
            )
        )
        state = Qt.CheckState.PartiallyChecked if ticked else Qt.CheckState.Unchecked
        if fit and ticked == len(fit.mails):
            state = Qt.CheckState.Checked
        self.all.setCheckState(state)
        self.all.setTristate(state is Qt.CheckState.PartiallyChecked)

    def _on_all(self) -> None:
        self.model.tick_all(self.all.checkState() is not Qt.CheckState.Unchecked)

    def _on_save(self) -> None:
        try:
            route = self.editor.built()
        except EnateError as error:
            self.editor.show_error(error)
            return
        self.editor.setEnabled(False)
        ticked = self.model.ticked
        run_in_background(
            self, lambda: self._service.make_route(route, ticked), self._on_made, self._on_refused
        )

    def _on_made(self, handled: Handled) -> None:
        self.accept()
        self._made(handled)

    def _on_refused(self, error: Exception) -> None:
        self.editor.setEnabled(True)
        if not isinstance(error, EnateError):
            raise error
        self.editor.show_error(error)

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        if isinstance(error, InputError):
            self._show_fit(None)
        elif isinstance(error, EnateError):
            self.editor.messages.show_error(error)
        else:
            raise error
