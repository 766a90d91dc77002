"""Repair after a bad change: choose since when, look at what would move, route again (X-07)."""

from datetime import UTC, datetime, timedelta
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.repair_tree import TICK_COLUMN, RepairTreeModel
from enate_desktop.item_models.time_text import whole_text
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.repair import RepairPlan
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.message_bar import MessageStack
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.tick_delegate import Index, TickDelegate
from enate_desktop.views.widgets import (
    RowDelegate,
    SectionLabel,
    button,
    label,
    prepare_tree,
    secondary_label,
)
from enate_desktop.worker.tasks import run_in_background

_DAYS = ((1, "The last 24 hours"), (7, "The last 7 days"), (30, "The last 30 days"))


class _TickOrNothing(TickDelegate):
    """What cannot be routed again has no tick."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(Qt.ItemDataRole.CheckStateRole) is None:
            RowDelegate.paint(self, painter, option, index)
        else:
            super().paint(painter, option, index)


class RepairDialog(QDialog):
    """Open it with ``open()``; ``repaired`` carries Changes. ``since`` is that of a bad change."""

    repaired = Signal(object)

    def __init__(
        self,
        services: Services,
        work: UndoableWork,
        parent: QWidget,
        since: datetime | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Repair after a change of routes"))
        self._services, self._work = services, work
        self._stop = Event()
        self.period, self.connector = QComboBox(), QComboBox()
        self.touched = QCheckBox(self.tr("Also work that a person has begun"))
        self.messages = MessageStack()
        self.model = RepairTreeModel(self)
        self.tree = QTreeView()
        self._found = secondary_label("")
        self.run_button = button(self.tr("Route again"), self._on_run, primary=True)
        self._fill(since)
        self._build()
        self.period.currentIndexChanged.connect(self._look)
        self.connector.currentIndexChanged.connect(self._look)
        self.touched.toggled.connect(self._on_touched)
        self.model.itemChanged.connect(self._on_ticked)
        self._look()

    @property
    def found_text(self) -> str:
        """How many mails were looked at and differ, in words."""
        return self._found.text()

    @override
    def done(self, result: int) -> None:
        self._stop.set()
        super().done(result)

    def _fill(self, since: datetime | None) -> None:
        if since is not None:
            text = self.tr("Since the change of {when}").format(when=whole_text(since))
            self.period.addItem(text, since)
        now = datetime.now(UTC)
        for days, text in _DAYS:
            self.period.addItem(text, now - timedelta(days=days))
        self.connector.addItem(self.tr("All connectors"), 0)
        for connector in self._services.connectors.all():
            if connector.use_for.receives:
                self.connector.addItem(connector.name, connector.id)
        describe(self.period, self.tr("Mail decided in"))
        describe(self.connector, self.tr("Connector"))

    def _build(self) -> None:
        explanation = self.tr(
            "Mail that the present routes would send elsewhere than it went. What is ticked is "
            "routed again: its work item keeps its reference, unless a Ticket becomes a Case. "
            "No automated email is sent, and all of it can be undone."
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.period, self.connector, self.touched):
            row.addWidget(part)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._found, 1)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        foot.addWidget(self.run_button)
        prepare_tree(self.tree, self.tr("Mail that would go elsewhere"))
        self.tree.setModel(self.model)
        self.tree.setItemDelegateForColumn(TICK_COLUMN, _TickOrNothing(self.tree))
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, width in ((1, 100), (2, 190), (3, 100), (4, 210)):
            header.resizeSection(place, width)
        header.setStretchLastSection(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(label(explanation, wrap=True))
        column.addLayout(row)
        column.addWidget(self.messages)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        self.resize(960, 600)

    def _look(self) -> None:
        self._stop.set()
        stop = self._stop = Event()
        since, connector = self.period.currentData(), int(self.connector.currentData()) or None
        self.model.show_plan(RepairPlan(0, ()), touched=False)
        self._found.setText(self.tr("Looking at the mail…"))
        explain_disabled(self.run_button, self.tr("The mail is being looked at."))

        def found(plan: RepairPlan) -> None:
            if not stop.is_set():
                self._show_plan(plan)

        run_in_background(
            self,
            lambda: self._services.repair.plan(since, connector, stop.is_set),
            found,
            self._on_failed,
        )

    def _show_plan(self, plan: RepairPlan) -> None:
        self.model.show_plan(plan, touched=self.touched.isChecked())
        self.tree.expandAll()
        self.tree.setCurrentIndex(self.model.index(0, 0))
        self._show_count()

    def _show_count(self) -> None:
        plan, chosen = self.model.plan, len(self.model.chosen())
        differ = len(plan.candidates)
        more = self.tr(" Older mail was not looked at.") if plan.cut else ""
        text = self.tr("{differ} of {mails} mails would go elsewhere.")
        self._found.setText(text.format(differ=f"{differ:,}", mails=f"{plan.mails:,}") + more)
        mails = self.tr("1 mail") if chosen == 1 else f"{chosen:,} mails"
        words = self.tr("Route {mails} again").format(mails=mails)
        self.run_button.setText(words if chosen else self.tr("Route again"))
        refusal = self._services.repair.may()
        explain_disabled(
            self.run_button, refusal or ("" if chosen else self.tr("Tick mail first."))
        )

    def _on_ticked(self, item: QStandardItem) -> None:
        if self.model.follow(item):
            self._show_count()

    def _on_touched(self, touched: bool) -> None:
        self.model.show_plan(self.model.plan, touched=touched)
        self.tree.expandAll()
        self._show_count()

    def _on_run(self) -> None:
        ids, touched = self.model.chosen(), self.touched.isChecked()
        mails = self.tr("1 mail") if len(ids) == 1 else f"{len(ids):,} mails"
        text = self.tr("{mails} routed again").format(mails=mails)
        try:
            changes: Changes = self._work.run(
                text, lambda: self._services.repair.run(ids, touched_too=touched)
            )
        except EnateError as error:
            self.messages.show_error(error, key="repair")
            return
        self.repaired.emit(changes)
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.messages.show_error(error, key="repair")
