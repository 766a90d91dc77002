"""The obligatory last route of a connector that receives: what becomes of all other mail (C-07)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from enate_desktop.domain.connectors import Fallback
from enate_desktop.domain.directory import Kind, Process
from enate_desktop.domain.routes import Covers
from enate_desktop.forms.ui_connector_fallback import Ui_ConnectorFallback
from enate_desktop.views.category_choice import show_categories
from enate_desktop.views.form_fields import set_up
from enate_desktop.views.process_picker import ProcessPicker
from enate_desktop.views.tab_order import follow_reading_order
from enate_desktop.views.widgets import FormField

_COVERS = {
    Covers.ALL: "All mail that no other route took",
    Covers.PRIMARY: "Only mail to the primary address; the rest is left unhandled",
}


class FallbackSection(QWidget):
    """Process, category and the two switches of the fallback."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_ConnectorFallback()
        self.fields = set_up(self.ui, self)
        self.process = ProcessPicker()
        self.fields["process"] = FormField(self.tr("Process"), self.process)
        self.ui.process_row.insertWidget(0, self.fields["process"], 1, Qt.AlignmentFlag.AlignTop)
        for covers, words in _COVERS.items():
            self.ui.covers.addItem(words, covers.value)
        self.process.process_chosen.connect(self._on_process_chosen)
        self.ui.category.currentIndexChanged.connect(self.changed)
        self.ui.covers.currentIndexChanged.connect(self.changed)
        self.ui.send_automated_emails.toggled.connect(self.changed)
        self.ui.only_test_mode.toggled.connect(self.changed)
        self._show_categories(None, None)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self._order_tabs)

    def set_processes(self, processes: Sequence[Process]) -> None:
        """Offer these processes; the choice stays."""
        self.process.set_processes(processes)

    def set_fallback(self, fallback: Fallback | None) -> None:
        """Show a stored fallback, or an empty one."""
        shown = fallback or Fallback(0)
        self.process.set_process_id(shown.process_id or None)
        self._show_categories(self.process.process, shown.category)
        self.ui.covers.setCurrentIndex(self.ui.covers.findData(shown.covers.value))
        self.ui.send_automated_emails.setChecked(shown.send_automated_emails)
        self.ui.only_test_mode.setChecked(shown.only_test_mode)

    def _order_tabs(self) -> None:
        follow_reading_order(self)

    def fallback(self) -> Fallback | None:
        """What is on screen; None while no process is chosen."""
        process_id = self.process.process_id
        if process_id is None:
            return None
        return Fallback(
            process_id,
            self.ui.category.currentData(),
            self.ui.send_automated_emails.isChecked(),
            self.ui.only_test_mode.isChecked(),
            Covers(self.ui.covers.currentData()),
        )

    def _on_process_chosen(self) -> None:
        process, present = self.process.process, self.ui.category.currentData()
        kept = present if process is not None and present in process.categories else None
        self._show_categories(process, kept)
        self.changed.emit()

    def _show_categories(self, process: Process | None, wanted: str | None) -> None:
        combo = self.ui.category
        combo.blockSignals(True)
        show_categories(combo, process, wanted)
        combo.blockSignals(False)
        names = process.categories if process is not None else ()
        self.fields["process"].set_hint(
            self.process.path or self.tr("What a mail becomes when no other route takes it.")
        )
        ticket = process is not None and process.kind is Kind.TICKET
        self.fields["category"].setVisible(bool(ticket and (names or wanted)))
