"""One change beside the list: before, after and now, and the ways back (UI 3.8)."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.history import HistoryChange
from enate_desktop.item_models.activity_text import (
    action_words,
    change_words,
    isolated,
    kind_words,
)
from enate_desktop.item_models.comparison_table import ComparisonTableModel
from enate_desktop.item_models.time_text import short_text, whole_text
from enate_desktop.services.restoring import Comparison, RestoreTo, Way, told_rows
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.comparison_view import ComparisonView
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import (
    ElidedLabel,
    button,
    icon_button,
    label,
    secondary_label,
)

_OPENS = {
    "connector": "Open connector",
    "route": "Open route",
    "outgoing route": "Open route",
    "customer": "Open in the directory",
    "contract": "Open in the directory",
    "service": "Open in the directory",
    "process": "Open in the directory",
    "company": "Open in the directory",
    "contact": "Open in the directory",
}

WAYS = {
    Way.VALUES: "Restore…",
    Way.ORDER: "Restore the order before…",
    Way.REMOVAL: "Remove again…",
    Way.RETURN: "Bring back…",
}
"""What the way back from a change is called."""


class ActivityDetails(QWidget):
    """Only shows and asks: ``restore_requested`` carries a RestoreTo."""

    restore_requested = Signal(object)
    open_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, can_open: bool = True) -> None:
        super().__init__(parent)
        self._can_open = can_open
        self.model = ComparisonTableModel(self)
        self.table = ComparisonView(self.model)
        self.before_button = button(
            "", lambda: self.restore_requested.emit(RestoreTo.BEFORE), icon_name="undo-2"
        )
        self.after_button = button(
            self.tr("Restore this order…"), lambda: self.restore_requested.emit(RestoreTo.AFTER)
        )
        self.open_button = button("", self.open_requested.emit)
        self.close_button = icon_button(
            "x", self.tr("Close"), self.close_requested.emit, help_text=self.tr("Close (Esc)")
        )
        self._name, self._tag = ElidedLabel(), Tag()
        self._by = ElidedLabel("", colour="secondary")
        self._notes = label("", colour="warning", wrap=True)
        self._refusal = secondary_label("", wrap=True)
        self._build()

    @property
    def notes(self) -> str:
        """What has to be known about the change, such as that it was changed again since."""
        return self._notes.text()

    @property
    def refusal(self) -> str:
        """Why it cannot be restored, or empty."""
        return self._refusal.text()

    def set_change(self, change: HistoryChange) -> None:
        """Show what the lines of the change tell, until the comparison is there."""
        head = change.head
        self._name.set_text(isolated(head.name))
        self._tag.set_tag("" if head.kind == "settings" else kind_words(head.kind), "info")
        told = f"{action_words(head.action)} · {isolated(head.who)} · {short_text(head.at)}"
        self._by.set_text(told)
        self.model.set_rows(told_rows(change))
        self.table.show()
        self._by.setToolTip(whole_text(head.at))
        self._notes.hide()
        self._notes.setText("")
        self._refusal.hide()
        self._refusal.setText("")
        self.open_button.setText(_OPENS.get(head.kind, ""))
        self.open_button.setVisible(self._can_open and head.kind in _OPENS)
        self.before_button.setText(self.tr("Restore…"))
        self.after_button.hide()
        for made in (self.before_button, self.after_button):
            made.setEnabled(False)
        self.open_button.setEnabled(False)
        self.setAccessibleName(f"{head.name}: {action_words(head.action)}. {change_words(change)}")

    def set_comparison(self, comparison: Comparison) -> None:
        """Show the change beside what is now."""
        is_order = comparison.way is Way.ORDER
        self.before_button.setText(WAYS[comparison.way])
        self.after_button.setVisible(is_order)
        if is_order:
            self.open_button.setText(self.tr("Show routes"))
        first = self.tr("Route") if is_order else self.tr("Field")
        self.model.set_rows(comparison.rows, first)
        self.table.setVisible(bool(comparison.rows))
        self._notes.setText(" ".join(comparison.notes))
        self._notes.setVisible(bool(comparison.notes))
        self._show_refusals(comparison.refusals)
        gone = "" if comparison.present is not None else self.tr("It is not there any more.")
        explain_disabled(self.open_button, gone)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_requested.emit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self._name.setFont(fonts.section_font())
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        head.addWidget(self._name)
        head.addWidget(self._tag)
        head.addStretch(1)
        head.addWidget(self.close_button)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._refusal, 1)
        foot.addStretch()
        for made in (self.open_button, self.after_button, self.before_button):
            foot.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._by)
        column.addWidget(self.table, 1)
        column.addWidget(self._notes)
        column.addLayout(foot)

    def _show_refusals(self, refusals: Mapping[RestoreTo, str]) -> None:
        explain_disabled(self.before_button, refusals[RestoreTo.BEFORE])
        explain_disabled(self.after_button, refusals[RestoreTo.AFTER])
        offered = [RestoreTo.BEFORE]
        if not self.after_button.isHidden():
            offered.append(RestoreTo.AFTER)
        reasons = [refusals[to] for to in offered]
        text = reasons[0] if all(reasons) else ""
        self._refusal.setText(text)
        self._refusal.setVisible(bool(text))
