"""An acknowledgement as somebody would get it, filled in for a sample or a real work item."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QWidget

from enate_desktop.domain.work_items import WorkItem
from enate_desktop.views.accessibility import describe
from enate_desktop.views.template_source import Preview
from enate_desktop.views.widgets import Card, SectionLabel, label

_LONGEST = 60


class TemplatePreview(Card):
    """``chosen``: another work item is to fill it in."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.sample = QComboBox()
        self.sample.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.subject = label("", strong=True, wrap=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Preview of the text"))
        describe(self.sample, self.tr("Preview with"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(SectionLabel(self.tr("Preview")))
        head.addWidget(self.sample, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.subject)
        self.body.addWidget(self.text, 1)
        self.set_work_items(())
        self.sample.currentIndexChanged.connect(self.chosen)

    @property
    def work_item_id(self) -> int | None:
        """What fills it in; None for the sample."""
        chosen: int | None = self.sample.currentData()
        return chosen

    def set_work_items(self, items: Sequence[WorkItem]) -> None:
        """Offer these beside the sample; the choice stays."""
        present = self.sample.currentData()
        self.sample.blockSignals(True)
        self.sample.clear()
        self.sample.addItem(self.tr("A sample"), None)
        for item in items:
            self.sample.addItem(f"{item.reference}  {item.subject}"[:_LONGEST], item.id)
        self.sample.setCurrentIndex(max(0, self.sample.findData(present)))
        self.sample.blockSignals(False)

    def set_preview(self, shown: Preview) -> None:
        """Show what would be sent."""
        self.subject.setText(shown.subject)
        self.text.setPlainText(shown.body)
