"""Before something is retired: the routes that create work for it, and what becomes of them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.directory import Process
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import Route
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.category_choice import show_categories
from enate_desktop.views.process_picker import ProcessPicker
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.route_retargeting import disable, retarget
from enate_desktop.views.widgets import FormField, SectionLabel, button, label


class RetireDialog(QDialog):
    """Tells what is linked (R-09); ``retire`` is called last, ``done`` gets what was touched."""

    def __init__(
        self,
        name: str,
        routes: Sequence[Route],
        services: Services,
        work: UndoableWork,
        retire: Callable[[], Changes],
        done: Callable[[Changes], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Retire “{name}”?").format(name=name))
        self._name, self._routes, self._services, self._work = name, routes, services, work
        self._retire, self._done = retire, done
        self.leave = QRadioButton(self.tr("Leave those routes as they are"))
        self.disable = QRadioButton(self.tr("Disable those routes (fallbacks stay on)"))
        self.retarget = QRadioButton(self.tr("Retarget all to another process"))
        self.picker, self.category = ProcessPicker(), QComboBox()
        self._problem = label("", colour="error", wrap=True)
        self.retire_button = button(self.tr("Retire"), self._on_retire_clicked, danger=True)
        self.cancel_button = button(self.tr("Cancel"), self.reject)
        self._build(name)

    @property
    def listed(self) -> tuple[str, ...]:
        """The linked routes, as they are listed."""
        names = {c.id: c.name for c in self._services.connectors.all()}
        return tuple(
            f"{names.get(route.connector_id, '')}  ›  {route.name}  ({route.address})"
            for route in self._routes
        )

    @property
    def problem(self) -> str:
        """Why it was not done, or empty."""
        return self._problem.text()

    def offer(self, processes: Sequence[Process], leaving: Sequence[int]) -> None:
        """The processes the routes may go to: all but the ones that are retired now."""
        self.picker.set_processes(p for p in processes if p.id not in leaving)

    def _build(self, name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(label(self._notice(), wrap=True))
        if self._routes:
            column.addWidget(self._list())
            for choice in (self.leave, self.disable, self.retarget):
                column.addWidget(choice)
            column.addWidget(self._target)
        column.addWidget(self._problem)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.retire_button)
        foot.addWidget(self.cancel_button)
        column.addLayout(foot)
        self._problem.hide()
        self.leave.setChecked(True)
        self.cancel_button.setDefault(True)
        self.setMinimumWidth(520)
        self.setAccessibleDescription(name)

    def _notice(self) -> str:
        count = len(self._routes)
        if not count:
            return self.tr("No route creates work for it. It can be restored at any time.")
        routes = self.tr("1 route creates") if count == 1 else f"{count} routes create"
        return self.tr(
            "{routes} work for it. They go on doing so, with a warning, until they are changed."
        ).format(routes=routes)

    def _list(self) -> QListWidget:
        shown = QListWidget()
        shown.setAccessibleName(self.tr("Linked routes"))
        shown.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        shown.setSpacing(2)
        shown.addItems(self.listed)
        shown.setFixedHeight(min(160, 12 + 24 * max(2, len(self._routes))))
        return shown

    @property
    def _target(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(24, 0, 0, 0)
        row.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(FormField(self.tr("Process"), self.picker), 2, top)
        row.addWidget(FormField(self.tr("Ticket Category"), self.category), 1, top)
        self.picker.process_chosen.connect(self._on_process_chosen)
        self._on_process_chosen()
        self.retarget.toggled.connect(made.setVisible)
        made.hide()
        return made

    def _on_process_chosen(self) -> None:
        show_categories(self.category, self.picker.process, None)

    def _on_retire_clicked(self) -> None:
        try:
            changes = self._work.run(
                f'Retired "{self._name}".', lambda: self._mend_routes() | self._retire()
            )
        except EnateError as error:
            self._problem.setText(error.sentence())
            self._problem.show()
            return
        self.accept()
        self._done(changes)

    def _mend_routes(self) -> Changes:
        if self.disable.isChecked():
            return disable(self._services, self._routes)
        if self.retarget.isChecked():
            process = self.picker.process
            return retarget(self._services, self._routes, process, self.category.currentData())
        return Changes()
