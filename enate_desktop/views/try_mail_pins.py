"""Pinned mails: what they must become, whether they still do, and pinning one more (X-06)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.routing.analysis.pins import PinResult
from enate_desktop.services.analysis import AnalysisService
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import (
    Card,
    ElidedLabel,
    FormField,
    SectionLabel,
    button,
    label,
    secondary_label,
)
from enate_desktop.worker.tasks import Task, run_in_background

Results = tuple[tuple[Connector, PinResult], ...]


class PinsCard(Card):
    """Every pinned mail with its answer of now; ``failed`` carries an EnateError."""

    failed = Signal(object)

    def __init__(self, analysis: AnalysisService, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Pinned mails"), parent)
        self._analysis = analysis
        self._task: Task[Results] | None = None
        self._rows: list[QWidget] = []
        self.summary = secondary_label("")
        self.body.addWidget(self.summary)

    def load(self) -> None:
        """Run them all again, in the background."""
        if self._task is not None:
            self._task.discard()
        self._task = run_in_background(self, self._analysis.run_pins, self._show, self._on_failed)

    def _show(self, results: Results) -> None:
        self._task = None
        for row in self._rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        bad = [one for one in results if not one[1].passed]
        self._rows = [self._row(*one) for one in (*bad, *(o for o in results if o not in bad))]
        for row in self._rows:
            self.body.addWidget(row)
        self.summary.setText(_summary(len(results), len(bad)))

    def _row(self, connector: Connector, result: PinResult) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(
            Picture(*(("circle-check", "ok") if result.passed else ("circle-x", "error")))
        )
        row.addWidget(ElidedLabel(f"{result.pin.name} ({connector.name})"), 1)
        row.addWidget(label(result.text, colour="error"), 2)

        def unpin() -> None:
            try:
                self._analysis.unpin(connector, result.pin.name)
            except EnateError as error:
                self.failed.emit(error)
            self.load()

        remove = button(self.tr("Unpin"), unpin)
        remove.setAccessibleName(self.tr("Unpin {name}").format(name=result.pin.name))
        remove.setEnabled(self._analysis.may(Permission.EDIT_ROUTES))
        row.addWidget(remove)
        return made

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


class PinDialog(QDialog):
    """Asks under which name, and at which connector; ``named`` carries both."""

    named = Signal(str, object)

    def __init__(self, name: str, connectors: Sequence[Connector], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Keep as pinned mail"))
        self.name = QLineEdit(" ".join(name.split())[:60])
        self.connector = QComboBox()
        for connector in connectors:
            self.connector.addItem(connector.name, connector)
        self.pin_button = button(self.tr("Pin"), self._on_pin, primary=True)
        self.pin_button.setDefault(True)
        self.name.textChanged.connect(self._on_name_changed)
        text = self.tr("What the saved routes do with it today is what they must do from now on.")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.pin_button)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(label(text, wrap=True))
        column.addWidget(FormField(self.tr("Name"), self.name))
        field = FormField(self.tr("Connector"), self.connector)
        field.setVisible(len(connectors) > 1)
        column.addWidget(field)
        column.addLayout(foot)
        self.setMinimumWidth(420)
        self._on_name_changed()

    def _on_name_changed(self) -> None:
        self.pin_button.setEnabled(bool(self.name.text().strip()))

    def _on_pin(self) -> None:
        self.accept()
        self.named.emit(self.name.text().strip(), self.connector.currentData())


def _summary(count: int, bad: int) -> str:
    if not count:
        return "None yet. A pinned mail is tried on every change of the routes."
    if not bad:
        return "The pinned mail goes where it must." if count == 1 else f"All {count} pass."
    return f"{count - bad} pass, {bad} differ" + ("s." if bad == 1 else ".")
